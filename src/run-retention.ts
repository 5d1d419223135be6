import type { Store } from './store/store.ts'
import type { Timers } from './timers.ts'

/**
 * Takes away, at start and every hour, what advocates wrote and read when its time is over. Persons' conversations need no
 * such round: each has its own due time.
 *
 * @returns a function that ends it; resolves when what is under way is over
 */
export function runRetention(run: {
  store: Pick<Store, 'forgetAdvocates'>
  retentionDays: number
  now: () => number
  timers: Timers
  timeScale: number
  onError: (error: unknown) => void
}): () => Promise<void> {
  let isOver = false
  let takeBack: () => void = () => undefined
  let working: Promise<void> = round()

  async function round(): Promise<void> {
    const now = run.now()
    await run.store
      .forgetAdvocates(now - (run.retentionDays * 24 * everyMs) / run.timeScale, now)
      .catch((error: unknown) => run.onError(error))
    if (isOver) return
    takeBack = run.timers.after(everyMs / run.timeScale, () => {
      working = round()
    })
  }

  return async () => {
    isOver = true
    takeBack()
    await working
  }
}

const everyMs = 60 * 60_000
