import type { Language } from '../types.ts'
import { type ChannelFacts, type ChannelRule, mayWrite, type WhyNot } from './channel-rule.ts'

/** What an advocate wants to say to the person, through us. */
export interface RelayOut {
  /** Free text, or the number of a phrase. */
  text: string
  /** Does this advocate have the case? */
  isTaker: boolean
  /** The word that the person was told; the advocate's first line says it. */
  word: string
  isFirstLine: boolean
  advocateLanguage: Language
  personLanguage: Language | null
  /** Phrases that exist in the person's language, by number. */
  phrases: Readonly<Record<number, string>>
  /** Numbers of the two people, which neither may learn. */
  numbers: readonly string[]
  facts: ChannelFacts
  /** The protocol's, when left out. */
  rule?: ChannelRule
  now: number
}

/** Keys of locales/…/advocate.json that say why nothing was sent. */
export type RelayRefusal = WhyNot | 'why_not_yours' | 'why_no_phrase' | 'why_empty' | 'why_too_long'

export type RelayDecision =
  | {
      kind: 'send'
      /** As the person reads it; a translation, when there is one, is put in by {@link withTranslation}. */
      text: string
      /** Ask the translator for this, if one is set up. Phrases never need it. */
      translate: { text: string; from: Language; to: Language } | null
    }
  | { kind: 'refuse'; why: RelayRefusal }

/** Longest text that is passed on; about four segments, so that one side cannot flood the other. */
const longestText = 600

/**
 * Decides about an advocate's words to the person: only whoever has the case, only where the channel rule lets a human
 * write, and neither number in the text. A number alone is a phrase, read in the person's language and reviewed before.
 */
export function relayToPerson(out: RelayOut): RelayDecision {
  const text = out.text.trim()
  if (!out.isTaker) return { kind: 'refuse', why: 'why_not_yours' }
  if (text === '') return { kind: 'refuse', why: 'why_empty' }
  const allowed = mayWrite(out.facts, 'advocate', out.now, out.rule)
  if (!allowed.allowed) return { kind: 'refuse', why: allowed.why }
  const greet = (words: string) =>
    out.isFirstLine && !words.toLowerCase().includes(out.word.toLowerCase()) ? `${out.word}: ${words}` : words
  if (/^\d{1,2}$/.test(text)) {
    const phrase = out.phrases[Number(text)]
    return phrase === undefined
      ? { kind: 'refuse', why: 'why_no_phrase' }
      : { kind: 'send', text: greet(phrase), translate: null }
  }
  if (text.length > longestText) return { kind: 'refuse', why: 'why_too_long' }
  const shown = hideNumbers(text, out.numbers)
  const isForeign = out.personLanguage !== null && out.personLanguage !== out.advocateLanguage
  return {
    kind: 'send',
    text: greet(shown),
    translate: isForeign ? { text: shown, from: out.advocateLanguage, to: out.personLanguage! } : null,
  }
}

/** What the person said, on its way to whoever has the case. */
export interface RelayIn {
  text: string
  /** The case as the advocate answers it. */
  code: string
  media: readonly string[]
  personLanguage: Language | null
  advocateLanguage: Language
  numbers: readonly string[]
  /** The word for "in the console", for what is not sent by SMS. */
  mediaNote: string
}

/**
 * The person's words as the taker reads them, with the code in front so that several conversations stay apart. Photos
 * and places are not passed on by SMS (protocol section 8, Media); the text says that they are there.
 */
export function relayToAdvocate(words: RelayIn): Extract<RelayDecision, { kind: 'send' }> {
  const said = hideNumbers(words.text.trim(), words.numbers).slice(0, longestText * 2)
  const parts = [said, ...(words.media.length > 0 ? [`[${words.media.length}: ${words.mediaNote}]`] : [])]
  const isForeign = words.personLanguage !== null && words.personLanguage !== words.advocateLanguage && said !== ''
  return {
    kind: 'send',
    text: `${words.code}: ${parts.filter((part) => part !== '').join(' ')}`,
    translate: isForeign ? { text: said, from: words.personLanguage!, to: words.advocateLanguage } : null,
  }
}

/**
 * Puts a machine's translation under the original and marks it as such; the original always stays, since a machine may
 * turn a "no" around.
 *
 * @param mark - "machine translation" in the reader's language
 */
export function withTranslation(text: string, translation: string | null, mark: string): string {
  return translation === null || translation.trim() === '' ? text : `${text}\n[${mark}] ${translation.trim()}`
}

/** Takes the two numbers out of a text, however they are spaced; other numbers, such as a clinic's, stay. */
export function hideNumbers(text: string, numbers: readonly string[]): string {
  return numbers.reduce((shown, number) => {
    // The last ten digits are the number without the country's, which people write both ways.
    const digits = number.replace(/\D/g, '').slice(-10)
    if (digits.length < 7) return shown
    const spaced = [...digits].join('[\\s().-]{0,2}')
    return shown.replace(new RegExp(`[+(]{0,2}(?:\\d{1,3}[\\s().-]{1,2}){0,2}\\(?\\d{0,3}${spaced}(?!\\d)`, 'g'), '…')
  }, text)
}
