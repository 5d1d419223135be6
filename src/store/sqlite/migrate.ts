import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { NewerSchemaError, SCHEMA_VERSION } from '../schema-version.ts'
import { findKey, insertKey } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { writeMeta } from './meta.ts'
import { migrations } from './migrations.ts'
import { refuseDamaged } from './refuse-damaged.ts'

/**
 * Brings the schema up to date and makes the store's own keys, all in one transaction: a second process that starts
 * at the same time waits and then finds nothing to do, and a crash in the middle leaves the old schema.
 */
export async function migrate(engine: SqliteEngine, keyId: string): Promise<void> {
  const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: wrap(engine.db) }) })
  refuseDamaged(engine.db)
  await begin(engine.db)
  try {
    refuseNewerSchema(engine)
    const { error } = await new Migrator({
      db: kysely,
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest()
    if (error) throw error
    writeMeta(engine, 'schema_version', String(SCHEMA_VERSION))
    if (!findKey(engine, 'hash')) {
      writeMeta(engine, 'current_key', keyId)
      for (const owner of ['hash', 'documents']) insertKey(engine, owner, engine.vault.newDataKey(keyId).wrapped)
    }
    engine.db.exec('COMMIT')
  } catch (error) {
    if (engine.db.isTransaction) engine.db.exec('ROLLBACK')
    throw error
  }
  engine.vault.setHashKey(findKey(engine, 'hash')!)
}

/** Another process may be migrating the same file; it takes seconds at most. */
async function begin(db: DatabaseSync): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      db.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (attempt >= BEGIN_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, BEGIN_PAUSE_MS))
    }
  }
}

const BEGIN_TRIES = 300
const BEGIN_PAUSE_MS = 100

function refuseNewerSchema(engine: SqliteEngine): void {
  const hasMeta = engine.db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get()
  if (!hasMeta) return
  const row = engine.db.prepare("SELECT value FROM meta WHERE key = 'schema_version'").get()
  const found = Number(row?.value ?? 0)
  if (found > SCHEMA_VERSION) throw new NewerSchemaError(found)
}

/** Kysely's dialect expects the shape of better-sqlite3. Closing stays with the engine. */
function wrap(db: DatabaseSync) {
  return {
    close: () => {},
    prepare: (sql: string) => {
      const statement = db.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
        run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
        iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
      }
    },
  }
}
