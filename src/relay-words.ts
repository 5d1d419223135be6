import { relayToAdvocate, relayToPerson, withTranslation } from './handoff/relay.ts'
import { personOf } from './handoff/rota.ts'
import { languageOf } from './handoff/words.ts'
import { fillText, rawText } from './language/texts.ts'
import { channelFacts, channelRuleAt, type PersonState } from './person-state.ts'
import type { TurnWorld } from './turn-world.ts'
import type { AdvocateId, CaseCode, Language } from './types.ts'

/** What an advocate's words to the person come to. */
export type RelayedOut =
  | { kind: 'sent'; toPerson: string; toAdvocate: string }
  | { kind: 'refused'; toAdvocate: string }

/** The case in whose name something is said, as the advocate knows it. */
export interface RelayedCase {
  /** As the advocate reads it; with the digit of another phone where the words go there. */
  shown: string
  word: string
  isTaker: boolean
}

/** The conversation's own case. */
export const ownCase = ({ code, word, handoff }: PersonState, advocate: AdvocateId): RelayedCase => ({
  shown: code!,
  word: word ?? '',
  isTaker: handoff?.takers.some((taker) => taker.advocate === advocate) ?? false,
})

/** The case that another phone goes on with; the case itself has looked whether the advocate has it. */
export const casePhone = (code: CaseCode, word = ''): RelayedCase => ({ shown: `${code} (7)`, word, isTaker: true })

/**
 * An advocate's words, or the number of a phrase, on their way to the person. The channel rule holds for humans too;
 * a refusal says why. Neither of the two sees the other's number.
 */
export async function relayOut(
  world: TurnWorld,
  state: PersonState,
  input: { advocate: AdvocateId; text: string; of: RelayedCase },
  personNumber: string,
): Promise<RelayedOut> {
  const { bundle, words, now } = world
  const language = advocateLanguage(world, input.advocate)
  const { shown: code, isTaker, word } = input.of
  const say = (key: string) => words(language, key, { code })
  const decision = relayToPerson({
    text: input.text,
    isTaker,
    word,
    isFirstLine: state.relay?.advocate !== input.advocate,
    advocateLanguage: language,
    personLanguage: state.dialog.language,
    phrases: phrasesIn(world, state.dialog.language),
    numbers: [personNumber, personOf(world.rota, input.advocate)?.phone ?? ''],
    facts: channelFacts(bundle, state),
    rule: channelRuleAt(world.timeScale),
    now,
  })
  if (decision.kind === 'refuse') return { kind: 'refused', toAdvocate: say(decision.why) }
  const { text, isMissing } = await translated(world, decision, state.dialog.language ?? language)
  return { kind: 'sent', toPerson: text, toAdvocate: say('relay_sent') + (isMissing ? ` ${missing(say)}` : '') }
}

/** The person's words on their way to whoever writes with them. */
export async function relayIn(
  world: TurnWorld,
  state: PersonState,
  said: { text: string; media: string[]; of: string },
  personNumber: string,
): Promise<{ advocate: AdvocateId; text: string } | null> {
  const advocate = state.relay?.advocate
  if (advocate === undefined) return null
  const language = advocateLanguage(world, advocate)
  const decision = relayToAdvocate({
    text: said.text,
    code: said.of,
    media: said.media,
    personLanguage: state.dialog.language,
    advocateLanguage: language,
    numbers: [personNumber],
    mediaNote: world.words(language, 'media'),
  })
  const { text, isMissing } = await translated(world, decision, language)
  return { advocate, text: isMissing ? `${text}\n${missing((key) => world.words(language, key))}` : text }
}

/** The original with the machine's words under it. `isMissing`: a translator is set up and had none. */
async function translated(
  { translate, words }: TurnWorld,
  { text, translate: wanted }: { text: string; translate: { text: string; from: Language; to: Language } | null },
  reader: Language,
): Promise<{ text: string; isMissing: boolean }> {
  if (translate === undefined || wanted === null) return { text, isMissing: false }
  const translation = (await translate(wanted.text, wanted.from, wanted.to))?.trim() || null
  return { text: withTranslation(text, translation, words(reader, 'machine')), isMissing: translation === null }
}

const missing = (say: (key: string) => string): string => `[${say('no_machine')}]`

/** The language in which an advocate is written to. */
export function advocateLanguage({ rota, bundle }: TurnWorld, advocate: AdvocateId): Language {
  const person = personOf(rota, advocate)
  const written = bundle.dialogs.levels.advocate_languages
  return person ? languageOf(person, written) : written[0]!
}

function phrasesIn({ bundle }: TurnWorld, language: Language | null): Record<number, string> {
  const phrases: Record<number, string> = {}
  const reading = language !== null && rawText(bundle.texts, language, 'phrasebook', 'p1') ? language : 'es'
  for (const { number, id } of bundle.dialogs.phrasebook) {
    const text = fillText(bundle.texts, reading, 'phrasebook', id)
    if (text !== null) phrases[number] = text
  }
  return phrases
}
