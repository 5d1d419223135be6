import { z } from 'zod'
import { conditionSchema } from '../triage/condition.ts'

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_]*$/, 'An id has letters, digits and _ only.')

const optionSchema = z.strictObject({
  digit: z.int().min(1).max(9).describe('What the person sends.'),
  id: id.describe('What conditions and translations call it.'),
  days: z
    .strictObject({ from: z.int().min(0).optional(), to: z.int().min(0).optional() })
    .optional()
    .describe('An answer in days ("5 days", "2 weeks") that falls in here is this option.'),
  place: z.string().optional().describe('The city, as the advocate reads it.'),
})

export const questionSchema = z.strictObject({
  title: z.string().describe('What coordinators call it; never sent.'),
  answer: z.enum(['one', 'many', 'number']),
  options: z.array(optionSchema).min(1).optional(),
  number: z
    .strictObject({
      kind: z.enum(['age', 'months_pregnant', 'plain']),
      min: z.int(),
      max: z.int(),
      not_sure: z.int().optional().describe('The number that means "not sure".'),
    })
    .optional(),
  yes_no: z
    .literal(true)
    .optional()
    .describe('Yes and no, in words of any language, stand for the first and the second option.'),
  days_need_a_unit: z
    .literal(true)
    .optional()
    .describe('A number alone is never days here; only one with a unit is, such as "3 months".'),
  none: id.optional().describe('This option is ignored when another one is chosen too.'),
  several: z
    .array(id)
    .optional()
    .describe(
      'Which option counts when several are sent to a question for one; the first of this list. Without it the most serious.',
    ),
  youngest: z.array(id).optional().describe('Of these options only the first that was chosen counts.'),
  skip: id
    .optional()
    .describe('The option that SKIP counts as, or "refused": then SKIP is no answer. Without it SKIP leaves it open.'),
  zero: z
    .strictObject({ counts_as: z.union([id, z.int()]), stops: z.boolean() })
    .optional()
    .describe('What 0 means here beside, or instead of, stopping.'),
  question_mark: id.optional().describe('"?" is this option here.'),
  left_counts_as: id.optional().describe('What counts when the flow has gone past it without an answer.'),
  listed_as: id.optional().describe('The same question in other words: it is listed under this id.'),
  listed: z.boolean().default(true).describe('Whether it stands in the list of questions asked.'),
  sets_language: z.literal(true).optional().describe('Its options are languages.'),
  valid_hours: z.number().positive().optional().describe('The answer counts this long, then it is asked anew.'),
  not_understood: z
    .enum(['UNCLEAR', 'UNREAD'])
    .optional()
    .describe('The flag after two answers in a row that do not fit.'),
  role: z.string().optional().describe('Who looks at answers that cannot be understood.'),
  other_text: z
    .strictObject({ option: id, characters_max: z.int().positive() })
    .optional()
    .describe('Any other short text is taken as it is, as this option.'),
  danger_counts_as: z
    .record(z.string(), id)
    .optional()
    .describe('A hit of the danger scan counts as this option, by category.'),
  before: z
    .array(z.strictObject({ text: id, when: conditionSchema.optional() }))
    .optional()
    .describe('Texts that go in front of the question, once.'),
})
export type QuestionData = z.infer<typeof questionSchema>

const stepSchema = z.strictObject({ ask: id, when: conditionSchema.optional() })
const groupSchema = z.strictObject({
  group: z.string(),
  when: conditionSchema.optional(),
  early_exit: z
    .strictObject({ at: z.enum(['P1', 'P2']), still_ask: z.array(id) })
    .optional()
    .describe('From this level on, only the listed questions of the group are still asked.'),
  steps: z.array(stepSchema).min(1),
})

const turnSchema = z.strictObject({
  flag: id,
  at: z.array(id).optional().describe('Only while one of these questions is open.'),
  when: conditionSchema.optional(),
  unless: conditionSchema.optional(),
  end: id.optional().describe('The path ends; the word says why.'),
  say: z.array(id).optional(),
  later: z
    .enum(['nothing', 'first_question', 'case', 'language'])
    .optional()
    .describe('What a later message meets: no word from us, the first question anew, or the case alone.'),
  path: id.optional().describe('The path goes on here.'),
})

/** dialogs/intake.yaml, version 1: the questions, their order, and what turns the path. */
export const flowSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('flow'),
  id,
  questions: z.record(id, questionSchema),
  paths: z.record(id, z.array(z.union([stepSchema, groupSchema])).min(1)),
  turns: z.array(turnSchema),
  sos: z.strictObject({
    answer: z.strictObject({ question: id, is: id }),
    path: id,
    ask_anew: z.array(id),
  }),
  danger_answers: z.record(id, id).describe('A hit as the answer to this question counts as this option.'),
  first_question: id,
  language_question: id,
  resume_question: id,
  nudge_question: id,
  language_offer_question: id,
  language_offer_after_messages: z.int().min(1),
  follow_up_question: id.describe('Asked after a case was closed; "no" opens it again.'),
  record_question: id.describe('Asked when an advocate wants a record for a lawyer; its first option agrees.'),
  contact_question: id,
  phone_is_safe_when: conditionSchema,
  bridge_languages: z.array(z.string()).min(1),
  silence: z.array(
    z.strictObject({
      after_minutes: z.number().positive(),
      at: z.array(id).min(1),
      when: conditionSchema.optional(),
      raise: z.enum(['UNCLEAR', 'LANG_BARRIER']),
    }),
  ),
  nudges: z.array(z.strictObject({ after_minutes: z.number().positive(), when: conditionSchema })),
  never_nudge_after: z.array(id),
  resume_after_minutes: z.number().positive(),
  forget_after_hours: z.number().positive(),
  unfinished_case_after_minutes: z.number().positive(),
  retention_days: z.number().positive().max(90),
  retention_days_with_case: z.number().positive().max(90),
})
export type FlowData = z.infer<typeof flowSchema>

const dueText = z.strictObject({ text: id, when: conditionSchema.optional() })

/** dialogs/texts.yaml, version 1: which text is due when. */
export const textsSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('texts'),
  with_next_question: z.array(
    z.strictObject({
      text: id,
      not_with: z.array(id).describe('Waits while one of these questions comes next.'),
      when: conditionSchema,
      at_once_when: conditionSchema.optional().describe('Then it does not wait.'),
    }),
  ),
  closing: z
    .array(dueText.extend({ may_repeat: z.literal(true).optional().describe('Also when it was sent before.') }))
    .min(1)
    .describe('At the end of a path; the first that fits and was not sent before.'),
  closing_also: z.array(dueText),
  on_word: z.strictObject({
    why: z.array(id),
    data: z.array(dueText),
    erase_now: id,
    erase_later: id,
  }),
  not_understood: id,
  quiet: id,
  reopened: id,
  unasked: z.array(id),
  last_words: z.array(id),
  each_bridge_language: z.array(id),
  sms_without_last_sentence: z.array(id),
  placeholders: z.record(
    z.string(),
    z.array(z.strictObject({ entry: z.string(), when: conditionSchema.optional() })).min(1),
  ),
  only_while_valid: z.record(z.string(), z.string()),
})
export type TextsData = z.infer<typeof textsSchema>
