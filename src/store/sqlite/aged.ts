import type { ConversationId } from '../../types.ts'
import type { AgedWords } from '../store.ts'
import type { SqliteEngine } from './engine.ts'
import { emptyLog } from './erase.ts'
import { queueAgedErasures } from './provider-erasures.ts'

/** What is older than `before` and no longer needed. */
export function findAged(engine: SqliteEngine, before: number): AgedWords {
  const silent = engine.all<{ id: ConversationId; isNeeded: number }>(
    `SELECT id, EXISTS (SELECT 1 FROM cases WHERE conversation = c.id AND status <> 'closed') AS isNeeded
     FROM conversations c WHERE kind = 'person' AND NOT EXISTS
       (SELECT 1 FROM events WHERE conversation = c.id AND kind = 'message' AND at >= ?)
     ORDER BY seq`,
    before,
  )
  const count = (sql: string) => engine.get<{ value: number }>(sql, before)!.value
  return {
    conversations: silent.filter(({ isNeeded }) => isNeeded === 0).map(({ id }) => id),
    needed: silent.filter(({ isNeeded }) => isNeeded === 1).length,
    advocateMessages:
      count(`SELECT COUNT(*) AS value FROM events WHERE ${agedEvents}`) +
      count(`SELECT COUNT(*) AS value FROM outbox WHERE ${agedOutbox}`),
  }
}

export async function forgetAdvocates(engine: SqliteEngine, before: number, now: number): Promise<void> {
  const changed = await engine.commit(() => {
    queueAgedErasures(engine, { agedEvents, agedOutbox }, before, now)
    const forgotten = engine.run(`UPDATE events SET body = NULL WHERE ${agedEvents}`, before)
    return forgotten + engine.run(`DELETE FROM outbox WHERE ${agedOutbox}`, before)
  })
  if (changed > 0) await emptyLog(engine)
}

const advocates = "conversation IN (SELECT id FROM conversations WHERE kind = 'advocate')"
const agedEvents = `${advocates} AND status = 'done' AND body IS NOT NULL AND at < ?`
const agedOutbox = `${advocates} AND phase <> 'waiting' AND at < ?`
