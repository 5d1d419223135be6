/**
 * What all languages together make of a word: a message in no known language is looked at in eighteen of them, and
 * nearly every word means nothing in nearly every one. So each word is looked up once, not once a language.
 *
 * A set of languages is a number with one bit each. A set may hold a language too many, never one too few.
 */
export interface WordHints {
  /** Words that stand in a lexicon as they are, for whatever reason. */
  words: Map<string, number>
  /** Beginnings of words. */
  stems: Map<string, number>
  stemLengthMax: number
  /** Beginnings that may be a part of words written together, as any of the words may. */
  partStems: Map<string, number>
  /** Long words, to forgive one wrong letter; see {@link slipKeys}. */
  longWords: Map<string, readonly string[]>
  /** Of words seen lately. */
  recent: Map<string, WordHint>
  languages: number
}

/** What is known of one word. */
export interface WordHint {
  /** Languages in which it stands as it is. */
  word: number
  /** Languages that have a beginning of it. */
  stem: number
  /** Languages that have a word one slip away. */
  slip: number
  /** The words one slip away, of any language. */
  slips: readonly string[]
  /** Languages whose words may fill it from end to end. */
  filled: number
}

export function newWordHints(): WordHints {
  return {
    words: new Map(),
    stems: new Map(),
    stemLengthMax: 0,
    partStems: new Map(),
    longWords: new Map(),
    recent: new Map(),
    languages: 0,
  }
}

/** The bit of one more language. Those after the thirty-first share theirs, which is a language too many at worst. */
export function addLanguage(hints: WordHints): number {
  hints.recent.clear()
  return 1 << Math.min(hints.languages++, 31)
}

export function addTo(sets: Map<string, number>, word: string, bit: number): void {
  sets.set(word, (sets.get(word) ?? 0) | bit)
}

/** @param to - the beginnings of words, or of the parts of words written together */
export function addStem(hints: WordHints, to: Map<string, number>, stem: string, bit: number): void {
  addTo(to, stem, bit)
  hints.stemLengthMax = Math.max(hints.stemLengthMax, stem.length)
}

/** @param word - is among the words of its languages too */
export function addLongWord(hints: WordHints, word: string): void {
  for (const key of slipKeys(word, word.length)) {
    const list = hints.longWords.get(key) ?? none
    // Most lists hold one word, and a list that was pushed to has room for sixteen more.
    if (!list.includes(word)) hints.longWords.set(key, [...list, word])
  }
}

/** A word must be this long before one wrong letter in it is forgiven. */
export const slipLength = 6

export function hintOf(hints: WordHints, word: string): WordHint {
  const known = hints.recent.get(word)
  if (known !== undefined) return known
  const slips = word.length >= slipLength - 1 && word.length <= 24 ? wordsOneSlipAway(hints, word) : none
  let slip = 0
  for (const meant of slips) slip |= hints.words.get(meant) ?? 0
  const hint: WordHint = {
    word: hints.words.get(word) ?? 0,
    stem: stemsAt(hints.stems, word, 0, hints.stemLengthMax),
    slip,
    slips,
    filled: word.length >= FILLED_MIN && word.length <= FILLED_MAX ? languagesThatFill(hints, word) : 0,
  }
  if (hints.recent.size >= RECENT_MAX) hints.recent.clear()
  hints.recent.set(word, hint)
  return hint
}

const none: readonly string[] = []
/** Some three megabytes when it is full. */
const RECENT_MAX = 16_000
/** Words written together have so many letters. */
const FILLED_MIN = 8
const FILLED_MAX = 60

function stemsAt(stems: Map<string, number>, word: string, from: number, lengthMax: number): number {
  let languages = 0
  const most = Math.min(word.length, from + lengthMax)
  for (let to = from + 1; to <= most; to++) languages |= stems.get(word.slice(from, to)) ?? 0
  return languages
}

/**
 * Two words of the same first letter that differ by one slip, of five letters and more, share the first three letters
 * or the last three; or they have six, and two neighbours in the middle are swapped.
 */
function slipKeys(word: string, length: number): string[] {
  const keys = [`${word.slice(0, 3)}${length}`, `${word[0]}.${word.slice(-3)}${length}`]
  if (word.length === slipLength && length === slipLength) keys.push(`${word.slice(0, 2)}..${word.slice(-2)}`)
  return keys
}

function wordsOneSlipAway(hints: WordHints, word: string): string[] {
  const out: string[] = []
  for (let length = Math.max(slipLength, word.length - 1); length <= word.length + 1; length++)
    for (const key of slipKeys(word, length))
      for (const meant of hints.longWords.get(key) ?? none)
        if (isOneSlip(word, meant) && !out.includes(meant)) out.push(meant)
  return out
}

/** One letter too many, missing or wrong, or two neighbours swapped. */
function isOneSlip(a: string, b: string): boolean {
  if (a === b) return true
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const restA = endA - start
  const restB = endB - start
  if (restA <= 1 && restB <= 1) return true
  return restA === 2 && restB === 2 && a[start] === b[start + 1] && a[start + 1] === b[start]
}

/** Languages whose words, or words that begin like theirs, may stand side by side and be this word. */
function languagesThatFill({ words, partStems, stemLengthMax }: WordHints, word: string): number {
  // reached[i]: the languages that fill the first i letters.
  const reached = new Int32Array(word.length + 1).fill(0)
  reached[0] = -1
  for (let from = 0; from <= word.length - 2; from++) {
    const here = reached[from]!
    if (here === 0) continue
    let begun = 0
    for (let to = from + 1; to <= word.length; to++) {
      const part = word.slice(from, to)
      if (to - from <= stemLengthMax) begun |= partStems.get(part) ?? 0
      if (to >= from + 2) reached[to]! |= here & (begun | (words.get(part) ?? 0))
    }
  }
  return reached[word.length]!
}
