import type { ConversationId, EventId } from '../../types.ts'
import { LEASE_MS } from '../lease.ts'
import type { ParkedEvent, StoreFigures, StoreHealth } from '../store.ts'
import { findKey } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { isSendingPaused, readMeta } from './meta.ts'

export function health(engine: SqliteEngine, now: number): StoreHealth {
  const due = smallest(
    engine,
    'SELECT due_at AS value FROM conversations WHERE due_at <= ? ORDER BY due_at LIMIT 1',
    now,
  )
  const outbox = [0, 1, 2].map((priority) =>
    smallest(
      engine,
      `SELECT send_at AS value FROM outbox WHERE phase = 'waiting' AND priority = ? AND send_at <= ?
       ORDER BY send_at LIMIT 1`,
      priority,
      now,
    ),
  )
  return {
    ok: engine.lastFailure === null,
    inboxOldestAt: smallest(engine, "SELECT at AS value FROM events WHERE status = 'pending' ORDER BY seq LIMIT 1"),
    inboxNewestAt: smallest(engine, "SELECT at AS value FROM events WHERE kind = 'message' ORDER BY seq DESC LIMIT 1"),
    outboxOldestAt: earliest(outbox),
    parked: smallest(engine, "SELECT COUNT(*) AS value FROM events WHERE status = 'parked'") ?? 0,
    dueLateMs: due === null ? 0 : now - due,
  }
}

export function figures(engine: SqliteEngine, now: number): StoreFigures {
  return {
    inboxWaiting: smallest(engine, "SELECT COUNT(*) AS value FROM events WHERE status = 'pending'") ?? 0,
    outbox: engine.all(
      `SELECT priority, COUNT(*) AS waiting, COUNT(CASE WHEN expires_at <= ? THEN 1 END) AS expired,
         SUM(unknown) AS perhapsSent, MIN(CASE WHEN send_at <= ? THEN send_at END) AS oldestDueAt
       FROM outbox WHERE phase = 'waiting' GROUP BY priority ORDER BY priority`,
      now,
      now,
    ),
    cases: engine.all(
      `SELECT level, status, COUNT(*) AS count, MIN(alert_at) AS oldestAlertAt
       FROM cases WHERE status <> 'closed' GROUP BY level, status ORDER BY level, status`,
    ),
    providerErasures: engine.get<StoreFigures['providerErasures']>(
      'SELECT COUNT(try_at) AS waiting, COUNT(*) - COUNT(try_at) AS givenUp, MIN(at) AS oldestAt FROM provider_erasures',
    )!,
    backedUpAt: instant(readMeta(engine, 'backed_up_at')),
  }
}

const instant = (value: string | null) => (value === null ? null : Number(value))

export function readParked(engine: SqliteEngine): ParkedEvent[] {
  const rows = engine.all<{ id: EventId; conversation: ConversationId; at: number; failure: Uint8Array | null }>(
    "SELECT id, conversation, at, failure FROM events WHERE status = 'parked' ORDER BY seq",
  )
  return rows.map(({ id, conversation, at, failure }) => {
    const key = findKey(engine, conversation)
    return { id, conversation, at, failure: key && failure && engine.vault.open(key, failure, `failure:${id}`) }
  })
}

/** When something is to be done next that nothing will wake us for. */
export function nextDueAt(engine: SqliteEngine): number | null {
  const now = engine.now()
  const isPaused = isSendingPaused(engine)
  const due = smallest(
    engine,
    `SELECT due_at AS value FROM conversations
     WHERE due_at IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM leases WHERE conversation = conversations.id AND until > ? AND until <= ?)
     ORDER BY due_at LIMIT 1`,
    now,
    now + LEASE_MS,
  )
  const outbox = (isPaused ? [] : [0, 1, 2]).map((priority) =>
    smallest(
      engine,
      `SELECT send_at AS value FROM outbox WHERE phase = 'waiting' AND priority = ?
         AND (lease_until IS NULL OR lease_until <= ? OR lease_until > ?)
       ORDER BY send_at LIMIT 1`,
      priority,
      now,
      now + LEASE_MS,
    ),
  )
  // What a dead worker held is free when its lease ends.
  const leaseEnds = smallest(engine, 'SELECT MIN(until) AS value FROM leases WHERE until > ?', now)
  return earliest([isPaused ? null : due, leaseEnds, ...outbox])
}

function smallest(engine: SqliteEngine, sql: string, ...values: (string | number)[]): number | null {
  return engine.get<{ value: number | null }>(sql, ...values)?.value ?? null
}

function earliest(times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
