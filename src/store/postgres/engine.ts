import pg from 'pg'
import type { Address, ConversationId, EffectId, EventId } from '../../types.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { GroupCommit, rejectOverdue, type Waiting } from '../group-commit.ts'
import { NewerSchemaError, SCHEMA_VERSION, StoreUnavailableError } from '../schema-version.ts'
import type { DataKey, Vault } from '../vault.ts'
import { isConflict, isUnavailable } from './errors.ts'
import { NodeWake } from './node-wake.ts'

/** Whose clock tells when leases end: the database's, or the caller's where one clock is moved by hand for all nodes. */
export type LeaseClock = 'database' | 'caller'

/** Anything that answers a query: the pool for a single read, or a transaction. */
export interface Reader {
  rows<Row>(sql: string, ...values: unknown[]): Promise<Row[]>
}

/** An open transaction. Queries sent without waiting for each other travel together. */
export interface Transaction extends Reader {
  count(sql: string, ...values: unknown[]): Promise<number>
}

/** Does all items of one kind that a commit carries, and answers for each, in order. */
export type Batch<Item, Result> = (engine: PostgresEngine, tx: Transaction, items: Item[]) => Promise<Result[]>

interface Job {
  // A job and its batch are paired in `commit`, where the types meet; here they are only carried.
  batch: Batch<never, unknown>
  item: unknown
}

/**
 * The connections of one node to PostgreSQL and its write path. A node keeps no state of its own: caches hold copies
 * of what the database says, each checked against it (by version) before use.
 */
export class PostgresEngine {
  readonly databaseUrl: string
  readonly pool: pg.Pool
  readonly vault: Vault
  readonly now: () => number
  /** What `leaseClock` is given at a caller's `now`: null for the database's own clock. */
  readonly leaseNow: (now: number) => number | null
  readonly keys = new BoundedCache<string, DataKey>(20_000)
  readonly addresses = new BoundedCache<ConversationId, Address>(20_000)
  /** States as JSON text, so that nobody can change a cached one by changing what was read. */
  readonly states = new BoundedCache<ConversationId, { version: number; json: string }>(5_000)
  readonly eventBodies = new BoundedCache<EventId, string>(2_000)
  readonly outboxTexts = new BoundedCache<EffectId, string>(2_000)
  durableCommits = 0
  /** Why the last write failed, or null when it went through. */
  lastFailure: string | null = null
  readonly #wake: NodeWake
  readonly #planned = new Map<unknown, Promise<void>>()
  #upkeep: Promise<unknown> = Promise.resolve()
  readonly #names = new Map<string, string>()
  readonly #commit = new GroupCommit<Job>((batch) => this.#flush(batch))

  constructor(options: { databaseUrl: string; vault: Vault; now: () => number; leases: LeaseClock }) {
    this.databaseUrl = options.databaseUrl
    this.vault = options.vault
    this.now = options.now
    this.leaseNow = options.leases === 'database' ? () => null : (now) => now
    this.pool = createPool(options.databaseUrl)
    // An idle connection that the server or the network cuts is replaced at the next use.
    this.pool.on('error', () => {})
    // An error that arrives while a connection changes hands has no other listener, and would end the process. The
    // query that meets the broken connection fails by itself.
    this.pool.on('connect', (client) => client.on('error', () => {}))
    this.#wake = new NodeWake({ databaseUrl: options.databaseUrl, notify: (sql) => this.pool.query(sql) })
  }

  /** Reads outside a transaction. */
  async rows<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query(this.#named(sql, values))
      return rows as Row[]
    } catch (error) {
      throw asUnavailable(error)
    }
  }

  async first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.rows<Row>(sql, ...values))[0]
  }

  /** Does the item in a durable transaction that other waiting items share; resolves after the commit. */
  commit<Item, Result>(batch: Batch<Item, Result>, item: Item): Promise<Result> {
    return this.#commit.add<Result>({ batch: batch as Batch<never, unknown>, item })
  }

  /**
   * Runs the work in a transaction of its own that a crash of the database may lose, which does no harm to leases, nor
   * to work that is then simply done again. Costs no wait for the disk.
   */
  async losable<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await this.#transaction(false, work)
    } catch (error) {
      throw asUnavailable(error)
    }
  }

  /** Does a piece of upkeep some time after the commit under way; planned again meanwhile, it is done once. */
  plan(task: (engine: PostgresEngine) => Promise<void>): void {
    if (this.#planned.has(task)) return
    const done = pause(UPKEEP_MS)
      .then(() => {
        this.#planned.delete(task)
        return task(this)
      })
      // What failed is done with the next one.
      .catch(() => {})
    this.#planned.set(task, done)
    this.#upkeep = Promise.all([this.#upkeep, done])
  }

  onWake(listener: () => void): () => void {
    return this.#wake.listen(listener)
  }

  async close(): Promise<void> {
    await this.#commit.idle()
    await this.#upkeep
    await this.#wake.close()
    if (!this.pool.ending) await this.pool.end()
  }

  async #flush(batch: Waiting<Job>[]): Promise<void> {
    let waiting = batch
    while (waiting.length > 0) {
      try {
        const results = await this.#transaction(true, (tx) => this.#runAll(tx, waiting))
        this.durableCommits++
        this.lastFailure = null
        for (const entry of waiting) entry.resolve(results.get(entry))
        this.#wake.tell()
        return
      } catch (error) {
        this.#forget()
        if (isConflict(error) || isUnavailable(error)) {
          if (isUnavailable(error)) this.lastFailure = asUnavailable(error).message
          waiting = rejectOverdue(waiting, WAIT_MAX_MS, asUnavailable(error))
          await pause(RETRY_MS)
        } else if (waiting.length === 1 || error instanceof NewerSchemaError) {
          for (const { reject } of waiting) reject(error)
          return
        } else {
          // One of them is at fault on its own account; alone, it fails alone.
          for (const entry of waiting) await this.#flush([entry])
          return
        }
      }
    }
  }

  async #runAll(tx: Transaction, waiting: Waiting<Job>[]): Promise<Map<Waiting<Job>, unknown>> {
    const results = new Map<Waiting<Job>, unknown>()
    for (const [batch, entries] of Map.groupBy(waiting, ({ job }) => job.batch)) {
      const answers = await batch(this, tx, entries.map(({ job }) => job.item) as never[])
      for (const [index, entry] of entries.entries()) results.set(entry, answers[index])
    }
    return results
  }

  async #transaction<Result>(isDurable: boolean, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    const noteBroken = (error: Error) => {
      broken = error
    }
    client.on('error', noteBroken)
    try {
      const begin = isDurable ? 'BEGIN' : 'BEGIN; SET LOCAL synchronous_commit = off'
      const [, version] = await Promise.all([
        client.query(begin),
        client.query(this.#named("SELECT value FROM meta WHERE key = 'schema_version'", [])),
      ])
      const found = Number(version.rows[0]?.value ?? 0)
      if (found > SCHEMA_VERSION) throw new NewerSchemaError(found)
      const result = await work({
        rows: async (sql, ...values) => (await client.query(this.#named(sql, values))).rows,
        count: async (sql, ...values) => (await client.query(this.#named(sql, values))).rowCount ?? 0,
      })
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch(noteBroken)
      throw error
    } finally {
      client.off('error', noteBroken)
      client.release(broken)
    }
  }

  /** Named, so that the server parses and plans each text once for each connection. */
  #named(text: string, values: unknown[]): pg.QueryConfig {
    let name = this.#names.get(text)
    if (!name) {
      name = `q${this.#names.size}`
      this.#names.set(text, name)
    }
    return { name, text, values }
  }

  /** After a rollback a cache may hold what was never committed. */
  #forget(): void {
    this.keys.clear()
    this.addresses.clear()
    this.states.clear()
    this.eventBodies.clear()
    this.outboxTexts.clear()
  }
}

/** A batch whose items are done one after the other. Keep it in a constant: items share a commit by their batch. */
export function oneByOne<Item, Result>(
  one: (engine: PostgresEngine, tx: Transaction, item: Item) => Promise<Result>,
): Batch<Item, Result> {
  return async (engine, tx, items) => {
    const results: Result[] = []
    for (const item of items) results.push(await one(engine, tx, item))
    return results
  }
}

const SETTINGS = [
  // A node that stops in the middle of a transaction must not hold the others up for long.
  'lock_timeout=2000',
  'idle_in_transaction_session_timeout=5000',
  // Every statement here goes by key. A plan made while the tables were empty would walk through them whole, and it
  // stays in use while they grow.
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
]

function createPool(connectionString: string): pg.Pool {
  return new pg.Pool({
    connectionString,
    max: 8,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: 3_000,
    query_timeout: 12_000,
    application_name: 'puente',
    options: SETTINGS.map((setting) => `-c ${setting}`).join(' '),
    types: { getTypeParser: readBigintAsNumber },
  })
}

/** Milliseconds and counts fit a JavaScript number; pg would give them as text. */
const readBigintAsNumber: typeof pg.types.getTypeParser = (...args: Parameters<typeof pg.types.getTypeParser>) =>
  args[0] === pg.types.builtins.INT8 && args[1] !== 'binary' ? Number : pg.types.getTypeParser(...args)

function asUnavailable(error: unknown): Error {
  if (isUnavailable(error)) return new StoreUnavailableError('PostgreSQL does not answer', error)
  if (isConflict(error)) return new StoreUnavailableError('another node holds a lock', error)
  return error instanceof Error ? error : new Error('A query failed with a value that is not an error.')
}

const RETRY_MS = 50
const UPKEEP_MS = 20
/** Below the 15 s after which Twilio gives a webhook up, so that it gets an answer and tries again. */
const WAIT_MAX_MS = 8_000

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
