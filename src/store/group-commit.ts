/**
 * Lets jobs that wait at the same time share one durable commit.
 *
 * While a commit is under way, new jobs collect for the next one. Before the first commit of a burst it waits a
 * moment for as long as more jobs keep coming in: a commit costs hundreds of microseconds, waiting for the socket
 * beside it a few.
 *
 * `flush` gets at least one job and must settle every one of them through `resolve` or `reject`, after the commit.
 */
export class GroupCommit<Job> {
  #waiting: Waiting<Job>[] = []
  #isRunning = false
  readonly #flush: (batch: Waiting<Job>[]) => Promise<void>

  constructor(flush: (batch: Waiting<Job>[]) => Promise<void>) {
    this.#flush = flush
  }

  add<Result>(job: Job): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ job, resolve: resolve as (value: unknown) => void, reject, since: performance.now() })
      if (!this.#isRunning) {
        this.#isRunning = true
        void this.#run()
      }
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#isRunning) await nextRound()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#collect()
      const batch = this.#waiting.splice(0, BATCH_MAX)
      try {
        await this.#flush(batch)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isRunning = false
  }

  async #collect(): Promise<void> {
    const until = performance.now() + COLLECT_MS
    let seen = 0
    let quietRounds = 0
    while (this.#waiting.length < BATCH_MAX && quietRounds < QUIET_ROUNDS && performance.now() < until) {
      quietRounds = this.#waiting.length > seen ? 0 : quietRounds + 1
      seen = this.#waiting.length
      await nextRound()
    }
  }
}

export interface Waiting<Job> {
  job: Job
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
  /** `performance.now()` when it was added. */
  since: number
}

/**
 * While the database cannot be written, calls wait for it, but not for ever: those that have waited longer than
 * `waitMaxMs` are rejected. Gives the others back.
 */
export function rejectOverdue<Job>(waiting: Waiting<Job>[], waitMaxMs: number, reason: Error): Waiting<Job>[] {
  const isOverdue = ({ since }: Waiting<Job>) => performance.now() - since > waitMaxMs
  for (const { reject } of waiting.filter(isOverdue)) reject(reason)
  return waiting.filter((entry) => !isOverdue(entry))
}

const BATCH_MAX = 256
const COLLECT_MS = 2
const QUIET_ROUNDS = 3

function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
