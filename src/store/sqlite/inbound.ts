import type { ConversationId, EventId } from '../../types.ts'
import type { NewInbound } from '../store.ts'
import { conversationOf, keyOf, noteAddress, openConversation } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'

/** Stores one message; resolves after the commit. */
export async function acceptInbound(engine: SqliteEngine, event: NewInbound): Promise<'stored' | 'duplicate'> {
  const { from, to, payload } = event
  const body = JSON.stringify({ from, to, ...payload })
  const id = event.providerId as EventId
  return engine.commit(() => {
    if (hasEvent(engine, id)) return 'duplicate'
    const conversation = conversationOf(engine, from) ?? openConversation(engine, from)
    noteAddress(engine, conversation, from)
    insertEvent(engine, { id, conversation, kind: 'message', at: event.at, body })
    return 'stored'
  })
}

/** Puts an event into the inbox of a conversation, once for each id. Call it inside a transaction. */
export function insertEvent(engine: SqliteEngine, event: NewEvent): void {
  const { id, conversation, kind, at, body } = event
  const inserted = engine.run(
    'INSERT INTO events (id, conversation, kind, at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    id,
    conversation,
    kind,
    at,
    engine.vault.seal(keyOf(engine, conversation), body, `event:${id}`),
  )
  // The worker reads it in a moment; what it needs is here already, in the clear.
  if (inserted > 0) engine.eventBodies.set(id, body)
}

/** `body` is JSON; what it holds depends on the kind. */
export interface NewEvent {
  id: EventId
  conversation: ConversationId
  kind: 'message' | 'internal' | 'delivery_failed'
  at: number
  body: string
}

function hasEvent(engine: SqliteEngine, id: EventId): boolean {
  return engine.get('SELECT 1 FROM events WHERE id = ?', id) !== undefined
}
