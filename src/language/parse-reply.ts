import type { AnswerShape } from './answer-shape.ts'
import { type Lexicon, type Meaning, noteReach, type TimeUnit } from './answer-words.ts'
import { foldedWords } from './fold-text.ts'
import { misspellingsOf } from './misspellings.ts'

/** One understood piece of a reply. Words of politeness leave none. */
export type Item =
  | { is: 'digits'; text: string }
  | { is: 'number'; value: number }
  | { is: 'unit'; unit: TimeUnit }
  | { is: 'moment'; days: number }
  | { is: 'option'; option: string }
  | { is: 'yes' | 'no' | 'none' | 'unsure' | 'join' }

/**
 * Reads the words of a reply in one language, longest entries first.
 *
 * Every word must be understood. That is what keeps "tengo 2 hijos enfermos" from being read as option 2: a sentence is
 * something a person should read, not a choice.
 *
 * @param words - of `foldedWords`
 * @param forgiving - also reads misspellings
 * @returns the pieces in order, null when a word is not understood, or `ambiguous` when one could be two answers
 */
export function parseReply(
  lexicon: Lexicon,
  words: string[],
  shape: AnswerShape,
  forgiving: boolean,
): Item[] | null | 'ambiguous' {
  const items: Item[] = []
  const shown = shownWords(shape)
  for (let at = 0; at < words.length; ) {
    const step = longestEntry(lexicon, shown, words, at, shape, items)
    if (step) {
      if (step.item === 'ambiguous') return 'ambiguous'
      if (step.item) items.push(step.item)
      at += step.length
      continue
    }
    const word = words[at]!
    if (isDigits(word)) {
      items.push({ is: 'digits', text: word })
    } else {
      const read = readOddWord(lexicon, word, shape, items, forgiving && { isAlone: words.length === 1 })
      if (read === null || read === 'ambiguous') return read
      items.push(...read)
    }
    at++
  }
  return composeNumbers(items, lexicon.compose)
}

function longestEntry(
  lexicon: Lexicon,
  shown: ShownWords,
  words: string[],
  at: number,
  shape: AnswerShape,
  before: Item[],
): { length: number; item: Item | 'ambiguous' | null } | null {
  const reach = Math.max(lexicon.reach.get(words[at]!) ?? 0, shown.reach.get(words[at]!) ?? 0)
  for (let length = Math.min(reach, words.length - at); length > 0; length--) {
    const key = length === 1 ? words[at]! : words.slice(at, at + length).join(' ')
    const option = shown.options.get(key)
    if (option !== undefined && !(length === 1 && isDigits(key)))
      return { length, item: option === null ? 'ambiguous' : { is: 'option', option } }
    const meanings = lexicon.meanings.get(key)
    if (!meanings) continue
    const item = pickMeaning(meanings, shape, before)
    if (item !== undefined) return { length, item }
  }
  return null
}

/** The one meaning that counts at this question; null for words without weight, undefined when none counts. */
function pickMeaning(meanings: Meaning[], shape: AnswerShape, before: Item[]): Item | 'ambiguous' | null | undefined {
  let option: string | undefined
  for (const meaning of meanings) {
    if (meaning.is !== 'option' || meaning.question !== shape.question) continue
    if (!shape.options.some((known) => known.id === meaning.option)) continue
    if (option !== undefined && option !== meaning.option) return 'ambiguous'
    option = meaning.option
  }
  if (option !== undefined) return { is: 'option', option }
  const takesTimes = shape.type === 'number' || shape.options.some((known) => known.days)
  const last = before.at(-1)?.is
  const afterNumber = last === 'digits' || last === 'number'
  // "Năm" is five and year in Vietnamese: after a number it is the year.
  const rank = (meaning: Meaning): number => {
    switch (meaning.is) {
      case 'unit':
        return takesTimes ? (afterNumber ? 1 : 4) : 0
      case 'moment':
        return takesTimes ? 2 : 0
      case 'number':
        return 3
      case 'yes':
      case 'no':
      case 'none':
      case 'unsure':
        return 5
      case 'join':
        // "É" folds to "e", which is yes alone and "and" between two answers.
        return before.length > 0 ? 4.5 : 6
      case 'around':
        return 7
      case 'around_number':
        return shape.type === 'number' ? 7 : 0
      case 'around_time':
        return takesTimes ? 7 : 0
      case 'option':
        return 0
    }
  }
  let best: Meaning | undefined
  let bestRank = Number.POSITIVE_INFINITY
  for (const meaning of meanings) {
    const its = rank(meaning)
    if (its === 0 || its > bestRank) continue
    if (its === bestRank && best && differs(best, meaning)) return 'ambiguous'
    best = meaning
    bestRank = its
  }
  if (!best) return undefined
  switch (best.is) {
    case 'number':
      return { is: 'number', value: best.value }
    case 'unit':
      return { is: 'unit', unit: best.unit }
    case 'moment':
      return { is: 'moment', days: best.days }
    case 'yes':
    case 'no':
    case 'none':
    case 'unsure':
    case 'join':
      return { is: best.is }
    default:
      return null
  }
}

function differs(one: Meaning, other: Meaning): boolean {
  if (one.is === 'number' && other.is === 'number') return one.value !== other.value
  if (one.is === 'unit' && other.is === 'unit') return one.unit !== other.unit
  if (one.is === 'moment' && other.is === 'moment') return one.days !== other.days
  const plain = (meaning: Meaning) => meaning.is.startsWith('around')
  // "Yok" is no and none in Turkish; the question tells which it has.
  const negative = (meaning: Meaning) => meaning.is === 'no' || meaning.is === 'none'
  return one.is !== other.is && !(plain(one) && plain(other)) && !(negative(one) && negative(other))
}

/** A word that no table has as it is: a small word written together, a drawn-out yes, or a misspelling. */
function readOddWord(
  lexicon: Lexicon,
  word: string,
  shape: AnswerShape,
  before: Item[],
  forgiving: false | { isAlone: boolean },
): Item[] | null | 'ambiguous' {
  for (const small of lexicon.attached) {
    if (!word.startsWith(small) || word.length - small.length < 2) continue
    const meanings = lexicon.meanings.get(word.slice(small.length))
    const item = meanings && pickMeaning(meanings, shape, before)
    if (item === 'ambiguous') return item
    if (item) return [{ is: 'join' }, item]
    if (item === null) return []
  }
  if (lexicon.meanings.has(word) || lexicon.otherWords.has(word)) return null
  const short = shortened(word)
  if (short !== word) {
    const drawnOut = lexicon.meanings.get(short)?.find((meaning) => meaning.is === 'yes' || meaning.is === 'no')
    if (drawnOut) return [{ is: drawnOut.is as 'yes' | 'no' }]
  }
  if (!forgiving) return null
  let found: Item | null = null
  for (const candidate of misspellingsOf(lexicon, word)) {
    const item = pickMeaning(lexicon.meanings.get(candidate)!, shape, before)
    if (item === 'ambiguous') return item
    // Among other words a misspelt number is more often a word that we do not know: "siente" is not "siete".
    if (!item || (item.is === 'number' && !forgiving.isAlone)) continue
    if (found && JSON.stringify(found) !== JSON.stringify(item)) return 'ambiguous'
    found = item
  }
  return found ? [found] : null
}

/** "Siii" is "si". */
export function shortened(word: string): string {
  return word.replace(/(.)\1+/gu, '$1')
}

/** Joins number words: "treinta y cinco", "ten two", "cinco y treinta" where the language says it so. */
function composeNumbers(items: Item[], compose: Lexicon['compose']): Item[] {
  const out: Item[] = []
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!
    let value = item.is === 'number' ? item.value : null
    if (value === null) {
      out.push(item)
      continue
    }
    for (;;) {
      const joined = items[at + 1]?.is === 'join'
      const next = items[at + (joined ? 2 : 1)]
      if (next?.is !== 'number') break
      const sum = joinTwo(value, next.value, joined, compose)
      if (sum === null) break
      value = sum
      at += joined ? 2 : 1
    }
    out.push({ is: 'number', value })
  }
  return out
}

function joinTwo(first: number, second: number, joined: boolean, compose: Lexicon['compose']): number | null {
  const isTens = first >= 20 && first <= 90 && first % 10 === 0
  if (isTens && second >= 1 && second <= 9) return first + second
  // French counts sixty-fifteen and eighty-fifteen.
  if ((first === 60 || first === 80) && second >= 10 && second <= 19) return first + second
  if (first === 100 && second >= 1 && second <= 99) return first + second
  if (compose.has('units_first') && joined && first <= 9 && second >= 20 && second <= 90 && second % 10 === 0)
    return first + second
  if (compose.has('times_ten') && first >= 2 && first <= 9 && second === 10) return first * 10
  if (compose.has('teens') && first === 10 && second >= 1 && second <= 9) return first + second
  return null
}

interface ShownWords {
  /** Null where two options show the same words. */
  options: Map<string, string | null>
  reach: Map<string, number>
}

const shownByShape = new WeakMap<AnswerShape, ShownWords>()

function shownWords(shape: AnswerShape): ShownWords {
  let shown = shownByShape.get(shape)
  if (!shown) {
    shown = { options: new Map(), reach: new Map() }
    for (const option of shape.options)
      for (const entry of option.words ?? []) {
        const words = foldedWords(entry)
        if (words.length === 0) continue
        const key = words.join(' ')
        const other = shown.options.get(key)
        shown.options.set(key, other === undefined || other === option.id ? option.id : null)
        noteReach(shown.reach, key)
      }
    shownByShape.set(shape, shown)
  }
  return shown
}

export function isDigits(word: string): boolean {
  const first = word.charCodeAt(0)
  return first >= 0x30 && first <= 0x39
}
