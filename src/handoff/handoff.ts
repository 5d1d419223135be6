import type { AdvocateId, Level, RoleId } from '../types.ts'
import { askForAnother } from './asks-other.ts'
import { chainDueAt, firstAsked, newChain, runChain, runNextStep } from './chain.ts'
import { followClock } from './follow-clock.ts'
import { applyAdvocateInput } from './handoff-replies.ts'
import type { Chain, HandoffEffect, HandoffInput, HandoffState } from './handoff-state.ts'
import {
  audit,
  chainContext,
  type HandoffContext,
  type HandoffWork,
  notify,
  pageOf,
  pagesNow,
  tellPerson,
  wantPage,
} from './handoff-work.ts'
import { letGoOfGone } from './reach.ts'
import { personOf, type RotaPerson } from './rota.ts'
import { helpIsDue, runTakers } from './taken-is-not-helped.ts'
import { otherChannels, otherChannelsDue, pageFailed } from './within-person.ts'
import { scaled } from './zone.ts'

/** A page that can still be answered, as look-ups need it. */
export interface OpenHandoffPage {
  advocate: AdvocateId
  level: Level
  role: RoleId
  at: number
}

/** What one call decided. */
export interface HandoffAdvance {
  state: HandoffState
  /** In the order in which they are to be queued: pages first, then texts, then records. */
  effects: HandoffEffect[]
  /** When to call again at the latest, or null: never null while a P1 or P2 has neither a human nor an end. */
  nextDueAt: number | null
  openPages: OpenHandoffPage[]
  status: 'open' | 'taken' | 'closed'
  takenBy: AdvocateId[]
}

/**
 * Moves one case's handoff on: what happened (`inputs`, in order) and what time has brought.
 *
 * Pure: the same state, inputs and context give the same effects with the same keys, so a turn that is done again
 * queues nothing twice. Answers are looked at before the clock: an acknowledgement that arrives with a step that has
 * just become due wins.
 *
 * @param before - null before the first alert
 */
export function advanceHandoff(
  before: HandoffState | null,
  inputs: readonly HandoffInput[],
  context: HandoffContext,
): HandoffAdvance {
  const state = before === null ? newState(context) : structuredClone(before)
  const work: HandoffWork = { state, context, wanted: new Map(), texts: [], records: [] }
  followClock(state, context.now)
  const effects: HandoffEffect[] = letGoOfGone(work)
  for (const input of inputs) effects.push(...apply(work, input))
  keepOneChain(work, before)
  if (state.closed === null) {
    runDueChains(work)
    effects.push(...pagesNow(work), ...otherChannels(work))
    runTakers(work)
    // A case that has just lapsed is paged in the same call.
    work.wanted.clear()
    runDueChains(work)
    effects.push(...pagesNow(work))
  }
  return {
    state,
    effects: [...effects, ...work.texts, ...work.records],
    nextDueAt: nextDueAt(work),
    openPages: openPages(state),
    status: state.closed ? 'closed' : state.takers.length > 0 ? 'taken' : 'open',
    takenBy: state.takers.map((taker) => taker.advocate),
  }
}

function newState(context: HandoffContext): HandoffState {
  return {
    version: 1,
    count: 0,
    seenAt: context.now,
    level: context.facts.level,
    levelSince: context.now,
    chains: [],
    pages: [],
    takers: [],
    addedRoles: [],
    told: [],
    closing: null,
    closed: null,
    update: null,
  }
}

/** Does one input; most want pages or texts, a failed page needs another one at once. */
function apply(work: HandoffWork, input: HandoffInput): HandoffEffect[] {
  const { state } = work
  switch (input.kind) {
    case 'alert':
      alert(work, input.level, rolesOf(work, input.roles), input.isFromOtherPhone === true)
      return []
    case 'roles_now':
      for (const chain of state.chains) {
        if (![...input.roles, ...state.addedRoles].includes(chain.role)) chain.isActive = false
      }
      return []
    case 'page_failed':
      return pageFailed(work, input)
    case 'person_wrote':
      if (state.takers.length > 0 && !input.isRelayed)
        state.update = { sentAt: state.update?.sentAt ?? 0, isWaiting: true }
      return []
    case 'path_ended':
      for (const taker of state.takers) notify(work, taker.advocate, 'update')
      return []
    case 'asks_other':
      if (state.takers.length > 0) askForAnother(work, noRole)
      else alert(work, state.level, [noRole], false)
      return []
    case 'stopped':
      for (const taker of state.takers) notify(work, taker.advocate, 'stopped')
      return []
    case 'reopened':
      reopen(work, input.level, rolesOf(work, input.roles))
      return []
    case 'due':
      return []
    default:
      return applyAdvocateInput(work, input)
  }
}

function alert(work: HandoffWork, level: Level, roles: readonly RoleId[], isFromOtherPhone: boolean): void {
  const { state, context } = work
  const { now } = context
  if (state.closed) {
    reopen(work, level, roles)
    return
  }
  const isFirst = state.chains.length === 0 && state.takers.length === 0
  // Contact with the person may have been on the phone that is lost: a danger from another one is asked for anew.
  const isRise = !isFirst && (isMoreUrgent(level, state.level) || (isFromOtherPhone && state.takers.length > 0))
  if (isFirst || isRise) {
    state.level = isFirst ? level : higher(level, state.level)
    state.levelSince = now
  }
  audit(work, isFirst ? 'alert' : isRise ? 'rise' : 'second_role')
  const known = new Set([...state.chains.map((chain) => chain.role), ...state.pages.flatMap((page) => page.roles)])
  if (isRise) {
    state.chains = []
    state.closing = null
    // Somebody has the case: they are told what it is now, and their five minutes start.
    for (const taker of state.takers) {
      const person = personOf(context.rota, taker.advocate)
      if (person) wantPage(work, [person], roles.find((role) => person.roles.includes(role)) ?? roles[0]!)
      Object.assign(taker, { takenAt: now, openedAt: null, contactAt: null, remindedAt: null, confirmedAt: null })
    }
    for (const role of roles) if (state.takers.length === 0 || !known.has(role)) startChain(work, role)
    return
  }
  for (const role of roles) {
    const running = state.chains.find((chain) => chain.role === role && chain.isActive)
    if (running) wantPage(work, firstAsked(role, chainContext(work)), role)
    // A role that was asked before a human took the case is with that human now: more words go to them.
    else if (state.takers.length === 0 || !known.has(role)) startChain(work, role)
    // Whoever asks for a person while a human has the case may not want that human: it goes to the coordinator.
    if (role === noRole && state.takers.length > 0) wantPage(work, coordinatorOf(work), role)
  }
  if (!isFirst) for (const taker of state.takers) notify(work, taker.advocate, 'update')
}

/** Begins to ask for a role, unless it is covered by a human who has the case and nobody else could be asked. */
export function startChain(work: HandoffWork, role: RoleId): void {
  const { state, context } = work
  const people = chainContext(work)
  const isCovered = state.takers.some((taker) => personOf(context.rota, taker.advocate)?.roles.includes(role))
  const others = context.rota.people.filter((person) => people.isPageable(person) && person.roles.includes(role))
  if (isCovered && others.length === 0) return
  state.chains = [...state.chains.filter((chain) => chain.role !== role), newChain(role, context.now)]
  if (context.surge && state.level === 'P1') wantPage(work, coordinatorOf(work), role)
}

function coordinatorOf(work: HandoffWork): RotaPerson[] {
  const { isPageable, rota } = chainContext(work)
  return rota.people.filter((person) => person.id === rota.coordinator && isPageable(person))
}

function reopen(work: HandoffWork, level: Level, roles: readonly RoleId[]): void {
  const { state, context } = work
  state.closed = null
  state.closing = null
  state.takers = []
  state.level = higher(level, state.level)
  state.levelSince = context.now
  state.chains = []
  audit(work, 'reopened')
  for (const role of roles) startChain(work, role)
}

// An alert without a role still wakes somebody: nobody has this one, so it goes to the second line and the coordinator.
function rolesOf(work: HandoffWork, roles: readonly RoleId[]): readonly RoleId[] {
  if (roles.length > 0) return roles
  const known = work.context.facts.roles.map((role) => role.id)
  return known.length > 0 ? known : [noRole]
}
const noRole: RoleId = 'general'

function runDueChains(work: HandoffWork): void {
  const { state } = work
  for (const chain of state.chains) {
    if (!chain.isActive) continue
    const context = chainContext(work)
    wantPage(work, runChain(chain, context), chain.role)
    tellWhatIsDue(work, chain)
    while (everybodyDeclined(work, chain)) {
      const next = runNextStep(chain, context)
      if (next === null) break
      wantPage(work, next, chain.role)
    }
  }
}

/** Nobody who was asked for this role is still to answer, and nobody is being asked in this call. */
function everybodyDeclined(work: HandoffWork, chain: Chain): boolean {
  return chain.paged.every((advocate) => {
    if (work.wanted.has(advocate)) return false
    const page = pageOf(work.state, advocate)
    return page === null || page.status !== 'open'
  })
}

function tellWhatIsDue(work: HandoffWork, chain: Chain): void {
  const { state, context } = work
  for (const tell of context.levels.levels[state.level].tell ?? []) {
    const isDue = context.now >= chain.startAt + scaled(tell.at_minutes, context.timeScale)
    if (!isDue || chain.tellsDone.includes(tell.message)) continue
    chain.tellsDone.push(tell.message)
    // "No person has answered yet" must be true: with a human on the case it is not said for a second role.
    if (state.takers.length === 0) tellPerson(work, tell.message)
  }
}

// A safety net under every rule above: an urgent case without a human never stops being asked for.
function keepOneChain(work: HandoffWork, before: HandoffState | null): void {
  const { state } = work
  if (state.closed || state.takers.length > 0 || state.chains.some((chain) => chain.isActive)) return
  if (before === null && state.chains.length === 0) return
  for (const chain of state.chains) chain.isActive = true
}

function nextDueAt(work: HandoffWork): number | null {
  const { state } = work
  if (state.closed) return null
  const context = chainContext(work)
  const active = state.chains.filter((chain) => chain.isActive)
  const tells = active.flatMap((chain) =>
    (context.rule.tell ?? [])
      .filter((tell) => !chain.tellsDone.includes(tell.message))
      .map((tell) => chain.startAt + scaled(tell.at_minutes, context.timeScale)),
  )
  const dues = [
    ...active.map((chain) => chainDueAt(chain, context)),
    ...tells,
    ...otherChannelsDue(work),
    ...helpIsDue(work),
  ]
  const times = dues.filter((due) => due !== null)
  return times.length > 0 ? Math.min(...times) : null
}

function openPages(state: HandoffState): OpenHandoffPage[] {
  if (state.closed) return []
  const pages = state.pages
    .filter((page) => page.status === 'open')
    .map(({ advocate, level, roles, at }) => ({ advocate, level, role: roles[0]!, at }))
  // The second person for closing, and a taker who was reminded, are asked something too. Who is both is asked once:
  // two open pages of one case would make a bare digit mean two things.
  const asked = [
    ...(state.closing ? [{ advocate: state.closing.second, at: state.closing.askedAt }] : []),
    ...state.takers
      .filter((taker) => taker.remindedAt !== null && taker.confirmedAt === null)
      .map((taker) => ({ advocate: taker.advocate, at: taker.remindedAt! })),
  ].filter(
    ({ advocate }, index, all) =>
      !pages.some((page) => page.advocate === advocate) &&
      all.findIndex((other) => other.advocate === advocate) === index,
  )
  return [...pages, ...asked.map(({ advocate, at }) => ({ advocate, level: state.level, role: noRole, at }))]
}

const order: Level[] = ['P1', 'P2', 'P3', 'P4']

function isMoreUrgent(left: Level, right: Level): boolean {
  return order.indexOf(left) < order.indexOf(right)
}

function higher(left: Level, right: Level): Level {
  return isMoreUrgent(left, right) ? left : right
}
