import { z } from 'zod'

const texts = z.array(z.string())

const turnSchema = z
  .strictObject({
    they: z.string().optional().describe('What the person writes. Left out: only time passes.'),
    to: z
      .string()
      .optional()
      .describe('The question that is open now. Questions that the scenario does not name are skipped before.'),
    media: z.array(z.enum(['image', 'audio', 'video', 'document', 'location', 'contact'])).optional(),
    after_minutes: z.number().min(0).optional().describe('So long after the turn before; half a minute when left out.'),
    advocate: z
      .enum(['takes', 'writes', 'closes'])
      .optional()
      .describe('What a human does now, instead of the person.'),
    answers: z
      .record(z.string(), z.string())
      .optional()
      .describe('What advocates text now, one after the other; CODE stands for the code of the case.'),
    gets: z
      .record(z.string(), texts)
      .optional()
      .describe('How the texts begin that an advocate gets by now, since the turn before; [] for none.'),
    tells: texts.optional().describe('The texts of the handoff that the person gets by now; [] for none.'),
    asks: z.string().nullable().optional().describe('The question that comes; null for none.'),
    says: texts.optional().describe('The texts that come, beside the question.'),
    silent: z.literal(true).optional().describe('Nothing at all is sent.'),
    pages: texts.optional().describe('The roles that are paged with this turn; [] for nobody.'),
    level: z.enum(['P1', 'P2', 'P3', 'P4']).optional(),
    language: z.string().optional().describe('The language that we answer in from now on.'),
  })
  .refine(
    (turn) => [turn.they, turn.media, turn.advocate, turn.after_minutes, turn.answers].some((one) => one !== undefined),
    {
      message: 'A turn has "they", "media", "advocate", "answers" or "after_minutes".',
    },
  )
export type ScenarioTurn = z.infer<typeof turnSchema>

/** dialogs/scenarios/<name>.yaml, version 1: a conversation that must come out as it is written. */
export const scenarioSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('scenario'),
  story: z.string().describe('What happened, in one or two sentences.'),
  starts_at: z.iso.datetime({ offset: true }).describe('With the time zone, such as 2026-11-24T23:40:00-06:00.'),
  channel: z.enum(['sms', 'whatsapp']).default('sms'),
  from_country: z.string().optional().describe('The beginning of the number, such as "+509".'),
  on_call: z
    .strictObject({
      zone: z.string().default('America/Matamoros'),
      coordinator: z.string(),
      people: z
        .array(
          z.strictObject({
            id: z.string(),
            line: z.literal([1, 2]).optional().describe('On shift day and night on this line; left out: on none.'),
            languages: z.array(z.string()).min(1),
            roles: texts,
          }),
        )
        .min(1),
    })
    .optional()
    .describe('Who is on call. With it the case is handed over as it would be for people.'),
  turns: z.array(turnSchema).min(1),
  ends: z.strictObject({
    level: z.enum(['P1', 'P2', 'P3', 'P4']),
    flags: texts.optional().describe('These flags are raised, among others.'),
    not_flags: texts.optional(),
    roles: texts.optional().describe('These are asked, among others.'),
    contact: z.enum(['text', 'call', 'voice', 'wait', 'reply_voice', 'self_service']).optional(),
    ended: z.string().nullable().optional().describe('Why the path ended; null while it goes on.'),
    alert_at_message: z
      .int()
      .nullable()
      .optional()
      .describe("The person's message with which a human was first paged."),
  }),
})
export type Scenario = z.infer<typeof scenarioSchema>
