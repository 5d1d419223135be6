import { chmodSync, existsSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import type { SqliteEngine } from './engine.ts'

/**
 * Copies the database to a new file while turns go on. In the copy sending is paused: what waited to be sent may have
 * gone out since, so whoever restores it looks first and then releases it.
 *
 * @throws when there is a file at `path` already
 */
export async function backUp(engine: SqliteEngine, path: string): Promise<void> {
  if (existsSync(path)) throw new Error(`There is a file at ${path} already; a back-up overwrites nothing.`)
  // Through a second connection, which reads one moment's state beside the writer and in another thread.
  const source = new DatabaseSync(engine.path, { readOnly: true })
  try {
    await backup(source, path, { rate: ALL_PAGES })
  } finally {
    source.close()
  }
  chmodSync(path, 0o600)
  const copy = new DatabaseSync(path)
  try {
    // One file, without a log beside it that could be left behind.
    copy.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
    copy.exec("INSERT INTO meta (key, value) VALUES ('sending_paused', 'yes') ON CONFLICT DO UPDATE SET value = 'yes'")
  } finally {
    copy.close()
  }
}

/** In one step: in several, each write in between would begin the copy anew. */
const ALL_PAGES = 2_000_000_000
