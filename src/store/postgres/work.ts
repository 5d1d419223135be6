import type { Address, AdvocateId, ConversationId, EventId } from '../../types.ts'
import { dueParkedId } from '../ids.ts'
import { LEASE_MS, TRIES_MAX } from '../lease.ts'
import { readEvent } from '../records.ts'
import type { Work, WorkEvent } from '../store.ts'
import { addressesOf, keysOf, readStates } from './conversations.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { insertEvents } from './inbound.ts'
import { isOver, leaseClock } from './lease-clock.ts'
import { isNotPaused } from './meta.ts'

/** Takes conversations that have something to do, and locks each for this worker. */
export async function claimWork(engine: PostgresEngine, limit: number, now: number): Promise<Work[]> {
  return engine.losable(async (tx) => {
    const candidates = await choose(engine, tx, limit, now)
    if (candidates.length === 0) return []
    const token = engine.vault.token(8)
    const claimed = await takeLeases(tx, candidates, token, engine.leaseNow(now))
    if (claimed.size === 0) return []
    const works = await readWork(
      engine,
      tx,
      candidates.filter((id) => claimed.has(id)),
      token,
    )
    // Between our choice and our lease another node may have done it.
    const idle = works.filter(({ events, dueAt }) => events.length === 0 && (dueAt === null || dueAt > now))
    if (idle.length === 0) return works
    await tx.count(
      'DELETE FROM leases WHERE conversation = ANY($1) AND token = $2',
      idle.map(({ id }) => id),
      token,
    )
    return works.filter((work) => !idle.includes(work))
  })
}

/** Brings whatever is due later to `now`. */
export async function hastenDue(engine: PostgresEngine, now: number): Promise<void> {
  await engine.commit(hasten, now)
}

const hasten = oneByOne(async (_engine: PostgresEngine, tx: Transaction, now: number): Promise<void> => {
  await tx.count('UPDATE conversations SET due_at = $1 WHERE due_at > $1', now)
  await tx.count("UPDATE outbox SET send_at = $1 WHERE phase = 'waiting' AND send_at > $1", now)
})

/** Brings what is due later to `now` where a case is not closed. */
export async function hastenCases(engine: PostgresEngine, now: number): Promise<void> {
  await engine.commit(hastenOpen, now)
}

const hastenOpen = oneByOne(async (_engine: PostgresEngine, tx: Transaction, now: number): Promise<void> => {
  await tx.count(
    "UPDATE conversations SET due_at = $1 WHERE due_at > $1 AND id IN (SELECT conversation FROM cases WHERE status <> 'closed')",
    now,
  )
})

/** Gives a conversation back after a turn that failed, or was not begun (`failure` null). */
export async function releaseWork(engine: PostgresEngine, work: FailedWork, failure: string | null): Promise<void> {
  await engine.commit(releaseOne, { work, failure })
}

/** The part of a work that giving it back needs. */
export type FailedWork = Pick<Work, 'id' | 'lease' | 'version' | 'dueAt'> & { events: { id: EventId }[] }

const RETRY_MS = 1_000
/** A due time that failed three times goes on being tried, since a page may hang on it. */
const RETRY_PARKED_DUE_MS = LEASE_MS
/** A conversation that wrote faster than we answered gets the rest of its turn later. */
const EVENTS_MAX = 20
/** How many waiting events are looked at for each conversation wanted; some conversations have several. */
const LOOK_AHEAD = 4

/** No live lease binds the conversation `id`. */
const isFree = (id: string, clock: string) =>
  `NOT EXISTS (SELECT 1 FROM leases l WHERE l.conversation = ${id} AND NOT (${isOver('l.until', clock)}))`

/**
 * Which conversations are next: first what is due, but at most half, so that an escalation is not held up by a burst
 * of messages, nor the messages by a backlog of due times; then what waits in the inbox, oldest first; then the rest.
 */
async function choose(engine: PostgresEngine, tx: Transaction, limit: number, now: number): Promise<ConversationId[]> {
  const [due, pending] = await Promise.all([
    tx.rows<{ id: ConversationId }>(
      `SELECT c.id FROM conversations c WHERE c.due_at <= $1 AND ${isNotPaused} AND ${isFree('c.id', leaseClock('$3'))}
       ORDER BY c.due_at LIMIT $2`,
      now,
      limit,
      engine.leaseNow(now),
    ),
    tx.rows<{ id: ConversationId }>(
      `SELECT e.conversation AS id FROM events e WHERE e.status = 'pending'
         AND ${isFree('e.conversation', leaseClock('$2'))}
       ORDER BY e.seq LIMIT $1`,
      limit * LOOK_AHEAD,
      engine.leaseNow(now),
    ),
  ])
  const first = Math.ceil(limit / 2)
  const inOrder = [...due.slice(0, first), ...pending, ...due.slice(first)]
  return [...new Set(inOrder.map(({ id }) => id))].slice(0, limit)
}

/** Rows that another node is claiming at this moment are skipped, not waited for. */
async function takeLeases(
  tx: Transaction,
  ids: ConversationId[],
  token: string,
  now: number | null,
): Promise<Set<ConversationId>> {
  const rows = await tx.rows<{ conversation: ConversationId }>(
    `WITH free AS (SELECT id FROM conversations WHERE id = ANY($2) FOR NO KEY UPDATE SKIP LOCKED)
     INSERT INTO leases (conversation, token, until) SELECT id, $3, ${leaseClock('$1')} + ${LEASE_MS} FROM free
     ON CONFLICT (conversation) DO UPDATE SET token = excluded.token, until = excluded.until
       WHERE ${isOver('leases.until', leaseClock('$1'))}
     RETURNING conversation`,
    now,
    ids,
    token,
  )
  return new Set(rows.map(({ conversation }) => conversation))
}

async function readWork(
  engine: PostgresEngine,
  tx: Transaction,
  ids: ConversationId[],
  lease: string,
): Promise<Work[]> {
  const [conversations, events, keys, addresses] = await Promise.all([
    tx.rows<ConversationRow>(
      'SELECT id, kind, advocate, version, due_at, failures FROM conversations WHERE id = ANY($1)',
      ids,
    ),
    tx.rows<EventRow>(
      `SELECT e.id, e.conversation, e.kind, e.at, e.body
       FROM unnest($1::text[]) AS c (id)
       CROSS JOIN LATERAL (SELECT * FROM events WHERE conversation = c.id AND status = 'pending'
         ORDER BY seq LIMIT ${EVENTS_MAX}) e
       ORDER BY e.seq`,
      ids,
    ),
    keysOf(engine, tx, ids),
    addressesOf(engine, tx, ids),
  ])
  const states = await readStates(engine, tx, new Map(conversations.map(({ id, version }) => [id, version])))
  const eventsOf = Map.groupBy(events, ({ conversation }) => conversation)
  const rowOf = new Map(conversations.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = rowOf.get(id)
    const key = keys.get(id)
    if (!row || !key) return []
    const readBody = (event: EventRow) =>
      engine.eventBodies.get(event.id) ?? engine.vault.open(key, event.body, `event:${event.id}`)
    return {
      id,
      kind: row.kind,
      advocate: row.advocate,
      version: row.version,
      state: states.get(id) ?? null,
      lease,
      events: (eventsOf.get(id) ?? []).map((event) =>
        readEvent({ id: event.id, kind: event.kind, at: event.at, body: readBody(event) }),
      ),
      dueAt: row.due_at,
      address: addresses.get(id) as Address,
      failures: row.failures,
    }
  })
}

const releaseOne = oneByOne(release)

async function release(
  engine: PostgresEngine,
  tx: Transaction,
  { work, failure }: { work: FailedWork; failure: string | null },
): Promise<void> {
  const owned = await tx.count('DELETE FROM leases WHERE conversation = $1 AND token = $2', work.id, work.lease)
  if (owned === 0 || failure === null) return
  const [row] = await tx.rows<{ failures: number }>(
    `UPDATE conversations SET failures = CASE WHEN failures + 1 >= ${TRIES_MAX} THEN 0 ELSE failures + 1 END
     WHERE id = $1 RETURNING failures`,
    work.id,
  )
  if (!row) return
  if (row.failures === 0) await park(engine, tx, work, failure)
  else await waitBeforeRetry(engine, tx, work.id, row.failures * RETRY_MS)
}

/** Sets what cannot be done aside, with its reason, so that a human sees it and later messages go on. */
async function park(engine: PostgresEngine, tx: Transaction, work: FailedWork, failure: string): Promise<void> {
  const key = (await keysOf(engine, tx, [work.id])).get(work.id)
  if (!key) return
  const ids = work.events.map(({ id }) => id)
  if (ids.length === 0) {
    const id = dueParkedId(work.id, work.version)
    const at = work.dueAt ?? engine.now()
    await insertEvents(engine, tx, [{ id, conversation: work.id, kind: 'internal', at, body: 'null' }])
    await waitBeforeRetry(engine, tx, work.id, RETRY_PARKED_DUE_MS)
    ids.push(id)
  }
  for (const id of ids) {
    const sealed = engine.vault.seal(key, failure, `failure:${id}`)
    await tx.count("UPDATE events SET status = 'parked', failure = $1 WHERE id = $2 AND status = 'pending'", sealed, id)
  }
}

/** A lease of nobody: others leave the conversation alone until it ends. */
async function waitBeforeRetry(
  engine: PostgresEngine,
  tx: Transaction,
  id: ConversationId,
  waitMs: number,
): Promise<void> {
  await tx.count(
    `INSERT INTO leases (conversation, token, until) VALUES ($1, '', ${leaseClock('$2')} + $3::bigint)`,
    id,
    engine.leaseNow(engine.now()),
    waitMs,
  )
}

interface ConversationRow {
  id: ConversationId
  kind: 'person' | 'advocate'
  advocate: AdvocateId | null
  version: number
  due_at: number | null
  failures: number
}
interface EventRow {
  id: EventId
  conversation: ConversationId
  kind: WorkEvent['kind']
  at: number
  body: Buffer
}
