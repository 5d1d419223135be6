import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/** An empty database of one engine, which several stores (nodes) may open. */
export interface TestDatabase {
  databaseUrl: string
  keyFile: string
  folder: string
  open(now: () => number): Promise<OpenedStore>
  remove(): Promise<void>
}

/** The engines that the one suite runs against. */
export const engines: { name: string; create: () => Promise<TestDatabase> }[] = [
  { name: 'SQLite', create: createSqlite },
  { name: 'PostgreSQL', create: createPostgres },
]

let server: Promise<PostgresServer> | null = null
/** Databases emptied after a test; making one anew costs most of the time of a test. */
const emptied: string[] = []

/** A database of a server that all tests of a file share; end it with `stopPostgres`. */
export async function createPostgres(): Promise<TestDatabase> {
  // Nothing is lost by it when only processes are killed, and the tests are quicker.
  server ??= startPostgres({ fsync: 'off', full_page_writes: 'off' })
  const databaseUrl = emptied.pop() ?? (await (await server).createDatabase())
  return testDatabase(databaseUrl, mkdtempSync(join(tmpdir(), 'puente-store-')), async () => {
    await empty(databaseUrl)
    emptied.push(databaseUrl)
  })
}

async function empty(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query(
    `SELECT tablename FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> 'meta' AND tablename NOT LIKE 'kysely%'`,
  )
  if (rows.length > 0) {
    await client.query(`TRUNCATE ${rows.map(({ tablename }) => tablename)} RESTART IDENTITY`)
    await client.query("DELETE FROM meta WHERE key <> 'schema_version'")
  }
  await client.end()
}

/** Runs SQL past the store, as somebody with access to the database could. */
export async function runSql({ databaseUrl }: TestDatabase, sql: string): Promise<void> {
  if (databaseUrl.startsWith('file:')) {
    const db = new DatabaseSync(databaseUrl.slice('file:'.length))
    db.exec(sql)
    db.close()
    return
  }
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** The server that the PostgreSQL tests of this file share. */
export async function postgresServer(): Promise<PostgresServer> {
  if (!server) throw new Error('PostgreSQL was not started.')
  return server
}

export async function stopPostgres(): Promise<void> {
  await (await server)?.stop()
  server = null
  emptied.length = 0
}

export async function createSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-store-'))
  return testDatabase(`file:${join(folder, 'puente.db')}`, folder, async () => {})
}

export function testDatabase(databaseUrl: string, folder: string, drop: () => Promise<void>): TestDatabase {
  const keyFile = join(folder, 'puente.key')
  const opened: OpenedStore[] = []
  return {
    databaseUrl,
    keyFile,
    folder,
    open: async (now) => {
      const store = await openStore({ databaseUrl, keyFile, now, leases: 'caller' })
      opened.push(store)
      await store.migrate()
      return store
    },
    remove: async () => {
      for (const store of opened) await store.close()
      await drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
