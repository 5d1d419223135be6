import type { ConversationId } from '../../types.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { queueProviderErasures } from './provider-erasures.ts'

/**
 * Destroys a conversation. Its key goes first in importance: copies of the ciphertext, in back-ups for instance, are
 * unreadable from then on. Ids of its events stay, so that a message delivered twice does not come to life again.
 */
export async function eraseConversation(engine: PostgresEngine, id: ConversationId, now: number): Promise<void> {
  const isErased = await engine.commit(erase, { id, now })
  engine.keys.delete(id)
  engine.states.delete(id)
  engine.addresses.delete(id)
  // A deleted row stays in its page until a vacuum; that of the key must not wait for the automatic one.
  if (isErased) await engine.pool.query('VACUUM keys')
}

/**
 * Takes away what was said in a conversation that must go on, because somebody is still being looked for. What was kept
 * of it in back-ups becomes unreadable when the case is closed and the key destroyed.
 */
export async function forgetMessages(engine: PostgresEngine, id: ConversationId, now: number): Promise<void> {
  await engine.commit(forget, { id, now })
  await engine.pool.query('VACUUM events, outbox')
}

interface Erasure {
  id: ConversationId
  now: number
}

const forget = oneByOne(async (_engine: PostgresEngine, tx: Transaction, { id, now }: Erasure): Promise<void> => {
  await queueProviderErasures(tx, id, now)
  await tx.count("UPDATE events SET body = NULL WHERE conversation = $1 AND status = 'done'", id)
  await tx.count("DELETE FROM outbox WHERE target = $1 AND phase <> 'waiting'", id)
})

const erase = oneByOne(async (_engine: PostgresEngine, tx: Transaction, { id, now }: Erasure): Promise<boolean> => {
  const erased = await tx.count('DELETE FROM conversations WHERE id = $1', id)
  if (erased === 0) return false
  await queueProviderErasures(tx, id, now)
  await Promise.all([
    tx.count('DELETE FROM keys WHERE owner = $1', id),
    tx.count('DELETE FROM leases WHERE conversation = $1', id),
    tx.count('DELETE FROM cases WHERE conversation = $1', id),
    tx.count('DELETE FROM open_pages WHERE conversation = $1', id),
    tx.count('DELETE FROM case_words WHERE conversation = $1', id),
    tx.count(
      `DELETE FROM receipts WHERE provider_id IN
         (SELECT provider_id FROM outbox WHERE conversation = $1 OR target = $1)`,
      id,
    ),
    tx.count('DELETE FROM outbox WHERE conversation = $1 OR target = $1', id),
    tx.count(
      "UPDATE events SET status = 'erased', conversation = '', body = NULL, failure = NULL WHERE conversation = $1",
      id,
    ),
    tx.count(
      `INSERT INTO meta (key, value) VALUES ('erased', '1')
       ON CONFLICT (key) DO UPDATE SET value = (meta.value::bigint + 1)::text`,
    ),
  ])
  return true
})
