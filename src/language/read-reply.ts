import type { Language } from '../types.ts'
import { AMBIGUOUS, type AnswerShape, DOES_NOT_FIT, type ReadAnswer } from './answer-shape.ts'
import {
  type AnswerWords,
  emptyLexicon,
  GLOBAL_ORDER,
  type GlobalEntry,
  type GlobalWord,
  type Lexicon,
} from './answer-words.ts'
import { isPlainDigits } from './digits.ts'
import { foldedWords, foldTextKeepingTones } from './fold-text.ts'
import { type Item, isDigits, parseReply, shortened } from './parse-reply.ts'
import { readAmount } from './read-amount.ts'
import { readChoice } from './read-choice.ts'

/**
 * The word that a whole message is, when it is one that counts at any time; protocol section 5, step 2.
 *
 * Words of all languages count at once, since the guess of the language may be wrong; a word that means two things is
 * taken as in `language`, else as what stands first in the protocol's order.
 *
 * At L1 `?` is the ninth choice, and at AGE after E2=4 `0` is an answer: the caller asks for the answer first there.
 *
 * @param text - as it came in; case, accents, signs, emoji and invisible characters around it do not matter
 * @param language - of the conversation, null while unknown
 */
export function readGlobalWord(words: AnswerWords, text: string, language: Language | null): GlobalWord | null {
  if (text.length > REPLY_LENGTH_MAX) return null
  // Most messages are one digit, which is a command only where some table says so.
  if (isPlainDigits(text) && !words.global.has(text)) return /^0{1,3}$/.test(text) ? { kind: 'stop' } : null
  // An SOS sign means danger whatever stands beside it: a false alarm costs an advocate one minute.
  const sign = readSigns(words, text)
  if (sign?.kind === 'sos') return sign
  const said = foldedWords(text)
  if (said.length === 0) return sign
  if (said.length > 12) return null
  if (said.length === 1 && /^0{1,3}$/.test(said[0]!)) return { kind: 'stop' }
  const key = said.join(' ')
  const found = globalEntries(words, text, said, key)
  const own = found.filter(({ languages }) => languages.size === 0 || (language !== null && languages.has(language)))
  if (own.length > 0) return first(own)
  // What answers a question in the person's own language is no command of another one: "dur" is stop in Turkish only.
  const isOwnAnswer = language !== null && words.lexicons.get(language)?.meanings.has(key)
  return isOwnAnswer || /^[a-z]{1,2}$/.test(key) ? null : first(found)
}

/**
 * Reads a reply as the answer to the open question; protocol section 4, "Rules for answers".
 *
 * Digits of every script, number words, yes and no, the words of the options and times count, in the language of the
 * conversation first and then in every other one. Each word of the reply must be understood: a free sentence is no answer.
 *
 * At a one-choice question several choices are all returned; which is the most serious the caller knows.
 * Takes time in proportion to the text and never throws.
 *
 * @param language - of the conversation, null while unknown
 */
export function readAnswer(
  words: AnswerWords,
  text: string,
  language: Language | null,
  shape: AnswerShape,
): ReadAnswer {
  if (text.length > REPLY_LENGTH_MAX) return DOES_NOT_FIT
  const whole = shape.type === 'number' && !isPlainDigits(text) ? withoutFraction(text) : text
  const digits = readDigitsOnly(whole)
  if (digits) return interpret(digits, shape)
  const said = foldedWords(whole)
  if (said.length === 0) return readSignAnswer(words, text, shape)
  if (said.every(isDigits)) return interpret(said.map(digitsItem), shape)
  if (said.length > REPLY_WORDS_MAX) return DOES_NOT_FIT
  const own = language === null ? undefined : words.lexicons.get(language)
  if (own) {
    const toned = readInTones(own, whole, said, shape)
    const read = toned ?? readIn(own, said, shape, true)
    if (read.kind !== 'none') return read
    // Letters that only this language has cannot be another one, and without their tones they would be other words.
    if (toned && VIETNAMESE.test(whole)) return DOES_NOT_FIT
    if (said.some((word) => own.otherWords.has(word))) return DOES_NOT_FIT
  }
  return readInOthers(words, whole, said, shape, own)
}

export type { AnswerOption, AnswerShape, ReadAnswer } from './answer-shape.ts'
export type { GlobalWord } from './answer-words.ts'

const REPLY_LENGTH_MAX = 320
const REPLY_WORDS_MAX = 60

/** The global words that a text may be, its accents counting where they tell words apart. */
function globalEntries(words: AnswerWords, text: string, said: string[], key: string): GlobalEntry[] {
  const isSpelledOut = said.length > 1 && said.every((word) => /^[a-z]$/.test(word))
  const found =
    words.global.get(key) ??
    words.global.get(latinLookAlikes(key)) ??
    (isSpelledOut ? words.global.get(said.join('')) : undefined) ??
    []
  if (words.tonal.size === 0) return found
  const tonedKey = foldedWords(text, foldTextKeepingTones).join(' ')
  if (tonedKey === key) return found
  const others = found.filter(({ languages }) => languages.size === 0 || !languages.isSubsetOf(words.tonal))
  return [...others, ...(words.tonedGlobal.get(tonedKey) ?? [])]
}

/** The reply by its accents, where the language has them and the person typed them; null when they decide nothing. */
function readInTones(own: Lexicon, text: string, said: string[], shape: AnswerShape): ReadAnswer | null {
  if (!own.toned) return null
  const toned = foldedWords(text, foldTextKeepingTones)
  if (toned.length === said.length && toned.every((word, at) => word === said[at])) return null
  return readIn(own.toned, toned, shape, true)
}

const VIETNAMESE = /[đơư\u{1EA0}-\u{1EF9}]/iu

function readIn(lexicon: Lexicon, said: string[], shape: AnswerShape, forgiving: boolean): ReadAnswer {
  const items = parseReply(lexicon, said, shape, forgiving)
  if (items === null) return DOES_NOT_FIT
  return items === 'ambiguous' ? AMBIGUOUS : interpret(items, shape)
}

/** Whole replies in one other language each: mixing them would read the Portuguese "sem febre" as a Russian seven. */
function readInOthers(
  words: AnswerWords,
  whole: string,
  said: string[],
  shape: AnswerShape,
  own: Lexicon | undefined,
): ReadAnswer {
  const isKnown = (word: string) =>
    isDigits(word) || words.knownWords.has(word) || words.knownWords.has(shortened(word))
  if (!said.every(isKnown)) return own ? DOES_NOT_FIT : readShown(said, shape)
  let read: ReadAnswer = DOES_NOT_FIT
  for (const lexicon of words.lexicons.values()) {
    if (lexicon === own || isTooShort(lexicon, said, shape)) continue
    const other = readInTones(lexicon, whole, said, shape) ?? readIn(lexicon, said, shape, false)
    if (other.kind === 'none') continue
    if (read.kind !== 'none' && JSON.stringify(read) !== JSON.stringify(other)) return AMBIGUOUS
    read = other
  }
  return read
}

/** Words shown by the flow itself count also before any language is known. */
function readShown(said: string[], shape: AnswerShape): ReadAnswer {
  return readIn(NO_WORDS, said, shape, false)
}
const NO_WORDS = emptyLexicon()

/**
 * Two Latin letters mean something else in the next language ("on" is ten in Uzbek), so alone they count only in their
 * own; yes and no are the exception, since nothing is said as often to a machine that guessed the language wrong.
 */
function isTooShort(lexicon: Lexicon, said: string[], shape: AnswerShape): boolean {
  const letters = said.filter((word) => !isDigits(word))
  // "I am 16": the digits carry the answer, the short words only stand around them.
  if (shape.type === 'number' && letters.length < said.length) return false
  if (letters.some((word) => word.length > 2 || !/^[a-z]+$/.test(word))) return false
  return !letters.every((word) =>
    lexicon.meanings.get(word)?.some((meaning) => meaning.is === 'yes' || meaning.is === 'no' || meaning.is === 'join'),
  )
}

function interpret(items: Item[], shape: AnswerShape): ReadAnswer {
  return shape.type === 'number' ? readAmount(items, shape) : readChoice(items, shape)
}

/** The fast path: ASCII digits with signs between them. */
function readDigitsOnly(text: string): Item[] | null {
  if (text.length > 40) return null
  const items: Item[] = []
  let run = ''
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) {
      run += text[at]
    } else {
      if (code > 0x7f || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)) return null
      if (run !== '') items.push({ is: 'digits', text: run })
      run = ''
    }
  }
  if (run !== '') items.push({ is: 'digits', text: run })
  return items.length > 0 ? items : null
}

/** "16.5" and "7 1/2" are 16 and 7; a date keeps its points. */
function withoutFraction(text: string): string {
  return text.replace(/^(\D*\d+)(?:[.,٫]\d|\s*(?:½|\b1[/⁄]2))(?=\D*$)/u, '$1')
}

const digitsItem = (text: string): Item => ({ is: 'digits', text })

function first(found: { word: GlobalWord }[]): GlobalWord | null {
  let best: GlobalWord | null = null
  let bestPlace = Number.POSITIVE_INFINITY
  for (const { word } of found) {
    const place = PLACES.indexOf(word.kind)
    if (place < bestPlace) {
      best = word
      bestPlace = place
    }
  }
  return best
}
const PLACES: GlobalWord['kind'][] = ['carrier_stop', 'carrier_start', ...GLOBAL_ORDER, 'language']

/** A message of signs alone: `?`, an SOS sign, a hand that says stop. */
function readSigns(words: AnswerWords, text: string): GlobalWord | null {
  const kind = oneSign(words, text)
  return kind === 'stop' || kind === 'sos' || kind === 'why' ? { kind } : null
}

function readSignAnswer(words: AnswerWords, text: string, shape: AnswerShape): ReadAnswer {
  const kind = oneSign(words, text)
  return kind === 'yes' || kind === 'no' ? interpret([{ is: kind }], shape) : DOES_NOT_FIT
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

/** What the known signs of a text say, when they all say the same. An SOS sign counts among any others. */
function oneSign(words: AnswerWords, text: string): 'stop' | 'sos' | 'yes' | 'no' | 'why' | null {
  let kind: 'stop' | 'sos' | 'yes' | 'no' | 'why' | null = null
  if (isAscii(text) && !text.includes('?')) return null
  for (const sign of text.slice(0, REPLY_LENGTH_MAX).normalize('NFKC')) {
    const its = words.signs.get(sign)
    if (its === 'sos') return its
    if (its === undefined || its === kind) continue
    if (kind !== null) return null
    kind = its
  }
  return kind
}

/** Cyrillic and Greek letters that look Latin, as keyboards mix them up: "ЅТОР" is STOP. */
function latinLookAlikes(key: string): string {
  return key.replace(/[асеорхуіјѕԁһкмтвнαορντκχυι]/gu, (letter) => LOOKS_LIKE[letter] ?? letter)
}
const LOOKS_LIKE: Record<string, string> = {
  а: 'a',
  с: 'c',
  е: 'e',
  о: 'o',
  р: 'p',
  х: 'x',
  у: 'y',
  и: 'i',
  ј: 'j',
  ѕ: 's',
  ԁ: 'd',
  к: 'k',
  м: 'm',
  т: 't',
  в: 'b',
  н: 'h',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  τ: 't',
  κ: 'k',
  χ: 'x',
  υ: 'u',
  ι: 'i',
}
