import { expect, test } from '@jest/globals'
import { createClock, followDatabaseClock } from '../src/clock.ts'

/** A machine whose clock of the day is wrong, and one that is never set. */
function machine(wall: number) {
  let steady = 500
  let planned: (() => void) | null = null
  const clock = createClock(
    () => wall + steady,
    () => steady,
  )
  return {
    clock,
    timers: {
      after: (_: number, act: () => void) => {
        planned = act
        return () => {
          planned = null
        }
      },
    },
    steadyMs: () => steady,
    pass: (ms: number) => {
      steady += ms
    },
    async lookAgain() {
      planned?.()
      await new Promise((done) => setImmediate(done))
    },
    isWaiting: () => planned !== null,
  }
}

test('goes by the machine where the database has no clock of its own', async () => {
  const { clock, pass, isWaiting, ...time } = machine(1_000_000)
  await followDatabaseClock(clock, async () => null, time)
  pass(1_000)
  expect(clock.now()).toBe(1_001_500)
  expect(isWaiting()).toBe(false)
})

test('two machines whose clocks are hours apart agree with their database, and go on alone while it is away', async () => {
  let database: number | null = 5_000_000
  const ask = async () => {
    if (database === null) throw new Error('away')
    return database
  }
  const machines = [machine(1_000_000), machine(9_000_000)]
  for (const { clock, ...time } of machines) await followDatabaseClock(clock, ask, time)
  expect(machines.map(({ clock }) => clock.now())).toEqual([5_000_000, 5_000_000])
  database = null
  for (const { pass, lookAgain } of machines) {
    pass(60_000)
    await lookAgain()
  }
  expect(machines.map(({ clock }) => clock.now())).toEqual([5_060_000, 5_060_000])
  database = 6_000_000
  for (const { lookAgain } of machines) await lookAgain()
  expect(machines.map(({ clock }) => clock.now())).toEqual([6_000_000, 6_000_000])
})

test('an answer that was long on its way is not believed', async () => {
  const { clock, pass, ...time } = machine(1_000_000)
  const slowly = async () => {
    pass(30_000)
    return 5_000_000
  }
  await followDatabaseClock(clock, slowly, time)
  expect(clock.now()).toBe(1_030_500)
})

test('is moved forward by the simulated phones', () => {
  const clock = createClock(() => 1_000)
  clock.advance(300_000)
  expect(clock.now()).toBe(301_000)
})
