import type { AdvocateId } from '../types.ts'
import { isAwaitingCode } from './confirm-number.ts'
import { secondPerson } from './handoff-replies.ts'
import type { HandoffEffect } from './handoff-state.ts'
import { audit, type HandoffWork, isGone, notify } from './handoff-work.ts'
import type { Rota } from './rota.ts'
import { backToFirstStep, closeAskParams } from './taken-is-not-helped.ts'

/**
 * Numbers of the rota whose owner sent STOP. Nothing goes to them, on any channel, before they send START: only they
 * can undo it. Kept by number, so that somebody who comes back with a new one can be asked again. JSON.
 */
export interface Reach {
  stopped: string[]
}

/** Who of the rota cannot be asked now: they sent STOP, or their code has not come back yet. */
export function unreachable(rota: Rota, { stopped }: Reach): AdvocateId[] {
  return rota.people.filter((person) => stopped.includes(person.phone) || isAwaitingCode(person)).map(({ id }) => id)
}

/** The same numbers with one more, or one fewer. */
export function reachAfter({ stopped }: Reach, phone: string, isStopped: boolean): Reach {
  const others = stopped.filter((one) => one !== phone)
  return { stopped: isStopped ? [...others, phone] : others }
}

/**
 * Whoever sent STOP or left the rota holds nothing any more: their open page counts as one that never arrived, so that
 * the next step does not wait for them, and a case that was theirs alone is asked for again from the first step.
 */
export function letGoOfGone(work: HandoffWork): HandoffEffect[] {
  const { state, context } = work
  if (state.closed) return []
  const pages = state.pages.filter((page) => page.status === 'open' && isGone(context, page.advocate))
  for (const page of pages) page.status = 'failed'
  const leaving = state.takers.filter((taker) => isGone(context, taker.advocate))
  state.takers = state.takers.filter((taker) => !leaving.includes(taker))
  for (const { advocate } of [...pages, ...leaving]) audit(work, 'out_of_reach', advocate)
  askAnotherSecond(work)
  if (leaving.length > 0 && state.takers.length === 0) backToFirstStep(work)
  const keys = pages.flatMap((page) => page.tried.map(({ key }) => key))
  return keys.length > 0 ? [{ kind: 'cancel', keys }] : []
}

/** A closing whose second person is gone asks another one; without the closer, or anybody else, nothing is closed. */
function askAnotherSecond(work: HandoffWork): void {
  const { state, context } = work
  const { closing } = state
  if (closing === null || !(isGone(context, closing.advocate) || isGone(context, closing.second))) return
  const second = isGone(context, closing.advocate) ? null : secondPerson(work, closing.advocate)
  state.closing = second === null ? null : { ...closing, second, askedAt: context.now }
  if (second === null) return
  const params = closeAskParams(work)
  if (closing.lowerTo === undefined) notify(work, second, 'close_ask', params)
  else notify(work, second, 'lower_ask', { ...params, to: closing.lowerTo.slice(1) })
}
