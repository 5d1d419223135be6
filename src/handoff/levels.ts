import { z } from 'zod'
import type { Problem } from '../problem.ts'
import type { Level } from '../types.ts'
import { readYaml } from './read-yaml.ts'

const minutes = z.number().int().min(0).max(100_000)
const groupSchema = z.enum(
  ['line_1', 'line_2', 'coordinator', 'everybody'],
  'Who is paged is line_1, line_2, coordinator or everybody.',
)
const stepSchema = z.strictObject({
  at_minutes: minutes,
  page: z.array(groupSchema).min(1),
  if_nobody: z.array(groupSchema).optional().describe('Who else is paged at once when "page" has nobody on shift.'),
})
const levelSchema = z.strictObject({
  target_minutes: minutes.describe('By when a human has opened the case; pages count down to it.'),
  listed: z.boolean().optional().describe("Nobody is woken, the coordinator's list has it."),
  steps: z.array(stepSchema),
  repeat: z
    .strictObject({ every_minutes: minutes.min(1), page: z.array(groupSchema).min(1), at_shift_start: z.boolean() })
    .optional(),
  tell: z.array(z.strictObject({ at_minutes: minutes, message: z.string() })).optional(),
  taken: z
    .strictObject({
      open_within_minutes: minutes,
      contact_within_minutes: minutes,
      answer_reminder_within_minutes: minutes,
    })
    .optional(),
  load_cap: z.number().int().min(1).optional(),
})
/** dialogs/levels.yaml, version 1. */
export const levelsSchema = z.strictObject({
  version: z.literal(1),
  levels: z.strictObject({ P1: levelSchema, P2: levelSchema, P3: levelSchema, P4: levelSchema }),
  digest_at: z
    .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written "HH:MM".'))
    .min(1, 'At least one time a day, such as ["08:00"]: without it the coordinator is not told who waits.'),
  within_person: z.strictObject({
    whatsapp_after_minutes: minutes.nullable(),
    voice_after_minutes: minutes.nullable(),
  }),
  surge: z.strictObject({
    untaken_p1_per_advocate: z.number().int().min(1),
    merge_minutes: minutes.min(1),
    pages_per_hour: z.number().int().min(1),
  }),
  gaps: z.strictObject({ look_ahead_days: z.number().int().min(1).max(60), tell_ahead_hours: z.number().int().min(1) }),
  closing: z.strictObject({
    second_person_levels: z.array(z.enum(['P1', 'P2', 'P3', 'P4'])),
    second_person_flags: z.array(z.string()),
    ask_again_minutes: minutes.min(1),
  }),
  drill: z.strictObject({
    weekday: z.number().int().min(1).max(7),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written "HH:MM".'),
    end_after_minutes: minutes.min(1),
  }),
  advocate_languages: z.array(z.string()).min(1),
  words: z.array(z.string().regex(/^[a-z]{3,10}$/, 'A word is 3 to 10 plain small letters.')).min(10),
})

/** dialogs/levels.yaml: how long each urgency may wait and who is asked when. */
export type Levels = z.infer<typeof levelsSchema>
export type LevelRule = Levels['levels'][Level]
/** Who a step pages: those on shift on a line with the case's role, the coordinator, or all of the rota. */
export type PageGroup = z.infer<typeof groupSchema>

/** Reads dialogs/levels.yaml. Refuses a level that pages somebody but would at some point stop asking. */
export function readLevels(text: string): { levels: Levels | null; problems: Problem[] } {
  const { value: levels, problems, problemAt } = readYaml(text, levelsSchema, 'levels')
  if (levels === null) return { levels: null, problems }
  for (const level of ['P1', 'P2', 'P3', 'P4'] as const) {
    const rule = levels.levels[level]
    if (rule.steps.length > 0 && rule.repeat === undefined) {
      const message = `${level} pages people but has no "repeat".\nA person in danger would be forgotten after the last step.`
      problems.push(problemAt(['levels', level], 'levels/ends-silently', message, 'key'))
    }
    if (rule.steps.length > 0 && rule.steps[0]!.at_minutes !== 0) {
      const message = `The first step of ${level} is not at 0.\nA person in danger would wait before anybody is told.`
      problems.push(problemAt(['levels', level, 'steps', 0, 'at_minutes'], 'levels/starts-late', message))
    }
    for (const [index, step] of rule.steps.entries()) {
      const before = rule.steps[index - 1]
      if (before === undefined || before.at_minutes < step.at_minutes) continue
      const message = 'Steps come in the order of their times, each later than the one before.'
      problems.push(problemAt(['levels', level, 'steps', index, 'at_minutes'], 'levels/out-of-order', message))
    }
  }
  return problems.length > 0 ? { levels: null, problems } : { levels, problems: [] }
}
