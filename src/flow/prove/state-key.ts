import {
  type Condition,
  type ConditionData,
  compileCondition,
  type Facts,
  isAtLeast,
  namesIn,
} from '../../triage/condition.ts'
import type { RulesData } from '../../triage/rules-schema.ts'
import type { FlagId, Level, QuestionId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import type { Conversation } from '../conversation.ts'
import { promisedLevel, togetherCondition } from '../promises/promised-conditions.ts'
import type { Promises } from '../promises/promises-schema.ts'
import type { Dialogs } from '../read-bundle.ts'
import { factsFor, mostUrgent } from '../turn.ts'
import type { AnswerClasses } from './answer-classes.ts'
import { includesAny, markAskable, type StepLooks, stepLooks } from './askable.ts'
import { ALWAYS, ASKABLE, GONE, type Known, NEVER, type OpenCondition, residuals } from './residual.ts'

/** A condition that something hangs on. */
interface Root {
  open: OpenCondition
  /** What it is worth: nothing any more at P3 or P4 once the level is reached. */
  worth: { flags: FlagId[]; level: Level } | null
  /** Once it is settled it has had its effect, whichever way. */
  isDone: boolean
}

/** @param isPlain - nothing but answers has been said so far */
export type StateKey = (conversation: Conversation, isPlain: boolean, facts: Facts) => string

/**
 * Names what the rest of a conversation can depend on: two conversations with the same key meet the same questions,
 * levels and endings, and page the same flags, whatever is said from here on.
 *
 * Kept are: where the path stands and the level; which questions can still come; of the flags those that an upgrade or a
 * step can still use; of every condition that looks at a question that can still come, or at more than answers, what is
 * left of it. Everything else has had its effect already.
 *
 * What a word changes is little. PERSON leads to another path: its steps count among those that can still come. Danger in
 * own words raises the level and answers the open question. 0, a voice note and words of somebody who is held end the
 * path. SOS alone takes answers back: so the key also holds what would be left after SOS, with those questions open again,
 * the first one answered, and every flag of now kept. After a word it holds no such second part, see {@link walk}.
 *
 * Who was paged is not part of it: pages of before decide nothing but whom not to page again, see {@link walk}.
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
    const own = open.openFlag(id)
    roots.push({ open: own, worth: { flags: [id], level: data.level }, isDone: !turnsAt.has(id) })
    flagRoots.set(id, own)
  }
  const reaching = reachingThem(dialogs, promises)
  const always = [
    ...Object.values(rules.upgrades).map(({ when }) => when),
    ...reaching,
    ...flow.data.turns.flatMap(({ when, unless }) => [when, unless]),
  ]
  for (const when of always) if (when) roots.push({ open: open.open(when), worth: null, isDone: false })
  for (const promised of promises?.cases ?? []) {
    const level = promisedLevel(promises!, promised)
    if (!isAtLeast(level, 'P2') || promised.event !== undefined) continue
    const worth = { flags: [promised.flag ?? []].flat(), level }
    const own = open.open(togetherCondition(flow.data, promised.answers))
    // What hangs on one answer is open exactly as long as its question is, and that stands in the key anyway.
    if (own.questions.length > 1 || own.looksBeyond) roots.push({ open: own, worth, isDone: false })
  }
  const together = [
    ...Object.values(rules.upgrades).map(({ to, uses, with_any }) => ({ to, all: uses ?? [], any: with_any ?? [] })),
    ...(promises?.together ?? []).map(({ level, all, any }) => ({ to: level, all, any: any ?? [] })),
  ]
  // Where a flag turns the path, and whether the bot may write first: the same for all that are taken for one.
  const seen: Condition[] = flow.turns.map(({ when }) => when)
  for (const when of reaching) {
    seen.push(compileCondition(when, flow.rules.context))
    // What looks at the flags as a whole, such as whether there is none, must be told apart before its answers come.
    for (const leaf of leavesOf(when))
      if (namesIn(leaf).questions.length === 0) seen.push(compileCondition(leaf, flow.rules.context))
  }
  const turnedTo = [...new Set(flow.data.turns.flatMap(({ path }) => path ?? []))]
  const stepsFrom = Object.fromEntries(
    Object.keys(steps).map((path) => [
      path,
      [path, ...turnedTo.filter((other) => other !== path)].flatMap((name) => steps[name]!),
    ]),
  )
  const { sos } = flow.data
  const levelOfSos = levelRaisedBySos(rules)

  const askable = new Uint8Array(questions.length)
  const known: Known = { answers: new Uint16Array(questions.length), kept: new Uint8Array(flagIds.length) }
  const useful = new Uint8Array(flagIds.length)
  const codes: number[] = []

  return (conversation, isPlain, facts) => {
    const { level, path, ended, later, open: asked, behind } = conversation
    // The path has ended. Whoever comes back after a silence is walked once for each level, not for each answer.
    if (ended !== null) return `${path}|${ended}|${later}|${level}${END_OF_PLACE}`
    const tries = asked?.tries || ''
    let place = `${path}|${asked?.question}|${asked?.step}|${tries}|${level}|${behind?.question ?? ''}${conversation.isOptedOut ? 'o' : ''}|`
    for (const when of seen) place += when(facts) ? '1' : '0'
    const now = place + END_OF_PLACE + whatIsLeft(conversation, facts)
    if (!isPlain) return now
    const sent = afterSos(conversation)
    return now + END_OF_PLACE + whatIsLeft(sent, factsFor(flow, sent))
  }

  /** What SOS would make of it, as far as the rest of a conversation can depend on it. */
  function afterSos(conversation: Conversation): Conversation {
    const { kept, flags, level } = conversation
    const answers = { ...conversation.answers, [sos.answer.question]: sos.answer.is }
    for (const question of sos.ask_anew) delete answers[question]
    return {
      ...conversation,
      answers,
      kept: { ...kept, ...flags },
      level: mostUrgent(level, levelOfSos),
      path: sos.path,
      open: null,
      behind: null,
    }
  }

  function whatIsLeft(conversation: Conversation, facts: Facts): string {
    const { level, flags, answers, kept, path } = conversation
    const ahead: readonly StepLooks[] = stepsFrom[path]!
    markAskable(ahead, conversation, facts, askable)
    for (let number = 0; number < questions.length; number++) {
      const id = questions[number]!
      known.answers[number] = askable[number] === 1 ? ASKABLE : GONE + classes.get(id)!.classOf(answers[id])
    }
    known.kept.fill(0)
    for (const id in kept) known.kept[flagNumbers.get(id)!] = 1
    const isOpen = ({ questions: looked, looksBeyond }: OpenCondition) => looksBeyond || includesAny(looked, askable)
    const canRise = (id: FlagId) => {
      const root = flagRoots.get(id)
      if (root === undefined || (root.questions.length > 0 && !isOpen(root))) return false
      const rest = root.residual(known, facts)
      return rest !== NEVER && rest !== ALWAYS
    }
    useful.fill(0)
    const use = (id: FlagId) => {
      const number = flagNumbers.get(id)
      if (number !== undefined) useful[number] = 1
    }
    for (const { to, all, any } of together) {
      if (isAtLeast(level, to)) continue
      if (!all.every((id) => flags[id] !== undefined || canRise(id))) continue
      if (any.length > 0 && !any.some((id) => flags[id] !== undefined || canRise(id))) continue
      for (const id of all) use(id)
      for (const id of any) use(id)
    }
    codes.length = 0
    for (const step of ahead) {
      if (askable[step.number] !== 1) continue
      for (const id of step.flags) use(id)
      // Of a step whose answers are all there only one thing matters: that it comes.
      codes.push(LETTER + step.number)
      for (const need of step.needs)
        if (includesAny(need.open.questions, askable)) codes.push(LETTER + need.open.residual(known, facts))
    }
    codes.push(LETTER)
    for (let at = 0; at < roots.length; at++) {
      const { worth, open: condition, isDone } = roots[at]!
      if (!isOpen(condition)) continue
      const isWorthless = worth !== null && isAtLeast(level, worth.level) && !isAtLeast(worth.level, 'P2')
      if (isWorthless && !worth.flags.some((id) => useful[flagNumbers.get(id)!] === 1)) continue
      const letter = condition.residual(known, facts)
      if (letter !== NEVER && !(isDone && letter === ALWAYS)) codes.push(LETTER + at, LETTER + letter)
    }
    codes.push(LETTER)
    for (let number = 0; number < flagIds.length; number++)
      if (useful[number] === 1 && flags[flagIds[number]!] !== undefined) codes.push(LETTER + number)
    return String.fromCharCode(...codes)
  }
}

/** Ends the part of a key that an interruption depends on. */
export const END_OF_PLACE = '#'
/** Numbers become letters from here on, far from the sign that ends a place. */
const LETTER = 0x1000

/**
 * Conditions that decide whether and how the person may be reached. Where the rules say it in the words of the promise
 * there is nothing to walk for: both hold, or neither, in every state.
 */
function reachingThem({ flow, rules }: Dialogs, promises: Promises | null): ConditionData[] {
  if (promises === null) return []
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
  const { contact, nudge_only_when: mayNudge, phone_is_safe_only_when: mayBeSafe } = promises
  const found: ConditionData[] = []
  if (!contact.every(({ way, when }, at) => rules.contact[at]?.way === way && isSame(rules.contact[at].when, when)))
    found.push(...rules.contact.flatMap(({ when }) => when ?? []), ...contact.map(({ when }) => when))
  const allowed = 'any' in mayNudge ? mayNudge.any : [mayNudge]
  const nudges = flow.nudges.map(({ when }) => when)
  if (!nudges.every((when) => allowed.some((one) => isSame(when, one)))) found.push(...nudges, mayNudge)
  if (!isSame(flow.phone_is_safe_when, mayBeSafe)) found.push(flow.phone_is_safe_when, mayBeSafe)
  return found
}

/** The level that SOS brings whatever else was said. */
function levelRaisedBySos(rules: RulesData): Level {
  const isSos = (when: ConditionData) => 'event' in when && when.event === 'sos'
  return Object.values(rules.flags)
    .filter(
      ({ when, instead_of_nothing_worse: worse }) => !worse && (isSos(when) || ('any' in when && when.any.some(isSos))),
    )
    .reduce<Level>((most, { level }) => mostUrgent(most, level), 'P4')
}

function leavesOf(data: ConditionData): ConditionData[] {
  if ('all' in data) return data.all.flatMap(leavesOf)
  if ('any' in data) return data.any.flatMap(leavesOf)
  if ('not' in data) return leavesOf(data.not)
  if ('of' in data) return data.of.flatMap(leavesOf)
  return [data]
}
