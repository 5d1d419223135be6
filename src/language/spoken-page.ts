import type { CaseCode, Language } from '../types.ts'

/** What a machine's voice reads to an advocate who is rung: a page, or that they can be connected with a person. */
export interface SpokenPage {
  language: Language
  /** What the key that they press answers; never read aloud. */
  code: CaseCode
  words: string
  /** Key 1 connects with the person whose case this is, which the advocate asked for. */
  connects?: true
}

/** Languages for which telephone services have a voice; one for another language would make words of it that nobody understands. */
export const spokenLanguages = ['es', 'en', 'pt', 'fr'] as const

/** As the text of a message, which is all that is kept of it until it goes out. */
export function writeSpokenPage({ language, code, words, connects }: SpokenPage): string {
  return `[${language} ${code}${connects ? ' call' : ''}] ${words}`
}

/** Reads {@link writeSpokenPage}; null for any other text, which must never be read to anybody. */
export function readSpokenPage(text: string): SpokenPage | null {
  const [, language, code, call, words] = /^\[([a-z]{2,3}) ([A-Z0-9]{4})( call)?\] (.+)$/s.exec(text) ?? []
  if (language === undefined || code === undefined || words === undefined) return null
  return { language, code: code as CaseCode, words, ...(call !== undefined && { connects: true }) }
}
