import { z } from 'zod'
import { didYouMean } from '../problem.ts'
import type { DangerCategory, FlagId, Level, QuestionId, RoleId } from '../types.ts'

const oneOrMany = z.union([z.string(), z.array(z.string()).min(1)])
const level = z.enum(['P1', 'P2', 'P3', 'P4'])

/** What happened in this one message, beside an answer. */
export const turnEvents = [
  'sos',
  'zero',
  'person_word',
  'danger_words',
  'captive_words',
  'changed_writer_words',
  'unclear',
  'unread',
  'language_barrier',
  'unwritten_language_named',
] as const
export type TurnEvent = (typeof turnEvents)[number]

/** The conditions there are, one name each. A condition is data with a known domain; there are no expression strings. */
export type ConditionData =
  | { all: ConditionData[] }
  | { any: ConditionData[] }
  | { not: ConditionData }
  | { at_least: number; of: ConditionData[] }
  | { question: string; is: string | string[] }
  | { question: string; includes: string | string[] }
  | { question: string; under: number }
  | { question: string; at_least: number }
  | { question: string; at_most: number }
  | { question: string; answered: true }
  | { question: string | string[]; skipped: true }
  | { left: string }
  | { flag: string | string[] }
  | { level: Level }
  | { level_at_least: Level }
  | { danger: string | string[] }
  | { danger_named: Level }
  | { flag_role: string | string[]; from: Level; except?: string[] }
  | { only_flag_roles: string[]; from: Level }
  | { case_role: string | string[] }
  | { no_flags: true }
  | { taken: true }
  | { first_message: 'media_only' }
  | { event: TurnEvent }
  | { open: string | string[] }

/** The keys that tell a form from the others, and its schema; the first that fits counts. */
const forms: [keys: string[], schema: z.ZodType][] = [
  [['all'], z.strictObject({ all: z.array(z.lazy(() => conditionSchema)).min(1) })],
  [['any'], z.strictObject({ any: z.array(z.lazy(() => conditionSchema)).min(1) })],
  [['not'], z.strictObject({ not: z.lazy(() => conditionSchema) })],
  [['of', 'at_least'], z.strictObject({ at_least: z.int().min(1), of: z.array(z.lazy(() => conditionSchema)).min(1) })],
  [['is'], z.strictObject({ question: z.string(), is: oneOrMany })],
  [['includes'], z.strictObject({ question: z.string(), includes: oneOrMany })],
  [['under'], z.strictObject({ question: z.string(), under: z.int() })],
  [['at_least'], z.strictObject({ question: z.string(), at_least: z.int() })],
  [['at_most'], z.strictObject({ question: z.string(), at_most: z.int() })],
  [['answered'], z.strictObject({ question: z.string(), answered: z.literal(true) })],
  [['skipped'], z.strictObject({ question: oneOrMany, skipped: z.literal(true) })],
  [['left'], z.strictObject({ left: z.string() })],
  [['flag'], z.strictObject({ flag: oneOrMany })],
  [['level'], z.strictObject({ level })],
  [['level_at_least'], z.strictObject({ level_at_least: level })],
  [['danger'], z.strictObject({ danger: oneOrMany })],
  [['danger_named'], z.strictObject({ danger_named: level })],
  [['flag_role'], z.strictObject({ flag_role: oneOrMany, from: level, except: z.array(z.string()).optional() })],
  [['only_flag_roles'], z.strictObject({ only_flag_roles: z.array(z.string()).min(1), from: level })],
  [['case_role'], z.strictObject({ case_role: oneOrMany })],
  [['no_flags'], z.strictObject({ no_flags: z.literal(true) })],
  [['taken'], z.strictObject({ taken: z.literal(true) })],
  [['first_message'], z.strictObject({ first_message: z.literal('media_only') })],
  [['event'], z.strictObject({ event: z.enum(turnEvents) })],
  [['open'], z.strictObject({ open: oneOrMany })],
]

/** Every form of a condition, for the JSON Schema that editors use. */
export const conditionForms: readonly z.ZodType[] = forms.map(([, schema]) => schema)

/** Picks the one form that the keys name, so that a problem is told about that form and not about all of them. */
export const conditionSchema: z.ZodType<ConditionData> = z
  .unknown()
  .superRefine((value, context) => {
    if (!isRecord(value) || Object.keys(value).length === 0) {
      context.addIssue({
        code: 'custom',
        message: 'A condition is written as { name: value }, such as { flag: PREG }.',
      })
      return
    }
    const form = forms.find(([keys]) => keys.every((key) => key in value))
    if (!form) {
      const strange = Object.keys(value).filter((key) => key !== 'question' && !names.includes(key))
      for (const key of strange.length > 0 ? strange : Object.keys(value).slice(0, 1))
        context.addIssue({
          code: 'custom',
          path: [key],
          params: { code: 'unknown-key' },
          message: strange.length > 0 ? noSuchCondition(key) : `"${key}" alone is no condition: say what it should be.`,
        })
      return
    }
    // Without its words, so that whoever reads the file says it in theirs.
    for (const { message: _, ...issue } of form[1].safeParse(value, { reportInput: true }).error?.issues ?? [])
      context.addIssue(issue as never)
  })
  .transform((value) => value as ConditionData)

const names = [...new Set(forms.map(([keys]) => keys[0]!))]
const noSuchCondition = (key: string): string =>
  `"${key}" is not a condition.${didYouMean(key, names)} Known are: ${names.join(', ')}.`

/** One answer as it is kept: an option, several, a number; null when skipped, false when the flow left it. */
export type Answer = string | string[] | number | null | false
export type Answers = Record<QuestionId, Answer>

/** Everything that a condition can look at. */
export interface Facts {
  answers: Answers
  /** Flag to the number of the message that raised it first. */
  flags: Record<FlagId, number>
  level: Level
  /** Categories that the person's own words named so far. */
  danger: Partial<Record<DangerCategory, number>>
  /** What happened in this message. */
  events: ReadonlySet<TurnEvent>
  /** The question that was open when the message came. */
  open: QuestionId | null
  /** The flow has gone past every step that asks it, or has ended. */
  isLeft(question: QuestionId): boolean
  /** Roles of the case. */
  caseRoles: readonly RoleId[]
  taken: boolean
  /** Role of the question that could not be understood. */
  unclearRoles: readonly RoleId[]
  firstMessageMediaOnly: boolean
}
export type Condition = (facts: Facts) => boolean

/** What compiling needs to know of the rest of the data. */
export interface ConditionContext {
  /** The answer that counts for a question that was left without one. */
  leftCountsAs(question: QuestionId): string | undefined
  flag(id: FlagId): { level: Level; namesDanger: boolean; rolesFor(facts: Facts): readonly RoleId[] } | undefined
}

const ranks: Record<Level, number> = { P1: 1, P2: 2, P3: 3, P4: 4 }
/** Whether `level` is as urgent as `bound` or more. */
export const isAtLeast = (level: Level, bound: Level): boolean => ranks[level] <= ranks[bound]

/** Makes a condition a function, once, so that a turn costs no look-ups by name. */
export function compileCondition(data: ConditionData, context: ConditionContext): Condition {
  const compile = (inner: ConditionData) => compileCondition(inner, context)
  if ('all' in data) return every(data.all.map(compile))
  if ('any' in data) return some(data.any.map(compile))
  if ('not' in data) {
    const inner = compile(data.not)
    return (facts) => !inner(facts)
  }
  if ('of' in data) {
    const inner = data.of.map(compile)
    return (facts) => inner.reduce((count, condition) => count + (condition(facts) ? 1 : 0), 0) >= data.at_least
  }
  if ('is' in data) return isAnswer(data.question, list(data.is), context)
  if ('includes' in data) return isAnswer(data.question, list(data.includes), context)
  if ('under' in data) return compareNumber(data.question, (value) => value < data.under)
  if ('at_least' in data) return compareNumber(data.question, (value) => value >= data.at_least)
  if ('at_most' in data) return compareNumber(data.question, (value) => value <= data.at_most)
  if ('answered' in data) {
    const { question } = data
    return ({ answers }) => answers[question] !== undefined && answers[question] !== null && answers[question] !== false
  }
  if ('skipped' in data) {
    const questions = list(data.question)
    return ({ answers }) => questions.some((question) => answers[question] === null)
  }
  if ('left' in data) return (facts) => facts.answers[data.left] !== undefined || facts.isLeft(data.left)
  if ('flag' in data) {
    const flags = list(data.flag)
    return (facts) => flags.some((flag) => facts.flags[flag] !== undefined)
  }
  if ('level' in data) return (facts) => facts.level === data.level
  if ('level_at_least' in data) return (facts) => isAtLeast(facts.level, data.level_at_least)
  if ('danger' in data) {
    const categories = list(data.danger) as DangerCategory[]
    return (facts) => categories.some((category) => facts.danger[category] !== undefined)
  }
  if ('danger_named' in data)
    return ({ flags }) =>
      Object.keys(flags).some((id) => {
        const flag = context.flag(id)
        return flag?.namesDanger === true && isAtLeast(flag.level, data.danger_named)
      })
  if ('flag_role' in data) {
    const roles = list(data.flag_role)
    return (facts) => rolesFrom(facts, data.from, context, data.except ?? []).some((role) => roles.includes(role))
  }
  if ('only_flag_roles' in data)
    return (facts) => {
      const roles = rolesFrom(facts, data.from, context, [])
      return roles.length > 0 && roles.every((role) => data.only_flag_roles.includes(role))
    }
  if ('case_role' in data) {
    const roles = list(data.case_role)
    return (facts) => facts.caseRoles.some((role) => roles.includes(role))
  }
  if ('no_flags' in data) return (facts) => Object.keys(facts.flags).length === 0
  if ('taken' in data) return (facts) => facts.taken
  if ('first_message' in data) return (facts) => facts.firstMessageMediaOnly
  if ('event' in data) return (facts) => facts.events.has(data.event)
  const open = list(data.open)
  return (facts) => facts.open !== null && open.includes(facts.open)
}

/** Every question, flag and so on that a condition names, for checks and for working out what depends on what. */
export function namesIn(data: ConditionData): Names {
  const found: Names = { questions: [], flags: [], events: [], looksAtCase: false }
  const visit = (inner: ConditionData): void => {
    if ('all' in inner) inner.all.forEach(visit)
    else if ('any' in inner) inner.any.forEach(visit)
    else if ('not' in inner) visit(inner.not)
    else if ('of' in inner) inner.of.forEach(visit)
    else if ('question' in inner) found.questions.push(...list(inner.question))
    else if ('left' in inner) found.questions.push(inner.left)
    else if ('open' in inner) found.questions.push(...list(inner.open))
    else if ('flag' in inner) found.flags.push(...list(inner.flag))
    else if ('event' in inner) found.events.push(inner.event)
    else if ('level' in inner || 'level_at_least' in inner || 'case_role' in inner) found.looksAtCase = true
  }
  visit(data)
  return found
}
interface Names {
  questions: QuestionId[]
  flags: FlagId[]
  events: TurnEvent[]
  /** The level or the roles of the case decide too. */
  looksAtCase: boolean
}

const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value])

function every(conditions: Condition[]): Condition {
  return (facts) => {
    for (const condition of conditions) if (!condition(facts)) return false
    return true
  }
}

function some(conditions: Condition[]): Condition {
  return (facts) => {
    for (const condition of conditions) if (condition(facts)) return true
    return false
  }
}

function isAnswer(question: QuestionId, options: string[], context: ConditionContext): Condition {
  const stated = ({ answers }: Facts): boolean => {
    const answer = answers[question]
    if (typeof answer === 'string') return options.includes(answer)
    if (Array.isArray(answer)) return answer.some((option) => options.includes(option))
    return false
  }
  const whenLeft = context.leftCountsAs(question)
  if (whenLeft === undefined || !options.includes(whenLeft)) return stated
  return (facts) => {
    const answer = facts.answers[question]
    if (answer === undefined) return facts.isLeft(question)
    return answer === null || answer === false || stated(facts)
  }
}

function compareNumber(question: QuestionId, holds: (value: number) => boolean): Condition {
  return ({ answers }) => {
    const answer = answers[question]
    return typeof answer === 'number' && holds(answer)
  }
}

/** Roles of the flags of at least this level. */
function rolesFrom(facts: Facts, from: Level, context: ConditionContext, except: string[]): RoleId[] {
  const roles: RoleId[] = []
  for (const id in facts.flags) {
    const flag = context.flag(id)
    if (flag && isAtLeast(flag.level, from) && !except.includes(id)) roles.push(...flag.rolesFor(facts))
  }
  return roles
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
