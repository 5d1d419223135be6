import { expect, test } from '@jest/globals'
import { judgeHealth, newWatch } from '../../src/watchdog/judge-health.ts'

const times = { afterMs: 60_000, againMs: 900_000 }
const start = Date.UTC(2026, 0, 5, 12)

/** Looks every 20 s; `b` something is wrong, `.` all is well, `x` something is wrong and no road works. */
function alarmsOf(looks: string): string[] {
  let watch = newWatch
  return [...looks].flatMap((look, index) => {
    const at = start + index * 20_000
    const judged = judgeHealth(watch, { at, problem: look === '.' ? null : 'nobody answers' }, times)
    const isTold = judged.alarm !== null && look !== 'x'
    watch = isTold ? judged.told : judged.next
    return isTold ? [`${index}: ${judged.alarm}`] : []
  })
}

const broken = /^\d+: Puente does not work as it should since 12:0\d UTC: nobody answers\./

test('a restart is no alarm, nor one bad look now and then', () => {
  expect(alarmsOf('..bbb..b..bb.bbb.')).toEqual([])
})

test('what lasts for a minute is told once, and again when it is over', () => {
  const alarms = alarmsOf(`..bbbb${'b'.repeat(20)}...`)
  expect(alarms).toEqual([expect.stringMatching(broken), '26: Puente works again.'])
  expect(alarms[0]).toMatch(/^5: /)
})

test('as long as it lasts it is told every quarter of an hour, never more often', () => {
  expect(alarmsOf('b'.repeat(100)).map((alarm) => Number(alarm.split(':')[0]))).toEqual([3, 48, 93])
})

test('an alarm that reached nobody is tried again at the next look', () => {
  expect(alarmsOf('bbbxxb')).toEqual([expect.stringMatching(/^5: /)])
})
