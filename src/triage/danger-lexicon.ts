import { z } from 'zod'

/**
 * What a speaker fills in for one language: the ideas of the danger scan, each with the ways people say it.
 *
 * Ideas that end in `_now` are true at the moment of writing, those that end in `_event` have happened; a far date or
 * another country lowers an event more easily than a state. `dialogs/danger-rules.yaml` says what follows from them.
 */
const ideas = {
  child: 'A child: son, girl, nephew, grandchild.',
  baby: 'A baby or newborn.',
  relative: 'Somebody who belongs to the writer: mother, brother, wife, friend, companion.',
  grave_sign_now: 'A bodily danger that needs nothing more: does not wake, cannot breathe, fits, chest pain, poisoned.',
  grave_hurt_event: 'A grave injury that happened: stabbed, shot, burned, run over, fell from the wall, snake bite.',
  bleeding: 'Blood that runs.',
  fever: 'Fever.',
  sick_sign: 'A sign that is grave only together with another or in a baby: vomits, diarrhea, weak, swollen, wound.',
  pain: 'Pain, or something that hurts.',
  strong: 'Says that it is bad: a lot, very strong, for days, does not stop, 40 degrees, worse.',
  sick: 'Sick, hurt, in a bad way, without saying how.',
  minor_ill: 'A small complaint: a cold, a tooth, a sore throat.',
  vital_medicine: 'A medicine or treatment that must not stop: insulin, HIV, epilepsy, TB, heart, asthma, dialysis.',
  ran_out: 'Is finished, ran out, without, was stolen, cannot get.',
  turned_away: 'A hospital, doctor or ambulance refused, sent away, does not come.',
  pregnant: 'Pregnant, or in month so-and-so.',
  birth_now: 'Birth or its danger, needing nothing more: waters broke, labour, contractions, the baby does not move.',
  pregnancy_sign: 'Grave in pregnancy: headache, blurred sight, swollen, cramps, discharge, fell, was hit.',
  gave_birth: 'Gave birth a short time ago, miscarriage, after the birth.',
  own_minor: 'The writer is under 18. `<age>` stands for a number from 5 to 17.',
  child_says_now: 'A child tells of danger or of being alone, needing nothing more: I am a child and alone.',
  alone: 'Alone, without parents, without anybody, nobody looks after.',
  child_alone_now: 'A child alone or left with strangers, needing nothing more.',
  missing_now: 'Lost, missing, cannot be found, no news of somebody.',
  taken_from_me: 'They took away or separated (a child from its parents, a person).',
  with_parent: 'The young writer or the child is with a parent or carer.',
  forced_now: 'Made to work, go with men, sell the body, carry drugs; is sold; works without pay by force.',
  papers: 'Papers, passport, phone, money, identity card.',
  keeps: 'Keeps, took away, does not give back.',
  papers_kept_now: 'Somebody keeps the papers or the phone, said in one phrase.',
  not_let_out_now: 'Does not let me or us go out or leave.',
  watched_now: 'Watches, controls, follows every step, does not let me talk or phone.',
  work: 'Work, to work, boss, job.',
  unpaid: 'Does not pay, without pay.',
  debt: 'A debt that holds the person: I owe them, must pay off.',
  officials: 'Migration officers, police, soldiers, the consulate (a permit they keep is not trafficking).',
  captive_now: 'The writer is held, tied, locked in, shut in a vehicle, now.',
  held_other_now: 'Somebody else is held, kidnapped, locked in, now.',
  taken_event: 'Kidnapped, taken, abducted, dragged off (not said of papers).',
  ransom_now: 'Ransom, they ask for money to let go.',
  threat_now: 'Followed, looked for, hiding, armed men near, will kill, at the door, found me.',
  threat_event: 'Threatened, attacked, robbed with violence, extorted.',
  violence_now: 'Beats, hits, abuses, ties, burns, rapes somebody now or again and again.',
  violence_event: 'Beat, raped, tortured, cut, burned somebody.',
  killed_event: 'Somebody was killed or died.',
  weapon: 'A gun, knife, machete, weapon.',
  bad_people: 'Men, strangers, the gang, the cartel, smugglers.',
  near_now: 'Outside, at the door, coming, here, following.',
  removal_now: 'Being sent back, deported, put on a bus today.',
  wants_to_die: 'Wants to die, will end it, no wish to live, cannot go on living.',
  selfharm_act: 'Has pills or a rope for it, swallowed pills, cut the wrists, goodbye for ever.',
  cannot_go_on: 'Cannot bear it any more, everything is finished (with another sign only).',
  goodbye: 'Goodbye, forgive me, look after my children.',
  body_word: 'A word that smells of bodily danger but needs company: grey, drank, fell, collapsed, burns.',
  harm_word: 'A word that smells of harm by people but needs company: grabbed, gun, dragged, beaten, escape.',
  control_word: 'A word that smells of control but needs company: owe, locks, sells, not allowed, clients.',
  sad_word: 'A word that smells of despair but needs company: no reason, rope, pills, worthless.',
  emergency: 'Says emergency, SOS, save us.',
  help: 'Asks for help.',
  asks_writer: 'Asks who wrote before, or for addresses or names of staff.',
  now: 'Now, today, right now, still, again, tonight.',
  contrast: 'But, however: what follows stands for itself.',
  far_past: 'Long ago: years ago, last year, as a child. `<n>` stands for a number; years such as 2019 are known.',
  elsewhere: 'In another country, back home.',
  over: 'It is over: all well, already treated, recovered, safe now, was found.',
  not_real: 'Not said as true: is it true that, in the news, a film, a dream, if one day.',
  idiom: 'A saying with a danger word in it: dying of heat, kill time. Danger words inside do not count.',
  denied: 'A denial said in one phrase that the negation words do not catch. Danger words inside do not count.',
} as const

export type DangerIdea = keyof typeof ideas
export const dangerIdeas = Object.keys(ideas) as DangerIdea[]
/** What an idea stands for, for the reference page and for whoever extends a lexicon. */
export const dangerIdeaMeaning: Readonly<Record<DangerIdea, string>> = ideas

const phrases = z
  .array(z.string().min(1))
  .describe(
    'Phrases; one line may hold several, parted by commas. `sangr*` any ending; `a/b` either word; `(a)` may be left ' +
      'out; `...` up to three words between; `<n>` a number; `<age>` 5 to 17; `<month>` 1 to 9; `<late>` 6 to 9.',
  )

const ideaShape = Object.fromEntries(
  dangerIdeas.map((idea) => [idea, phrases.describe(ideas[idea]).optional()]),
) as Record<DangerIdea, z.ZodOptional<typeof phrases>>

/** The shape of `locales/<language>/danger.yaml`; unknown keys are refused. */
export const dangerLexiconSchema = z
  .strictObject({
    version: z.literal(1).describe('The version of this format.'),
    language: z.string().min(2).max(3).describe('The language, as its folder is called.'),
    status: z.enum(['draft', 'reviewed']).describe('draft until a native speaker has read every line.'),
    spelling: z
      .enum(['latin', 'split_apostrophe', 'cyrillic', 'uzbek', 'arabic', 'indic', 'chinese'])
      .describe(
        'How words are compared. latin: accents and apostrophes dropped; split_apostrophe: an apostrophe parts words ' +
          '(j’ai, m’ap); cyrillic: also typed in Latin letters; uzbek: both scripts; arabic, indic: their scripts and Latin.',
      ),
    same_word: z
      .record(z.string(), z.array(z.string()))
      .default({})
      .describe('A way of writing, and the short or sloppy forms that mean the same: `que: [q, ke]`.'),
    numbers: z.record(z.string(), z.number().int()).default({}).describe('Number words: `quince: 15`.'),
    negation: z.array(z.string()).default([]).describe('Words that deny what follows: no, without, nobody.'),
    negation_after: z.array(z.string()).default([]).describe('Words that deny what stands before them.'),
    no_denial_after: z
      .array(z.string())
      .default([])
      .describe('Before a denial these words undo it: in "they hit me if I do not go" nothing is denied.'),
    reaches_over: z
      .array(z.string())
      .default([])
      .describe('Small words that a denial reaches across: in "no estoy embarazada" the word estoy.'),
    count_units: z
      .array(z.string())
      .default([])
      .describe('What is counted when a number is no age: months, days, children.'),
    not_typos: z.array(z.string()).default([]).describe('Harmless words one letter away from a danger word.'),
    ideas: z.strictObject(ideaShape).describe('The ideas, each with the ways people say it.'),
  })
  .describe('The danger words of one language.')

export type DangerLexicon = z.infer<typeof dangerLexiconSchema>
export type DangerSpelling = DangerLexicon['spelling']
