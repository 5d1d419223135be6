import { statSync } from 'node:fs'
import { join } from 'node:path'
import { restoreBackUp, writeBackUp } from '../../src/store/back-up-file.ts'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { createSqlite } from '../store/engines.ts'
import { inbound, reply, sms, turnOf } from '../store/fixtures.ts'
import { startPostgres } from '../store/postgres-server.ts'

/**
 * How long it takes to restore so many rows into an empty database of each engine. Every person has five: a key, a
 * conversation, a message, an answer and a row of the audit, as in a real database.
 */
export async function measureRestore(rowsWanted: number, say: (line: string) => void): Promise<void> {
  const source = await createSqlite()
  const server = await startPostgres()
  const passphrase = 'seven words that only two people know'
  const path = join(source.folder, 'measured.backup')
  try {
    const store = await source.open(Date.now)
    await fill(store, rowsWanted / 5)
    const began = performance.now()
    await writeBackUp({ databaseUrl: source.databaseUrl, path, passphrase, now: Date.now() })
    say(`  back-up of ${Math.round(statSync(path).size / 1e6)} MB made in ${secondsSince(began)} s`)
    const targets = { SQLite: `file:${join(source.folder, 'restored.db')}`, PostgreSQL: await server.createDatabase() }
    for (const [engine, databaseUrl] of Object.entries(targets)) {
      const empty = await openStore({ databaseUrl, keyFile: source.keyFile, now: Date.now })
      await empty.migrate()
      await empty.close()
      const restoreBegan = performance.now()
      const count = await restoreBackUp({ databaseUrl, path, passphrase })
      say(`  ${count} rows restored into ${engine} in ${secondsSince(restoreBegan)} s`)
    }
  } finally {
    await source.remove()
    await server.stop()
  }
}

async function fill(store: OpenedStore, people: number): Promise<void> {
  for (let done = 0; done < people; done += 500) {
    await Promise.all(
      Array.from({ length: Math.min(500, people - done) }, (_, index) =>
        store.acceptInbound(inbound({ id: `SM${done + index}`, from: sms(`+52555${1_000_000 + done + index}`) })),
      ),
    )
    for (;;) {
      const works = await store.claimWork(500, Date.now())
      if (works.length === 0) break
      await store.commitTurns(
        works.map((work) =>
          turnOf(work, {
            send: [reply(work, { id: `${work.id}.1` })],
            audit: [{ at: Date.now(), actor: 'puente', action: 'measured', subject: work.id }],
          }),
        ),
      )
    }
  }
}

const secondsSince = (began: number) => ((performance.now() - began) / 1000).toFixed(1)
