import { createHash } from 'node:crypto'
import type { AuditEntry } from './store.ts'

/** The hash before the first row. */
export const AUDIT_START = '0'.repeat(64)

/**
 * The hash of one audit row over the row before it, so that a row changed, removed or put in later breaks every
 * hash after it. Written so that no two different rows give the same text: JSON keeps the borders of each part.
 */
export function auditHash(previous: string, entry: AuditEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, entry.at, entry.actor, entry.action, entry.subject]))
    .digest('hex')
}
