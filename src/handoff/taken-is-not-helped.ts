import type { RoleId } from '../types.ts'
import { newChain } from './chain.ts'
import type { Taker } from './handoff-state.ts'
import { audit, type HandoffWork, notify } from './handoff-work.ts'
import { scaled } from './zone.ts'

/** What the clock asks of a taker next. */
interface Ask {
  kind: 'remind' | 'lapse'
  at: number
}

/**
 * A case that somebody took but does nothing about is reminded of once, by a text that names the code, and then asked
 * for again from the first step (protocol section 9). Also: new words of the person, at most one text a minute; and a
 * closing that waits for its second person.
 */
export function runTakers(work: HandoffWork): void {
  const { state, context } = work
  for (const taker of [...state.takers]) {
    const ask = askOf(work, taker)
    if (ask === null || ask.at > context.now) continue
    if (ask.kind === 'remind') {
      taker.remindedAt = context.now
      const minutes = context.levels.levels[state.level].taken!.answer_reminder_within_minutes
      notify(work, taker.advocate, 'reminder', { minutes })
      audit(work, 'reminded', taker.advocate)
    } else {
      state.takers = state.takers.filter((one) => one !== taker)
      notify(work, taker.advocate, 'lapsed')
      audit(work, 'lapsed', taker.advocate)
      // Also while another role is being asked for: that chain may not come to a step for a quarter of an hour.
      if (state.takers.length === 0) backToFirstStep(work)
    }
  }
  if (state.takers.length === 0 && !state.chains.some((chain) => chain.isActive)) backToFirstStep(work)
  const update = updateDueAt(work)
  if (update !== null && update <= context.now) {
    state.update = { sentAt: context.now, isWaiting: false }
    for (const taker of state.takers) notify(work, taker.advocate, 'wrote')
  }
  const { closing } = state
  if (closing && closingDueAt(work)! <= context.now) {
    closing.askedAt = context.now
    const params = closeAskParams(work)
    if (closing.lowerTo === undefined) notify(work, closing.second, 'close_ask', params)
    else notify(work, closing.second, 'lower_ask', { ...params, to: closing.lowerTo.slice(1) })
  }
}

/** When {@link runTakers} has something to do next. */
export function helpIsDue(work: HandoffWork): number[] {
  const asks = work.state.takers.map((taker) => askOf(work, taker)?.at ?? null)
  return [...asks, updateDueAt(work), closingDueAt(work)].filter((due) => due !== null)
}

/** Asks anew for every role that the case had, from the first step; pages of before no longer count. */
export function backToFirstStep(work: HandoffWork): void {
  const { state, context } = work
  const current: RoleId[] = [...context.facts.roles.map((role) => role.id), ...state.addedRoles]
  const paged = [...state.chains.map((chain) => chain.role), ...state.pages.flatMap((page) => page.roles)]
  const still = paged.filter((role) => current.includes(role))
  const roles = [...new Set(still.length > 0 ? still : current.length > 0 ? current : paged)]
  if (roles.length === 0 || context.levels.levels[state.level].steps.length === 0) return
  state.chains = roles.map((role) => newChain(role, context.now))
}

export function closeAskParams({ state, context }: HandoffWork): Record<string, string> {
  const closer = context.rota.people.find((person) => person.id === state.closing?.advocate)
  return { name: closer?.name.split(/\s+/)[0] ?? '?', outcome: state.closing?.outcome ?? '-' }
}

function askOf({ state, context }: HandoffWork, taker: Taker): Ask | null {
  const rule = context.levels.levels[state.level].taken
  if (!rule || state.closing || state.closed) return null
  const after = (from: number, minutes: number) => from + scaled(minutes, context.timeScale)
  const isOpened = taker.openedAt !== null || taker.contactAt !== null
  // With "no contact, read only" there is nothing to do but to have read it.
  const isHelped = taker.contactAt !== null || (isOpened && context.facts.contact === 'wait')
  if (isHelped) return null
  if (taker.remindedAt === null) {
    const openBy = isOpened ? Number.POSITIVE_INFINITY : after(taker.takenAt, rule.open_within_minutes)
    return { kind: 'remind', at: Math.min(openBy, after(taker.takenAt, rule.contact_within_minutes)) }
  }
  if (taker.confirmedAt !== null) {
    return { kind: 'lapse', at: after(taker.confirmedAt, rule.contact_within_minutes) }
  }
  return { kind: 'lapse', at: after(taker.remindedAt, rule.answer_reminder_within_minutes) }
}

function updateDueAt({ state, context }: HandoffWork): number | null {
  if (!state.update?.isWaiting || state.takers.length === 0) return null
  return state.update.sentAt + scaled(1, context.timeScale)
}

function closingDueAt({ state, context }: HandoffWork): number | null {
  if (!state.closing) return null
  return state.closing.askedAt + scaled(context.levels.closing.ask_again_minutes, context.timeScale)
}
