import { z } from 'zod'
import { conditionSchema } from './condition.ts'

const level = z.enum(['P1', 'P2', 'P3', 'P4'])
const dangers = ['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm'] as const

export const flagSchema = z.strictObject({
  level: level.describe('How urgent a case with this flag is, at least.'),
  roles: z.array(z.string()).optional().describe('Who is asked to help.'),
  roles_by_danger: z
    .partialRecord(z.enum(dangers), z.array(z.string()))
    .optional()
    .describe("Who is asked to help, by what the person's own words named."),
  roles_of_question: z
    .literal(true)
    .optional()
    .describe('Who is asked to help is the role of the question that could not be understood.'),
  names_danger: z.literal(true).optional().describe('The flag says what the danger is.'),
  roles_give_way: z
    .literal(true)
    .optional()
    .describe('Its roles count only until a flag of P1 or P2 says what the danger is.'),
  instead_of_nothing_worse: z
    .array(z.string())
    .optional()
    .describe('Not set while one of these is set: only the most serious of them counts.'),
  when: conditionSchema.describe('When it is raised.'),
})

export const upgradeSchema = z.strictObject({
  to: level.describe('The case gets at least this level.'),
  uses: z.array(z.string()).optional().describe('All of these flags must be set; they bring their roles.'),
  with_any: z.array(z.string()).optional().describe('And one of these; those that are set bring their roles.'),
  when: conditionSchema.optional().describe('And this must hold.'),
})

export const contactWays = ['text', 'call', 'voice', 'wait', 'reply_voice', 'self_service'] as const

/** dialogs/rules.yaml, version 1: from answers to flags, from flags to a level and roles. */
export const rulesSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('rules'),
  flags: z.record(z.string(), flagSchema),
  upgrades: z.record(z.string(), upgradeSchema),
  contact: z
    .array(z.strictObject({ way: z.enum(contactWays), when: conditionSchema.optional() }))
    .min(1)
    .describe('How the person may be reached; the first that fits.'),
  same_words_quiet_minutes: z.number().min(0),
})
export type RulesData = z.infer<typeof rulesSchema>

/** dialogs/roles.yaml, version 1. */
export const rolesSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('roles'),
  roles: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[a-z][a-z_]*$/, 'A role is written in small letters and "_", such as "child_protection".'),
        letter: z
          .string()
          .regex(/^[A-Z]$/, 'A letter is one capital letter, A to Z, such as "H".')
          .describe('Stands for the role in pages; says nothing to a stranger.'),
        who: z.string().min(1),
      }),
    )
    .min(1),
  fallback: z.string().describe('The role of a case that has none.'),
  never_alone: z.string().describe('This role is never the only one of a case; the fallback is added.'),
})
export type RolesData = z.infer<typeof rolesSchema>
