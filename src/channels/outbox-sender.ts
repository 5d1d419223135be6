import { LEASE_MS } from '../store/lease.ts'
import type { AttemptOutcome, OutboxMessage, Store } from '../store/store.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { Gather, Parcel, Senders } from './sender.ts'

export interface OutboxSenderParts {
  store: Pick<Store, 'claimOutbox' | 'startAttempts' | 'finishAttempts'>
  senders: Senders
  now: () => number
  random: () => number
  /** How many requests are under way at once. Providers refuse for concurrency, not for rate, so it stays small. */
  atOnce?: number
  /** Lets several messages share a text; without it each is a text of its own. */
  gather?: Gather
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
  const { store, senders, now, random, gather, atOnce = 8, steadyMs = () => performance.now() } = parts
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

  /** Fills the free places of the pool. Keeps no more than that: what waits here would use up its lease. */
  async function startSome(): Promise<{ started: number } | 'no_place' | 'nothing_left'> {
    const free = atOnce - underWay.size
    if (free <= 0) return 'no_place'
    const claimedAt = steadyMs()
    const claimed = await store.claimOutbox(free, now())
    progressAt = performance.now()
    if (claimed.length === 0) return 'nothing_left'
    const parcels = await gathered(claimed, free)
    const { refused } = await store.startAttempts(
      parcels.flatMap(inParcel).map(({ id, lease }) => ({ id, lease })),
      now(),
    )
    const going = parcels.flatMap((parcel) => withoutRefused(parcel, claimed, refused))
    for (const parcel of going) {
      const attempt: Promise<void> = attemptOne(parcel, claimedAt)
        .catch((error) => {
          // The database failed after the attempt, so its outcome is unknown; the next claim settles it.
          failure ??= { error }
        })
        .finally(() => underWay.delete(attempt))
      underWay.add(attempt)
    }
    return { started: going.length }
  }

  /** A heap of pages is looked at as a whole, so that those to one phone can share a text. */
  async function gathered(claimed: OutboxMessage[], places: number): Promise<Parcel[]> {
    if (gather === undefined) return claimed.map((message) => ({ message, others: [] }))
    if (claimed.length === places && claimed.every(({ priority }) => priority === 0))
      claimed.push(...(await store.claimOutbox(heapMax, now())))
    const { go, wait } = await gather(claimed, places)
    const putBack = wait.map(({ message, until }): AttemptOutcome => {
      const { id, lease, unknownOutcome } = message
      return { id, lease, kind: 'retry', retryAt: until, code: null, unknown: unknownOutcome }
    })
    await store.finishAttempts(putBack, now())
    return go
  }

  async function attemptOne({ message, others }: Parcel, claimedAt: number): Promise<void> {
    const send = senders[message.address.channel]
    const { id, lease } = message
    const forAll = (outcome: AttemptOutcome): AttemptOutcome[] => [
      outcome,
      ...others.map((other) => ({ ...outcome, id: other.id, lease: other.lease })),
    ]
    // A process that was held still since it took the message may not be the only one that has it.
    if (steadyMs() - claimedAt > beginWithinMs) {
      const unsent = { id, lease, kind: 'retry', retryAt: now(), code: null, unknown: message.unknownOutcome } as const
      await store.finishAttempts(forAll(unsent), now())
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
    await store.finishAttempts(forAll(outcome), now())
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

const inParcel = ({ message, others }: Parcel): OutboxMessage[] => [message, ...others]

/** What was cancelled meanwhile must not be in a text; the others of that text then go by themselves. */
function withoutRefused(parcel: Parcel, claimed: OutboxMessage[], refused: readonly string[]): Parcel[] {
  const ids = inParcel(parcel).map(({ id }) => id)
  if (!ids.some((id) => refused.includes(id))) return [parcel]
  return claimed
    .filter(({ id }) => ids.includes(id) && !refused.includes(id))
    .map((message) => ({ message, others: [] }))
}

/** So many pages are looked at together. */
const heapMax = 120

/** So that a request that takes its longest, 10 s and some, ends before the lease does. */
const beginWithinMs = LEASE_MS - 15_000
