import { AUDIT_START, auditHash } from '../audit-chain.ts'
import type { AuditEntry } from '../store.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'

/**
 * Puts rows where the next chaining finds them. A chain has one end, and if every commit held it, nodes would wait for
 * each other's disk; so rows are durable with their turn at once and get their hash a moment later.
 */
export async function queueAudit(engine: PostgresEngine, tx: Transaction, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.count(
    `INSERT INTO audit_queue (at, actor, action, subject)
     SELECT at, actor, action, subject
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS a (at, actor, action, subject, position)
     ORDER BY position`,
    entries.map(({ at }) => at),
    entries.map(({ actor }) => actor),
    entries.map(({ action }) => action),
    entries.map(({ subject }) => subject),
  )
  engine.plan(chainAudit)
}

export const addAudit = (engine: PostgresEngine, entries: AuditEntry[]): Promise<void> =>
  engine.commit(storeAudit, entries)

const storeAudit = oneByOne(async (engine: PostgresEngine, tx: Transaction, entries: AuditEntry[]) =>
  queueAudit(engine, tx, entries),
)

export async function readAudit(
  engine: PostgresEngine,
  afterSeq: number,
  limit: number,
): Promise<(AuditEntry & { seq: number })[]> {
  await chainAudit(engine)
  return engine.rows(
    'SELECT seq, at, actor, action, subject FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2',
    afterSeq,
    limit,
  )
}

/** Walks the chain from the first row to the last that was ever written. */
export async function verifyAudit(
  engine: PostgresEngine,
): Promise<{ ok: true; rows: number } | { ok: false; brokenAt: number }> {
  await chainAudit(engine)
  const [end] = await engine.rows<{ value: string }>("SELECT value FROM meta WHERE key = 'audit_rows'")
  const last = Number(end?.value ?? 0)
  let previous = AUDIT_START
  let rows = 0
  for (;;) {
    const page = await engine.rows<AuditEntry & { seq: number; hash: string }>(
      'SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1000',
      rows,
    )
    if (page.length === 0) break
    for (const row of page) {
      rows++
      previous = auditHash(previous, row)
      if (row.seq !== rows || row.hash !== previous) return { ok: false, brokenAt: rows }
    }
  }
  // The chain may have grown since the count was read, but not shrunk.
  return rows >= last ? { ok: true, rows } : { ok: false, brokenAt: rows + 1 }
}

async function chainAudit(engine: PostgresEngine): Promise<void> {
  let mayBeMore = true
  while (mayBeMore) mayBeMore = await engine.losable(chainSome)
}

/** @returns whether there may be more */
async function chainSome(tx: Transaction): Promise<boolean> {
  // One node at a time may be at the end of the chain.
  await tx.rows('SELECT pg_advisory_xact_lock($1)', CHAIN_LOCK)
  const queued = await tx.rows<AuditEntry & { seq: number }>(
    `WITH moved AS (
       DELETE FROM audit_queue WHERE seq IN (SELECT seq FROM audit_queue ORDER BY seq LIMIT ${CHAIN_MAX}) RETURNING *)
     SELECT * FROM moved ORDER BY seq`,
  )
  if (queued.length === 0) return false
  const [end] = await tx.rows<{ seq: number; hash: string }>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const first = end?.seq ?? 0
  let previous = end?.hash ?? AUDIT_START
  const hashes = queued.map((entry) => {
    previous = auditHash(previous, entry)
    return previous
  })
  await tx.count(
    `INSERT INTO audit (seq, at, actor, action, subject, hash)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    queued.map((_, index) => first + 1 + index),
    queued.map(({ at }) => at),
    queued.map(({ actor }) => actor),
    queued.map(({ action }) => action),
    queued.map(({ subject }) => subject),
    hashes,
  )
  await tx.count(
    `INSERT INTO meta (key, value) VALUES ('audit_rows', $1)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    String(first + queued.length),
  )
  return queued.length === CHAIN_MAX
}

/** An arbitrary number that nothing else in this database locks. */
const CHAIN_LOCK = 711_002
const CHAIN_MAX = 1_000
