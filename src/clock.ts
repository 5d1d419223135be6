import type { Timers } from './timers.ts'

/** The time of day, in milliseconds since 1970. */
export interface Clock {
  now: () => number
  /** Moves it forward, as the simulated phones do. */
  advance(ms: number): void
  /** Goes by another clock from here on, which says `other` at the machine's steady time `steady`. */
  follow(other: number, steady: number): void
}

export function createClock(wall = Date.now, steadyMs = () => performance.now()): Clock {
  let advanced = 0
  let base: number | null = null
  return {
    now: () => (base === null ? wall() : Math.round(base + steadyMs())) + advanced,
    advance(ms) {
      advanced += ms
    },
    follow(other, steady) {
      base = other - steady
    },
  }
}

/**
 * Lets the clock go by that of the database, so that machines that share one agree on what is due, whatever their own
 * clocks say. While the database cannot be asked, time goes on from its last word.
 *
 * @param readClock - asks the database for its time; null when it has none but ours
 * @returns a function that ends it
 */
export async function followDatabaseClock(
  clock: Clock,
  readClock: () => Promise<number | null>,
  { timers, steadyMs = () => performance.now() }: { timers: Timers; steadyMs?: () => number },
): Promise<() => void> {
  let isOver = false
  let takeBack: () => void = () => undefined

  async function look(): Promise<void> {
    const asked = steadyMs()
    const theirs = await readClock().catch(() => undefined)
    if (theirs === null || isOver) return
    const answered = steadyMs()
    // An answer that was long on its way tells little about now.
    if (theirs !== undefined && answered - asked < slowMs) clock.follow(theirs, (asked + answered) / 2)
    takeBack = timers.after(everyMs, () => void look())
  }

  await look()
  return () => {
    isOver = true
    takeBack()
  }
}

const everyMs = 10_000
const slowMs = 2_000
