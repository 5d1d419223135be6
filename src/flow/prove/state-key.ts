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

/** A condition with the smallest parts that it is made of, flags followed to their questions. */
interface Root {
  questions: QuestionId[]
  atoms: number[]
  /** What it is worth: nothing any more once the level is reached and the roles are paged. */
  worth: { flags: FlagId[]; level: Level; roles: readonly RoleId[] } | null
}
interface StepLooks {
  question: QuestionId
  questions: QuestionId[]
  atoms: number[]
  flags: FlagId[]
  /** All of these must hold for it to come; from this level on it never comes. */
  needs: { holds: Condition; questions: QuestionId[]; looksAtLevel: boolean }[]
  neverFrom: Level | null
}

/** @param isPlain - nothing but answers has been said so far, so that an interruption may still come */
export type StateKey = (conversation: Conversation, isPlain: boolean, facts: Facts) => string

/**
 * Names what the rest of a conversation can depend on: two conversations with the same key meet the same questions,
 * pages and endings whatever is said from here on.
 *
 * Kept are: where the path stands, the level, who was paged; which questions can still come; of the flags those that an
 * upgrade or a step can still use; of the answers what an open condition sees of them, when it also looks at a question
 * that can still come. Everything else has had its effect already.
 */
export function stateKeys(flow: Flow, dialogs: Dialogs, promises: Promises | null): StateKey {
  const { rules } = dialogs
  const atoms: Condition[] = []
  const atomNumbers = new Map<string, number>()
  const atomOf = (data: ConditionData): number => {
    const name = JSON.stringify(data)
    let number = atomNumbers.get(name)
    if (number === undefined) {
      number = atoms.length
      atoms.push(compileCondition(data, flow.rules.context))
      atomNumbers.set(name, number)
    }
    return number
  }
  /** Questions and parts of a condition; a flag stands for what raises it. */
  const looksOf = (
    data: ConditionData,
    within: ReadonlySet<FlagId> = new Set(),
  ): { questions: Set<QuestionId>; atoms: Set<number> } => {
    const found = { questions: new Set<QuestionId>(), atoms: new Set<number>() }
    for (const leaf of leavesOf(data)) {
      const names = namesIn(leaf)
      for (const question of names.questions) found.questions.add(question)
      if (names.questions.length > 0) found.atoms.add(atomOf(leaf))
      for (const flag of names.flags) {
        if (within.has(flag) || !rules.flags[flag]) continue
        const inner = looksOf(rules.flags[flag].when, new Set([...within, flag]))
        for (const question of inner.questions) found.questions.add(question)
        for (const atom of inner.atoms) found.atoms.add(atom)
      }
    }
    return found
  }
  const rootOf = (data: ConditionData, worth: Root['worth']): Root => {
    const looks = looksOf(data)
    return { questions: [...looks.questions], atoms: [...looks.atoms], worth }
  }
  const roots: Root[] = []
  const flagRoots = new Map<FlagId, Root>()
  for (const [id, data] of Object.entries(rules.flags)) {
    const roles = data.roles ?? Object.values(data.roles_by_danger ?? {}).flat()
    const root = rootOf(data.when, { flags: [id], level: data.level, roles })
    roots.push(root)
    flagRoots.set(id, root)
  }
  const always = [
    ...Object.values(rules.upgrades).map(({ when }) => when),
    ...rules.contact.map(({ when }) => when),
    ...flow.data.turns.flatMap(({ when, unless }) => [when, unless]),
  ]
  for (const when of always) if (when) roots.push(rootOf(when, null))
  for (const promised of promises?.cases ?? []) {
    const level = promisedLevel(promises!, promised)
    if (!isAtLeast(level, 'P2') || promised.event !== undefined) continue
    const worth = { flags: [promised.flag ?? []].flat(), level, roles: promisedRoles(promises!, promised) }
    roots.push(rootOf(togetherCondition(flow.data, promised.answers), worth))
  }
  const steps = Object.fromEntries(
    Object.entries(dialogs.flow.paths).map(([name, entries]) => [
      name,
      entries.flatMap((entry) => ('ask' in entry ? [entry] : entry.steps).map((step) => looksOfStep(entry, step))),
    ]),
  )
  function looksOfStep(
    entry: Dialogs['flow']['paths'][string][number],
    step: { ask: string; when?: ConditionData | undefined },
  ): StepLooks {
    const exit = 'ask' in entry ? undefined : entry.early_exit
    const conditions = [...new Set([step.when, entry.when])].filter((one) => one !== undefined)
    const looks = conditions.map((one) => looksOf(one))
    return {
      question: step.ask,
      questions: [...new Set(looks.flatMap(({ questions }) => [...questions]))],
      atoms: [...new Set(looks.flatMap((one) => [...one.atoms]))],
      flags: conditions.flatMap((one) => namesIn(one).flags),
      needs: conditions.map((one, index) => ({
        holds: compileCondition(one, flow.rules.context),
        questions: [...looks[index]!.questions],
        looksAtLevel: /"(level|level_at_least|danger|danger_named|flag_role|event)"/.test(JSON.stringify(one)),
      })),
      neverFrom: exit && !exit.still_ask.includes(step.ask) ? exit.at : null,
    }
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
    roots.push(rootOf(when, null))
    // What looks at the flags as a whole, such as whether there is none, must be told apart before its answers come.
    for (const leaf of leavesOf(when))
      if (namesIn(leaf).questions.length === 0) seen.push(compileCondition(leaf, flow.rules.context))
  }

  const flagNumbers = new Map(Object.keys(rules.flags).map((id, number) => [id, number]))
  const questionNumbers = new Map(Object.keys(flow.questions).map((id, number) => [id, number]))

  return (conversation, isPlain, facts) => {
    const { level, paged, flags } = conversation
    // The path has ended. Whoever comes back after a silence is walked once for each level and pages, not for each answer.
    if (conversation.ended !== null)
      return `${conversation.path}|${conversation.ended}|${conversation.later}|${level}|${paged ? `${paged.level}${paged.roles.toSorted().join()}` : ''}${END_OF_PLACE}`
    const askable = askableIn(steps[conversation.path]!, conversation, facts)
    const isPaged = (roles: readonly RoleId[]) => paged !== null && roles.every((role) => paged.roles.includes(role))
    const canRise = (id: FlagId) => {
      const root = flagRoots.get(id)
      return (
        root !== undefined && (root.questions.length === 0 || root.questions.some((question) => askable.has(question)))
      )
    }
    const useful = new Set<FlagId>()
    for (const { to, all, any } of together) {
      if (isAtLeast(level, to) && [...all, ...any].every((id) => isPaged(rolesInCompany(id)))) continue
      if (!all.every((id) => flags[id] !== undefined || canRise(id))) continue
      if (any.length > 0 && !any.some((id) => flags[id] !== undefined || canRise(id))) continue
      const isMet =
        all.every((id) => flags[id] !== undefined) && (any.length === 0 || any.some((id) => flags[id] !== undefined))
      if (isMet && isAtLeast(level, to) && any.every((id) => flags[id] !== undefined || !canRise(id))) continue
      for (const id of [...all, ...any]) useful.add(id)
    }
    const live = new Uint8Array(atoms.length)
    for (const step of steps[conversation.path]!) {
      if (!askable.has(step.question)) continue
      for (const id of step.flags) useful.add(id)
      // Of a step whose answers are all there only one thing matters: whether it comes.
      if (includesAny(step.questions, askable)) for (const atom of step.atoms) live[atom] = 1
    }
    for (const { worth, questions, atoms: parts } of roots) {
      if (!includesAny(questions, askable)) continue
      const isWorthless =
        worth !== null && isAtLeast(level, worth.level) && (!isAtLeast(worth.level, 'P2') || isPaged(worth.roles))
      if (isWorthless && !worth.flags.some((id) => useful.has(id))) continue
      for (const part of parts) live[part] = 1
    }
    const { open } = conversation
    let key = `${conversation.path}|${open?.question}${open?.tries || ''}|${level}${paged ? `${paged.level}${paged.roles.toSorted().join()}` : ''}|${conversation.behind?.question ?? ''}${conversation.isOptedOut ? 'o' : ''}|`
    const bits = new Bits()
    const own = new Uint8Array(flagNumbers.size)
    for (const id of useful) if (flags[id] !== undefined) own[flagNumbers.get(id)!] = 1
    for (const isSet of own) bits.add(isSet === 1)
    if (isPlain) for (const when of seen) bits.add(when(facts))
    key += `${bits.take()}${END_OF_PLACE}`
    for (let part = 0; part < atoms.length; part++) bits.add(live[part] === 1 && atoms[part]!(facts))
    const comes = new Uint8Array(questionNumbers.size)
    for (const question of askable) comes[questionNumbers.get(question)!] = 1
    for (const isSet of comes) bits.add(isSet === 1)
    key += bits.take()
    return key
  }
}

/** Ends the part of a key that an interruption depends on. */
export const END_OF_PLACE = '#'

/** Truth values packed into letters, since a key is made for every turn. */
class Bits {
  #text = ''
  #letter = 0
  #count = 0

  add(isSet: boolean): void {
    this.#letter = (this.#letter << 1) | (isSet ? 1 : 0)
    if (++this.#count < 12) return
    // Far from the sign that ends a place.
    this.#text += String.fromCharCode(0x1000 + this.#letter)
    this.#letter = 0
    this.#count = 0
  }

  take(): string {
    const text = this.#count > 0 ? this.#text + String.fromCharCode(0x1000 + this.#letter) : this.#text
    this.#text = ''
    this.#letter = 0
    this.#count = 0
    return text
  }
}

function includesAny(questions: readonly QuestionId[], askable: ReadonlySet<QuestionId>): boolean {
  for (const id of questions) if (askable.has(id)) return true
  return false
}

function leavesOf(data: ConditionData): ConditionData[] {
  if ('all' in data) return data.all.flatMap(leavesOf)
  if ('any' in data) return data.any.flatMap(leavesOf)
  if ('not' in data) return leavesOf(data.not)
  if ('of' in data) return data.of.flatMap(leavesOf)
  return [data]
}

/** Questions without an answer that a conversation can still come to, directly or through other answers. */
function askableIn(own: StepLooks[], conversation: Conversation, facts: Facts): Set<QuestionId> {
  const found = new Set<QuestionId>()
  const waiting: { question: QuestionId; unmet: QuestionId[][] }[] = []
  for (const { question, needs, neverFrom } of own) {
    if (conversation.answers[question] !== undefined || found.has(question)) continue
    if (neverFrom !== null && isAtLeast(conversation.level, neverFrom)) continue
    const unmet = needs
      .filter(({ holds, looksAtLevel }) => !looksAtLevel && !holds(facts))
      .map(({ questions }) => questions)
    if (unmet.length === 0) found.add(question)
    else waiting.push({ question, unmet })
  }
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const { question, unmet } of waiting) {
      if (found.has(question) || !unmet.every((questions) => questions.some((id) => found.has(id)))) continue
      found.add(question)
      isGrowing = true
    }
  }
  return new Set(own.map(({ question }) => question).filter((id) => found.has(id)))
}
