/** Chance that a seed decides: the same seed, the same draws. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  pick<T>(list: readonly T[]): T
  is(probability: number): boolean
}

/**
 * Draws from a seed. Everything in a simulation that draws has a seed of its own, made of the run's seed and its name,
 * so that leaving one person out changes nothing for the others.
 *
 * sfc32 by Chris Doty-Humphrey, seeded through FNV-1a; quick and good enough for choosing, not for secrets.
 */
export function chanceOf(seed: string): Chance {
  let [a, b, c, d] = [fnv1a(`a${seed}`), fnv1a(`b${seed}`), fnv1a(`c${seed}`), 1]
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 12; round++) next()
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return { next, whole, pick: (list) => list[whole(0, list.length - 1)]!, is: (probability) => next() < probability }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash | 0
}
