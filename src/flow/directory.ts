import { z } from 'zod'
import type { Language } from '../types.ts'

const day = z.iso.date()

/** Where a sentence of policy or a number comes from, and until when it may be shown. */
export const checkedFields = {
  source: z
    .string()
    .regex(/\S/, 'Say where it was seen, such as "notice at the clinic, 3 May".')
    .describe('Where it was seen.'),
  checked_on: day.optional().describe('When somebody made sure that it is right.'),
  checked_by: z.string().optional(),
  next_check: day.optional().describe('From this day on it is not shown any more.'),
  demonstration: z.literal(true).optional().describe('Shown on the simulated phones only.'),
}
export interface Checked {
  checked_on?: string | undefined
  checked_by?: string | undefined
  next_check?: string | undefined
  demonstration?: true | undefined
}
export const saysByWhom = (entry: Checked): boolean =>
  entry.checked_on === undefined ||
  (entry.checked_by?.trim() !== '' && entry.checked_by !== undefined && entry.next_check !== undefined)
export const whoAndUntilWhen = 'An entry that was checked says by whom ("checked_by") and until when ("next_check").'

/** dialogs/directory.yaml, version 1: numbers and policy sentences, each with its source and an end. */
export const directorySchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('directory'),
  entries: z.record(
    z.string(),
    z
      .strictObject({
        title: z.string().describe('What coordinators call it; never sent.'),
        says: z
          .union([z.string(), z.record(z.string(), z.string())])
          .describe('What stands in the message: one text for all languages, such as a number, or one by language.'),
        who_answers: z.string().optional().describe('State body, migration office, police, or a private organisation.'),
        risk: z.string().optional().describe('What an advocate should know before handing it out.'),
        ...checkedFields,
      })
      .refine(saysByWhom, { message: whoAndUntilWhen }),
  ),
})
export type DirectoryData = z.infer<typeof directorySchema>

/**
 * What an entry says today, or null: nothing prints that nobody has checked, or that is past its date.
 *
 * @param isDemonstration - simulated phones also show entries that are marked for them
 */
export function entryText(
  directory: DirectoryData,
  id: string,
  language: Language,
  now: number,
  isDemonstration: boolean,
): string | null {
  const entry = directory.entries[id]
  if (!entry || !mayBeShown(entry, now, isDemonstration)) return null
  if (typeof entry.says === 'string') return entry.says
  return entry.says[language] ?? null
}

/** Nothing is shown that nobody has checked, or that is past its date; simulated phones also show what is marked for them. */
export function mayBeShown(entry: Checked, now: number, isDemonstration: boolean): boolean {
  const today = new Date(now).toISOString().slice(0, 10)
  const isChecked = entry.checked_on !== undefined && entry.next_check !== undefined && today < entry.next_check
  return isChecked || (entry.demonstration === true && isDemonstration)
}
