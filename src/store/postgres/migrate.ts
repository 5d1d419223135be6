import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { NewerSchemaError, SCHEMA_VERSION } from '../schema-version.ts'
import { insertKey, keysOf } from './conversations.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'
import { readMeta, writeMeta } from './meta.ts'
import { migrations } from './migrations.ts'

/**
 * Brings the schema up to date and makes the store's own keys, under a lock of the database: a second node that
 * starts at the same time waits and then finds nothing to do.
 */
export async function migrate(engine: PostgresEngine, keyId: string): Promise<void> {
  // A connection of its own: it waits as long as the other node takes, without the limits of the pool.
  const lock = new pg.Client({ connectionString: engine.databaseUrl, application_name: 'puente migrate' })
  lock.on('error', () => {})
  await lock.connect()
  try {
    await lock.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`)
    // Looking at the whole catalogue costs more than all the rest of a restart.
    if ((await readSchemaVersion(engine)) < SCHEMA_VERSION) await bringUpToDate(engine)
    await engine.commit(prepare, keyId)
  } finally {
    // The lock goes with the connection.
    await lock.end()
  }
  const keys = await keysOf(engine, engine, ['hash'])
  engine.vault.setHashKey(keys.get('hash')!)
}

const prepare = oneByOne(async (engine: PostgresEngine, tx: Transaction, keyId: string): Promise<void> => {
  await writeMeta(tx, 'schema_version', String(SCHEMA_VERSION))
  await pauseWhenRestored(tx)
  const keys = await keysOf(engine, tx, ['hash'])
  if (keys.has('hash')) return
  await writeMeta(tx, 'current_key', keyId)
  for (const owner of ['hash', 'documents']) await insertKey(tx, owner, engine.vault.newDataKey(keyId).wrapped)
})

/**
 * A dump that was restored into another server or database starts with sending paused: what waited to be sent may have
 * gone out since, so a human looks first and then releases it.
 */
async function pauseWhenRestored(tx: Transaction): Promise<void> {
  const [here] = await tx.rows<{ home: string }>(
    `SELECT system_identifier || '/' || oid AS home
     FROM pg_control_system(), pg_database WHERE datname = current_database()`,
  )
  const home = await readMeta(tx, 'home')
  if (home === here!.home) return
  await writeMeta(tx, 'home', here!.home)
  if (home !== null) await writeMeta(tx, 'sending_paused', 'yes')
}

async function bringUpToDate(engine: PostgresEngine): Promise<void> {
  const { error } = await new Migrator({
    // Closing the pool stays with the engine, so the dialect is never destroyed.
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: engine.pool }) }),
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest()
  if (error) throw error
}

/** @returns 0 for an empty database */
async function readSchemaVersion(engine: PostgresEngine): Promise<number> {
  const [meta] = await engine.rows<{ name: string | null }>("SELECT to_regclass('meta') AS name")
  if (!meta?.name) return 0
  const version = Number((await readMeta(engine, 'schema_version')) ?? 0)
  if (version > SCHEMA_VERSION) throw new NewerSchemaError(version)
  return version
}

/** An arbitrary number that nothing else in this database locks. */
const MIGRATION_LOCK = 711_001
