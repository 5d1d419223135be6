import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** A database of a server that all tests of a file share; end it with `stopPostgres`. */
export async function createPostgres(): Promise<TestDatabase> {
  // Nothing is lost by it when only processes are killed, and the tests are quicker.
  server ??= startPostgres({ fsync: 'off', full_page_writes: 'off' })
  const databaseUrl = await (await server).createDatabase()
  return testDatabase(databaseUrl, mkdtempSync(join(tmpdir(), 'puente-store-')), async () => {})
}

export async function stopPostgres(): Promise<void> {
  await (await server)?.stop()
  server = null
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
      const store = await openStore({ databaseUrl, keyFile, now })
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
