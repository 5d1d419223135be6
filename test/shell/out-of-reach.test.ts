import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota, start } from './rota.ts'

let phones: Phones
beforeEach(async () => {
  phones = await Phones.open({ start, rota })
})
afterEach(() => phones.end())

/** `5 luz L1`: minutes since the start, who got it, and how it begins. */
function seen(since = start): string[] {
  const names = new Map([
    [ana, 'ana'],
    [luz, 'luz'],
    [dora, 'dora'],
  ])
  return phones.inbox
    .filter(({ to, at }) => names.has(to) && at >= since)
    .map(({ at, to, text }) => `${(at - start) / 60_000} ${names.get(to)} ${text.split(' ')[0]}`)
}

async function codeOfCase(): Promise<string> {
  return (await phones.openCases())[0]!.code
}

test('STOP: the page goes on at once, the coordinator hears of it, and nothing more goes there', async () => {
  await phones.says(person, 'mi hijo no despierta')
  await phones.goesOnFor(2)
  await phones.says(ana, 'STOP')
  expect(seen()).toEqual(['0 ana L1', '2 dora Ana', '2 luz L1'])
  await phones.goesOnFor(40)
  expect(seen().filter((line) => line.includes('ana'))).toEqual(['0 ana L1'])
})

test('STOP of whoever has the case: it is asked for again from the first step', async () => {
  await phones.says(person, 'mi hijo no despierta')
  await phones.says(ana, '1')
  const code = await codeOfCase()
  await phones.says(ana, `5 ${code} hola`)
  await phones.goesOnFor(2)
  await phones.says(ana, 'STOP')
  expect(seen(start + 120_000)).toEqual(['2 dora Ana', '2 dora L1', '2 luz L1'])
  expect(await phones.openCases()).toMatchObject([{ status: 'open', takenBy: [] }])
  await phones.says(ana, `1 ${code}`)
  expect(await phones.openCases()).toMatchObject([{ status: 'open', takenBy: [] }])
  await phones.says(luz, `1 ${code}`)
  expect(await phones.openCases()).toMatchObject([{ takenBy: ['luz'] }])
  // Their own words go to whoever has it now.
  await phones.says(person, 'sigue igual')
  await phones.goesOnFor(1)
  expect(phones.texts(ana, phones.now - 60_000)).toEqual([])
})

test('START brings them back, also after a restart', async () => {
  await phones.says(ana, 'STOP')
  await phones.restart()
  await phones.says(person, 'mi hijo no despierta')
  expect(seen()).toEqual(['0 dora Ana', '0 dora L1', '0 luz L1'])
  await phones.says(ana, 'START')
  expect(phones.texts(ana)).toEqual(['Vuelves a recibir avisos en este teléfono. LISTA = los tuyos.'])
  expect(phones.texts(dora).at(-1)).toBe('Ana envió START y vuelve a recibir avisos.')
  await phones.says('+15550200002', 'mi hijo no despierta')
  expect(phones.texts(ana).at(-1)).toMatch(/^L1 /)
})

test('a STOP that only the carrier heard is found out by its refusal; it is told once', async () => {
  phones.stopped.add(ana)
  await phones.says(person, 'mi hijo no despierta')
  expect(seen()).toEqual(['0 luz L1', '0 dora Ana'])
  await phones.says('+15550200002', 'mi hijo no despierta')
  expect(phones.texts(dora).filter((text) => text.startsWith('Ana '))).toHaveLength(1)
})

test('when the coordinator sends STOP everybody else hears of it', async () => {
  await phones.says(dora, 'STOP')
  expect(phones.texts(ana)).toHaveLength(1)
  expect(phones.texts(luz)).toEqual([
    'Dora sent STOP: no pages until START. What they had goes on to others. Please look at the shifts.',
  ])
})

test('who leaves the rota during their shift: page and case go on with the import', async () => {
  const withoutAna = rota.replace(/.*ana.*\n/g, '')
  await phones.says(person, 'mi hijo no despierta')
  await phones.says('+15550200002', 'mi hijo no despierta')
  await phones.says(ana, `1 ${await codeOfCase()}`)
  await phones.goesOnFor(2)
  await phones.import(withoutAna)
  expect(seen(start + 120_000).toSorted()).toEqual(['2 dora L1', '2 luz L1', '2 luz L1'])
  expect(await phones.openCases()).toMatchObject([{ status: 'open' }, { status: 'open' }])
})

test('who left the rota and still answers: silence, no case of their own, and the coordinator hears of it once', async () => {
  await phones.says(person, 'mi hijo no despierta')
  const code = await codeOfCase()
  await phones.import(rota.replace(/.*ana.*\n/g, ''))
  const [before, told] = [phones.texts(ana).length, phones.texts(dora).length]
  for (const text of [`1 ${code}`, `${code} 2 niños`, `1 ${code}`]) await phones.says(ana, text)
  expect(phones.texts(ana)).toHaveLength(before)
  expect(phones.texts(dora).slice(told)).toEqual([
    `${code}: respondió un número que no está en la lista de turnos. No se hizo nada ni se le contestó.`,
  ])
  expect(await phones.openCases()).toMatchObject([{ code, status: 'open' }])
  // What is no answer to a page is anybody's text, and danger is heard beside any code.
  await phones.says(ana, `${code} me van a matar`)
  expect(await phones.openCases()).toHaveLength(2)
})

test('STOP by WhatsApp holds for the number, and so does START by SMS', async () => {
  await phones.says(ana, 'STOP', { channel: 'whatsapp' })
  phones.stopped.clear()
  await phones.says(person, 'mi hijo no despierta')
  expect(seen()).toEqual(['0 dora Ana', '0 dora L1', '0 luz L1'])
  await phones.says(ana, 'START')
  await phones.says('+15550200002', 'mi hijo no despierta')
  expect(phones.texts(ana).at(-1)).toMatch(/^L1 /)
})
