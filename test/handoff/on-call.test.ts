import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findGaps, isQuiet, nextShiftStart, onCall, rotaQuality, shiftEnd } from '../../src/handoff/on-call.ts'
import type { Rota } from '../../src/handoff/rota.ts'
import { watchesBetween } from '../../src/handoff/watches.ts'
import { id, roleInfos, rotaOf } from './world.ts'

const everyDay = 'days: [mon, tue, wed, thu, fri, sat, sun]'

/** A rota of ana, berta, carla and dora (all medical, es) with these lines under `shifts:` and after. */
function rotaWith(shifts: string[], more = '', zone = 'America/Matamoros'): Rota {
  return rotaOf(`version: 1
zone: ${zone}
people:
  - { id: ana, name: Ana, phone: "+528681110001", languages: [es, ht], roles: [medical] }
  - { id: berta, name: Berta, phone: "+528681110002", languages: [es], roles: [medical] }
  - { id: carla, name: Carla, phone: "+528681110003", languages: [es], roles: [medical] }
  - { id: dora, name: Dora, phone: "+528681110004", languages: [es], roles: [medical, protection] }
shifts:
${shifts.map((shift) => `  - ${shift}`).join('\n')}
coordinator: dora
${more}`)
}
const shift = (person: string, from: string, to: string, days = everyDay, line = 1) =>
  `{ person: ${person}, ${days}, from: "${from}", to: "${to}", line: ${line} }`

/** Who is on the first line at an instant written in UTC. */
function on(rota: Rota, at: string, line: 1 | 2 = 1): string {
  return onCall(rota, { line, role: 'medical', at: Date.parse(at) })
    .map((person) => person.id)
    .join(' ')
}
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 16))

describe('weekly shifts', () => {
  const rota = rotaWith([shift('ana', '06:00', '22:00'), shift('berta', '22:00', '06:00')])
  test('begin at their minute and end before it', () => {
    expect(on(rota, '2026-11-24T12:00:00Z')).toBe('ana') // 06:00 in Matamoros
    expect(on(rota, '2026-11-24T11:59:59.999Z')).toBe('berta')
    expect(on(rota, '2026-11-25T04:00:00Z')).toBe('berta')
    expect(on(rota, '2026-11-25T03:59:59Z')).toBe('ana')
    expect(on(rota, '2026-11-25T03:59:59Z', 2)).toBe('')
  })

  test('the next start and the own end are known', () => {
    expect(iso(nextShiftStart(rota, Date.parse('2026-11-24T12:00:00Z')))).toBe('2026-11-25T04:00')
    expect(iso(shiftEnd(rota, id('ana'), Date.parse('2026-11-24T12:00:00Z')))).toBe('2026-11-25T04:00')
    expect(shiftEnd(rota, id('berta'), Date.parse('2026-11-24T12:00:00Z'))).toBeNull()
  })

  test('somebody who stays on through midnight does not come on', () => {
    expect(nextShiftStart(rotaWith([shift('ana', '00:00', '24:00')]), Date.parse('2026-11-24T12:00:00Z'))).toBeNull()
  })

  test('24 hours from hour to hour', () => {
    const rota = rotaWith([shift('ana', '08:00', '08:00', 'days: [mon]')])
    expect(on(rota, '2026-11-23T14:00:00Z')).toBe('ana')
    expect(on(rota, '2026-11-24T13:59:00Z')).toBe('ana')
    expect(on(rota, '2026-11-24T14:00:00Z')).toBe('')
  })
})

// The border follows the United States: 2026-03-08 has no 02:00 to 03:00, 2026-11-01 has 01:00 to 02:00 twice.
describe.each(['America/Matamoros', 'America/Chicago'])('clock changes in %s', (zone) => {
  test('a shift that ends in the hour that is left out hands over without a gap', () => {
    const rota = rotaWith([shift('ana', '22:00', '02:30'), shift('berta', '02:30', '22:00')], '', zone)
    for (let at = Date.parse('2026-03-08T04:00:00Z'); at < Date.parse('2026-03-08T14:00:00Z'); at += 60_000) {
      expect(onCall(rota, { line: 1, at })).toHaveLength(1)
    }
    expect(on(rota, '2026-03-08T08:29:00Z')).toBe('ana')
    expect(on(rota, '2026-03-08T08:30:00Z')).toBe('berta')
  })

  test('a shift that lies in the left-out hour does not happen, and nothing else moves', () => {
    const rota = rotaWith([shift('ana', '02:00', '03:00'), shift('berta', '03:00', '02:00')], '', zone)
    for (let at = Date.parse('2026-03-08T04:00:00Z'); at < Date.parse('2026-03-08T14:00:00Z'); at += 60_000) {
      expect(onCall(rota, { line: 1, at })).toHaveLength(1)
    }
    expect(on(rota, '2026-03-08T08:00:00Z')).toBe('berta')
  })

  test('the doubled hour is covered twice over, by whoever has it on paper', () => {
    const rota = rotaWith([shift('ana', '01:00', '02:00'), shift('berta', '02:00', '01:00')], '', zone)
    expect(on(rota, '2026-11-01T05:59:00Z')).toBe('berta')
    expect(on(rota, '2026-11-01T06:00:00Z')).toBe('ana') // the first 01:00
    expect(on(rota, '2026-11-01T07:30:00Z')).toBe('ana') // the second 01:30
    expect(on(rota, '2026-11-01T08:00:00Z')).toBe('berta') // 02:00
  })

  test('a hand-over inside the doubled hour happens once, at its first coming', () => {
    const rota = rotaWith([shift('ana', '22:00', '01:30'), shift('berta', '01:30', '22:00')], '', zone)
    expect(on(rota, '2026-11-01T06:29:00Z')).toBe('ana')
    expect(on(rota, '2026-11-01T06:30:00Z')).toBe('berta')
    expect(on(rota, '2026-11-01T07:15:00Z')).toBe('berta') // 01:15 again
    expect(iso(nextShiftStart(rota, Date.parse('2026-11-01T06:00:00Z')))).toBe('2026-11-01T06:30')
    expect(iso(nextShiftStart(rota, Date.parse('2026-11-01T06:30:00Z')))).toBe('2026-11-02T04:00')
  })
})

test('most of Mexico has no clock change any more', () => {
  const rota = rotaWith([shift('ana', '02:00', '03:00')], '', 'America/Mexico_City')
  expect(on(rota, '2026-03-08T08:30:00Z')).toBe('ana')
  expect(on(rota, '2026-07-08T08:30:00Z')).toBe('ana')
  expect(on(rota, '2026-07-08T07:30:00Z')).toBe('')
})

test('shifts run over the end of the year and over 29 February', () => {
  const rota = rotaWith([shift('ana', '20:00', '08:00')])
  expect(on(rota, '2027-01-01T07:00:00Z')).toBe('ana')
  expect(on(rota, '2028-02-29T07:00:00Z')).toBe('ana')
  expect(on(rota, '2028-03-01T13:59:00Z')).toBe('ana')
})

describe('what outranks the weekly rules', () => {
  const base = [shift('ana', '00:00', '24:00')]
  test('a rotation takes turns by the week or by the day', () => {
    const rota = rotaWith(
      [shift('dora', '00:00', '24:00', everyDay, 2)],
      `rotations:
  - { people: [ana, berta, carla], starts: 2026-11-23, each: week, ${everyDay}, from: "00:00", to: "24:00" }`,
    )
    expect(on(rota, '2026-11-22T12:00:00Z')).toBe('')
    expect(['2026-11-24', '2026-12-01', '2026-12-08', '2026-12-15'].map((day) => on(rota, `${day}T12:00:00Z`))).toEqual(
      ['ana', 'berta', 'carla', 'ana'],
    )
  })

  test('a temporary schedule counts alone, from its first to its last minute', () => {
    const rota = rotaWith(
      base,
      `temporary:
  - from: 2026-12-24T00:00
    to: 2026-12-26T00:00
    shifts: [${shift('berta', '08:00', '20:00')}]`,
    )
    expect(on(rota, '2026-12-24T05:59:00Z')).toBe('ana')
    expect(on(rota, '2026-12-24T06:00:00Z')).toBe('')
    expect(on(rota, '2026-12-24T14:00:00Z')).toBe('berta')
    expect(on(rota, '2026-12-26T06:00:00Z')).toBe('ana')
  })

  test('a swap exchanges two people, an override adds one or puts one in place of another', () => {
    const rota = rotaWith(
      [shift('ana', '08:00', '20:00'), shift('berta', '20:00', '08:00')],
      `swaps:
  - { person: ana, with: berta, from: 2026-11-24T00:00, to: 2026-11-25T00:00 }
overrides:
  - { person: carla, from: 2026-11-26T00:00, to: 2026-11-26T12:00 }
  - { person: carla, instead_of: ana, from: 2026-11-27T10:00, to: 2026-11-27T12:00 }`,
    )
    expect(on(rota, '2026-11-24T18:00:00Z')).toBe('berta')
    expect(on(rota, '2026-11-25T04:00:00Z')).toBe('ana')
    expect(on(rota, '2026-11-25T07:00:00Z')).toBe('berta')
    expect(on(rota, '2026-11-26T17:00:00Z')).toBe('ana carla')
    expect(on(rota, '2026-11-27T15:59:00Z')).toBe('ana')
    expect(on(rota, '2026-11-27T16:00:00Z')).toBe('carla')
    expect(on(rota, '2026-11-27T18:00:00Z')).toBe('ana')
  })
})

describe('gaps and quality', () => {
  const from = Date.parse('2026-11-24T06:00:00Z') // midnight in Matamoros
  const wanted = { roles: ['medical', 'protection'], languages: ['es', 'ht'] }
  test('gaps are named by role and language, joined and by start', () => {
    const rota = rotaWith([shift('ana', '08:00', '20:00'), shift('berta', '20:00', '06:00')])
    const gaps = findGaps(rota, wanted, { from, days: 1 })
    expect(gaps.map((gap) => `${gap.name} ${iso(gap.startAt)} ${iso(gap.endAt)}`)).toEqual([
      'protection 2026-11-24T06:00 2026-11-25T06:00',
      'ht 2026-11-24T06:00 2026-11-24T14:00',
      'medical 2026-11-24T12:00 2026-11-24T14:00',
      'es 2026-11-24T12:00 2026-11-24T14:00',
      'ht 2026-11-25T02:00 2026-11-25T06:00',
    ])
  })

  test('14 days ahead are looked at in a moment', () => {
    const rota = rotaWith([shift('ana', '08:00', '20:00'), shift('berta', '20:00', '08:00')])
    expect(findGaps(rota, { roles: ['medical'], languages: [] }, { from, days: 14 })).toEqual([])
  })

  test('100 means that nothing is missing', () => {
    const whole = rotaWith([shift('dora', '00:00', '24:00'), shift('ana', '00:00', '24:00', everyDay, 2)])
    expect(rotaQuality(whole, { roles: ['medical'], languages: ['es'] }, from)).toEqual({
      firstLine: 100,
      secondLine: 100,
      languages: 100,
      overall: 100,
    })
    const half = rotaWith([shift('ana', '00:00', '12:00')])
    expect(rotaQuality(half, wanted, from)).toEqual({ firstLine: 25, secondLine: 0, languages: 50, overall: 25 })
  })

  test('quiet hours run over midnight', () => {
    const rota = rotaOf(
      `version: 1
zone: America/Matamoros
people: [{ id: ana, name: Ana, phone: "+528681110001", languages: [es], roles: ${JSON.stringify(roleInfos.map((role) => role.id))}, quiet_hours: { from: "22:00", to: "06:00" } }]
shifts: []
coordinator: ana
`,
    )
    const quiet = (at: string) => isQuiet(rota, rota.people[0]!, Date.parse(at))
    expect([
      quiet('2026-11-24T03:59:00Z'),
      quiet('2026-11-24T04:00:00Z'),
      quiet('2026-11-24T11:59:00Z'),
      quiet('2026-11-24T12:00:00Z'),
    ]).toEqual([false, true, true, false])
  })
})

test('shifts that touch on paper leave no minute empty and nobody on twice, on any day of the year', () => {
  const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15)
  const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
  fc.assert(
    fc.property(
      fc.uniqueArray(minute, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('America/Matamoros', 'America/Mexico_City', 'America/Chicago', 'America/Tijuana'),
      fc.constantFrom('2026-03-08', '2026-11-01', '2027-03-14', '2026-12-31', '2028-02-29'),
      fc.integer({ min: 0, max: 1439 }),
      (cuts, zone, day, at) => {
        const sorted = [...cuts].sort((left, right) => left - right)
        const people = ['ana', 'berta', 'carla', 'dora']
        const shifts = sorted.map((cut, index) =>
          shift(people[index]!, clock(cut), clock(sorted[(index + 1) % sorted.length]!)),
        )
        const rota = rotaWith(shifts, '', zone)
        const now = Date.parse(`${day}T00:00:00Z`) + at * 60_000
        expect(onCall(rota, { line: 1, at: now })).toHaveLength(1)
        const next = nextShiftStart(rota, now)!
        expect(next).toBeGreaterThan(now)
        expect(watchesBetween(rota, now, next).filter((watch) => watch.startAt > now && watch.startAt < next)).toEqual(
          [],
        )
      },
    ),
    { numRuns: 150 },
  )
})
