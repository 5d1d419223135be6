/** What one contender came to, one value for each round. */
export interface Measured {
  name: string
  values: number[]
}

export interface Contender {
  name: string
  /** Runs once and gives the figure of this round. */
  round(): number | Promise<number>
}

/**
 * Measures contenders against each other: in every round each has its turn, and the order turns too, so that what
 * else the machine does falls on all alike. The first round warms up and is not counted.
 */
export async function interleaved(contenders: Contender[], rounds: number): Promise<Measured[]> {
  const measured = contenders.map(({ name }) => ({ name, values: [] as number[] }))
  for (let round = -1; round < rounds; round++)
    for (let place = 0; place < contenders.length; place++) {
      const index = (place + round + 1) % contenders.length
      const value = await contenders[index]!.round()
      if (round >= 0) measured[index]!.values.push(value)
    }
  return measured
}

/**
 * Runs `once` for at least `forMs` of processor time and gives the microseconds of one of its `parts`.
 *
 * Processor time of this thread, not of the wall: what else runs on the machine makes it wait, but not work.
 */
export async function microsecondsEach(once: () => unknown, parts: number, forMs = 120): Promise<number> {
  let runs = 0
  let usedMicroseconds = 0
  const began = process.threadCpuUsage()
  while (usedMicroseconds < forMs * 1000) {
    for (let i = 0; i < 8; i++) {
      const result = once()
      if (result instanceof Promise) await result
    }
    runs += 8
    const { user, system } = process.threadCpuUsage(began)
    usedMicroseconds = user + system
  }
  return usedMicroseconds / (runs * parts)
}

/** The middle value, or the mean of the two. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** The value that `share` of all stay below, 0 to 1, between two where it falls between two. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]!
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1)
}

/**
 * The median, over rounds, of one contender's figure by another's: both were measured in the same seconds, so it
 * moves less than either.
 */
export function ratio(one: Measured, other: Measured): number {
  return median(one.values.map((value, round) => value / other.values[round]!))
}
