import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Level } from '../types.ts'

/** The rows that the invariants are about; both engines have them under the same names. */
export interface DatabaseRows {
  conversations: {
    id: string
    kind: 'person' | 'advocate'
    advocate: string | null
    version: number
    failures: number
    due_at: number | null
  }[]
  events: { id: string; conversation: string; kind: string; at: number; status: string; has_failure: number }[]
  outbox: OutboxRow[]
  cases: {
    conversation: string
    code: string
    level: Level
    status: string
    taken_by: string
    alert_at: number | null
  }[]
  keys: { owner: string }[]
  provider_erasures: { provider_id: string }[]
  audit: { seq: number; at: number; actor: string; action: string; subject: string }[]
}
export interface OutboxRow {
  id: string
  conversation: string
  target: string | null
  advocate: string | null
  channel: string | null
  priority: number
  at: number
  send_at: number
  expires_at: number | null
  rather_twice: number | boolean
  repeat: number | boolean
  phase: string
  attempts: number
  unknown: number | boolean
  status: string | null
  code: number | null
  provider_id: string | null
}

const queries: Record<keyof DatabaseRows, string> = {
  conversations: 'SELECT id, kind, advocate, version, failures, due_at FROM conversations ORDER BY id',
  events: `SELECT id, conversation, kind, at, status, CASE WHEN failure IS NULL THEN 0 ELSE 1 END AS has_failure
    FROM events ORDER BY seq`,
  outbox: `SELECT id, conversation, target, advocate, channel, priority, at, send_at, expires_at, rather_twice, repeat,
    phase, attempts, unknown, status, code, provider_id FROM outbox ORDER BY seq`,
  cases: 'SELECT conversation, code, level, status, taken_by, alert_at FROM cases ORDER BY conversation',
  keys: 'SELECT owner FROM keys ORDER BY owner',
  provider_erasures: 'SELECT provider_id FROM provider_erasures ORDER BY provider_id',
  audit: 'SELECT seq, at, actor, action, subject FROM audit ORDER BY seq',
}

/**
 * Reads the rows of a database past the store, so that a fault in the store cannot hide itself. For checks only: no
 * text, no address and no state is in them.
 */
export async function inspectRows(databaseUrl: string): Promise<DatabaseRows> {
  const run = databaseUrl.startsWith('file:') ? openSqlite(databaseUrl.slice(5)) : await openPostgres(databaseUrl)
  try {
    const rows: Record<string, unknown> = {}
    for (const [name, sql] of Object.entries(queries)) rows[name] = await run.query(sql)
    return rows as unknown as DatabaseRows
  } finally {
    await run.end()
  }
}

function openSqlite(path: string) {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  return { query: async (sql: string) => db.prepare(sql).all(), end: async () => db.close() }
}

async function openPostgres(connectionString: string) {
  const client = new pg.Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  return {
    query: async (sql: string) => (await client.query(sql)).rows.map(numbersOf),
    end: () => client.end(),
  }
}

/** PostgreSQL gives 64-bit numbers as text. */
function numbersOf(row: Record<string, unknown>): Record<string, unknown> {
  const numeric = new Set(['version', 'at', 'send_at', 'expires_at', 'due_at', 'alert_at', 'seq'])
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, numeric.has(name) && value !== null ? Number(value) : value]),
  )
}
