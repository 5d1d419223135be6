import type { ConversationId, EventId } from '../../types.ts'
import type { ParkedEvent, StoreFigures, StoreHealth } from '../store.ts'
import { keysOf } from './conversations.ts'
import type { PostgresEngine } from './engine.ts'
import { isOver, leaseClock } from './lease-clock.ts'
import { isSendingPaused, readMeta } from './meta.ts'

export async function health(engine: PostgresEngine, now: number): Promise<StoreHealth> {
  const [inboxOldestAt, inboxNewestAt, outboxOldestAt, parked, due] = await Promise.all([
    value(engine, "SELECT at AS value FROM events WHERE status = 'pending' ORDER BY seq LIMIT 1"),
    value(engine, "SELECT at AS value FROM events WHERE kind = 'message' ORDER BY seq DESC LIMIT 1"),
    value(engine, "SELECT MIN(send_at) AS value FROM outbox WHERE phase = 'waiting' AND send_at <= $1", now),
    value(engine, "SELECT COUNT(*) AS value FROM events WHERE status = 'parked'"),
    value(engine, 'SELECT MIN(due_at) AS value FROM conversations WHERE due_at <= $1', now),
  ])
  return {
    ok: engine.lastFailure === null,
    inboxOldestAt,
    inboxNewestAt,
    outboxOldestAt,
    parked: parked ?? 0,
    dueLateMs: due === null ? 0 : now - due,
  }
}

export async function figures(engine: PostgresEngine, now: number): Promise<StoreFigures> {
  const [inboxWaiting, outbox, cases, erasures, backedUpAt] = await Promise.all([
    value(engine, "SELECT COUNT(*) AS value FROM events WHERE status = 'pending'"),
    engine.rows<StoreFigures['outbox'][number]>(
      `SELECT priority, COUNT(*) AS waiting, COUNT(*) FILTER (WHERE expires_at <= $1) AS expired,
         COUNT(*) FILTER (WHERE unknown) AS "perhapsSent",
         MIN(CASE WHEN send_at <= $1 THEN send_at END) AS "oldestDueAt"
       FROM outbox WHERE phase = 'waiting' GROUP BY priority ORDER BY priority`,
      now,
    ),
    engine.rows<StoreFigures['cases'][number]>(
      `SELECT level, status, COUNT(*) AS count, MIN(alert_at) AS "oldestAlertAt"
       FROM cases WHERE status <> 'closed' GROUP BY level, status ORDER BY level, status`,
    ),
    engine.first<StoreFigures['providerErasures']>(
      `SELECT COUNT(try_at) AS waiting, COUNT(*) - COUNT(try_at) AS "givenUp", MIN(at) AS "oldestAt"
       FROM provider_erasures`,
    ),
    readMeta(engine, 'backed_up_at'),
  ])
  return {
    inboxWaiting: inboxWaiting ?? 0,
    outbox,
    cases,
    providerErasures: erasures!,
    backedUpAt: backedUpAt === null ? null : Number(backedUpAt),
  }
}

export async function readParked(engine: PostgresEngine): Promise<ParkedEvent[]> {
  const rows = await engine.rows<{ id: EventId; conversation: ConversationId; at: number; failure: Buffer | null }>(
    "SELECT id, conversation, at, failure FROM events WHERE status = 'parked' ORDER BY seq",
  )
  const keys = await keysOf(
    engine,
    engine,
    rows.map(({ conversation }) => conversation),
  )
  return rows.map(({ id, conversation, at, failure }) => {
    const key = keys.get(conversation)
    return { id, conversation, at, failure: key && failure ? engine.vault.open(key, failure, `failure:${id}`) : null }
  })
}

/** When something is to be done next that nothing will wake us for. */
export async function nextDueAt(engine: PostgresEngine): Promise<number | null> {
  const now = engine.now()
  const leaseNow = engine.leaseNow(now)
  const clock = leaseClock('$1')
  const [isPaused, due, outbox, leaseEnds] = await Promise.all([
    isSendingPaused(engine),
    value(
      engine,
      `SELECT due_at AS value FROM conversations c WHERE due_at IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM leases l WHERE l.conversation = c.id AND NOT (${isOver('l.until', clock)}))
       ORDER BY due_at LIMIT 1`,
      leaseNow,
    ),
    value(
      engine,
      `SELECT MIN(send_at) AS value FROM outbox WHERE phase = 'waiting'
         AND (lease_until IS NULL OR ${isOver('lease_until', clock)})`,
      leaseNow,
    ),
    // What a dead worker held is free when its lease ends, by a clock that need not be ours.
    value(
      engine,
      `SELECT MIN(until) - ${clock} + $2::bigint AS value FROM leases WHERE until > ${clock}`,
      leaseNow,
      now,
    ),
  ])
  const known = [...(isPaused ? [] : [due, outbox]), leaseEnds].filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

async function value(engine: PostgresEngine, sql: string, ...values: (number | null)[]): Promise<number | null> {
  return (await engine.first<{ value: number | null }>(sql, ...values))?.value ?? null
}
