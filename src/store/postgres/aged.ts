import type { ConversationId } from '../../types.ts'
import type { AgedWords } from '../store.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { queueAgedErasures } from './provider-erasures.ts'

/** What is older than `before` and no longer needed. */
export async function findAged(engine: PostgresEngine, before: number): Promise<AgedWords> {
  const silent = await engine.rows<{ id: ConversationId; isNeeded: boolean }>(
    `SELECT id, EXISTS (SELECT 1 FROM cases WHERE conversation = c.id AND status <> 'closed') AS "isNeeded"
     FROM conversations c WHERE kind = 'person' AND NOT EXISTS
       (SELECT 1 FROM events WHERE conversation = c.id AND kind = 'message' AND at >= $1)
     ORDER BY id`,
    before,
  )
  const count = async (sql: string) => (await engine.first<{ value: number }>(sql, before))!.value
  return {
    conversations: silent.filter(({ isNeeded }) => !isNeeded).map(({ id }) => id),
    needed: silent.filter(({ isNeeded }) => isNeeded).length,
    advocateMessages:
      (await count(`SELECT COUNT(*) AS value FROM events WHERE ${agedEvents}`)) +
      (await count(`SELECT COUNT(*) AS value FROM outbox WHERE ${agedOutbox}`)),
  }
}

export async function forgetAdvocates(engine: PostgresEngine, before: number, now: number): Promise<void> {
  const changed = await engine.commit(forget, { before, now })
  if (changed > 0) await engine.pool.query('VACUUM events, outbox')
}

const advocates = "conversation IN (SELECT id FROM conversations WHERE kind = 'advocate')"
const agedEvents = `${advocates} AND status = 'done' AND body IS NOT NULL AND at < $1`
const agedOutbox = `${advocates} AND phase <> 'waiting' AND at < $1`

const forget = oneByOne(
  async (_engine: PostgresEngine, tx: Transaction, { before, now }: { before: number; now: number }) => {
    await queueAgedErasures(tx, { agedEvents, agedOutbox }, before, now)
    const forgotten = await tx.count(`UPDATE events SET body = NULL WHERE ${agedEvents}`, before)
    return forgotten + (await tx.count(`DELETE FROM outbox WHERE ${agedOutbox}`, before))
  },
)
