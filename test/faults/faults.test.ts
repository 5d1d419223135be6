import { describe, expect, test } from '@jest/globals'
import type { Engine } from './fleet.ts'
import { type FaultName, runFaults } from './run-faults.ts'

// The short variant; `npm run faults` freezes, cuts and fills disks too, and takes minutes.
describe('real processes under steady webhooks', () => {
  test.each<[string, Engine, number, FaultName[]]>([
    ['one on SQLite, killed twice', 'sqlite', 1, ['kill', 'kill']],
    ['two on PostgreSQL, one with a wrong clock, killed twice', 'postgres', 2, ['kill', 'kill']],
    ['without memory, handles and a turn of the loop', 'sqlite', 1, ['no_handles', 'block', 'no_memory']],
  ])(
    '%s: no text is lost, nothing is sent twice unmarked, every urgent case is owned',
    async (_, engine, nodes, faults) => {
      const report = await runFaults({ engine, nodes, seed: '3', faults, isClockWrong: nodes > 1 })
      expect(report.violations).toEqual([])
      expect(report.exitCodes).toEqual(report.exitCodes.map(() => 0))
      // The run would prove nothing if nothing had happened.
      expect(Math.min(report.texts, report.sent, report.pages, report.urgent)).toBeGreaterThan(0)
    },
    300_000,
  )
})
