import { type Condition, compileCondition } from '../triage/condition.ts'
import { compileRules, type Rules } from '../triage/rules.ts'
import type { RolesData, RulesData } from '../triage/rules-schema.ts'
import type { FlagId, MessageId, QuestionId, RoleId } from '../types.ts'
import type { DirectoryData } from './directory.ts'
import type { Ears } from './ears.ts'
import type { FlowData, QuestionData, TextsData } from './flow-schema.ts'

/** One place in a path where a question may be asked. */
export interface Step {
  question: QuestionId
  when: Condition
}
export interface Path {
  steps: Step[]
  /** The last step that asks a question. */
  lastStepOf: Map<QuestionId, number>
}
export interface PathTurn {
  flag: FlagId
  at: QuestionId[] | null
  when: Condition
  end: string | null
  say: MessageId[]
  later: 'nothing' | 'first_question' | 'case' | 'language'
  path: string | null
}
interface DueText {
  text: MessageId
  when: Condition
}

/** A flow with its rules and texts, ready to run. Immutable. */
export interface Flow {
  /** Content address of the bundle that it came from. */
  bundle: string
  data: FlowData
  texts: TextsData
  rules: Rules
  questions: Record<QuestionId, QuestionData>
  paths: Record<string, Path>
  turns: PathTurn[]
  withNextQuestion: { text: MessageId; notWith: QuestionId[]; when: Condition; atOnce: Condition }[]
  closing: (DueText & { mayRepeat: boolean })[]
  closingAlso: DueText[]
  onData: DueText[]
  before: Map<QuestionId, DueText[]>
  silence: { afterMinutes: number; at: QuestionId[]; when: Condition; raise: 'UNCLEAR' | 'LANG_BARRIER' }[]
  nudges: { afterMinutes: number; when: Condition }[]
  roleLetters: Map<RoleId, string>
  isPhoneSafe: Condition
  placeholders: Record<string, { entry: string; when: Condition }[]>
  directory: DirectoryData
  /** Waits of the data to milliseconds; a demonstration may let time run faster. */
  waitMs(minutes: number): number
  ears: Ears
}

const always: Condition = () => true
const never: Condition = () => false

/**
 * Makes checked data a flow that can run. Conditions become functions once, so that a turn costs no look-ups.
 *
 * @throws RangeError when the data was not checked before and a name leads nowhere
 */
export function compileFlow(parts: {
  bundle: string
  flow: FlowData
  rules: RulesData
  roles: RolesData
  texts: TextsData
  directory: DirectoryData
  ears: Ears
  timeScale?: number
}): Flow {
  const { flow, texts } = parts
  const rules = compileRules(parts.rules, parts.roles, (question) => flow.questions[question]?.left_counts_as)
  const compile = (data: Parameters<typeof compileCondition>[0] | undefined, otherwise = always): Condition =>
    data ? compileCondition(data, rules.context) : otherwise
  const due = (entry: { text: string; when?: Parameters<typeof compileCondition>[0] | undefined }): DueText => ({
    text: entry.text,
    when: compile(entry.when),
  })
  return {
    bundle: parts.bundle,
    data: flow,
    texts,
    rules,
    questions: flow.questions,
    paths: Object.fromEntries(Object.entries(flow.paths).map(([name, steps]) => [name, compilePath(steps, compile)])),
    turns: flow.turns.map((turn) => {
      const when = compile(turn.when)
      const unless = compile(turn.unless, never)
      return {
        flag: turn.flag,
        at: turn.at ?? null,
        when: (facts) => when(facts) && !unless(facts),
        end: turn.end ?? null,
        say: turn.say ?? [],
        later: turn.later ?? 'case',
        path: turn.path ?? null,
      }
    }),
    withNextQuestion: texts.with_next_question.map((entry) => ({
      text: entry.text,
      notWith: entry.not_with,
      when: compile(entry.when),
      atOnce: compile(entry.at_once_when, never),
    })),
    closing: texts.closing.map((entry) => ({ ...due(entry), mayRepeat: entry.may_repeat ?? false })),
    closingAlso: texts.closing_also.map(due),
    onData: texts.on_word.data.map(due),
    before: new Map(
      Object.entries(flow.questions).flatMap(([question, { before }]) =>
        before ? [[question, before.map(due)] as const] : [],
      ),
    ),
    silence: flow.silence.map((entry) => ({
      afterMinutes: entry.after_minutes,
      at: entry.at,
      when: compile(entry.when),
      raise: entry.raise,
    })),
    nudges: flow.nudges.map((entry) => ({ afterMinutes: entry.after_minutes, when: compile(entry.when) })),
    roleLetters: new Map(parts.roles.roles.map(({ id, letter }) => [id, letter])),
    isPhoneSafe: compile(flow.phone_is_safe_when),
    placeholders: Object.fromEntries(
      Object.entries(texts.placeholders).map(([name, entries]) => [
        name,
        entries.map(({ entry, when }) => ({ entry, when: compile(when) })),
      ]),
    ),
    directory: parts.directory,
    waitMs: (minutes) => (minutes * 60_000) / (parts.timeScale ?? 1),
    ears: parts.ears,
  }
}

type Compile = (data: Parameters<typeof compileCondition>[0] | undefined) => Condition

function compilePath(entries: FlowData['paths'][string], compile: Compile): Path {
  const steps: Step[] = []
  for (const entry of entries) {
    if ('ask' in entry) {
      steps.push({ question: entry.ask, when: compile(entry.when) })
      continue
    }
    const groupHolds = compile(entry.when)
    const exit = entry.early_exit
    const isLate = exit ? compile({ level_at_least: exit.at }) : never
    for (const step of entry.steps) {
      const stepHolds = compile(step.when)
      const stays = exit?.still_ask.includes(step.ask) ?? true
      steps.push({
        question: step.ask,
        when: stays
          ? (facts) => groupHolds(facts) && stepHolds(facts)
          : (facts) => groupHolds(facts) && !isLate(facts) && stepHolds(facts),
      })
    }
  }
  return { steps, lastStepOf: new Map(steps.map(({ question }, index) => [question, index])) }
}
