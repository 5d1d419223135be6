import { appendAudit } from './audit.ts'
import type { SqliteEngine } from './engine.ts'

export function readMeta(engine: SqliteEngine, key: string): string | null {
  return engine.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value ?? null
}

/** Call it inside a transaction. */
export function writeMeta(engine: SqliteEngine, key: string, value: string): void {
  engine.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  )
}

export function isSendingPaused(engine: SqliteEngine): boolean {
  return readMeta(engine, 'sending_paused') === 'yes'
}

export async function setSendingPaused(
  engine: SqliteEngine,
  paused: boolean,
  { by, at }: { by: string; at: number },
): Promise<void> {
  await engine.commit(() => {
    writeMeta(engine, 'sending_paused', paused ? 'yes' : 'no')
    appendAudit(engine, [{ at, actor: by, action: paused ? 'sending_paused' : 'sending_resumed', subject: 'outbox' }])
  })
}

export function countErased(engine: SqliteEngine): number {
  return Number(readMeta(engine, 'erased') ?? 0)
}
