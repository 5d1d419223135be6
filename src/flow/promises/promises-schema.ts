import { z } from 'zod'
import { conditionSchema, turnEvents } from '../../triage/condition.ts'

const level = z.enum(['P1', 'P2', 'P3', 'P4'])
const danger = z.enum(['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm'])
const minutes = z.number().min(0)
const group = z.enum(['line_1', 'line_2', 'coordinator', 'everybody'])

const says = z
  .record(z.string(), z.string())
  .optional()
  .describe('Words by language that the text must hold, by which it cannot be taken for another one.')

const denies = z
  .enum(['start', 'end', 'anywhere'])
  .optional()
  .describe(
    'Where the text must deny something, in a word of the list `denials`: in its first sentence, after its last option or in ' +
      'its last sentence, or in any.',
  )

const answerSchema = z
  .union([
    z.string(),
    z.array(z.string()).min(1),
    z.number(),
    z.strictObject({ all_of: z.array(z.string()).min(2) }),
    z.strictObject({ from: z.number(), to: z.number() }),
  ])
  .describe(
    'An option; a list when each of them alone is meant; all_of for several together; a number or from and to; ' +
      '"unanswered" when the flow has gone past the question; "skipped".',
  )
export type PromisedAnswer = z.infer<typeof answerSchema>

export const caseSchema = z.strictObject({
  answers: z.record(z.string(), answerSchema).default({}).describe('Whoever answers so …'),
  event: z.enum(turnEvents).optional().describe('… or in whose message this happens, alone …'),
  flag: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('… gets this flag, or one of these.'),
  level: level.optional().describe('… and is at least so urgent. Left out: the level of the flag.'),
  roles: z.array(z.string()).optional().describe('… and these are asked to help. Left out: the roles of the flag.'),
})
export type PromisedCase = z.infer<typeof caseSchema>

const conversationSchema = z.strictObject({
  story: z.string().describe('What it is about, for whoever reads the problem.'),
  answers: z
    .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
    .describe('Question to option; several options as a list; SKIP, PERSON, SOS or 0 as the word alone.'),
  asks: z
    .array(z.string())
    .describe('The questions, in order. Questions that the promises do not know may come between.'),
  alert: z
    .int()
    .nullable()
    .describe("The person's message, the greeting being 1, with which a human is paged at the latest; null for never."),
  level,
  roles: z.array(z.string()).optional(),
  says: z.array(z.string()).describe('All texts beside the questions, in order.'),
})
export type PromisedConversation = z.infer<typeof conversationSchema>

/**
 * dialogs/promises.yaml, version 1: what a change of the other files must not break.
 *
 * The file is written from the protocol and not from the rules, so that the two can be held against each other.
 */
export const promisesSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('promises'),
  flags: z.record(
    z.string(),
    z.strictObject({
      level: level.describe('At least.'),
      roles: z.array(z.string()).default([]).describe('At least these.'),
      roles_by_danger: z.partialRecord(danger, z.array(z.string())).optional(),
      give_way: z.literal(true).optional().describe('Its roles count only until another flag says what the danger is.'),
    }),
  ),
  cases: z.array(caseSchema),
  together: z
    .array(
      z.strictObject({
        id: z.string(),
        all: z.array(z.string()).min(1),
        any: z.array(z.string()).optional(),
        answers: z.record(z.string(), answerSchema).optional(),
        level,
      }),
    )
    .describe('Flags that are more serious together.'),
  at_any_time: z
    .array(
      z.strictObject({
        word: z.enum(['sos', 'person', 'stop']).optional(),
        danger: danger.optional(),
        captive: z.literal(true).optional(),
        changed_writer: z.literal(true).optional(),
        voice: z.literal(true).optional(),
        level: level.optional(),
        roles: z.array(z.string()).optional(),
        may_say: z.array(z.string()).optional().describe('Nothing but these texts goes out, and no question.'),
      }),
    )
    .describe('What counts whatever was asked last.'),
  quiet: z
    .array(
      z.strictObject({
        flag: z.string(),
        may_say: z.array(z.string()).describe('Nothing but these texts goes out, and no question.'),
        later: z.enum(['nothing', 'first_question', 'case', 'language']),
        unless: conditionSchema.optional(),
      }),
    )
    .describe('Flags after which the bot falls silent.'),
  silence: z
    .array(
      z.strictObject({
        at: z.array(z.string()).min(1),
        when: conditionSchema.optional(),
        within_minutes: minutes,
        raises: z.string(),
      }),
    )
    .describe('A person who falls silent here is looked for.'),
  nudge_only_when: conditionSchema.describe(
    'The only times at which the bot may write first while somebody is silent.',
  ),
  phone_is_safe_only_when: conditionSchema,
  never_nudge_after: z.array(z.string()),
  contact: z.array(z.strictObject({ way: z.string(), when: conditionSchema })),
  unasked: z.array(z.string()).describe('Texts that go out only where the channel rule allows it.'),
  questions: z.record(
    z.string(),
    z.strictObject({
      answer: z.enum(['one', 'many', 'number']),
      options: z.array(z.string()).optional().describe('In the order of their digits, from 1.'),
      min: z.int().optional(),
      max: z.int().optional(),
      not_understood: z.enum(['UNCLEAR', 'UNREAD']).optional(),
      role: z.string().optional(),
      skip: z.string().optional(),
      left_counts_as: z.string().optional(),
      none: z.string().optional(),
      zero: z.strictObject({ counts_as: z.union([z.string(), z.int()]), stops: z.boolean() }).optional(),
      first_of_several: z.string().optional(),
      danger_counts_as: z.record(z.string(), z.string()).optional(),
      valid_hours_max: z.number().optional(),
      teaches: z.array(z.string()).optional().describe('Words and digits that the text must hold, beside its options.'),
      says,
      denies,
    }),
  ),
  texts: z.record(
    z.string(),
    z.strictObject({
      placeholders: z.array(z.string()).default([]),
      teaches: z.array(z.string()).optional().describe('Words and digits that the text must hold.'),
      says,
      denies,
    }),
  ),
  denials: z
    .record(z.string(), z.array(z.string()).min(1))
    .describe('Words by language that deny, such as "not"; * stands for any letters at either end.'),
  segments_max: z.strictObject({
    otherwise: z.int(),
    by_language: z.record(z.string(), z.int()),
    except: z.array(z.string()),
  }),
  conversations: z.array(conversationSchema),
  levels: z.partialRecord(
    level,
    z.strictObject({
      opened_within_minutes: minutes,
      steps: z.array(z.strictObject({ by_minutes: minutes, page: group, if_nobody: z.array(group).optional() })),
      repeat: z.strictObject({ every_minutes: minutes, page: group, at_shift_start: z.boolean() }).optional(),
      tell: z.array(z.strictObject({ by_minutes: minutes, message: z.string() })).optional(),
      taken: z.strictObject({ open_within_minutes: minutes, contact_within_minutes: minutes }).optional(),
      load_cap: z.int().optional(),
    }),
  ),
  second_person: z.strictObject({ levels: z.array(z.string()), flags: z.array(z.string()) }),
  resume_after_minutes_max: minutes,
  forget_after_hours_max: minutes,
  unfinished_case_after_minutes_max: minutes,
  same_words_quiet_minutes_max: minutes,
  values: z
    .array(
      z.strictObject({
        in: z.enum(['flow', 'rules', 'roles', 'texts', 'levels', 'directory', 'danger_rules']),
        at: z
          .string()
          .describe(
            'Where it stands: keys from the top, with dots; an entry of a list by its id, text, flag, question or group, or counted from 0.',
          ),
        is: z.unknown().optional().describe('Exactly this; null when it is left out.'),
        includes: z.array(z.string()).optional().describe('A list with at least these.'),
        only: z.array(z.string()).optional().describe('A list with nothing but these.'),
        at_most: z.number().optional(),
        at_least: z.number().optional(),
        otherwise: z.string().describe('What would happen to a person; told when the promise is broken.'),
      }),
    )
    .default([])
    .describe('Single values of the other files that stay as they are, or within a limit.'),
  answers: z
    .record(
      z.string(),
      z.strictObject({
        yes: z.array(z.string()).min(1),
        no: z.array(z.string()).min(1),
        numbers: z.record(z.string(), z.array(z.string()).min(1)),
      }),
    )
    .default({})
    .describe(
      'Words by language that are read as yes, as no and as numbers, as long as the language has answer words.',
    ),
  words: z.array(
    z.strictObject({
      kind: z.enum([
        'yes',
        'no',
        'stop',
        'carrier_stop',
        'carrier_start',
        'carrier_reserved',
        'sos',
        'person',
        'erase',
        'why',
        'data',
        'skip',
        'language_menu',
      ]),
      language: z.string().optional(),
      words: z.array(z.string()).min(1),
    }),
  ),
  danger: z.array(
    z.strictObject({
      language: z.string(),
      category: danger.optional(),
      captive: z.literal(true).optional(),
      says: z.string(),
    }),
  ),
  forbidden: z.record(z.string(), z.array(z.string())).describe('Words that no message may hold; "*" for any ending.'),
  scenarios: z.array(z.string()).describe('Saved conversations that may not be taken away.'),
})
export type Promises = z.infer<typeof promisesSchema>
export type PromisedValue = Promises['values'][number]

/** dialogs/promises-accepted.yaml: who answers for the promises as they stand. */
export const acceptedSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('promises_accepted'),
  fingerprint: z.string().describe('Of dialogs/promises.yaml, as "puente promises accept" writes it.'),
  accepted_by: z.string().min(1),
  accepted_on: z.iso.date(),
  why: z.string().min(1),
})
