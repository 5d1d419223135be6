import { AUDIT_START, auditHash } from '../audit-chain.ts'
import type { AuditEntry } from '../store.ts'
import type { SqliteEngine } from './engine.ts'

/** Adds rows to the chain. Call it inside a transaction. */
export function appendAudit(engine: SqliteEngine, entries: AuditEntry[]): void {
  if (entries.length === 0) return
  let previous = engine.get<{ hash: string }>('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1')?.hash ?? AUDIT_START
  for (const entry of entries) {
    previous = auditHash(previous, entry)
    engine.run(
      'INSERT INTO audit (at, actor, action, subject, hash) VALUES (?, ?, ?, ?, ?)',
      entry.at,
      entry.actor,
      entry.action,
      entry.subject,
      previous,
    )
  }
}

export async function addAudit(engine: SqliteEngine, entries: AuditEntry[]): Promise<void> {
  await engine.commit(() => appendAudit(engine, entries))
}

export function readAudit(engine: SqliteEngine, afterSeq: number, limit: number): (AuditEntry & { seq: number })[] {
  return engine.all(
    'SELECT seq, at, actor, action, subject FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
    afterSeq,
    limit,
  )
}

/** Walks the chain from the first row to the last that was ever written. */
export function verifyAudit(engine: SqliteEngine): { ok: true; rows: number } | { ok: false; brokenAt: number } {
  let previous = AUDIT_START
  let rows = 0
  for (const row of engine.each<AuditEntry & { seq: number; hash: string }>('SELECT * FROM audit ORDER BY seq')) {
    rows++
    previous = auditHash(previous, row)
    if (row.seq !== rows || row.hash !== previous) return { ok: false, brokenAt: rows }
  }
  const last = engine.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?.seq ?? 0
  return last === rows ? { ok: true, rows } : { ok: false, brokenAt: rows + 1 }
}
