import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { databaseUrlOf } from '../http/settings.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'

/** Opens the database of the settings for one command and closes it after. 1 when the settings are wrong. */
export async function withStore(io: CommandIo, work: (store: Store) => Promise<number>): Promise<number> {
  const settings = settingsOr(io)
  if (settings === null) return 1
  mkdirSync(settings.dataDir, { recursive: true })
  mkdirSync(dirname(settings.keyFile), { recursive: true })
  const store = await openStore({ databaseUrl: databaseUrlOf(settings), keyFile: settings.keyFile, now: Date.now })
  try {
    await store.migrate()
    return await work(store)
  } finally {
    await store.close()
  }
}
