import {
  type Condition,
  type ConditionData,
  compileCondition,
  type Facts,
  isAtLeast,
  namesIn,
} from '../../triage/condition.ts'
import type { FlagId, Level, QuestionId, RoleId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import type { Conversation } from '../conversation.ts'
import { promisedLevel, promisedRoles, togetherCondition } from '../promises/promised-conditions.ts'
import type { Promises } from '../promises/promises-schema.ts'
import type { Dialogs } from '../read-bundle.ts'
import type { AnswerClasses } from './answer-classes.ts'
import { includesAny, markAskable, stepLooks } from './askable.ts'
import { ALWAYS, ASKABLE, GONE, type Known, NEVER, type OpenCondition, residuals } from './residual.ts'

/** A condition that something hangs on. */
interface Root {
  open: OpenCondition
  /** What it is worth: nothing any more once the level is reached and the roles are paged. */
  worth: { flags: FlagId[]; level: Level; roles: readonly RoleId[] } | null
  /** Once it is settled it has had its effect, whichever way. */
  isDone: boolean
}

/** @param isPlain - nothing but answers has been said so far, so that an interruption may still come */
export type StateKey = (conversation: Conversation, isPlain: boolean, facts: Facts) => string

/**
 * Names what the rest of a conversation can depend on: two conversations with the same key meet the same questions,
 * pages and endings whatever is said from here on.
 *
 * Kept are: where the path stands, the level, who was paged; which questions can still come; of the flags those that an
 * upgrade or a step can still use; of every condition that looks at a question that can still come, what is left of it.
 * Everything else has had its effect already.
 */
export function stateKeys(
  flow: Flow,
  dialogs: Dialogs,
  promises: Promises | null,
  classes: ReadonlyMap<QuestionId, AnswerClasses>,
): StateKey {
  const { rules } = dialogs
  const questions = Object.keys(flow.questions)
  const flagIds = Object.keys(rules.flags)
  const questionNumbers = new Map(questions.map((id, number) => [id, number]))
  const flagNumbers = new Map(flagIds.map((id, number) => [id, number]))
  const open = residuals({ rules, context: flow.rules.context, questionNumbers, flagNumbers })
  const steps = stepLooks(flow, dialogs.flow, questionNumbers, open)

  const roots: Root[] = []
  const flagRoots = new Map<FlagId, OpenCondition>()
  const turnsAt = new Set(flow.data.turns.map(({ flag }) => flag))
  for (const [id, data] of Object.entries(rules.flags)) {
    const roles = data.roles ?? Object.values(data.roles_by_danger ?? {}).flat()
    const own = open.openFlag(id)
    roots.push({ open: own, worth: { flags: [id], level: data.level, roles }, isDone: !turnsAt.has(id) })
    flagRoots.set(id, own)
  }
  const always = [
    ...Object.values(rules.upgrades).map(({ when }) => when),
    ...rules.contact.map(({ when }) => when),
    ...flow.data.turns.flatMap(({ when, unless }) => [when, unless]),
  ]
  for (const when of always) if (when) roots.push({ open: open.open(when), worth: null, isDone: false })
  for (const promised of promises?.cases ?? []) {
    const level = promisedLevel(promises!, promised)
    if (!isAtLeast(level, 'P2') || promised.event !== undefined) continue
    const worth = { flags: [promised.flag ?? []].flat(), level, roles: promisedRoles(promises!, promised) }
    roots.push({ open: open.open(togetherCondition(flow.data, promised.answers)), worth, isDone: false })
  }
  const together = [
    ...Object.values(rules.upgrades).map(({ to, uses, with_any }) => ({ to, all: uses ?? [], any: with_any ?? [] })),
    ...(promises?.together ?? []).map(({ level, all, any }) => ({ to: level, all, any: any ?? [] })),
  ]
  // A flag of P1 or P2 pages its roles by itself; the others do it only in company.
  const rolesInCompany = (id: FlagId): readonly RoleId[] => {
    const data = rules.flags[id]
    return data && !isAtLeast(data.level, 'P2') ? (data.roles ?? []) : []
  }
  // May the bot write first here, and where does a flag turn the path: the same for all that are taken for one.
  const seen: Condition[] = [
    ...flow.nudges.map(({ when }) => when),
    ...flow.turns.map(({ when }) => when),
    flow.isPhoneSafe,
  ]
  if (promises) seen.push(compileCondition(promises.nudge_only_when, flow.rules.context))
  const writesFirst = [...flow.data.nudges.map(({ when }) => when), ...(promises ? [promises.nudge_only_when] : [])]
  for (const when of [...writesFirst, flow.data.phone_is_safe_when]) {
    roots.push({ open: open.open(when), worth: null, isDone: false })
    // What looks at the flags as a whole, such as whether there is none, must be told apart before its answers come.
    for (const leaf of leavesOf(when))
      if (namesIn(leaf).questions.length === 0) seen.push(compileCondition(leaf, flow.rules.context))
  }

  const askable = new Uint8Array(questions.length)
  const known: Known = { answers: new Uint16Array(questions.length), kept: new Uint8Array(flagIds.length) }
  const useful = new Uint8Array(flagIds.length)

  return (conversation, isPlain, facts) => {
    const { level, paged, flags, answers, kept, path } = conversation
    // The path has ended. Whoever comes back after a silence is walked once for each level and pages, not for each answer.
    if (conversation.ended !== null)
      return `${path}|${conversation.ended}|${conversation.later}|${level}|${pagesOf(paged)}${END_OF_PLACE}`
    markAskable(steps[path]!, conversation, facts, askable)
    for (let number = 0; number < questions.length; number++) {
      const id = questions[number]!
      known.answers[number] = askable[number] === 1 ? ASKABLE : GONE + classes.get(id)!.classOf(answers[id])
    }
    known.kept.fill(0)
    for (const id in kept) known.kept[flagNumbers.get(id)!] = 1
    const isPaged = (roles: readonly RoleId[]) => paged !== null && roles.every((role) => paged.roles.includes(role))
    const canRise = (id: FlagId) => {
      const root = flagRoots.get(id)
      if (root === undefined) return false
      if (root.questions.length > 0 && !includesAny(root.questions, askable)) return false
      const rest = root.residual(known, facts)
      return rest !== NEVER && rest !== ALWAYS
    }
    useful.fill(0)
    const use = (id: FlagId) => {
      const number = flagNumbers.get(id)
      if (number !== undefined) useful[number] = 1
    }
    for (const { to, all, any } of together) {
      if (isAtLeast(level, to) && [...all, ...any].every((id) => isPaged(rolesInCompany(id)))) continue
      if (!all.every((id) => flags[id] !== undefined || canRise(id))) continue
      if (any.length > 0 && !any.some((id) => flags[id] !== undefined || canRise(id))) continue
      const isMet =
        all.every((id) => flags[id] !== undefined) && (any.length === 0 || any.some((id) => flags[id] !== undefined))
      if (isMet && isAtLeast(level, to) && any.every((id) => flags[id] !== undefined || !canRise(id))) continue
      for (const id of all) use(id)
      for (const id of any) use(id)
    }
    let rest = ''
    for (const step of steps[path]!) {
      if (askable[step.number] !== 1) continue
      for (const id of step.flags) use(id)
      // Of a step whose answers are all there only one thing matters: that it comes.
      rest += String.fromCharCode(LETTER + step.number)
      for (const need of step.needs)
        if (includesAny(need.open.questions, askable))
          rest += String.fromCharCode(LETTER + need.open.residual(known, facts))
    }
    rest += END_OF_PLACE
    for (const { worth, open: condition, isDone } of roots) {
      let letter = NEVER
      if (includesAny(condition.questions, askable)) {
        const isWorthless =
          worth !== null && isAtLeast(level, worth.level) && (!isAtLeast(worth.level, 'P2') || isPaged(worth.roles))
        if (!isWorthless || worth.flags.some((id) => useful[flagNumbers.get(id)!] === 1)) {
          letter = condition.residual(known, facts)
          if (isDone && letter === ALWAYS) letter = NEVER
        }
      }
      rest += String.fromCharCode(LETTER + letter)
    }
    const asked = conversation.open
    let place = `${path}|${asked?.question}${asked?.tries || ''}|${level}${pagesOf(paged)}|${conversation.behind?.question ?? ''}${conversation.isOptedOut ? 'o' : ''}|`
    for (let number = 0; number < flagIds.length; number++)
      if (useful[number] === 1 && flags[flagIds[number]!] !== undefined) place += String.fromCharCode(LETTER + number)
    if (isPlain) for (const when of seen) place += when(facts) ? '1' : '0'
    return place + END_OF_PLACE + rest
  }
}

/** Ends the part of a key that an interruption depends on. */
export const END_OF_PLACE = '#'
/** Numbers become letters from here on, far from the sign that ends a place. */
const LETTER = 0x1000

const pagesOf = (paged: Conversation['paged']): string =>
  paged ? `${paged.level}${paged.roles.toSorted().join()}` : ''

function leavesOf(data: ConditionData): ConditionData[] {
  if ('all' in data) return data.all.flatMap(leavesOf)
  if ('any' in data) return data.any.flatMap(leavesOf)
  if ('not' in data) return leavesOf(data.not)
  if ('of' in data) return data.of.flatMap(leavesOf)
  return [data]
}
