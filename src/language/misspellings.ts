import type { Lexicon } from './answer-words.ts'

/**
 * The entries of a lexicon that a word may be a misspelling of: one letter added, lost, changed or swapped.
 *
 * Only words of five letters and more, and only with the first letter right: shorter ones have too many real neighbours
 * ("right" is one letter from "eight"). The cost depends on the length of the word, not on the size of the lexicon.
 */
export function misspellingsOf(lexicon: Lexicon, word: string): string[] {
  const letters = [...word]
  if (letters.length < LETTERS_MIN || letters.length > 24) return []
  const shortened = shortenedEntries(lexicon)
  const found = new Set<string>()
  const consider = (entry: string) => {
    if (!found.has(entry) && isOneEditApart(letters, [...entry])) found.add(entry)
  }
  for (const entry of shortened.get(word) ?? []) consider(entry)
  for (let at = 1; at < letters.length; at++) {
    const without = letters.toSpliced(at, 1).join('')
    if (isLongEnough(without) && lexicon.meanings.has(without)) consider(without)
    for (const entry of shortened.get(without) ?? []) consider(entry)
  }
  return [...found]
}

const LETTERS_MIN = 5

// Kept beside the lexicon, which never changes: built once, at the first misspelling.
const shortenedByLexicon = new WeakMap<Lexicon, Map<string, string[]>>()

/** Every entry of one long word, by what is left of it when one letter after the first is lost. */
function shortenedEntries(lexicon: Lexicon): Map<string, string[]> {
  let shortened = shortenedByLexicon.get(lexicon)
  if (!shortened) {
    shortened = new Map()
    for (const entry of lexicon.meanings.keys()) {
      if (entry.includes(' ') || !isLongEnough(entry)) continue
      const letters = [...entry]
      if (letters.length > 24) continue
      for (let at = 1; at < letters.length; at++) {
        const without = letters.toSpliced(at, 1).join('')
        const others = shortened.get(without)
        if (!others) shortened.set(without, [entry])
        else if (others.length < 16 && others.at(-1) !== entry) others.push(entry)
      }
    }
    shortenedByLexicon.set(lexicon, shortened)
  }
  return shortened
}

function isLongEnough(word: string): boolean {
  return [...word].length >= LETTERS_MIN
}

function isOneEditApart(one: string[], other: string[]): boolean {
  if (one[0] !== other[0] || Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let endOne = one.length
  let endOther = other.length
  while (endOne > start && endOther > start && one[endOne - 1] === other[endOther - 1]) {
    endOne--
    endOther--
  }
  const leftOne = endOne - start
  const leftOther = endOther - start
  if (leftOne <= 1 && leftOther <= 1) return true
  return leftOne === 2 && leftOther === 2 && one[start] === other[start + 1] && one[start + 1] === other[start]
}
