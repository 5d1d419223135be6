import { describe, expect, test } from '@jest/globals'
import { loadWorld } from '../../src/commands/simulate.ts'
import { planRun } from '../../src/simulate/plan-run.ts'
import { runPlan } from '../../src/simulate/run-plan.ts'

const world = loadWorld({ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr })!
const play = (seed: string) => runPlan(planRun({ seed, days: 1, people: 6 }), world)

describe('the whole system, from a seed', () => {
  test('fifty days with faults keep every promise', async () => {
    const broken: string[] = []
    for (let seed = 1; seed <= 50; seed++) {
      const { violations } = await play(String(seed))
      for (const { invariant, subject, because } of violations)
        broken.push(`seed ${seed}: ${invariant} ${subject} ${because}`)
    }
    expect(broken).toEqual([])
  }, 600_000)

  test.each(['1', '21'])(
    'seed %s plays the same run again',
    async (seed) => {
      const [one, other] = [await play(seed), await play(seed)]
      expect(other.history).toEqual(one.history)
    },
    60_000,
  )
})
