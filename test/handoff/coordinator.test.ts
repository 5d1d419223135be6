import { describe, expect, test } from '@jest/globals'
import { digestText, gapWarning, isLate, nextDigestAt } from '../../src/handoff/coordinator-digest.ts'
import { drillFacts, drillReport, nextDrillAt } from '../../src/handoff/drill.ts'
import { advanceHandover } from './hand-over-world.ts'
import { code, id, levels, Night, night, roleInfos, rota, rotaOf, rotaText, words } from './world.ts'

const hour = 3_600_000
const context = { rota, levels, words, now: night, timeScale: 1 }
const iso = (at: number) => new Date(at).toISOString().slice(0, 16)

describe('the coordinator’s digest', () => {
  test('comes at 08:00 and 18:00 of the rota’s zone, also over a clock change', () => {
    expect(iso(nextDigestAt(rota, levels, night))).toBe('2026-11-24T14:00')
    expect(iso(nextDigestAt(rota, levels, Date.parse('2026-11-24T14:00:00Z')))).toBe('2026-11-25T00:00')
    expect(iso(nextDigestAt(rota, levels, Date.parse('2026-03-08T07:00:00Z')))).toBe('2026-03-08T13:00')
  })

  test('counts what waits and what is late, and is not sent for nothing', () => {
    const p3 = (hoursAgo: number, status: 'open' | 'taken' = 'open') => ({
      level: 'P3' as const,
      openedAt: night - hoursAgo * hour,
      status,
    })
    expect(digestText([p3(1), p3(9), p3(30), p3(30, 'taken')], context)).toBe('Esperan: 3. Con retraso: 2.')
    expect(digestText([p3(1, 'taken'), { level: 'P4', openedAt: 0, status: 'open' }], context)).toBeNull()
    expect(isLate(p3(8), context)).toBe(true)
    expect(isLate(p3(7.99), context)).toBe(false)
  })
})

describe('gaps', () => {
  const gappy = rotaOf(
    rotaText.replace(/person: (ana|berta), days: \[mon, tue/g, 'person: $1, days: [mon'), // nobody on Tuesdays
  )
  test('are told once, 48 hours ahead', () => {
    const wanted = { roles: roleInfos, languages: [] }
    const monday = Date.parse('2026-11-23T12:00:00Z')
    const warning = gapWarning(wanted, [], { ...context, rota: gappy, now: monday })!
    expect(warning.text).toBe(
      'Nadie en la primera línea: G 11-23 06:00..., A 11-24 00:00-11-25 00:00, D 11-24 00:00-11-25 00:00',
    )
    const later = { ...context, rota: gappy, now: monday + hour }
    expect(gapWarning(wanted, warning.keys, later)).toBeNull()
    expect(gapWarning(wanted, warning.keys, { ...later, now: monday + 8 * 24 * hour })).not.toBeNull()
    expect(gapWarning(wanted, warning.keys, { ...context, rota: gappy, now: monday })).toBeNull()
    expect(gapWarning({ roles: [roleInfos[0]!], languages: [] }, [], context)).toBeNull()
  })
})

describe('a drill', () => {
  test('is on the first Tuesday of a month at 11:00', () => {
    expect(iso(nextDrillAt(rota, levels, night))).toBe('2026-12-01T17:00')
    expect(iso(nextDrillAt(rota, levels, Date.parse('2026-12-01T17:00:00Z')))).toBe('2027-01-05T17:00')
  })

  test('goes the whole way, is marked as one, and its result is reported', () => {
    const drill = new Night({ facts: drillFacts(code('K7QF'), [roleInfos[0]!], night, 'mango') })
    drill.does({ kind: 'alert', level: 'P1', roles: ['medical'] })
    expect(drill.texts('carla')).toEqual([])
    expect(drill.texts('ana')[0]).toMatch(/^L1 K7QF \/ SIMULACRO \/ .* Reply 1 K7QF TAKE, 2 K7QF PASS$/)
    expect(drillReport(drill.state!, night, { ...context, now: drill.now })).toBeNull()
    drill.goesOnFor(6)
    drill.takes('carla')
    expect(drillReport(drill.state!, night, { ...context, now: drill.now })!.text).toBe(
      'SIMULACRO: Carla lo tomó a los 6 min, 3 avisados.',
    )
    expect(drill.told()).toEqual([])
  })

  test('ends when nobody takes it', () => {
    const drill = new Night({ facts: drillFacts(code('K7QF'), [roleInfos[0]!], night, 'mango') })
    drill.does({ kind: 'alert', level: 'P1', roles: ['medical'] })
    drill.goesOnFor(30)
    expect(drillReport(drill.state!, night, { ...context, now: drill.now })!.text).toBe(
      'SIMULACRO: nadie lo tomó en 30 min, 4 avisados.',
    )
  })
})

describe('handing over a shift', () => {
  const shifts = rotaOf(
    rotaText.replace(
      '{ person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"',
      '{ person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "22:00", to: "06:00"',
    ),
  )

  test('by number, and only with the other’s yes', () => {
    const say = advanceHandover(shifts)
    expect(say('ana', { kind: 'wants', to: null })).toEqual([
      'ana: ¿Quién toma tu turno? 1 Berta, 2 Carla, 3 Dora. Envía TURNO y el número.',
    ])
    expect(say('ana', { kind: 'wants', to: 3 })).toEqual([
      'ana: Preguntamos a Dora. El turno es tuyo hasta que diga sí.',
      'dora: Ana te pide tomar el turno hasta las 06:00. 1 TURNO = sí. 2 TURNO = no.',
    ])
    expect(say.onCall()).toEqual(['ana', 'berta'])
    expect(say('dora', { kind: 'answers', isYes: true })).toEqual([
      'dora: El turno hasta las 06:00 lo tiene ahora Dora.',
      'ana: El turno hasta las 06:00 lo tiene ahora Dora.',
    ])
    expect(say.onCall()).toEqual(['berta', 'dora'])
    say.goesOnFor(4 * 60)
    expect(say.onCall()).toEqual(['berta'])
    say.goesOnFor(16 * 60)
    expect(say.onCall()).toEqual(['ana', 'berta'])
  })

  test('a no, a late yes and an answer to nothing change nothing', () => {
    const say = advanceHandover(shifts)
    say('ana', { kind: 'wants', to: 1 })
    expect(say('berta', { kind: 'answers', isYes: false })).toEqual([
      'ana: Berta no puede tomar el turno. Sigue siendo tuyo.',
    ])
    say('ana', { kind: 'wants', to: 2 })
    say.goesOnFor(61)
    expect(say('carla', { kind: 'answers', isYes: true })).toEqual([
      'carla: Too late, or nobody asked you. The shifts stay as they are.',
    ])
    expect(say.onCall()).toEqual(['ana', 'berta'])
  })

  test('who is not on shift has none to hand over', () => {
    expect(advanceHandover(shifts)('dora', { kind: 'wants', to: 1 })).toEqual(['dora: No estás de turno ahora.'])
    expect(advanceHandover(shifts)('ana', { kind: 'wants', to: 9 })[0]).toContain('¿Quién toma tu turno?')
    expect(id('ana')).toBe('ana')
  })
})
