import { z } from 'zod'
import type { Language } from '../types.ts'

/** dialogs/languages.yaml: every language that people may name, how they name it, and how we can answer in it. */
export const languagesSchema = z.strictObject({
  version: z.literal(1),
  languages: z.array(
    z.strictObject({
      id: z.string().describe('ISO 639-1 where there is one, else 639-3'),
      name: z.string().describe('In English, for the console'),
      autonym: z.string().describe('As its speakers write it; this is what a menu shows'),
      spellings: z.array(z.string()).describe('Whole messages that name this language, in any spelling and language'),
      script: z.string().describe('ISO 15924, the script that we answer in'),
      direction: z.enum(['ltr', 'rtl']).default('ltr'),
      menu: z.number().int().min(1).max(8).optional().describe('Digit in the language menu L1'),
      tier: z
        .enum(['A', 'B', 'C', 'D'])
        .describe(
          'A full texts; B full texts once a native speaker has read them; C audio and interpreter; D interpreter',
        ),
      written: z.boolean().describe('True when locales/ has its texts'),
      also_reads: z.array(z.string()).default([]).describe('Languages that many of its speakers read'),
    }),
  ),
})

/** One language as dialogs/languages.yaml describes it. */
export type LanguageEntry = z.infer<typeof languagesSchema>['languages'][number]

/** The language on this digit of the menu L1, or null: 9 is "another language". */
export function menuLanguage(languages: LanguageEntry[], digit: number): Language | null {
  return languages.find((entry) => entry.menu === digit)?.id ?? null
}
