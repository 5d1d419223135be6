import type { Language } from '../types.ts'
import { readLetters } from './letters.ts'

/** Whole first messages that speakers of a language are known to write; locales/<language>/first-words.yaml. */
export interface FirstWords {
  /** As spelled, with accents. */
  exact: Map<string, Language[]>
  /** Without accents and special letters, as typed in haste. */
  plain: Map<string, Language[]>
}

/** Builds the look-up from what the locale files list. */
export function readFirstWords(entries: readonly { language: Language; text: string }[]): FirstWords {
  const firstWords: FirstWords = { exact: new Map(), plain: new Map() }
  for (const { language, text } of entries) {
    const key = readLetters(text).words.join(' ')
    if (key === '') continue
    add(firstWords.exact, key, language)
    add(firstWords.plain, withoutAccents(key), language)
  }
  return firstWords
}

/** The languages in which exactly these words are a first message; none for most texts. */
export function findFirstWords(firstWords: FirstWords, words: readonly string[]): readonly Language[] {
  if (words.length === 0 || words.length > 10) return []
  const key = words.join(' ')
  return firstWords.exact.get(key) ?? firstWords.plain.get(withoutAccents(key)) ?? []
}

/** "mwen bezwen èd" is "mwen bezwen ed"; "ñ" is "n"; "k'iche'" is "kiche". */
export function withoutAccents(text: string): string {
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

function add(map: Map<string, Language[]>, key: string, language: Language): void {
  const languages = map.get(key)
  if (languages === undefined) map.set(key, [language])
  else if (!languages.includes(language)) languages.push(language)
}
