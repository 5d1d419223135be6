import type { ConversationId, EventId } from '../../types.ts'
import type { NewInbound } from '../store.ts'
import { conversationsOf, keysOf, noteAddresses, openConversations } from './conversations.ts'
import type { PostgresEngine, Reader, Transaction } from './engine.ts'
import { ChangedMeanwhileError } from './errors.ts'

/** Stores one message; resolves after the commit. */
export async function acceptInbound(engine: PostgresEngine, event: NewInbound): Promise<'stored' | 'duplicate'> {
  const { from, to, payload } = event
  const body = JSON.stringify({ from, to, ...payload })
  return engine.commit(storeInbound, { ...event, id: event.providerId as EventId, body })
}

/** Puts events into the inboxes of conversations, in order, once for each id. Gives back the ids that are new. */
export async function insertEvents(engine: PostgresEngine, tx: Transaction, events: NewEvent[]): Promise<Set<EventId>> {
  if (events.length === 0) return new Set()
  const keys = await keysOf(
    engine,
    tx,
    events.map(({ conversation }) => conversation),
  )
  const sealed = events.flatMap((event) => {
    const key = keys.get(event.conversation)
    return key ? [{ ...event, sealed: engine.vault.seal(key, event.body, `event:${event.id}`) }] : []
  })
  // The lock keeps an erasure from going past us and leaving an event that belongs to nobody.
  const rows = await tx.rows<{ id: EventId }>(
    `WITH held AS (SELECT id FROM conversations WHERE id = ANY($2) FOR KEY SHARE)
     INSERT INTO events (id, conversation, kind, at, body)
     SELECT e.id, e.conversation, e.kind, e.at, e.body
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[]) WITH ORDINALITY
       AS e (id, conversation, kind, at, body, position)
     JOIN held ON held.id = e.conversation
     ORDER BY e.position
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    sealed.map(({ id }) => id),
    sealed.map(({ conversation }) => conversation),
    sealed.map(({ kind }) => kind),
    sealed.map(({ at }) => at),
    sealed.map((event) => event.sealed),
  )
  const inserted = new Set(rows.map(({ id }) => id))
  for (const { id, body } of events) {
    // The worker reads it in a moment; what it needs is here already, in the clear.
    if (inserted.has(id)) engine.eventBodies.set(id, body)
  }
  return inserted
}

/** `body` is JSON; what it holds depends on the kind. */
export interface NewEvent {
  id: EventId
  conversation: ConversationId
  kind: 'message' | 'internal' | 'delivery_failed'
  at: number
  body: string
}

type StoredInbound = NewInbound & { id: EventId; body: string }

async function storeInbound(
  engine: PostgresEngine,
  tx: Transaction,
  items: StoredInbound[],
): Promise<('stored' | 'duplicate')[]> {
  const firsts = new Map<EventId, StoredInbound>()
  for (const item of items) if (!firsts.has(item.id)) firsts.set(item.id, item)
  const events = await assign(engine, tx, [...firsts.values()])
  const inserted = await insertEvents(engine, tx, events)
  await refuseLost(
    tx,
    events.filter(({ id }) => !inserted.has(id)),
  )
  return items.map((item) => (inserted.delete(item.id) ? 'stored' : 'duplicate'))
}

/** Finds or starts the conversation of each; leaves out those stored before. */
async function assign(engine: PostgresEngine, tx: Transaction, items: StoredInbound[]): Promise<NewEvent[]> {
  const conversations = await conversationsOf(
    engine,
    tx,
    items.map(({ from }) => from),
  )
  const strangers = items.filter((_, index) => conversations[index] === null)
  // A message of an erased conversation that is delivered again must not start a new one.
  const known = await existing(
    tx,
    strangers.map(({ id }) => id),
  )
  const fresh = strangers.filter(({ id }) => !known.has(id))
  const opened = await openConversations(
    engine,
    tx,
    fresh.map(({ from }) => from),
  )
  const openedFor = new Map(fresh.map(({ id }, index) => [id, opened[index]!]))
  const events: NewEvent[] = []
  const latest = new Map<ConversationId, NewInbound['from']>()
  for (const [index, { id, from, at, body }] of items.entries()) {
    const conversation = conversations[index] ?? openedFor.get(id)
    if (conversation === undefined) continue
    latest.set(conversation, from)
    events.push({ id, conversation, kind: 'message', at, body })
  }
  await noteAddresses(engine, tx, latest)
  return events
}

/** An event that was neither stored now nor before had its conversation erased under it. */
async function refuseLost(tx: Transaction, events: NewEvent[]): Promise<void> {
  const known = await existing(
    tx,
    events.map(({ id }) => id),
  )
  if (events.some(({ id }) => !known.has(id))) throw new ChangedMeanwhileError()
}

async function existing(reader: Reader, ids: EventId[]): Promise<Set<EventId>> {
  if (ids.length === 0) return new Set()
  const rows = await reader.rows<{ id: EventId }>('SELECT id FROM events WHERE id = ANY($1)', ids)
  return new Set(rows.map(({ id }) => id))
}
