import { afterEach, describe, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota } from './rota.ts'

let phones: Phones
afterEach(() => phones.end())

/** What every phone of the rota saw, word by word: `11:00 dora < text`, in the time of the rota. */
function seen(): string[] {
  const names = new Map([
    [ana, 'ana'],
    [luz, 'luz'],
    [dora, 'dora'],
  ])
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Matamoros', timeStyle: 'short' })
  return phones.inbox
    .filter(({ to }) => names.has(to))
    .map(({ at, to, text }) => `${clock.format(at)} ${names.get(to)} < ${text}`)
}

/** The first Tuesday of December 2026, 10:55 in Matamoros: five minutes before the drill. */
const beforeDrill = Date.parse('2026-12-01T16:55:00Z')

test('a drill that the second line takes: marked as one everywhere, and the coordinator hears how it went', async () => {
  phones = await Phones.open({ start: beforeDrill, rota })
  await phones.goesOnFor(12)
  await phones.says(luz, '1')
  await phones.goesOnFor(30)
  expect(seen()).toEqual([
    '11:00 ana < L1 ZGCN / SIMULACRO / A B C D E F G / ES / ciudad ? / sin contacto, solo leer / 11:00 / quedan 5 min / Reply 1 ZGCN TAKE, 2 ZGCN PASS',
    '11:05 luz < L1 ZGCN / DRILL / A B C D E F G / ES / city ? / no contact, read only / 11:00 / 0 min left / Reply 1 ZGCN TAKE, 2 ZGCN PASS',
    expect.stringMatching(/^11:07 luz < ZGCN is yours\. .* DRILL$/),
    '11:07 ana < TAKEN ZGCN / lo tiene Luz. Nada que hacer. SIMULACRO',
    '11:07 dora < SIMULACRO: Luz lo tomó a los 7 min, 2 avisados.',
  ])
  expect(await phones.openCases()).toEqual([])
})

test('a drill that nobody takes ends by itself', async () => {
  phones = await Phones.open({ start: beforeDrill, rota })
  await phones.restart()
  await phones.goesOnFor(60)
  const short = seen().map((line) => line.split(' ').slice(0, 4).join(' '))
  expect(short).toEqual([
    '11:00 ana < L1',
    '11:05 luz < L1',
    '11:10 dora < L1',
    '11:15 ana < L1',
    '11:15 dora < L1',
    '11:15 luz < L1',
    '11:30 dora < SIMULACRO:',
  ])
  expect(seen().at(-1)).toBe('11:30 dora < SIMULACRO: nadie lo tomó en 30 min, 3 avisados.')
  expect(await phones.openCases()).toEqual([])
})

test('a shift goes to another who says yes; the next page is theirs', async () => {
  phones = await Phones.open({ start: Date.parse('2026-11-24T20:00:00Z'), rota })
  await phones.says(ana, 'PASO AL 1')
  await phones.says(luz, 'LIST')
  await phones.goesOnFor(3)
  await phones.says(luz, '1')
  await phones.says(person, 'mi hijo no despierta')
  expect(seen()).toEqual([
    '14:00 ana < Preguntamos a Luz. El turno es tuyo hasta que diga sí.',
    '14:00 luz < Ana asks you to take the shift until 11-25 14:00. 1 SHIFT = yes. 2 SHIFT = no.',
    '14:00 luz < Yours: none. Waiting for an answer: none.',
    '14:03 luz < The shift until 11-25 14:00 is now with Luz.',
    '14:03 ana < El turno hasta las 11-25 14:00 lo tiene ahora Luz.',
    expect.stringMatching(/^14:03 luz < L1 /),
  ])
})

test('a shift that the other does not want stays where it is', async () => {
  phones = await Phones.open({ start: Date.parse('2026-11-24T20:00:00Z'), rota })
  await phones.says(ana, 'TURNO')
  await phones.says(ana, 'TURNO 1')
  await phones.says(luz, '2 SHIFT')
  await phones.says(luz, '1 SHIFT')
  await phones.says(dora, 'PASO AL 1')
  await phones.says(person, 'mi hijo no despierta')
  expect(seen()).toEqual([
    '14:00 ana < ¿Quién toma tu turno? 1 Luz, 2 Dora. Envía TURNO y el número.',
    '14:00 ana < Preguntamos a Luz. El turno es tuyo hasta que diga sí.',
    '14:00 luz < Ana asks you to take the shift until 11-25 14:00. 1 SHIFT = yes. 2 SHIFT = no.',
    '14:00 ana < Luz no puede tomar el turno. Sigue siendo tuyo.',
    '14:00 luz < Too late, or nobody asked you. The shifts stay as they are.',
    '14:00 dora < No estás de turno ahora.',
    expect.stringMatching(/^14:00 ana < L1 /),
  ])
})

describe('the digest', () => {
  /** Sunday, 22 November 2026, 20:00 in Matamoros. */
  const sunday = Date.parse('2026-11-23T02:00:00Z')
  const needsFood = ['hola', '2', '1', '30', '2', '3', '4', '2', '4', '3', '5', '6', '2', '1', '1']
  const gappy = rota.replace(
    /person: ana, days: \[.*?\]/,
    'person: ana, days: [mon, tue, wed, fri, sat, sun]', // nobody on Thursdays
  )

  test('says on Monday how the week is covered, then how many wait and who is missing, and nothing when nobody waits', async () => {
    phones = await Phones.open({ start: sunday, rota: gappy })
    await phones.goesOnUntil(sunday + 18 * 60 * 60_000)
    for (const text of needsFood) await phones.says(person, text)
    expect(await phones.openCases()).toMatchObject([{ level: 'P3', status: 'open' }])
    await phones.goesOnUntil(sunday + 3 * 24 * 60 * 60_000)
    expect(seen()).toEqual([
      '08:00 dora < Próxima semana: 88 de 100. Primera línea 85, segunda línea 100, idiomas 85.',
      '18:00 dora < Esperan: 1. Con retraso: 0.',
      // Thursday is 54 hours away, and at the next digest it would be less than 48.
      '18:00 dora < Nadie en la primera línea: A 11-26 00:00-11-27 00:00, B 11-26 00:00-11-27 00:00, C 11-26 00:00-11-27 00:00, D 11-26 00:00-11-27 00:00 +5',
      '08:00 dora < Esperan: 1. Con retraso: 1.',
      '18:00 dora < Esperan: 1. Con retraso: 1.',
      '08:00 dora < Esperan: 1. Con retraso: 1.',
      '18:00 dora < Esperan: 1. Con retraso: 1.',
    ])
  })
})
