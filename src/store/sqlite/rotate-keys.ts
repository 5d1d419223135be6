import type { KeyFile } from '../key-file.ts'
import type { WrappedKey } from '../vault.ts'
import type { SqliteEngine } from './engine.ts'
import { writeMeta } from './meta.ts'

/**
 * Wraps every key with a new one. First the file has both keys, then the database names the new one as current (from
 * then on every process wraps with it), then the old wrappings are replaced, and only then the old key is forgotten:
 * a crash at any point leaves everything readable, and the next rotation finishes the work.
 */
export async function rotateKeys(
  engine: SqliteEngine,
  keyFile: KeyFile,
  randomBytes: (size: number) => Buffer,
): Promise<{ keyId: string; rewrapped: number }> {
  const keyId = keyFile.addKey(randomBytes)
  await engine.commit(() => writeMeta(engine, 'current_key', keyId))
  let rewrapped = 0
  for (;;) {
    const count = await engine.commit(() => rewrapSome(engine, keyId))
    if (count === 0) break
    rewrapped += count
  }
  keyFile.keepOnlyCurrent()
  return { keyId, rewrapped }
}

function rewrapSome(engine: SqliteEngine, keyId: string): number {
  const rows = engine.all<{ owner: string; key_id: string; wrapped: Uint8Array }>(
    `SELECT owner, key_id, wrapped FROM keys WHERE key_id < ? OR key_id > ? LIMIT ${BATCH}`,
    keyId,
    keyId,
  )
  for (const row of rows) {
    const old: WrappedKey = { keyId: row.key_id, wrapped: row.wrapped }
    const { wrapped } = engine.vault.rewrap(old, keyId)
    engine.run('UPDATE keys SET key_id = ?, wrapped = ? WHERE owner = ?', keyId, wrapped, row.owner)
  }
  return rows.length
}

/** Small, so that turns go on in between. */
const BATCH = 200
