import type { Flow } from '../flow/compile-flow.ts'
import type { Conversation } from '../flow/conversation.ts'
import { mayBeShown } from '../flow/directory.ts'
import type { GroundsData } from '../flow/grounds.ts'
import { fillText, type Texts } from '../language/texts.ts'
import type { Answer } from '../triage/condition.ts'
import type { FlagId, Level, QuestionId } from '../types.ts'

/** The languages of a record: for a lawyer on either side of the border. */
export const recordLanguages = ['es', 'en'] as const
export type RecordLanguage = (typeof recordLanguages)[number]
type InBoth = Record<RecordLanguage, string>

/** What a record says, as data: the pages are drawn from it, and it is attached to them. JSON. */
export interface RecordContent {
  format: 'puente-evidence-1'
  code: string
  madeAt: number
  /** In which the pages show times. */
  zone: string
  isDemonstration: boolean
  /** `text`: they answered the question. `spoken`: an advocate heard their yes. */
  consent: { at: number; way: 'text' | 'spoken'; question: InBoth }
  /** The language they wrote in; null while it was not known. */
  language: string | null
  /** In the order in which the questions came. `at` is null where it was not kept. */
  reported: { at: number | null; question: InBoth; answer: InBoth }[]
  /** What the answers suggest, the most urgent first. */
  suggested: Suggestion[]
  /** What was said about the appointment app and about ports. */
  attempts: Suggestion[]
  grounds: {
    title: InBoth
    says: InBoth
    source: string
    jurisdiction: string
    from: string | null
    to: string | null
    touchedBy: InBoth[]
  }[]
  /** Every message of theirs, word for word, without their number. */
  written: { at: number; text: string }[]
  /** What was done about it, without names of staff. */
  handled: { at: number; action: string }[]
}
export interface Suggestion {
  flag: FlagId
  level: Level
  name: InBoth
}

/** What a record is made from. */
export interface RecordSource {
  flow: Flow
  texts: Texts
  grounds: GroundsData
  dialog: Conversation
  code: string
  consent: { at: number; way: 'text' | 'spoken' }
  written: RecordContent['written']
  handled: RecordContent['handled']
  zone: string
  now: number
  isDemonstration: boolean
}

/** What a person reported, when, and what it touches. It repeats and points; it concludes nothing. */
export function recordContent(source: RecordSource): RecordContent {
  const { flow, dialog, grounds, now, isDemonstration } = source
  const flags = Object.keys(dialog.flags)
  const suggest = (flag: FlagId): Suggestion => ({
    flag,
    level: flow.rules.byId.get(flag)?.level ?? 'P4',
    name: inBoth((language) => wordsOf(source, language, 'flags', flag) ?? flag),
  })
  return {
    format: 'puente-evidence-1',
    code: source.code,
    madeAt: now,
    zone: source.zone,
    isDemonstration,
    consent: {
      ...source.consent,
      question: inBoth((language) => wordsOf(source, language, 'questions', flow.data.record_question) ?? ''),
    },
    language: dialog.language,
    reported: dialog.asked
      .filter((question) => dialog.answers[question] !== undefined && isShown(source, question))
      .map((question) => ({
        at: dialog.answeredAt[question] ?? null,
        question: inBoth((language) => wordsOf(source, language, 'questions', question) ?? question),
        answer: inBoth((language) => answerWords(source, language, question, dialog.answers[question]!)),
      })),
    suggested: flags.map(suggest).sort((one, other) => one.level.localeCompare(other.level)),
    attempts: grounds.attempts.filter((flag) => flags.includes(flag)).map(suggest),
    grounds: Object.values(grounds.grounds)
      .filter((ground) => ground.off === undefined && mayBeShown(ground, now, isDemonstration))
      .filter((ground) => ground.flags.some((flag) => flags.includes(flag)))
      .map(({ title, says, source: where, jurisdiction, from, to, flags: touching }) => ({
        title,
        says,
        source: where,
        jurisdiction,
        from: from ?? null,
        to: to ?? null,
        touchedBy: touching.filter((flag) => flags.includes(flag)).map((flag) => suggest(flag).name),
      })),
    written: source.written,
    handled: source.handled,
  }
}

const inBoth = (say: (language: RecordLanguage) => string): InBoth => ({ es: say('es'), en: say('en') })

const wordsOf = (
  { texts }: RecordSource,
  language: RecordLanguage,
  namespace: 'questions' | 'options' | 'flags',
  key: string,
) => fillText(texts, language, namespace, key)

/** Questions about the dialog itself, such as which language, are no report. */
function isShown({ flow }: RecordSource, question: QuestionId): boolean {
  const { language_question, language_offer_question, resume_question, nudge_question, contact_question } = flow.data
  return ![language_question, language_offer_question, resume_question, nudge_question, contact_question].includes(
    question,
  )
}

function answerWords(source: RecordSource, language: RecordLanguage, question: QuestionId, answer: Answer): string {
  if (answer === null) return '—'
  if (typeof answer === 'number') return String(answer)
  return [answer]
    .flat()
    .map((option) => wordsOf(source, language, 'options', `${question}.${option}`) ?? option)
    .join(', ')
}
