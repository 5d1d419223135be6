import { queueAudit } from './audit.ts'
import { oneByOne, type PostgresEngine, type Reader, type Transaction } from './engine.ts'

export async function readMeta(reader: Reader, key: string): Promise<string | null> {
  const [row] = await reader.rows<{ value: string }>('SELECT value FROM meta WHERE key = $1', key)
  return row?.value ?? null
}

export async function writeMeta(tx: Transaction, key: string, value: string): Promise<void> {
  await tx.count(
    'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  )
}

export async function isSendingPaused(reader: Reader): Promise<boolean> {
  return (await readMeta(reader, 'sending_paused')) === 'yes'
}

export async function setSendingPaused(
  engine: PostgresEngine,
  paused: boolean,
  change: { by: string; at: number },
): Promise<void> {
  await engine.commit(storePause, { paused, ...change })
}

const storePause = oneByOne(
  async (engine: PostgresEngine, tx: Transaction, { paused, by, at }: { paused: boolean; by: string; at: number }) => {
    await writeMeta(tx, 'sending_paused', paused ? 'yes' : 'no')
    const action = paused ? 'sending_paused' : 'sending_resumed'
    await queueAudit(engine, tx, [{ at, actor: by, action, subject: 'outbox' }])
  },
)

/** A condition: sending is not paused. */
export const isNotPaused = "NOT EXISTS (SELECT 1 FROM meta WHERE key = 'sending_paused' AND value = 'yes')"

export async function countErased(reader: Reader): Promise<number> {
  return Number((await readMeta(reader, 'erased')) ?? 0)
}

/** A batch that writes one value of `meta`. */
export const storeMeta = oneByOne(
  (_engine: PostgresEngine, tx: Transaction, { key, value }: { key: string; value: string }) =>
    writeMeta(tx, key, value),
)
