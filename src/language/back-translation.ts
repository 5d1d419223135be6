import { z } from 'zod'
import type { LocaleTexts } from './locale-schema.ts'
import { textHash } from './review-state.ts'

/** What people are sent, and what is therefore read back; labels and flags are for advocates. */
export const readBackNamespaces = ['questions', 'messages', 'phrasebook'] as const

/**
 * locales/<language>/back-translation.json: what each text says, in English, by somebody who had only the translation
 * before them. When, and whether that reader was another than the writer, stands in review.json.
 */
export const backTranslationSchema = z.strictObject({
  version: z.literal(1),
  language: z.string(),
  texts: z
    .record(
      z.string(),
      z.strictObject({
        of: z.string().regex(/^[0-9a-f]{8}$/, 'A mark has 8 letters and digits, as "puente review" writes it.'),
        says: z.string().min(1, 'Write in English what the text says, or leave the whole entry out.'),
      }),
    )
    .describe('By namespace.key, such as questions.E1: the mark of the text that was read, and what it says.'),
})
export type BackTranslation = z.infer<typeof backTranslationSchema>

/** Ids of texts, as namespace.key. */
export interface ReadBack {
  /** Read back as they stand. */
  current: string[]
  /** Changed after they were read back. */
  stale: string[]
  /** Never read back. */
  missing: string[]
}

/**
 * How much of a language was read back into English.
 *
 * A text that is the same in English, such as the menu of languages, needs no reading.
 *
 * @param english - the masters, by namespace and key
 */
export function readBackState(english: LocaleTexts, locale: LocaleTexts, back: BackTranslation | null): ReadBack {
  const state: ReadBack = { current: [], stale: [], missing: [] }
  for (const { id, text } of textsToReadBack(english, locale)) {
    const entry = back?.texts[id]
    if (entry === undefined) state.missing.push(id)
    else if (entry.of === textHash(text)) state.current.push(id)
    else state.stale.push(id)
  }
  return state
}

/** The texts of a language that somebody should put back into English, in the order of the English. */
export function textsToReadBack(
  english: LocaleTexts,
  locale: LocaleTexts,
): { id: string; text: string; master: string }[] {
  return readBackNamespaces.flatMap((namespace) =>
    Object.entries(english[namespace] ?? {}).flatMap(([key, master]) => {
      const text = locale[namespace]?.[key]
      return text === undefined || text === master ? [] : [{ id: `${namespace}.${key}`, text, master }]
    }),
  )
}

/** One line a text, so that a change of one text changes one line of the file. */
export function writeBackTranslation({ version, language, texts }: BackTranslation): string {
  const lines = Object.entries(texts).map(([id, entry]) => `    ${JSON.stringify(id)}: ${JSON.stringify(entry)}`)
  return `{\n  "version": ${version},\n  "language": ${JSON.stringify(language)},\n  "texts": {\n${lines.join(',\n')}\n  }\n}\n`
}
