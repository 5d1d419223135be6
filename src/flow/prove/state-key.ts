import { type ConditionData, compileCondition, type Facts, isAtLeast, namesIn } from '../../triage/condition.ts'
import type { FlagId, Level, QuestionId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import type { Conversation } from '../conversation.ts'
import { promisedLevel, promisedRoles, togetherCondition } from '../promises/promised-conditions.ts'
import type { Promises } from '../promises/promises-schema.ts'
import type { Dialogs } from '../read-bundle.ts'
import { factsFor } from '../turn.ts'
import type { AnswerClasses } from './answer-classes.ts'

/** A condition with all that it looks at, flags followed to their questions. */
interface Root {
  questions: QuestionId[]
  flag: { id: FlagId; level: Level; roles: readonly string[] } | null
  /** Its truth matters whatever the level is. */
  isAlways: boolean
}

/**
 * Names what the rest of a conversation can depend on: two conversations with the same key meet the same questions,
 * pages and endings whatever is said from here on.
 *
 * Kept are: where the path stands, the level, who was paged; of the flags those that an upgrade, a step or a text can
 * still use; of the answers those that an open condition looks at beside a question that can still be asked.
 */
export function stateKeys(
  flow: Flow,
  dialogs: Dialogs,
  promises: Promises | null,
  classes: ReadonlyMap<QuestionId, AnswerClasses>,
): (conversation: Conversation) => string {
  const questions = Object.keys(flow.questions)
  const { rules } = dialogs
  const flagQuestions = memo((id: string): QuestionId[] => {
    const names = namesIn(rules.flags[id]!.when)
    return [
      ...new Set([...names.questions, ...names.flags.flatMap((other) => (other === id ? [] : flagQuestions(other)))]),
    ]
  })
  const questionsOf = (data: ConditionData): QuestionId[] => {
    const names = namesIn(data)
    return [...new Set([...names.questions, ...names.flags.flatMap(flagQuestions)])]
  }
  const roots: Root[] = []
  const addFlag = (id: FlagId) => {
    const data = rules.flags[id]!
    roots.push({
      questions: flagQuestions(id),
      flag: { id, level: data.level, roles: data.roles ?? Object.values(data.roles_by_danger ?? {}).flat() },
      isAlways: false,
    })
  }
  for (const id of Object.keys(rules.flags)) addFlag(id)
  const add = (data: ConditionData | undefined) => {
    if (data) roots.push({ questions: questionsOf(data), flag: null, isAlways: true })
  }
  for (const { when } of Object.values(rules.upgrades)) add(when)
  for (const { when } of rules.contact) add(when)
  for (const { when, unless } of flow.data.turns) {
    add(when)
    add(unless)
  }
  for (const promised of promises?.cases ?? []) {
    const level = promisedLevel(promises!, promised)
    if (!isAtLeast(level, 'P2')) continue
    const roles = promisedRoles(promises!, promised)
    const questions = questionsOf(togetherCondition(flow.data, promised.answers))
    for (const id of [promised.flag ?? ''].flat())
      roots.push({ questions, flag: { id, level, roles }, isAlways: false })
  }
  const steps = Object.fromEntries(
    Object.entries(dialogs.flow.paths).map(([name, entries]) => [name, stepNames(entries, questionsOf)]),
  )
  const together = [
    ...Object.values(rules.upgrades).map(({ to, uses, with_any }) => ({
      to,
      flags: [...(uses ?? []), ...(with_any ?? [])],
    })),
    ...(promises?.together ?? []).map(({ level, all, any }) => ({ to: level, flags: [...all, ...(any ?? [])] })),
  ]
  // A flag of P1 or P2 pages its roles by itself; the others do it only in company.
  const rolesOfLesser = (id: FlagId): readonly string[] => {
    const data = rules.flags[id]
    return data && !isAtLeast(data.level, 'P2') ? (data.roles ?? []) : []
  }
  // May the bot write first here: it must be the same for all conversations that are taken for one.
  const nudges = flow.nudges.map(({ when }) => when)
  if (promises) nudges.push(compileCondition(promises.nudge_only_when, flow.rules.context))
  const turning = flow.turns.map(({ when }) => when)

  return (conversation) => {
    const facts = factsFor(flow, conversation)
    const { answers } = conversation
    const askable = askableIn(flow, steps, conversation, facts)
    const isMoot = ({ level, roles }: { level: Level; roles: readonly string[] }) =>
      isAtLeast(conversation.level, level) &&
      (!isAtLeast(level, 'P2') ||
        (conversation.paged !== null && roles.every((role) => conversation.paged!.roles.includes(role))))
    const useful = new Set<FlagId>()
    for (const { to, flags } of together) {
      if (
        isAtLeast(conversation.level, to) &&
        flags.every((id) => rolesOfLesser(id).every((role) => conversation.paged?.roles.includes(role)))
      )
        continue
      for (const id of flags) useful.add(id)
    }
    const live = new Set<QuestionId>()
    for (const { question, questions: looks, flags } of steps[conversation.path]!) {
      if (!askable.has(question)) continue
      for (const id of flags) useful.add(id)
      // Of a step whose answers are all there only one thing matters: whether it comes.
      if (looks.some((id) => askable.has(id))) for (const id of looks) live.add(id)
    }
    for (const root of roots) {
      if (root.flag && isMoot(root.flag) && !useful.has(root.flag.id)) continue
      if (!root.questions.some((id) => askable.has(id))) continue
      for (const id of root.questions) live.add(id)
    }
    let key = `${conversation.path}|${conversation.open?.question ?? conversation.ended}|${conversation.open?.tries ?? ''}|${conversation.later}|${conversation.level}|${conversation.paged?.level ?? ''}${conversation.paged?.roles.toSorted().join() ?? ''}|${conversation.behind?.question ?? ''}|${conversation.isOptedOut ? 'o' : ''}|`
    for (const rule of flow.rules.flags)
      if (conversation.flags[rule.id] !== undefined && useful.has(rule.id)) key += `${rule.id},`
    key += '|'
    for (const when of nudges) key += when(facts) ? '1' : '0'
    for (const when of turning) key += when(facts) ? '1' : '0'
    key += '|'
    for (const id of questions) {
      if (live.has(id)) key += String.fromCharCode(48 + classes.get(id)!.classOf(answers[id]))
      else key += askable.has(id) ? '-' : '.'
    }
    return key
  }
}

interface StepNames {
  question: QuestionId
  questions: QuestionId[]
  flags: FlagId[]
  looksAtLevel: boolean
}

function stepNames(
  entries: Dialogs['flow']['paths'][string],
  questionsOf: (data: ConditionData) => QuestionId[],
): StepNames[] {
  return entries.flatMap((entry) => {
    const steps = 'ask' in entry ? [entry] : entry.steps
    return steps.map((step) => {
      const conditions = [step.when, 'ask' in entry ? undefined : entry.when].filter((one) => one !== undefined)
      return {
        question: step.ask,
        questions: [...new Set(conditions.flatMap(questionsOf))],
        flags: conditions.flatMap((one) => namesIn(one).flags),
        looksAtLevel: /"(level|level_at_least|danger|danger_named|flag_role|event)"/.test(JSON.stringify(conditions)),
      }
    })
  })
}

/** Questions without an answer that a conversation can still come to, directly or through other answers. */
function askableIn(
  flow: Flow,
  steps: Record<string, StepNames[]>,
  conversation: Conversation,
  facts: Facts,
): Set<QuestionId> {
  const askable = new Set<QuestionId>()
  if (conversation.ended !== null && conversation.later !== 'first_question') return askable
  const isBack = conversation.ended !== null
  const asksAnew = (id: QuestionId) =>
    isBack && (id === flow.data.first_question || flow.questions[id]?.valid_hours !== undefined)
  const own = steps[conversation.path]!
  const path = flow.paths[conversation.path]!.steps
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (let index = 0; index < own.length; index++) {
      const { question, questions, looksAtLevel } = own[index]!
      if (askable.has(question) || (conversation.answers[question] !== undefined && !asksAnew(question))) continue
      const isOpen =
        asksAnew(question) || looksAtLevel || questions.some((id) => askable.has(id)) || path[index]!.when(facts)
      if (!isOpen) continue
      askable.add(question)
      isGrowing = true
    }
  }
  return askable
}

function memo<T>(work: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>()
  return (id) => {
    if (!known.has(id)) known.set(id, work(id))
    return known.get(id)!
  }
}
