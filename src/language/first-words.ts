import type { Language } from '../types.ts'
import { readLetters } from './letters.ts'

/** Whole first messages that speakers of a language are known to write; locales/<language>/first-words.yaml. */
export interface FirstWords {
  /** As spelled, with accents. */
  exact: FirstWordTable
  /** Without accents and special letters, as typed in haste. */
  plain: FirstWordTable
}

/** From a whole message to the languages that list it, and how usual it is in each (1 or less). */
export type FirstWordTable = Map<string, ReadonlyMap<Language, number>>

/**
 * Builds the look-up from what the locale files list.
 *
 * @param entries - in the order of the files: what stands higher in its language's list is more usual there
 */
export function readFirstWords(entries: readonly { language: Language; text: string }[]): FirstWords {
  const exact = new Map<string, Map<Language, number>>()
  const plain = new Map<string, Map<Language, number>>()
  const seen = new Map<Language, number>()
  for (const { language, text } of entries) {
    const rank = seen.get(language) ?? 0
    seen.set(language, rank + 1)
    const key = readLetters(text).words.join(' ')
    if (key === '') continue
    add(exact, key, language, 1 / (1 + rank / 100))
    add(plain, withoutAccents(key), language, 1 / (1 + rank / 100))
  }
  return { exact, plain }
}

/** The languages in which exactly these words are a first message; none for most texts. */
export function findFirstWords(firstWords: FirstWords, words: readonly string[]): ReadonlyMap<Language, number> {
  if (words.length === 0 || words.length > 10) return NOBODY
  const key = words.join(' ')
  return firstWords.exact.get(key) ?? firstWords.plain.get(withoutAccents(key)) ?? NOBODY
}

const NOBODY: ReadonlyMap<Language, number> = new Map()

/** "mwen bezwen èd" is "mwen bezwen ed"; "ñ" is "n"; "k'iche'" is "kiche". */
export function withoutAccents(text: string): string {
  if (/^[a-z ]*$/.test(text)) return text
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f']/gu, '')
    .normalize('NFC')
    .replace(/[ıđøłɨңөүұқғҳҷӯәў]/gu, (letter) => PLAIN[letter] ?? letter)
}

const PLAIN: Record<string, string> = {
  ı: 'i',
  đ: 'd',
  ø: 'o',
  ł: 'l',
  ɨ: 'i',
  ң: 'н',
  ө: 'о',
  ү: 'у',
  ұ: 'у',
  қ: 'к',
  ғ: 'г',
  ҳ: 'х',
  ҷ: 'ч',
  ӯ: 'у',
  ә: 'а',
  ў: 'у',
}

function add(table: Map<string, Map<Language, number>>, key: string, language: Language, weight: number): void {
  const languages = table.get(key) ?? new Map<Language, number>()
  languages.set(language, Math.max(weight, languages.get(language) ?? 0))
  table.set(key, languages)
}
