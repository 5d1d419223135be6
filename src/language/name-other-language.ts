import { francAll } from 'franc'
import type { Language } from '../types.ts'

/**
 * Names the language of a longer text that our own models do not recognise, such as Swedish or Finnish.
 *
 * `franc` knows 187 languages but needs lines, not words: among texts that our models are unsure of it
 * would mend 32 and spoil 630, so it never votes on a language of ours and is never sure
 * (docs/language-model-card.md has the figures).
 *
 * @param letterCount - letters of any script in the text
 * @param isOurs - the languages that our models decide on
 * @returns null when the text is too short, franc cannot tell, or it names one of ours
 */
export function nameOtherLanguage(
  text: string,
  letterCount: number,
  isOurs: (language: Language) => boolean,
): Language | null {
  if (letterCount < LETTERS_MIN) return null
  const [first, second] = francAll(text.slice(0, UNITS_MAX))
  if (first === undefined || first[0] === 'und') return null
  if (second !== undefined && second[1] > CLOSE) return null
  // Canonical codes are ISO 639-1 where there is one: "swe" is "sv".
  const language = Intl.getCanonicalLocales(first[0])[0]?.split('-')[0] ?? null
  return language === null || VARIETIES.has(language) || isOurs(language) ? null : language
}

// Of Nahuatl, Quechua, Tzotzil, Zapotec and Mixtec, which our models name by their common code.
const VARIETIES: ReadonlySet<Language> = new Set(['nhn', 'qug', 'quy', 'quz', 'tzc', 'zam', 'ztu', 'mxv'])

const LETTERS_MIN = 40
const UNITS_MAX = 300
// The best language scores 1; a second one nearer than this makes it a guess.
const CLOSE = 0.97
