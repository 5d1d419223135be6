import i18next, { type i18n } from 'i18next'
import type { Language } from '../types.ts'

/** The namespaces of a locale: locales/<language>/<namespace>.json. */
export const namespaces = ['questions', 'messages', 'options', 'flags', 'phrasebook', 'advocate', 'console'] as const
export type Namespace = (typeof namespaces)[number]

/** The words of all languages. */
export interface Texts {
  i18n: i18n
  languages: Language[]
  /** What texts were found to be in letters that cost nothing on SMS, by language and text. */
  plain: Map<string, string>
}

/**
 * Loads the locales into i18next.
 *
 * @param locales - language to namespace to flat keys
 */
export function loadTexts(locales: Record<Language, Partial<Record<Namespace, Record<string, string>>>>): Texts {
  const i18n = i18next.createInstance()
  void i18n.init({
    resources: locales as never,
    ns: [...namespaces],
    lng: 'en',
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    showSupportNotice: false,
    interpolation: { escapeValue: false },
  } as never)
  return { i18n, languages: Object.keys(locales), plain: new Map() }
}

/** Whether the language has the texts that a conversation needs. */
export function isWritten(texts: Texts, language: Language): boolean {
  return texts.i18n.hasResourceBundle(language, 'questions') && texts.i18n.hasResourceBundle(language, 'messages')
}

/** The text with its placeholders as they stand, or null where the language lacks it. */
export function rawText(texts: Texts, language: Language, namespace: Namespace, key: string): string | null {
  const found: unknown = texts.i18n.getResource(language, namespace, key)
  return typeof found === 'string' && found !== '' ? found : null
}

/**
 * The text, filled. A sentence whose placeholder has nothing to say is dropped, and only that sentence.
 *
 * @param values - null for "nothing to say"
 * @returns null where the language lacks the text or nothing of it is left
 */
export function fillText(
  texts: Texts,
  language: Language,
  namespace: Namespace,
  key: string,
  values: Record<string, string | null> = {},
): string | null {
  const raw = rawText(texts, language, namespace, key)
  if (raw === null || !raw.includes('{{')) return raw
  const kept = sentencesOf(raw).filter((sentence) => placeholdersIn(sentence).every((name) => values[name] != null))
  if (kept.length === 0) return null
  return texts.i18n.services.interpolator.interpolate(kept.join('').trim(), values, language, {})
}

/** Names in double braces. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((match) => match[1]!)
}

/** A text cut after each sentence; joined again they are the text. A number such as "1." does not end one. */
export function sentencesOf(text: string): string[] {
  const sentences = text.match(
    /[^.!?。！？।؟]*(?:\}\}[^.!?。！？।؟]*)?[.!?。！？।؟]+(?:\s+|$|(?=[^\s.!?。！？।؟]))|[^.!?。！？।؟]+$/gu,
  )
  return sentences ?? [text]
}
