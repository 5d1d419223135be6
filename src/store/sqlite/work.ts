import type { Address, AdvocateId, ConversationId, EventId } from '../../types.ts'
import { dueParkedId } from '../ids.ts'
import { LEASE_MS, TRIES_MAX } from '../lease.ts'
import { readEvent } from '../records.ts'
import type { Work, WorkEvent } from '../store.ts'
import { addressOf, keyOf, readState } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { insertEvent } from './inbound.ts'
import { isSendingPaused } from './meta.ts'

/** Takes conversations that have something to do, and locks each for this worker. */
export async function claimWork(engine: SqliteEngine, limit: number, now: number): Promise<Work[]> {
  if (!hasWork(engine, now)) return []
  return engine.losable(() => choose(engine, limit, now).map((id) => claim(engine, id, now)))
}

/** Gives a conversation back after a turn that failed, or was not begun (`failure` null). */
export async function releaseWork(engine: SqliteEngine, work: FailedWork, failure: string | null): Promise<void> {
  await engine.commit(() => {
    const owned = engine.run('DELETE FROM leases WHERE conversation = ? AND token = ?', work.id, work.lease)
    if (owned === 0 || failure === null) return
    const row = engine.get<{ failures: number }>('SELECT failures FROM conversations WHERE id = ?', work.id)
    if (!row) return
    const failures = row.failures + 1
    if (failures >= TRIES_MAX) return park(engine, work, failure)
    engine.run('UPDATE conversations SET failures = ? WHERE id = ?', failures, work.id)
    waitBeforeRetry(engine, work.id, failures * RETRY_MS)
  })
}

/** Brings whatever is due later to `now`. */
export async function hastenDue(engine: SqliteEngine, now: number): Promise<void> {
  await engine.commit(() => {
    engine.run('UPDATE conversations SET due_at = ? WHERE due_at > ?', now, now)
    engine.run("UPDATE outbox SET send_at = ? WHERE phase = 'waiting' AND send_at > ?", now, now)
  })
}

/** Brings what is due later to `now` where a case is not closed. */
export async function hastenCases(engine: SqliteEngine, now: number): Promise<void> {
  await engine.commit(() => {
    engine.run(
      "UPDATE conversations SET due_at = ? WHERE due_at > ? AND id IN (SELECT conversation FROM cases WHERE status <> 'closed')",
      now,
      now,
    )
  })
}

/** The part of a work that giving it back needs. */
export type FailedWork = Pick<Work, 'id' | 'lease' | 'version' | 'dueAt'> & { events: { id: EventId }[] }

const RETRY_MS = 1_000
/** A due time that failed three times goes on being tried, since a page may hang on it. */
const RETRY_PARKED_DUE_MS = LEASE_MS
/** A conversation that wrote faster than we answered gets the rest of its turn later. */
const EVENTS_MAX = 20

function hasWork(engine: SqliteEngine, now: number): boolean {
  return (
    engine.get("SELECT 1 FROM events WHERE status = 'pending' LIMIT 1") !== undefined ||
    (engine.get('SELECT 1 FROM conversations WHERE due_at <= ? LIMIT 1', now) !== undefined && !isSendingPaused(engine))
  )
}

/**
 * Which conversations are next: first what is due, but at most half, so that an escalation is not held up by a burst
 * of messages, nor the messages by a backlog of due times; then what waits in the inbox, oldest first; then the rest.
 */
function choose(engine: SqliteEngine, limit: number, now: number): ConversationId[] {
  const chosen = new Set<ConversationId>()
  takeDue(engine, chosen, Math.ceil(limit / 2), now)
  takePending(engine, chosen, limit, now)
  takeDue(engine, chosen, limit, now)
  return [...chosen]
}

function takeDue(engine: SqliteEngine, chosen: Set<ConversationId>, limit: number, now: number): void {
  if (chosen.size >= limit || isSendingPaused(engine)) return
  const due = engine.each<{ id: ConversationId }>('SELECT id FROM conversations WHERE due_at <= ? ORDER BY due_at', now)
  for (const { id } of due) {
    if (chosen.size >= limit) return
    if (!isLeased(engine, id, now)) chosen.add(id)
  }
}

function takePending(engine: SqliteEngine, chosen: Set<ConversationId>, limit: number, now: number): void {
  if (chosen.size >= limit) return
  const leased = new Set<ConversationId>()
  const pending = engine.each<{ conversation: ConversationId }>(
    "SELECT conversation FROM events WHERE status = 'pending' ORDER BY seq",
  )
  for (const { conversation } of pending) {
    if (chosen.size >= limit) return
    if (chosen.has(conversation) || leased.has(conversation)) continue
    if (isLeased(engine, conversation, now)) leased.add(conversation)
    else chosen.add(conversation)
  }
}

function isLeased(engine: SqliteEngine, id: ConversationId, now: number): boolean {
  return (
    engine.get(
      'SELECT 1 FROM leases WHERE conversation = ? AND until > ? AND until <= ?',
      id,
      now,
      // Further away than any lease can be: written before the clock jumped back (see lease.ts).
      now + LEASE_MS,
    ) !== undefined
  )
}

function claim(engine: SqliteEngine, id: ConversationId, now: number): Work {
  const lease = engine.vault.token(8)
  engine.run(
    `INSERT INTO leases (conversation, token, until) VALUES (?, ?, ?)
     ON CONFLICT (conversation) DO UPDATE SET token = excluded.token, until = excluded.until`,
    id,
    lease,
    now + LEASE_MS,
  )
  const row = engine.get<ConversationRow>(
    'SELECT kind, advocate, version, due_at, failures FROM conversations WHERE id = ?',
    id,
  )!
  return {
    id,
    kind: row.kind,
    advocate: row.advocate,
    version: row.version,
    state: readState(engine, id, row.version),
    lease,
    events: readPending(engine, id),
    dueAt: row.due_at,
    address: addressOf(engine, id) as Address,
    failures: row.failures,
  }
}

function readPending(engine: SqliteEngine, id: ConversationId): WorkEvent[] {
  const rows = engine.all<EventRow>(
    // Nothing before the oldest of all that wait is looked at, so a conversation of many years costs no more.
    `SELECT id, kind, at, body FROM events INDEXED BY events_of_conversation
     WHERE conversation = ? AND seq >= (SELECT seq FROM events WHERE status = 'pending' ORDER BY seq LIMIT 1)
       AND status = 'pending' ORDER BY seq LIMIT ${EVENTS_MAX}`,
    id,
  )
  return rows.map((row) => {
    const body = engine.eventBodies.get(row.id) ?? engine.vault.open(keyOf(engine, id), row.body, `event:${row.id}`)
    return readEvent({ id: row.id, kind: row.kind, at: row.at, body })
  })
}

/** Sets what cannot be done aside, with its reason, so that a human sees it and later messages go on. */
function park(engine: SqliteEngine, work: FailedWork, failure: string): void {
  const key = keyOf(engine, work.id)
  engine.run('UPDATE conversations SET failures = 0 WHERE id = ?', work.id)
  const ids = work.events.map(({ id }) => id)
  if (ids.length === 0) {
    const id = dueParkedId(work.id, work.version)
    insertEvent(engine, { id, conversation: work.id, kind: 'internal', at: work.dueAt ?? engine.now(), body: 'null' })
    waitBeforeRetry(engine, work.id, RETRY_PARKED_DUE_MS)
    ids.push(id)
  }
  for (const id of ids) {
    const sealed = engine.vault.seal(key, failure, `failure:${id}`)
    engine.run("UPDATE events SET status = 'parked', failure = ? WHERE id = ? AND status = 'pending'", sealed, id)
  }
}

/** A lease of nobody: others leave the conversation alone until it ends. */
function waitBeforeRetry(engine: SqliteEngine, id: ConversationId, waitMs: number): void {
  engine.run("INSERT INTO leases (conversation, token, until) VALUES (?, '', ?)", id, engine.now() + waitMs)
}

interface ConversationRow {
  kind: 'person' | 'advocate'
  advocate: AdvocateId | null
  version: number
  due_at: number | null
  failures: number
}
interface EventRow {
  id: EventId
  kind: WorkEvent['kind']
  at: number
  body: Uint8Array
}
