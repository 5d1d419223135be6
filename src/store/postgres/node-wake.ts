import pg from 'pg'

/**
 * Wakes this node's workers after its own commits and after those of other nodes, by LISTEN and NOTIFY.
 *
 * The notice has no content and is sent after the commit, not within it: PostgreSQL lets only one transaction with a
 * notice commit at a time, and two nodes would wait for each other's disk. A lost notice is made good by the cycle
 * that looks for due work every few seconds.
 */
export class NodeWake {
  readonly #databaseUrl: string
  readonly #notify: (sql: string) => Promise<unknown>
  readonly #listeners = new Set<() => void>()
  #client: pg.Client | null = null
  #retry: NodeJS.Timeout | null = null
  #isTelling = false
  #mustTellAgain = false
  #isClosed = false
  #isWakePlanned = false

  /** @param options.notify - runs a statement on some other connection, for a node that does not listen itself */
  constructor(options: { databaseUrl: string; notify: (sql: string) => Promise<unknown> }) {
    this.#databaseUrl = options.databaseUrl
    this.#notify = options.notify
  }

  /** Begins to listen to other nodes with the first listener. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (!this.#client && !this.#retry) void this.#connect()
    return () => this.#listeners.delete(listener)
  }

  /** After a commit of this node: wakes its own workers at once, and the other nodes. */
  tell(): void {
    this.#wake()
    void this.#tellOthers()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry) clearTimeout(this.#retry)
    this.#listeners.clear()
    await this.#client?.end().catch(() => {})
  }

  /** One notice at a time; commits that come meanwhile share the next. */
  async #tellOthers(): Promise<void> {
    if (this.#isTelling) {
      this.#mustTellAgain = true
      return
    }
    this.#isTelling = true
    do {
      this.#mustTellAgain = false
      // A broken connection reconnects, and its listeners are woken then.
      const sql = `NOTIFY ${CHANNEL}`
      await (this.#client ? this.#client.query(sql) : this.#notify(sql)).catch(() => {})
    } while (this.#mustTellAgain && !this.#isClosed)
    this.#isTelling = false
  }

  async #connect(): Promise<void> {
    this.#retry = null
    if (this.#isClosed) return
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 3_000,
      application_name: 'puente listen',
    })
    const reconnect = () => {
      if (this.#client !== client) return
      this.#client = null
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.#connect(), RECONNECT_MS).unref()
    }
    this.#client = client
    client.on('error', reconnect)
    client.on('end', reconnect)
    // PostgreSQL tells the sender too; it has woken its own workers already.
    client.on('notification', ({ processId }) => {
      if (processId !== pidOf(client)) this.#wake()
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
      // What was told while nobody listened.
      this.#wake()
    } catch {
      await client.end().catch(() => {})
      reconnect()
    }
  }

  #wake(): void {
    if (this.#isWakePlanned) return
    this.#isWakePlanned = true
    setImmediate(() => {
      this.#isWakePlanned = false
      for (const listener of this.#listeners) listener()
    })
  }
}

const CHANNEL = 'puente_work'
const RECONNECT_MS = 1_000

/** The server's id of this connection; pg keeps it, its types do not say so. */
function pidOf(client: pg.Client): number {
  return (client as pg.Client & { processID: number }).processID
}
