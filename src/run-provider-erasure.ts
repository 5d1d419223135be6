import type { ProviderErasure, ProviderErasureOutcome, Store } from './store/store.ts'
import type { Timers } from './timers.ts'

/**
 * Erases at the provider what was erased here, a few at a time and slowly, so that it never stands in the way of a page.
 *
 * @returns a function that ends it; resolves when what is under way is over
 */
export function runProviderErasure(run: {
  store: Pick<Store, 'claimProviderErasures' | 'finishProviderErasures'>
  erase: (erasure: ProviderErasure) => Promise<ProviderErasureOutcome>
  now: () => number
  timers: Timers
  timeScale: number
  everyMs?: number
  onOutcome: (outcome: ProviderErasureOutcome) => void
  onError: (error: unknown) => void
}): () => Promise<void> {
  const { store, now, everyMs = usualEveryMs } = run
  let isOver = false
  let takeBack: () => void = () => undefined
  let erasing: Promise<void> = Promise.resolve()

  async function round(): Promise<void> {
    try {
      for (;;) {
        const claimed = await store.claimProviderErasures(atOnce, now())
        for (const erasure of claimed) {
          if (isOver) return
          const outcome = await run.erase(erasure)
          await store.finishProviderErasures([outcome])
          run.onOutcome(outcome)
        }
        if (claimed.length < atOnce) break
      }
    } catch (error) {
      run.onError(error)
    }
    plan()
  }

  function plan(): void {
    if (isOver) return
    takeBack = run.timers.after(everyMs / run.timeScale, () => {
      erasing = round()
    })
  }

  plan()
  return async () => {
    isOver = true
    takeBack()
    await erasing
  }
}

/** No more than a minute's claim can hold, each request taking ten seconds at worst. */
const atOnce = 5
const usualEveryMs = 30_000
