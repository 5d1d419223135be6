import { z } from 'zod'

/** The namespaces that every written language has, complete; people read the first, second and fourth, advocates the third. */
export const requiredNamespaces = ['questions', 'messages', 'options', 'phrasebook'] as const
export type RequiredNamespace = (typeof requiredNamespaces)[number]

/** One file of a locale: locales/<language>/<namespace>.json. Keys are flat ids; a text is never looked up by its words. */
export const textsFileSchema = z.record(z.string(), z.string())

/** The files of one language, namespace to key to text. */
export type LocaleTexts = Record<string, Record<string, string>>

const day = z.iso.date()
const hash = z
  .string()
  .regex(/^[0-9a-f]{8}$/, 'A mark has 8 letters and digits, as the program writes it, such as "0df920a1".')

/** locales/<language>/review.json: how far each text has come from a draft to a text that a native speaker stands for. */
export const reviewSchema = z.strictObject({
  version: z.literal(1),
  language: z.string(),
  state: z.enum(['draft', 'reviewed']).describe('The state of every text that is not listed under texts.'),
  reviewer: z.string().nullable().describe('Who stands for all texts that are not listed; a name only with their yes.'),
  on: day.nullable(),
  back_translation: z
    .strictObject({
      on: day,
      independent: z
        .boolean()
        .describe('False when the writer of the text also read it back, or who did had seen the English.'),
      note: z.string(),
    })
    .nullable()
    .describe('A reading back into English, and what it changed.'),
  texts: z
    .record(
      z.string(),
      z.strictObject({
        state: z.enum(['draft', 'reviewed']),
        reviewer: z.string().nullable().default(null),
        on: day.nullable().default(null),
        text: hash.optional().describe('Of the translation that was reviewed; another text is a draft again.'),
        note: z.string().optional(),
      }),
    )
    .describe('Exceptions, by namespace.key, such as questions.E1.'),
  source: z
    .record(z.string(), z.record(z.string(), hash))
    .describe('Namespace to key to the hash of the English text that the translation was made from.'),
})
export type Review = z.infer<typeof reviewSchema>

/**
 * locales/<language>/forbidden.yaml: what no message may say in this language (protocol section 12, item 1), since a
 * third reader would learn who the person is.
 */
export const forbiddenSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('forbidden'),
  language: z.string(),
  words: z
    .array(z.string().min(2, 'A word has two letters at least: one alone would forbid too much.'))
    .min(1, 'At least one word, such as "asylum*": an empty list would let every word out.')
    .describe('A word or words; `stem*` also stands for longer words, `*part*` for any word that holds it.'),
})
export type Forbidden = z.infer<typeof forbiddenSchema>

/** dialogs/phrasebook.yaml: the sentences that an advocate sends by number, in the person's language. */
export const phrasebookSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('phrasebook'),
  groups: z.array(
    z.strictObject({
      title: z.string().describe('For the console.'),
      phrases: z.array(
        z.strictObject({
          number: z.number().int().min(1).max(99).describe('What the advocate sends.'),
          id: z.string().describe('Key in locales/<language>/phrasebook.json.'),
          when: z.string().describe('When to use it, for advocates; never sent.'),
          neutral: z
            .literal(true)
            .optional()
            .describe('Harmless also as the first line on a phone that others may read.'),
        }),
      ),
    }),
  ),
})
export type Phrasebook = z.infer<typeof phrasebookSchema>
