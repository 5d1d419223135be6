import type { CaseCode, Language } from '../types.ts'

/** A page that a machine's voice reads to an advocate. */
export interface SpokenPage {
  language: Language
  /** What the key that they press answers; never read aloud. */
  code: CaseCode
  words: string
}

/** Languages for which telephone services have a voice; one for another language would make words of it that nobody understands. */
export const spokenLanguages = ['es', 'en', 'pt', 'fr'] as const

/** As the text of a message, which is all that is kept of it until it goes out. */
export function writeSpokenPage({ language, code, words }: SpokenPage): string {
  return `[${language} ${code}] ${words}`
}

/** Reads {@link writeSpokenPage}; null for any other text, which must never be read to anybody. */
export function readSpokenPage(text: string): SpokenPage | null {
  const [, language, code, words] = /^\[([a-z]{2,3}) ([A-Z0-9]{4})\] (.+)$/s.exec(text) ?? []
  if (language === undefined || code === undefined || words === undefined) return null
  return { language, code: code as CaseCode, words }
}
