/** What one look at a server found; `problem` in words for whoever runs it, null when all is well. */
export interface Look {
  at: number
  problem: string | null
}

/** What is kept between two looks. */
export interface Watch {
  /** Since when every look has found something wrong. */
  brokenSince: number | null
  /** When the last alarm went out for what is wrong now. */
  toldAt: number | null
}

export interface WatchTimes {
  /** How long something must be wrong: a restart is no alarm. */
  afterMs: number
  /** The shortest time between two alarms about one trouble. */
  againMs: number
}

export const newWatch: Watch = { brokenSince: null, toldAt: null }

/**
 * Decides whether a look is worth waking somebody: what lasts is told, again after a while as long as it lasts, and once
 * when it is over. Only when the alarm went out is `told` what to go on with; otherwise go on with `next`, and it is tried
 * again at the next look.
 */
export function judgeHealth(
  watch: Watch,
  { at, problem }: Look,
  { afterMs, againMs }: WatchTimes,
): { next: Watch; told: Watch; alarm: string | null } {
  const quiet = (next: Watch) => ({ next, told: next, alarm: null })
  if (problem === null) {
    if (watch.toldAt === null) return quiet(newWatch)
    return { next: watch, told: newWatch, alarm: 'Puente works again.' }
  }
  const brokenSince = watch.brokenSince ?? at
  const next = { ...watch, brokenSince }
  const lastsMs = at - brokenSince
  if (lastsMs < afterMs || (watch.toldAt !== null && at - watch.toldAt < againMs)) return quiet(next)
  const since = new Date(brokenSince).toISOString().slice(11, 16)
  return {
    next,
    told: { brokenSince, toldAt: at },
    alarm: `Puente does not work as it should since ${since} UTC: ${problem}. People who write may get no answer.`,
  }
}
