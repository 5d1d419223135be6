import type { ConversationId } from '../../types.ts'
import type { SqliteEngine } from './engine.ts'
import { countErased, writeMeta } from './meta.ts'
import { queueProviderErasures } from './provider-erasures.ts'

/**
 * Destroys a conversation. Its key goes first in importance: copies of the ciphertext, in back-ups for instance, are
 * unreadable from then on. Ids of its events stay, so that a message delivered twice does not come to life again.
 */
export async function eraseConversation(engine: SqliteEngine, id: ConversationId, now: number): Promise<void> {
  const isErased = await engine.commit(() => {
    if (!engine.get('SELECT 1 FROM conversations WHERE id = ?', id)) return false
    queueProviderErasures(engine, id, now)
    engine.run('DELETE FROM keys WHERE owner = ?', id)
    engine.run('DELETE FROM conversations WHERE id = ?', id)
    engine.run('DELETE FROM leases WHERE conversation = ?', id)
    engine.run('DELETE FROM cases WHERE conversation = ?', id)
    engine.run('DELETE FROM open_pages WHERE conversation = ?', id)
    engine.run('DELETE FROM case_words WHERE conversation = ?', id)
    engine.run(
      `DELETE FROM receipts WHERE provider_id IN
         (SELECT provider_id FROM outbox WHERE conversation = ? OR target = ?)`,
      id,
      id,
    )
    engine.run('DELETE FROM outbox WHERE conversation = ? OR target = ?', id, id)
    engine.run(
      "UPDATE events SET status = 'erased', conversation = '', body = NULL, failure = NULL WHERE conversation = ?",
      id,
    )
    writeMeta(engine, 'erased', String(countErased(engine) + 1))
    return true
  })
  engine.keys.delete(id)
  engine.states.delete(id)
  engine.addresses.delete(id)
  if (isErased) await emptyLog(engine)
}

/**
 * Takes away what was said in a conversation that must go on, because somebody is still being looked for. What was kept
 * of it in back-ups becomes unreadable when the case is closed and the key destroyed.
 */
export async function forgetMessages(engine: SqliteEngine, id: ConversationId, now: number): Promise<void> {
  await engine.commit(() => {
    queueProviderErasures(engine, id, now)
    engine.run("UPDATE events SET body = NULL WHERE conversation = ? AND status = 'done'", id)
    engine.run("DELETE FROM outbox WHERE target = ? AND phase <> 'waiting'", id)
  })
  await emptyLog(engine)
}

/** The write-ahead log still holds the pages as they were; a checkpoint that cuts it to nothing removes them. */
export async function emptyLog(engine: SqliteEngine): Promise<void> {
  for (let attempt = 0; attempt < CHECKPOINT_TRIES; attempt++) {
    const { busy } = engine.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    if (busy === 0) return
    await new Promise((resolve) => setTimeout(resolve, CHECKPOINT_PAUSE_MS))
  }
}

// A long reader may hold the log back; the next checkpoint that finds it free removes the pages then.
const CHECKPOINT_TRIES = 20
const CHECKPOINT_PAUSE_MS = 50
