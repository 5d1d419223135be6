import { describe, expect, test } from '@jest/globals'
import type { Engine } from './fleet.ts'
import { runFaults } from './run-faults.ts'

// The short variant; `npm run faults` freezes, cuts and fills disks too, and takes minutes.
describe('real processes, killed twice under steady webhooks', () => {
  test.each<[string, Engine, number]>([
    ['one on SQLite', 'sqlite', 1],
    ['two on PostgreSQL, one with a wrong clock', 'postgres', 2],
  ])(
    '%s: no text is lost, nothing is sent twice unmarked, every urgent case is owned',
    async (_, engine, nodes) => {
      const report = await runFaults({ engine, nodes, seed: '3', faults: ['kill', 'kill'], isClockWrong: nodes > 1 })
      expect(report.violations).toEqual([])
      expect(report.exitCodes).toEqual(report.exitCodes.map(() => 0))
      // The run would prove nothing if nothing had happened.
      expect(Math.min(report.texts, report.sent, report.pages, report.urgent)).toBeGreaterThan(0)
    },
    180_000,
  )
})
