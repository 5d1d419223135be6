import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Address, ConversationId, EffectId, EventId } from '../../types.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { GroupCommit, rejectOverdue, type Waiting } from '../group-commit.ts'
import { NewerSchemaError, SCHEMA_VERSION, StoreUnavailableError } from '../schema-version.ts'
import type { DataKey, Vault } from '../vault.ts'

/** What runs inside a transaction: synchronous, so that nothing can come between; may run twice when another failed. */
export type Job = () => unknown

/**
 * The one connection to a SQLite file, its prepared statements and its write path.
 *
 * Caches hold copies of what the database says; each is checked against the database (by version, or by the row that
 * names it) before it is used, because another process may write to the same file.
 */
export class SqliteEngine {
  readonly path: string
  readonly db: DatabaseSync
  readonly vault: Vault
  readonly now: () => number
  readonly keys = new BoundedCache<string, DataKey>(20_000)
  readonly addresses = new BoundedCache<ConversationId, Address>(20_000)
  /** States as JSON text, so that nobody can change a cached one by changing what was read. */
  readonly states = new BoundedCache<ConversationId, { version: number; json: string }>(5_000)
  readonly eventBodies = new BoundedCache<EventId, string>(2_000)
  readonly outboxTexts = new BoundedCache<EffectId, string>(2_000)
  durableCommits = 0
  /** Why the last write failed, or null when it went through. */
  lastFailure: string | null = null
  readonly #statements = new Map<string, StatementSync>()
  readonly #listeners = new Set<() => void>()
  readonly #commit = new GroupCommit<Job>((batch) => this.#flush(batch))
  readonly #watch: NodeJS.Timeout
  #dataVersion = 0
  #isWakePlanned = false

  constructor(options: { path: string; vault: Vault; now: () => number }) {
    if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true })
    this.db = new DatabaseSync(options.path, { timeout: LOCK_WAIT_MS })
    this.path = options.path
    this.vault = options.vault
    this.now = options.now
    for (const pragma of PRAGMAS) this.db.exec(`PRAGMA ${pragma}`)
    this.#watch = setInterval(() => this.#lookForOthers(), OTHERS_POLL_MS)
    this.#watch.unref()
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  each<Row>(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values) as unknown as Iterable<Row>
  }

  /** Runs the job in a durable transaction that other waiting jobs share; resolves after the commit. */
  commit<Result>(job: () => Result): Promise<Result> {
    return this.#commit.add<Result>(job)
  }

  /**
   * Runs the work in a transaction of its own that survives a crash of the process, but perhaps not of the machine:
   * for leases, which are worth nothing after either. Costs no wait for the disk.
   */
  async losable<Result>(work: () => Result): Promise<Result> {
    const until = performance.now() + LOCKED_MAX_MS
    for (;;) {
      try {
        return this.#transaction(false, work)
      } catch (error) {
        if (!isBusy(error)) throw asUnavailable(error)
        if (performance.now() > until) throw new StoreUnavailableError('another process holds its lock', error)
        await pause(LOCKED_RETRY_MS)
      }
    }
  }

  onWake(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  wake(): void {
    if (this.#isWakePlanned) return
    this.#isWakePlanned = true
    setImmediate(() => {
      this.#isWakePlanned = false
      for (const listener of this.#listeners) listener()
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    await this.#commit.idle()
    this.#listeners.clear()
    this.#statements.clear()
    if (this.db.isOpen) this.db.close()
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** Commits a batch. A job that throws on its own account fails alone; the others are done again without it. */
  async #flush(batch: Waiting<Job>[]): Promise<void> {
    let jobs = batch
    while (jobs.length > 0) {
      let failing: Waiting<Job> | null = null
      try {
        const results = this.#transaction(true, () =>
          jobs.map((waiting) => {
            failing = waiting
            const result = waiting.job()
            failing = null
            return result
          }),
        )
        this.durableCommits++
        this.lastFailure = null
        for (const [index, waiting] of jobs.entries()) waiting.resolve(results[index])
        this.wake()
        return
      } catch (error) {
        this.#forget()
        if (isBusy(error)) {
          jobs = rejectOverdue(jobs, LOCKED_MAX_MS, asUnavailable(error))
          await pause(LOCKED_RETRY_MS)
        } else if (failing && !isStorageFault(error)) {
          const culprit: Waiting<Job> = failing
          culprit.reject(error)
          jobs = jobs.filter((waiting) => waiting !== culprit)
        } else {
          const unavailable = asUnavailable(error)
          this.lastFailure = unavailable.message
          for (const waiting of jobs) waiting.reject(unavailable)
          return
        }
      }
    }
  }

  #transaction<Result>(isDurable: boolean, work: () => Result): Result {
    // In WAL mode a NORMAL commit is written without waiting for the disk; the next FULL commit waits for both.
    this.db.exec(isDurable ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL')
    this.db.exec('BEGIN IMMEDIATE')
    try {
      this.#refuseNewerSchema()
      const result = work()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      throw error
    }
  }

  #refuseNewerSchema(): void {
    const row = this.get<{ value: string }>("SELECT value FROM meta WHERE key = 'schema_version'")
    if (Number(row?.value) > SCHEMA_VERSION) throw new NewerSchemaError(Number(row?.value))
  }

  /** After a rollback a cache may hold what was never committed. */
  #forget(): void {
    this.keys.clear()
    this.addresses.clear()
    this.states.clear()
    this.eventBodies.clear()
    this.outboxTexts.clear()
  }

  #lookForOthers(): void {
    try {
      const { data_version: version } = this.db.prepare('PRAGMA data_version').get() as { data_version: number }
      if (version !== this.#dataVersion) this.wake()
      this.#dataVersion = version
    } catch (error) {
      // A locked or broken file shows at the next read or write, with its reason.
      this.lastFailure = asUnavailable(error).message
    }
  }
}

const PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'secure_delete = ON',
  'foreign_keys = ON',
  'wal_autocheckpoint = 4000',
  'journal_size_limit = 67108864',
  'cache_size = -65536',
  'temp_store = MEMORY',
]

// SQLite waits inside the call, and everything else in this process waits with it: so only a moment, and the rest of
// the waiting is done between tries.
const LOCK_WAIT_MS = 20
const LOCKED_RETRY_MS = 25
/** Below the 15 s after which Twilio gives a webhook up, so that it gets an answer and tries again. */
const LOCKED_MAX_MS = 10_000
const OTHERS_POLL_MS = 250

function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(resultCode(error))
}

/** A fault of the file or the disk, which no job caused. */
function isStorageFault(error: unknown): boolean {
  return STORAGE_FAULTS.includes(resultCode(error)) || error instanceof NewerSchemaError
}

function asUnavailable(error: unknown): Error {
  if (error instanceof NewerSchemaError) return error
  const reason = STORAGE_REASONS[resultCode(error)]
  if (reason) return new StoreUnavailableError(reason, error)
  return error instanceof Error ? error : new Error('A write failed with a value that is not an error.')
}

/** The primary result code, without the extension in the higher bits. */
function resultCode(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return 0
  return Number(error.errcode) & 0xff
}

const BUSY = 5
const LOCKED = 6
const STORAGE_REASONS: Record<number, string> = {
  5: 'another process holds its lock',
  6: 'another process holds its lock',
  7: 'there is not enough memory',
  8: 'the file is read-only',
  10: 'the disk failed to read or write',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'the file cannot be opened',
  26: 'the file is not a database',
}
const STORAGE_FAULTS = Object.keys(STORAGE_REASONS).map(Number)

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
