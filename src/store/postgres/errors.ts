/** The row that a batch relied on went away under it; done again, it sees what is there now. */
export class ChangedMeanwhileError extends Error {
  constructor() {
    super('A conversation was erased while a message for it was being stored.')
    this.name = 'ChangedMeanwhileError'
  }
}

/** Two nodes met; the same transaction done again may go through. */
export function isConflict(error: unknown): boolean {
  return error instanceof ChangedMeanwhileError || CONFLICTS.has(codeOf(error))
}

/** PostgreSQL cannot be reached, is starting or stopping, or has no room. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  if (UNAVAILABLE.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2))) return true
  return code === '' && error instanceof Error && LOST_CONNECTION.test(error.message)
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

// Serialization failure, deadlock, lock not available in time.
const CONFLICTS = new Set(['40001', '40P01', '55P03'])
const UNAVAILABLE = new Set([
  // Idle in a transaction for too long; shut down by an administrator, after a crash, starting up, read-only copy.
  '25P03',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25006',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** Connection exceptions, insufficient resources (disk full, too many connections), system errors. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '58'])
// pg gives these without a code.
const LOST_CONNECTION = /connection (terminated|error)|timeout|not queryable|client was closed/i
