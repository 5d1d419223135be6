/**
 * How long a worker may hold a conversation or a message without committing, in real milliseconds. Long enough for an
 * attempt at the provider with the look that goes before it, and short enough that with the polling of the others
 * the work of a dead process is taken over within 30 s.
 */
export const LEASE_MS = 25_000

/** Tries of one turn before its events are parked and shown to a human. */
export const TRIES_MAX = 3

/**
 * Whether a lease that ends at `until` still binds others at `now`.
 *
 * A lease further away than any lease can be was written before the clock jumped back, and binds nobody: otherwise a
 * jump of a day would lock the conversation for a day. That two workers may then hold it is harmless, since a commit
 * checks version and token.
 */
export function isLeaseLive(until: number | null, now: number): boolean {
  return until !== null && until > now && until <= now + LEASE_MS
}
