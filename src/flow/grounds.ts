import { z } from 'zod'
import { checkedFields, saysByWhom, whoAndUntilWhen } from './directory.ts'

const inBoth = z.strictObject({ en: z.string(), es: z.string() })
const day = z.iso.date()

/** dialogs/grounds.yaml, version 1: what a record for a lawyer points at. No conclusion follows from any of it. */
export const groundsSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('grounds'),
  attempts: z.array(z.string()).describe('Flags that say something about the appointment app or about a port.'),
  grounds: z.record(
    z.string(),
    z
      .strictObject({
        title: inBoth,
        says: inBoth.describe('What the source says, in plain words.'),
        flags: z.array(z.string()).min(1).describe('Answers that set one of these touch it.'),
        jurisdiction: z.string(),
        from: day.optional().describe('It is about entries from this day on.'),
        to: day.optional().describe('It is about entries until this day.'),
        off: z.literal(true).optional().describe('Left out of every record from now on.'),
        ...checkedFields,
      })
      .refine(saysByWhom, { message: whoAndUntilWhen }),
  ),
})
export type GroundsData = z.infer<typeof groundsSchema>
