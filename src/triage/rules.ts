import type { Contact, FlagId, Level, QuestionId, RoleId } from '../types.ts'
import {
  type Condition,
  type ConditionContext,
  compileCondition,
  type Facts,
  isAtLeast,
  namesIn,
  type TurnEvent,
} from './condition.ts'
import { indexTriggers, type TriggerIndex } from './rule-triggers.ts'
import type { RolesData, RulesData } from './rules-schema.ts'

interface FlagRule {
  id: FlagId
  level: Level
  namesDanger: boolean
  givesWay: boolean
  /** Not set while one of these is. */
  yieldsTo: FlagId[]
  when: Condition
  /** What happened in one message may raise it; then it stays. */
  events: TurnEvent[]
  questions: QuestionId[]
  rolesFor(facts: Facts): readonly RoleId[]
}
interface Upgrade {
  to: Level
  uses: FlagId[]
  withAny: FlagId[]
  when: Condition
}

/** The rules, ready to run. */
export interface Rules {
  /** In an order in which each comes after those that it looks at. */
  flags: FlagRule[]
  /** Which of them could hold at all. */
  triggers: TriggerIndex
  /** Some rule looks at the level or the roles that the rules themselves come to. */
  lookAtCase: boolean
  byId: Map<FlagId, FlagRule>
  upgrades: Upgrade[]
  contact: { way: Contact; when: Condition }[]
  fallbackRole: RoleId
  neverAlone: RoleId
  sameWordsQuietMinutes: number
  context: ConditionContext
}

/**
 * Compiles dialogs/rules.yaml and roles.yaml.
 *
 * @param leftCountsAs - what counts for a question that the flow has left without an answer
 * @throws RangeError when flags look at each other in a circle; the publish gate says so before
 */
export function compileRules(
  data: RulesData,
  roles: RolesData,
  leftCountsAs: (question: QuestionId) => string | undefined,
): Rules {
  const byId = new Map<FlagId, FlagRule>()
  const context: ConditionContext = { leftCountsAs, flag: (id) => byId.get(id) }
  const order = inOrder(data)
  for (const id of order) {
    const flag = data.flags[id]!
    const byDanger = flag.roles_by_danger
    const own = flag.roles ?? []
    byId.set(id, {
      id,
      level: flag.level,
      namesDanger: flag.names_danger ?? false,
      givesWay: flag.roles_give_way ?? false,
      yieldsTo: flag.instead_of_nothing_worse ?? [],
      when: compileCondition(flag.when, context),
      events: namesIn(flag.when).events,
      questions: namesIn(flag.when).questions,
      rolesFor: byDanger
        ? ({ danger }) => Object.keys(danger).flatMap((category) => byDanger[category as keyof typeof byDanger] ?? [])
        : flag.roles_of_question
          ? ({ unclearRoles }) => unclearRoles
          : () => own,
    })
  }
  return {
    flags: [...byId.values()],
    triggers: indexTriggers(
      order.map((id) => data.flags[id]!.when),
      leftCountsAs,
    ),
    lookAtCase: [...Object.values(data.flags), ...Object.values(data.upgrades)].some(
      ({ when }) => when !== undefined && namesIn(when).looksAtCase,
    ),
    byId,
    upgrades: Object.values(data.upgrades).map((upgrade) => ({
      to: upgrade.to,
      uses: upgrade.uses ?? [],
      withAny: upgrade.with_any ?? [],
      when: upgrade.when ? compileCondition(upgrade.when, context) : () => true,
    })),
    contact: data.contact.map(({ way, when }) => ({ way, when: when ? compileCondition(when, context) : () => true })),
    fallbackRole: roles.fallback,
    neverAlone: roles.never_alone,
    sameWordsQuietMinutes: data.same_words_quiet_minutes,
    context,
  }
}

/** What the rules make of the answers. */
export interface Assessment {
  flags: Record<FlagId, number>
  /** Of the flags and upgrades alone; the case keeps a higher level that it had. */
  level: Level
  /** All roles of the case. */
  roles: RoleId[]
  /** Those that are woken: through a flag of P1 or P2, or one that an upgrade to P1 or P2 uses. */
  wakes: RoleId[]
}

/**
 * Flags, level and roles from all answers and hits so far.
 *
 * @param facts - `facts.flags` are the flags before this message; it is replaced while working, not mutated
 * @param kept - flags that stay, whatever the answers say now, with the number of the message that raised them
 * @param messageNumber - the number of the person's message, for flags raised now
 */
export function assess(rules: Rules, facts: Facts, kept: Record<FlagId, number>, messageNumber: number): Assessment {
  const before = facts.flags
  const flags: Record<FlagId, number> = {}
  facts.flags = flags
  const marks = new Uint8Array(rules.flags.length)
  rules.triggers.mark(marks, facts)
  for (let place = 0; place < marks.length; place++) {
    const rule = rules.flags[place]!
    const keptSince = kept[rule.id]
    if (keptSince === undefined && (marks[place] === 0 || !rule.when(facts))) continue
    if (rule.yieldsTo.length > 0 && rule.yieldsTo.some((id) => flags[id] !== undefined)) continue
    flags[rule.id] = keptSince ?? before[rule.id] ?? messageNumber
    rules.triggers.markFlag(marks, rule.id)
  }
  let level: Level = 'P4'
  for (const id in flags) {
    const own = rules.byId.get(id)!.level
    if (isAtLeast(own, level)) level = own
  }
  const used = new Set<FlagId>()
  for (const upgrade of rules.upgrades) {
    if (!upgrade.uses.every((id) => flags[id] !== undefined)) continue
    const company = upgrade.withAny.filter((id) => flags[id] !== undefined)
    if (upgrade.withAny.length > 0 && company.length === 0) continue
    if (!upgrade.when(facts)) continue
    if (isAtLeast(upgrade.to, level)) level = upgrade.to
    if (isAtLeast(upgrade.to, 'P2')) for (const id of [...upgrade.uses, ...company]) used.add(id)
  }
  const roles = new Set<RoleId>()
  const wakes = new Set<RoleId>()
  for (const id in flags) {
    const rule = rules.byId.get(id)!
    if (rule.givesWay && isNamed(rules, flags, flags[id]!)) continue
    for (const role of rule.rolesFor(facts)) {
      roles.add(role)
      if (isAtLeast(rule.level, 'P2') || used.has(id)) wakes.add(role)
    }
  }
  neverEmpty(rules, roles)
  if (isAtLeast(level, 'P2')) neverEmpty(rules, wakes)
  return { flags, level, roles: [...roles].sort(), wakes: [...wakes].sort() }
}

/** How the person may be reached, by the rules; what may be sent is decided by handoff/channel-rule.ts. */
export function contactOf(rules: Rules, facts: Facts): Contact {
  return rules.contact.find(({ when }) => when(facts))?.way ?? 'wait'
}

/** A P1 flag that names the danger is known, or a P2 flag has named it after the flag that gives way. */
function isNamed(rules: Rules, flags: Record<FlagId, number>, since: number): boolean {
  for (const id in flags) {
    const rule = rules.byId.get(id)!
    if (rule.namesDanger && (rule.level === 'P1' || (rule.level === 'P2' && flags[id]! > since))) return true
  }
  return false
}

function neverEmpty(rules: Rules, roles: Set<RoleId>): void {
  if (roles.size === 0 || (roles.size === 1 && roles.has(rules.neverAlone))) roles.add(rules.fallbackRole)
}

function inOrder(data: RulesData): FlagId[] {
  const order: FlagId[] = []
  const state = new Map<FlagId, 'under way' | 'done'>()
  const visit = (id: FlagId): void => {
    if (state.get(id) === 'done' || !data.flags[id]) return
    if (state.get(id) === 'under way') throw new RangeError(`The flag ${id} depends on itself.`)
    state.set(id, 'under way')
    const flag = data.flags[id]
    for (const other of [...namesIn(flag.when).flags, ...(flag.instead_of_nothing_worse ?? [])]) visit(other)
    state.set(id, 'done')
    order.push(id)
  }
  for (const id of Object.keys(data.flags)) visit(id)
  return order
}
