import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { AUDIT_START, auditHash } from './audit-chain.ts'
import {
  booleanColumns,
  metaKept,
  type SnapshotRow,
  type SnapshotTable,
  type SnapshotValue,
  snapshotTables,
} from './snapshot-tables.ts'

/** A database that a back-up is read from or written to, past the store and beside a running one. */
interface Connection {
  isPostgres: boolean
  run(sql: string, values?: unknown[]): Promise<void>
  all(sql: string): Promise<Record<string, unknown>[]>
  each(sql: string): AsyncIterable<Record<string, unknown>>
  end(): Promise<void>
}

/**
 * All rows as they were at one instant, while everything goes on. Both engines give the same rows, so that what one
 * gave the other can take.
 */
export async function* readSnapshot(databaseUrl: string): AsyncGenerator<SnapshotRow> {
  const db = await connect(databaseUrl, true)
  try {
    await db.run(db.isPostgres ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN')
    for (const { name, columns, orderBy } of snapshotTables) {
      for await (const row of db.each(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${orderBy}`)) {
        if (name === 'meta' && !metaKept.has(String(row.key))) continue
        yield { table: name, values: columns.map((column) => toCommon(column, row[column])) }
      }
      if (name === 'audit' && db.isPostgres) yield* queuedAudit(db)
    }
  } finally {
    await db.end()
  }
}

/** Audit rows of turns that are durable but not in the chain yet (see postgres/audit.ts). */
async function* queuedAudit(db: Connection): AsyncGenerator<SnapshotRow> {
  const [end] = await db.all('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  let seq = Number(end?.seq ?? 0)
  let hash = String(end?.hash ?? AUDIT_START)
  for (const row of await db.all('SELECT at, actor, action, subject FROM audit_queue ORDER BY seq')) {
    const entry = {
      at: Number(row.at),
      actor: String(row.actor),
      action: String(row.action),
      subject: String(row.subject),
    }
    hash = auditHash(hash, entry)
    seq += 1
    yield { table: 'audit', values: [seq, entry.at, entry.actor, entry.action, entry.subject, hash] }
  }
}

/**
 * Fills a database whose schema is there and that holds nothing yet, in one transaction. Sending is paused in it, and
 * every message that waited counts as perhaps sent since: the provider is asked before it goes out.
 *
 * @throws when the database holds anything already; then nothing was changed
 */
export async function writeSnapshot(databaseUrl: string, rows: AsyncIterable<SnapshotRow>): Promise<number> {
  const db = await connect(databaseUrl, false)
  let count = 0
  try {
    await db.run(db.isPostgres ? 'BEGIN' : 'BEGIN IMMEDIATE')
    if (db.isPostgres) await db.run('LOCK TABLE conversations, events, documents, audit, keys IN EXCLUSIVE MODE')
    await refuseFilled(db)
    // The keys that an empty database makes for itself give way to those of the back-up.
    await db.run('DELETE FROM keys')
    let lastAudit = 0
    for await (const { table, rows: some } of batched(rows)) {
      const values = some.flatMap((row) =>
        row.map((value, index) => toEngine(table.columns[index]!, value, db.isPostgres)),
      )
      await db.run(insertOf(table, some.length, db.isPostgres), values)
      if (table.name === 'audit') lastAudit = Number(some.at(-1)![0])
      count += some.length
    }
    await db.run(`UPDATE outbox SET unknown = ${db.isPostgres ? 'TRUE' : '1'} WHERE phase = 'waiting'`)
    const setMeta = insertOf({ name: 'meta', columns: ['key', 'value'] }, 1, db.isPostgres)
    await db.run(setMeta, ['sending_paused', 'yes'])
    if (db.isPostgres) await db.run(setMeta, ['audit_rows', String(lastAudit)])
    await db.run('COMMIT')
    return count
  } finally {
    await db.end()
  }
}

/** Rows of one table that come one after the other, so many at a time that one statement takes them. */
async function* batched(
  rows: AsyncIterable<SnapshotRow>,
): AsyncGenerator<{ table: SnapshotTable; rows: SnapshotValue[][] }> {
  let table: SnapshotTable | undefined
  let batch: SnapshotValue[][] = []
  for await (const { table: name, values } of rows) {
    if (table !== undefined && (table.name !== name || batch.length === BATCH_MAX)) {
      yield { table, rows: batch }
      batch = []
    }
    table = table?.name === name ? table : snapshotTables.find((known) => known.name === name)
    if (table === undefined || values.length !== table.columns.length)
      throw new Error('The back-up holds a table that this version of Puente does not know.')
    batch.push(values)
  }
  if (table !== undefined) yield { table, rows: batch }
}

/** With 18 columns, the most of any table, 9,000 parameters: SQLite takes 32,766 in a statement, PostgreSQL 65,535. */
const BATCH_MAX = 500

async function refuseFilled(db: Connection): Promise<void> {
  for (const table of ['conversations', 'events', 'documents', 'audit'])
    if ((await db.all(`SELECT 1 AS one FROM ${table} LIMIT 1`)).length > 0) throw new DatabaseNotEmptyError()
}

export class DatabaseNotEmptyError extends Error {
  override name = 'DatabaseNotEmptyError'
  constructor() {
    super(
      'The database holds data already, so nothing was restored. Set DATABASE_URL or PUENTE_DATA_DIR to an empty one.',
    )
  }
}

function insertOf({ name, columns }: SnapshotTable, rows: number, isPostgres: boolean): string {
  const row = (first: number) => columns.map((_, index) => (isPostgres ? `$${first + index}` : '?')).join(', ')
  const places = Array.from({ length: rows }, (_, index) => `(${row(index * columns.length + 1)})`).join(', ')
  const again = name === 'meta' ? ' ON CONFLICT (key) DO UPDATE SET value = excluded.value' : ''
  return `INSERT INTO ${name} (${columns.join(', ')}) VALUES ${places}${again}`
}

function toCommon(column: string, value: unknown): SnapshotValue {
  if (value === null || value === undefined) return null
  if (booleanColumns.has(column)) return value === true || value === 1
  return typeof value === 'bigint' ? Number(value) : (value as SnapshotValue)
}

function toEngine(column: string, value: SnapshotValue, isPostgres: boolean): unknown {
  if (booleanColumns.has(column) && !isPostgres) return value === true ? 1 : 0
  return value instanceof Uint8Array && isPostgres ? Buffer.from(value) : value
}

function connect(databaseUrl: string, isReadOnly: boolean): Promise<Connection> {
  return databaseUrl.startsWith('file:')
    ? Promise.resolve(connectSqlite(databaseUrl.slice('file:'.length), isReadOnly))
    : connectPostgres(databaseUrl)
}

function connectSqlite(path: string, readOnly: boolean): Connection {
  const db = new DatabaseSync(path, { readOnly, timeout: 5_000 })
  if (!readOnly) db.exec('PRAGMA synchronous = FULL')
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    isPostgres: false,
    run: async (sql, values = []) => void prepared(sql).run(...(values as never[])),
    all: async (sql) => db.prepare(sql).all(),
    async *each(sql) {
      yield* db.prepare(sql).iterate()
    },
    end: async () => db.close(),
  }
}

async function connectPostgres(connectionString: string): Promise<Connection> {
  const types = {
    getTypeParser: ((...args: Parameters<typeof pg.types.getTypeParser>) =>
      args[0] === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(...args)) as typeof pg.types.getTypeParser,
  }
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 5_000,
    types,
    application_name: 'puente backup',
  })
  client.on('error', () => {})
  await client.connect()
  return {
    isPostgres: true,
    run: async (sql, values = []) => void (await client.query(sql, values)),
    all: async (sql) => (await client.query(sql)).rows,
    // A cursor: the whole of a table need not fit into memory.
    async *each(sql) {
      await client.query(`DECLARE backup NO SCROLL CURSOR FOR ${sql}`)
      for (;;) {
        const { rows } = await client.query('FETCH 500 FROM backup')
        if (rows.length === 0) break
        yield* rows
      }
      await client.query('CLOSE backup')
    },
    end: () => client.end(),
  }
}
