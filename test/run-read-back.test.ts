import { expect, test } from '@jest/globals'
import { runReadBack } from '../src/run-read-back.ts'

const minute = 60_000

/** A clock and one plan that the test moves by hand. */
function start(given: { heardBefore?: number | null; fails?: number } = {}) {
  let now = Date.UTC(2027, 0, 5, 12)
  let planned: { ms: number; act: () => void } | null = null
  let failures = given.fails ?? 0
  const asked: number[] = []
  const found: number[] = []
  const errors: unknown[] = []
  const stop = runReadBack({
    readBack: async (since) => {
      asked.push(since)
      if (failures-- > 0) throw new Error('Twilio cannot be asked')
      return { found: 1, readUntil: now - 30_000 }
    },
    store: { health: async () => ({ inboxNewestAt: given.heardBefore ?? null }) as never },
    now: () => now,
    timers: {
      after: (ms, act) => {
        planned = { ms, act }
        return () => {
          planned = null
        }
      },
    },
    timeScale: 1,
    onFound: (count) => found.push(count),
    onError: (error) => errors.push(error),
  })
  return {
    stop,
    asked,
    found,
    errors,
    plannedIn: () => planned?.ms ?? null,
    startedAt: now,
    async pass(ms: number) {
      now += ms
      planned?.act()
      await new Promise((done) => setImmediate(done))
    },
    settle: () => new Promise((done) => setImmediate(done)),
  }
}

test('asks at the start and every minute, so that a lost webhook is found within two', async () => {
  const { settle, pass, asked, found, plannedIn, startedAt, stop } = start()
  await settle()
  expect([asked, found]).toEqual([[startedAt], [1]])
  for (let times = 0; times < 3; times++) {
    expect(plannedIn()).toBeLessThanOrEqual(minute)
    await pass(minute)
  }
  expect(found).toHaveLength(4)
  expect(asked.at(-1)).toBe(startedAt + 2 * minute - 30_000)
  await stop()
  expect(plannedIn()).toBeNull()
})

test('a start reads a day back where somebody was heard before', async () => {
  const heardBefore = Date.UTC(2027, 0, 5, 9)
  const { settle, asked } = start({ heardBefore })
  await settle()
  expect(asked).toEqual([heardBefore - 24 * 60 * minute])
})

test('while Twilio cannot be asked it asks again, and skips nothing', async () => {
  const { settle, pass, asked, found, errors, startedAt } = start({ fails: 2 })
  await settle()
  await pass(minute)
  await pass(minute)
  expect(asked).toEqual([startedAt, startedAt, startedAt])
  expect([found.length, errors.length]).toEqual([1, 2])
})
