import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { NewerSchemaError, SCHEMA_VERSION } from '../schema-version.ts'
import { insertKey, keysOf } from './conversations.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { writeMeta } from './meta.ts'
import { migrations } from './migrations.ts'

/**
 * Brings the schema up to date and makes the store's own keys, under a lock of the database: a second node that
 * starts at the same time waits and then finds nothing to do.
 */
export async function migrate(engine: PostgresEngine, keyId: string): Promise<void> {
  const lock = await engine.pool.connect()
  try {
    await lock.query('SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0')
    await lock.query({ text: `SELECT pg_advisory_lock(${MIGRATION_LOCK})`, query_timeout: LOCK_WAIT_MS } as never)
    await refuseNewerSchema(engine)
    const { error } = await new Migrator({
      // Closing the pool stays with the engine, so the dialect is never destroyed.
      db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: engine.pool }) }),
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest()
    if (error) throw error
    await engine.commit(prepare, keyId)
  } finally {
    // Closed, not given back: the lock goes with the connection.
    lock.release(true)
  }
  const keys = await keysOf(engine, engine, ['hash'])
  engine.vault.setHashKey(keys.get('hash')!)
}

const prepare = oneByOne(async (engine: PostgresEngine, tx: Transaction, keyId: string): Promise<void> => {
  await writeMeta(tx, 'schema_version', String(SCHEMA_VERSION))
  const keys = await keysOf(engine, tx, ['hash'])
  if (keys.has('hash')) return
  await writeMeta(tx, 'current_key', keyId)
  for (const owner of ['hash', 'documents']) await insertKey(tx, owner, engine.vault.newDataKey(keyId).wrapped)
})

async function refuseNewerSchema(engine: PostgresEngine): Promise<void> {
  const hasMeta = await engine.rows(
    "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'",
  )
  if (hasMeta.length === 0) return
  const [row] = await engine.rows<{ value: string }>("SELECT value FROM meta WHERE key = 'schema_version'")
  const found = Number(row?.value ?? 0)
  if (found > SCHEMA_VERSION) throw new NewerSchemaError(found)
}

/** An arbitrary number that nothing else in this database locks. */
const MIGRATION_LOCK = 711_001
const LOCK_WAIT_MS = 300_000
