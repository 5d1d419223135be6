import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota, start } from './rota.ts'

let phones: Phones
let code: string
beforeEach(async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  await phones.says(ana, '1')
  code = (await phones.openCases())[0]!.code
})
afterEach(() => phones.end())

/** The minutes after the start at which a phone was paged. */
const pagedAt = (number: string) =>
  phones.inbox.filter(({ to, text }) => to === number && /^L\d /.test(text)).map(({ at }) => (at - start) / 60_000)

test('PERSON while somebody has the case: the coordinator gets a page to take, and whoever has it hears nothing', async () => {
  await phones.says(ana, `5 ${code} hola`)
  await phones.goesOnFor(1)
  await phones.says(person, 'PERSON')
  await phones.says(person, 'PERSON')
  expect(phones.texts(ana, phones.now)).toEqual([])
  expect(phones.texts(dora)).toEqual([
    `L1 ${code} / A G / ES / ciudad ? / preguntando / 02:14 / quedan 4 min / Reply 1 ${code} TAKE, 2 ${code} PASS`,
    `${code}: pide a otra persona que no sea quien lo tiene. Revisalo, por favor; a quien lo tiene no se le dijo.`,
  ])
  await phones.says(dora, '1')
  expect(await phones.openCases()).toMatchObject([{ takenBy: ['ana', 'dora'], roles: ['general', 'medical'] }])
  // Whoever joins says the word too: the person does not know them yet.
  await phones.says(dora, `5 ${code} aqui estoy`)
  expect(phones.texts(person).at(-1)).toMatch(/^\w+: aqui estoy$/)
})

test('nobody answers the second asking: others are asked as for any role', async () => {
  await phones.says(ana, `5 ${code} hola`)
  await phones.says(person, 'PERSON')
  await phones.goesOnFor(31)
  expect(pagedAt(dora)).toEqual([0, 10, 15, 30])
  expect(pagedAt(luz)).toEqual([5, 15, 30])
  expect(pagedAt(ana)).toEqual([0])
})

test('PERSON after the case was closed opens a new one with the time of its own alert', async () => {
  await phones.says(ana, `9 ${code}`)
  await phones.says(dora, `1 ${code}`)
  await phones.goesOnFor(60)
  await phones.says(person, 'PERSON')
  expect(phones.texts(ana).at(-1)).toMatch(/^L1 \w{4} \/ A G .* \/ 03:14 \/ quedan 5 min/)
  expect(await phones.openCases()).toMatchObject([{ status: 'open', alertAt: phones.now }])
})

test('another role by its letter: the answer and the pages name the letter', async () => {
  await phones.says(ana, `3 ${code} E`)
  expect(phones.texts(ana).at(-1)).toBe(`${code}: llamando a E ahora.`)
  expect(phones.texts(luz)).toEqual([expect.stringMatching(/^L1 \w{4} \/ A E \//)])
})
