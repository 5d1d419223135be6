import type { HandoffState } from './handoff-state.ts'

/** Two machines may differ by a little; only a real jump counts. */
const toleranceMs = 5000

/** The clock of the machine was set back: what is due moves with it, so that nothing waits an hour too long. */
export function followClock(state: HandoffState, now: number): void {
  const back = state.seenAt - now
  if (back <= toleranceMs) {
    state.seenAt = Math.max(state.seenAt, now)
    return
  }
  state.seenAt = now
  state.levelSince -= back
  for (const chain of state.chains) {
    chain.startAt -= back
    if (chain.repeatedAt !== null) chain.repeatedAt -= back
  }
  for (const page of state.pages) page.at -= back
  for (const taker of state.takers) {
    taker.takenAt -= back
    for (const field of ['openedAt', 'contactAt', 'remindedAt', 'confirmedAt'] as const) {
      const at = taker[field]
      if (at !== null) taker[field] = at - back
    }
  }
  if (state.closing) state.closing.askedAt -= back
  if (state.update) state.update.sentAt -= back
}
