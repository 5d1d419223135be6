/** Waits, handed in so that a simulation can bring its own time. */
export interface Timers {
  /** Calls `act` once after `ms`; what it returns takes the call back. */
  after(ms: number, act: () => void): () => void
}

/** Real time. A wait alone does not keep the process alive. */
export const realTimers: Timers = {
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}
