/**
 * How long to wait before the next attempt: twice as long each time, half of it by chance, so that many messages that
 * failed together do not come back together.
 *
 * A page starts at 1 s and never waits longer than 20 s; anything else starts at 5 s and stops at 5 minutes.
 *
 * @param attempts - how many were made, 1 or more
 * @param chance - from 0 up to 1
 */
export function retryDelayMs(message: { attempts: number; isPage: boolean; chance: number }): number {
  const { firstMs, longestMs } = message.isPage
    ? { firstMs: 1_000, longestMs: 20_000 }
    : { firstMs: 5_000, longestMs: 300_000 }
  const wholeMs = Math.min(longestMs, firstMs * 2 ** Math.min(20, Math.max(0, message.attempts - 1)))
  return Math.round(wholeMs * (0.5 + message.chance / 2))
}
