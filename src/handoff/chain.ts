import type { AdvocateId, RoleId } from '../types.ts'
import type { Chain } from './handoff-state.ts'
import type { LevelRule, PageGroup } from './levels.ts'
import { nextShiftStart, onCall } from './on-call.ts'
import type { Rota, RotaPerson } from './rota.ts'
import { scaled } from './zone.ts'

/** What a chain needs to know about the world. */
export interface ChainContext {
  rota: Rota
  rule: LevelRule
  now: number
  timeScale: number
  /** May this person be paged at all now: still there, not opted out, not the taker. */
  isPageable(person: RotaPerson): boolean
}

/** A chain at its start; nothing has run yet. */
export function newChain(role: RoleId, now: number): Chain {
  return {
    role,
    startAt: now,
    stepsRun: [],
    ranLastEarly: false,
    repeatsRun: 0,
    repeatedAt: null,
    tellsDone: [],
    paged: [],
    isActive: true,
  }
}

/**
 * Runs everything of a chain that is due, and changes the chain. After an outage, what was missed runs once, together.
 *
 * @returns who is to be paged, each once
 */
export function runChain(chain: Chain, context: ChainContext): RotaPerson[] {
  const { rule, now, timeScale } = context
  const found: RotaPerson[] = []
  for (const [index, step] of rule.steps.entries()) {
    if (chain.stepsRun.includes(index) || now < chain.startAt + scaled(step.at_minutes, timeScale)) continue
    found.push(...runStep(chain, index, context))
  }
  if (lastHasRun(chain, rule) && rule.repeat) {
    const grid = repeatsDue(chain, context)
    const shiftStart = rule.repeat.at_shift_start ? nextShiftStart(context.rota, chain.repeatedAt!) : null
    if (grid > chain.repeatsRun || (shiftStart !== null && shiftStart <= now)) {
      chain.repeatsRun = Math.max(grid, chain.repeatsRun)
      chain.repeatedAt = now
      found.push(...people(rule.repeat.page, chain.role, context))
    }
  }
  return note(chain, found)
}

/** Runs the next step now, because everybody who was asked so far has passed or cannot be reached. */
export function runNextStep(chain: Chain, context: ChainContext): RotaPerson[] | null {
  const last = context.rule.steps.length - 1
  const next = context.rule.steps.findIndex((_, index) => !chain.stepsRun.includes(index))
  if (next < 0 || (next === last && chain.ranLastEarly)) return null
  if (next < last) return note(chain, runStep(chain, next, context))
  chain.ranLastEarly = true
  return note(chain, people(context.rule.steps[last]!.page, chain.role, context))
}

/** Who would be asked first for this role now, for a page by hand ("another role"). */
export function firstAsked(role: RoleId, context: ChainContext): RotaPerson[] {
  const step = context.rule.steps[0]
  if (!step) return []
  const first = people(step.page, role, context)
  return first.length > 0 ? first : people(step.if_nobody ?? [], role, context)
}

/** When something of this chain is due next, or null for a level that pages nobody. */
export function chainDueAt(chain: Chain, context: ChainContext): number | null {
  const { rule, timeScale } = context
  const dues = rule.steps
    .filter((_, index) => !chain.stepsRun.includes(index))
    .map((step) => chain.startAt + scaled(step.at_minutes, timeScale))
  if (lastHasRun(chain, rule) && rule.repeat) {
    const minutes = rule.steps.at(-1)!.at_minutes + rule.repeat.every_minutes * (chain.repeatsRun + 1)
    dues.push(chain.startAt + scaled(minutes, timeScale))
    const shiftStart = rule.repeat.at_shift_start ? nextShiftStart(context.rota, chain.repeatedAt!) : null
    if (shiftStart !== null) dues.push(shiftStart)
  }
  return dues.length > 0 ? Math.min(...dues) : null
}

function runStep(chain: Chain, index: number, context: ChainContext): RotaPerson[] {
  const { rule, now } = context
  const step = rule.steps[index]!
  chain.stepsRun.push(index)
  if (index === rule.steps.length - 1) chain.repeatedAt = now
  const found = people(step.page, chain.role, context)
  if (!step.if_nobody || found.length > 0) return found
  // These people have been asked now; a later step that asks only them again would tell nobody anything new. The last
  // step keeps its time, since the person is told then and the repeats count from it.
  for (const [later, other] of rule.steps.entries()) {
    if (later === rule.steps.length - 1 || chain.stepsRun.includes(later)) continue
    if (other.page.every((group) => step.if_nobody!.includes(group))) chain.stepsRun.push(later)
  }
  return people(step.if_nobody, chain.role, context)
}

function people(groups: readonly PageGroup[], role: RoleId, context: ChainContext): RotaPerson[] {
  const { rota, now } = context
  return groups
    .flatMap((group) => {
      if (group === 'everybody') return rota.people
      if (group === 'coordinator') return rota.people.filter((person) => person.id === rota.coordinator)
      return onCall(rota, { line: group === 'line_1' ? 1 : 2, role, at: now })
    })
    .filter((person) => context.isPageable(person))
}

function note(chain: Chain, found: RotaPerson[]): RotaPerson[] {
  const ids: AdvocateId[] = found.map((person) => person.id)
  chain.paged = [...new Set([...chain.paged, ...ids])]
  return found.filter((person, index) => ids.indexOf(person.id) === index)
}

function lastHasRun(chain: Chain, rule: LevelRule): boolean {
  return rule.steps.length > 0 && chain.stepsRun.includes(rule.steps.length - 1) && chain.repeatedAt !== null
}

function repeatsDue(chain: Chain, { rule, now, timeScale }: ChainContext): number {
  const last = rule.steps.at(-1)!.at_minutes
  const every = rule.repeat!.every_minutes
  // Counted on the whole from the start, so that rounding never adds up.
  const about = Math.floor((((now - chain.startAt) / 60_000) * timeScale - last) / every) + 1
  for (let count = Math.max(0, about); count > 0; count--) {
    if (now >= chain.startAt + scaled(last + every * count, timeScale)) return count
  }
  return 0
}
