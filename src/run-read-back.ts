import type { ReadBackResult } from './channels/twilio/read-back.ts'
import type { Store } from './store/store.ts'
import type { Timers } from './timers.ts'

export interface ReadBackRun {
  readBack: (since: number) => Promise<ReadBackResult>
  store: Pick<Store, 'health'>
  now: () => number
  timers: Timers
  timeScale: number
  onFound: (count: number) => void
  onError: (error: unknown) => void
}

/**
 * Asks the provider at start and every minute for texts whose webhook never reached us, so that each is found within
 * two minutes.
 *
 * A start reads a day back when this installation has heard from anybody before; what was written before it ever ran
 * is not ours to answer.
 *
 * @returns a function that ends it; resolves when a reading under way is over
 */
export function runReadBack(run: ReadBackRun): () => Promise<void> {
  let isOver = false
  let since: number | null = null
  let takeBack: () => void = () => undefined
  let reading: Promise<void> = round()

  async function round(): Promise<void> {
    try {
      // A clock that was ahead and came back must not leave us waiting for the time that it showed.
      if (since === null || since > run.now()) since = await whereToBegin()
      const { found, readUntil } = await run.readBack(since)
      since = readUntil
      if (found > 0) run.onFound(found)
    } catch (error) {
      run.onError(error)
    }
    if (isOver) return
    takeBack = run.timers.after(everyMs / run.timeScale, () => {
      reading = round()
    })
  }

  async function whereToBegin(): Promise<number> {
    const { inboxNewestAt } = await run.store.health(run.now())
    return inboxNewestAt === null ? run.now() : Math.min(run.now(), inboxNewestAt) - dayMs
  }

  return async () => {
    isOver = true
    takeBack()
    await reading
  }
}

const everyMs = 60_000
const dayMs = 24 * 60 * 60_000
