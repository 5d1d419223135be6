import type { Language } from '../types.ts'
import type { RotaPerson } from './rota.ts'

/** A text of `locales/<language>/advocate.json` with its `{{names}}` filled. */
export type AdvocateWords = (language: Language, key: string, params?: Record<string, string | number>) => string

/**
 * Makes the words from parsed `advocate.json` files. A language or key that is missing falls back to English, so that
 * an advocate always gets a text.
 *
 * @throws Error if the key is missing in English too: a page must never hold a bare key
 */
export function advocateWords(tables: Record<Language, Record<string, string>>): AdvocateWords {
  return (language, key, params = {}) => {
    const text = tables[language]?.[key] ?? tables.en?.[key]
    if (text === undefined) throw new Error(`locales/en/advocate.json has no "${key}"`)
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''))
  }
}

/**
 * The `advocate.json` of every language that has one.
 *
 * @param files - path, such as `locales/es/advocate.json`, to content
 */
export function advocateTables(files: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const tables: Record<string, Record<string, string>> = {}
  for (const [file, text] of Object.entries(files)) {
    const [, language] = file.match(/^locales\/([a-z]{2,3})\/advocate\.json$/) ?? []
    if (language !== undefined) tables[language] = JSON.parse(text) as Record<string, string>
  }
  return tables
}

/** The language in which an advocate is written to: the first of their own that has texts, else the first that has. */
export function languageOf(person: RotaPerson, written: readonly Language[]): Language {
  return person.languages.find((language) => written.includes(language)) ?? written[0]!
}
