import en from '../../locales/en/console.json' with { type: 'json' }
import es from '../../locales/es/console.json' with { type: 'json' }

export type WordKey = keyof typeof en
export type Say = (key: WordKey, params?: Record<string, string | number>) => string

const tables: Record<string, Record<string, string>> = { en, es }

/** The console's words in a language that it has; English otherwise. */
export function wordsIn(language: string): Say {
  const table = tables[language.slice(0, 2)] ?? en
  return (key, params = {}) =>
    (table[key] ?? en[key]).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''))
}
