import { DatabaseSync } from 'node:sqlite'
import type { StoreTurn } from '../servers/bare.ts'
import { grouped } from './group.ts'

type Turn = Parameters<StoreTurn>[0]

/** A bare durable turn: the message's id against doubles, the state, two replies. WAL, synchronous FULL, as ours. */
export function bareSqlite(options: { database: string; isGrouped: boolean; onCommit(): void }): StoreTurn {
  const db = new DatabaseSync(options.database)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
  db.exec(`
    CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE states (conversation TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE outbox (seq INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);`)
  const see = db.prepare('INSERT INTO seen (id) VALUES (?) ON CONFLICT DO NOTHING')
  const keep = db.prepare(
    'INSERT INTO states VALUES (?, ?) ON CONFLICT (conversation) DO UPDATE SET state = excluded.state',
  )
  const send = db.prepare('INSERT INTO outbox (conversation, body) VALUES (?, ?)')
  const write = async (turns: Turn[]) => {
    db.exec('BEGIN IMMEDIATE')
    for (const { id, conversation, state, replies } of turns) {
      if (see.run(id).changes === 0) continue
      keep.run(conversation, state)
      for (const reply of replies) send.run(conversation, reply)
    }
    db.exec('COMMIT')
    options.onCommit()
  }
  return options.isGrouped ? grouped(write) : (turn) => write([turn])
}
