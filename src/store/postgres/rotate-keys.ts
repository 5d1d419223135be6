import type { KeyFile } from '../key-file.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { storeMeta } from './meta.ts'

/**
 * Wraps every key with a new one. First the file has both keys, then the database names the new one as current (from
 * then on every node wraps with it), then the old wrappings are replaced, and only then the old key is forgotten: a
 * crash at any point leaves everything readable, and the next rotation finishes the work. Nodes on other machines
 * need the new key file before.
 */
export async function rotateKeys(
  engine: PostgresEngine,
  keyFile: KeyFile,
  randomBytes: (size: number) => Buffer,
): Promise<{ keyId: string; rewrapped: number }> {
  const keyId = keyFile.addKey(randomBytes)
  await engine.commit(storeMeta, { key: 'current_key', value: keyId })
  let rewrapped = 0
  for (;;) {
    const count = await engine.commit(rewrapSome, keyId)
    if (count === 0) break
    rewrapped += count
  }
  keyFile.keepOnlyCurrent()
  return { keyId, rewrapped }
}

const rewrapSome = oneByOne(async (engine: PostgresEngine, tx: Transaction, keyId: string): Promise<number> => {
  const rows = await tx.rows<{ owner: string; key_id: string; wrapped: Buffer }>(
    `SELECT owner, key_id, wrapped FROM keys WHERE key_id < $1 OR key_id > $1 LIMIT ${BATCH} FOR UPDATE`,
    keyId,
  )
  if (rows.length === 0) return 0
  await tx.count(
    `UPDATE keys SET key_id = $1, wrapped = k.wrapped FROM unnest($2::text[], $3::bytea[]) AS k (owner, wrapped)
     WHERE keys.owner = k.owner`,
    keyId,
    rows.map(({ owner }) => owner),
    rows.map((row) => engine.vault.rewrap({ keyId: row.key_id, wrapped: row.wrapped }, keyId).wrapped),
  )
  return rows.length
})

/** Small, so that turns go on in between. */
const BATCH = 200
