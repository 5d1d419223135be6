import { z } from 'zod'
import type { DangerCategory } from '../types.ts'
import { dangerIdeas } from './danger-lexicon.ts'

const idea = z.enum(dangerIdeas)
const category = z.enum(['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm'])
const lowering = z.enum(['negation', 'far_past', 'elsewhere', 'over', 'not_real'])

const rule = z
  .strictObject({
    id: z.string().describe('Category and short name, such as pregnancy/bleeding.'),
    says: z.string().describe('What the advocate reads after "the text suggests".'),
    category: category.optional(),
    urgent: z.boolean().default(true).describe('false: the topic is noted and nobody is paged.'),
    captive: z.boolean().default(false).describe('true: the words say that the writer is held now.'),
    changed_writer: z.boolean().default(false).describe('true: the words ask who wrote before, or for staff.'),
    needs: z
      .array(z.array(idea).min(1))
      .min(1)
      .max(3)
      .describe('One idea out of each list, in different words, near each other.'),
    unless: z.array(idea).default([]).describe('Does not hold when one of these is said without being denied.'),
    lowered_by: z
      .array(lowering)
      .default(['negation'])
      .describe('What takes an idea back: a denial, a far date, another country, "all well now", hearsay.'),
  })
  .describe('What follows when these ideas come together.')

/** The shape of `dialogs/danger-rules.yaml`; unknown keys are refused. */
export const dangerRulesSchema = z.strictObject({
  version: z.literal(1),
  near_characters: z.number().int().min(20).describe('How far apart the words of one rule may stand.'),
  far_past_years: z.strictObject({ from: z.number().int(), to: z.number().int() }).describe('Years that are long ago.'),
  also_try: z
    .record(z.string(), z.array(z.string()))
    .describe('Languages that people mix in; `any` is for every language. Only longer words and phrases count there.'),
  rules: z.array(rule).min(1),
})

export type DangerRules = z.infer<typeof dangerRulesSchema>
export type DangerRule = DangerRules['rules'][number] & { category?: DangerCategory }
