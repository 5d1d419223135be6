import { LEASE_MS } from '../store/lease.ts'
import type { AttemptOutcome, OutboxMessage, Store } from '../store/store.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { Senders } from './sender.ts'

export interface OutboxSenderParts {
  store: Pick<Store, 'claimOutbox' | 'startAttempts' | 'finishAttempts'>
  senders: Senders
  now: () => number
  random: () => number
  /** How many requests are under way at once. Providers refuse for concurrency, not for rate, so it stays small. */
  atOnce?: number
  /** Milliseconds of a clock that is never set. */
  steadyMs?: () => number
  /** Hears the outcome of every attempt. */
  onOutcome?: (message: OutboxMessage, outcome: AttemptOutcome) => void
}

export interface OutboxSender {
  /**
   * Sends what may go now, most urgent first, until nothing is left; resolves to the number of attempts it made.
   * Rejects, after all of them are over, when the database failed.
   *
   * Has no timer: call it when the store wakes you and when `nextDueAt` has come. Calls may overlap: all share one
   * pool, so that a call fills the places that slow requests of an earlier one leave free.
   */
  sendDue(): Promise<number>
  /**
   * How long ago it last heard from the database or a provider, in real time. Long, while something waits to be sent,
   * means that nothing goes out.
   */
  sinceProgressMs(): number
  /** Resolves when no request is under way; for an orderly end. */
  idle(): Promise<void>
}

/** Carries messages from the outbox to the providers. */
export function createOutboxSender(parts: OutboxSenderParts): OutboxSender {
  const { store, senders, now, random, atOnce = 8, steadyMs = () => performance.now() } = parts
  const underWay = new Set<Promise<void>>()
  let claiming: Promise<unknown> = Promise.resolve()
  let failure: { error: unknown } | null = null
  let progressAt = performance.now()

  async function sendDue(): Promise<number> {
    let attempts = 0
    for (;;) {
      const round = await oneClaimAtATime(startSome)
      if (round === 'nothing_left') break
      if (round !== 'no_place') attempts += round.started
      else if (underWay.size >= atOnce) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    if (failure === null) return attempts
    const { error } = failure
    failure = null
    throw error
  }

  /** Fills the free places of the pool. Claims no more than that: what waits here would use up its lease. */
  async function startSome(): Promise<{ started: number } | 'no_place' | 'nothing_left'> {
    const free = atOnce - underWay.size
    if (free <= 0) return 'no_place'
    const claimedAt = steadyMs()
    const claimed = await store.claimOutbox(free, now())
    progressAt = performance.now()
    if (claimed.length === 0) return 'nothing_left'
    const { refused } = await store.startAttempts(
      claimed.map(({ id, lease }) => ({ id, lease })),
      now(),
    )
    const going = claimed.filter(({ id }) => !refused.includes(id))
    for (const message of going) {
      const attempt: Promise<void> = attemptOne(message, claimedAt)
        .catch((error) => {
          // The database failed after the attempt, so its outcome is unknown; the next claim settles it.
          failure ??= { error }
        })
        .finally(() => underWay.delete(attempt))
      underWay.add(attempt)
    }
    return { started: going.length }
  }

  async function attemptOne(message: OutboxMessage, claimedAt: number): Promise<void> {
    const send = senders[message.address.channel]
    const { id, lease } = message
    // A process that was held still since it took the message may not be the only one that has it.
    if (steadyMs() - claimedAt > beginWithinMs) {
      await store.finishAttempts(
        [{ id, lease, kind: 'retry', retryAt: now(), code: null, unknown: message.unknownOutcome }],
        now(),
      )
      return
    }
    const outcome: AttemptOutcome =
      send === undefined
        ? { id, lease, kind: 'failed', code: null }
        : await send(message).catch((): AttemptOutcome => {
            const isPage = message.priority === 0
            const waitMs = retryDelayMs({ attempts: message.attempts + 1, isPage, chance: random() })
            return { id, lease, kind: 'retry', retryAt: now() + waitMs, code: null, unknown: true }
          })
    await store.finishAttempts([outcome], now())
    progressAt = performance.now()
    parts.onOutcome?.(message, outcome)
  }

  function oneClaimAtATime<T>(work: () => Promise<T>): Promise<T> {
    const next = claiming.then(work, work)
    claiming = next.catch(() => undefined)
    return next
  }

  return {
    sendDue,
    sinceProgressMs: () => performance.now() - progressAt,
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

/** So that a request that takes its longest, 10 s and some, ends before the lease does. */
const beginWithinMs = LEASE_MS - 15_000
