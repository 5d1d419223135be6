import { randomBytes as systemRandomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { KeyFile, MissingKeyError, WrongKeyError } from './key-file.ts'
import { findSqliteKey, sqliteStore } from './sqlite/store.ts'
import type { Store } from './store.ts'
import { Vault, type WrappedKey } from './vault.ts'

/**
 * Opens the store that `databaseUrl` names, with its key file; the schema is brought up to date by `migrate`.
 *
 * At the first start the key file is made, and `isKeyFileNew` asks the caller to print its path. Beside a filled
 * database it must be there already.
 *
 * @param options.databaseUrl - `file:PATH` for SQLite, `postgres://…` for PostgreSQL
 * @throws MissingKeyError, WrongKeyError with a sentence for whoever runs the server
 */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { databaseUrl, now, randomBytes = systemRandomBytes, leases = 'database' } = options
  if (POSTGRES_URL.test(databaseUrl)) {
    // Most installations run on SQLite and need not load the driver.
    const { findPostgresKey, postgresStore } = await import('./postgres/store.ts')
    const { keyFile, isNew } = openKeyFile(options.keyFile, await findPostgresKey(databaseUrl), randomBytes)
    return { ...postgresStore({ databaseUrl, keyFile, now, randomBytes, leases }), isKeyFileNew: isNew }
  }
  const path = sqlitePath(databaseUrl)
  const { keyFile, isNew } = openKeyFile(options.keyFile, findSqliteKey(path), randomBytes)
  return { ...sqliteStore({ path, keyFile, now, randomBytes }), isKeyFileNew: isNew }
}

export interface OpenStoreOptions {
  databaseUrl: string
  /** Path of the key file. */
  keyFile: string
  now: () => number
  randomBytes?: (size: number) => Buffer
  /** Whose clock tells when leases end on PostgreSQL; SQLite is on this machine and has no other. */
  leases?: 'database' | 'caller'
}
export interface OpenedStore extends Store {
  /** The key file was made by this call. */
  isKeyFileNew: boolean
}

/** Whether the key file at `path` opens a wrapped key. @throws WrongKeyError when it does not. */
export function tryKeyFile(path: string, wrapped: WrappedKey): void {
  try {
    new Vault({ keys: KeyFile.read(path), randomBytes: systemRandomBytes }).unwrap(wrapped)
  } catch (error) {
    throw error instanceof WrongKeyError ? error : new WrongKeyError(path, error)
  }
}

function openKeyFile(
  path: string,
  storedKey: WrappedKey | null,
  randomBytes: (size: number) => Buffer,
): { keyFile: KeyFile; isNew: boolean } {
  if (!KeyFile.exists(path)) {
    if (storedKey) throw new MissingKeyError(path)
    try {
      return { keyFile: KeyFile.create(path, randomBytes), isNew: true }
    } catch (error) {
      // Two processes may start for the first time together; the second uses the file of the first.
      if (!KeyFile.exists(path)) throw error
    }
  }
  if (storedKey) tryKeyFile(path, storedKey)
  return { keyFile: KeyFile.read(path), isNew: false }
}

const POSTGRES_URL = /^postgres(ql)?:\/\//

function sqlitePath(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url)
  if (url.startsWith('file:') && url.length > 'file:'.length) return url.slice('file:'.length)
  throw new Error('DATABASE_URL must be file:PATH or postgres://…')
}
