import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Rota } from '../../src/handoff/rota.ts'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota, start } from './rota.ts'

const unsure = rota.replace('name: Ana,', 'name: Ana, confirm_by_code: true,')

let phones: Phones
beforeEach(async () => {
  phones = await Phones.open({ start, rota: unsure })
})
afterEach(() => phones.end())

const codeOf = (number: string): string => /(\d{6})/.exec(phones.texts(number).at(-1)!)![1]!
const pages = (number: string) => phones.texts(number).filter((text) => text.startsWith('L1'))

test('a code goes to the number, and to nobody else; until it is back nothing pages that number', async () => {
  expect(phones.inbox.map(({ to }) => to)).toContain(ana)
  expect(phones.texts(ana)).toEqual([expect.stringMatching(/^Código \d{6}\. Envíalo desde este teléfono/)])
  expect(phones.texts(dora).join()).not.toContain(codeOf(ana))
  await phones.says(person, 'mi hijo no despierta')
  await phones.goesOnFor(60)
  expect(phones.texts(ana)).toHaveLength(1)
  expect(pages(luz).length).toBeGreaterThan(0)
})

test('the code sent back makes the number one that is paged, and the coordinator hears of it', async () => {
  await phones.says(ana, codeOf(ana))
  expect(phones.texts(ana).at(-1)).toContain('llegan a este teléfono')
  expect(phones.texts(dora).at(-1)).toBe('El código llegó del teléfono de Ana: desde ahora recibe avisos.')
  await phones.says(person, 'mi hijo no despierta')
  expect(pages(ana)).toHaveLength(1)
})

test('five wrong ones, and not even the right one counts; a new import sends another', async () => {
  const code = codeOf(ana)
  const wrong = code === '111111' ? '222222' : '111111'
  for (let count = 0; count < 7; count += 1) await phones.says(ana, wrong)
  expect(phones.texts(ana).filter((text) => text.startsWith('Ese no es'))).toHaveLength(4)
  expect(phones.texts(dora).filter((text) => text.includes('códigos equivocados'))).toHaveLength(1)
  await phones.says(ana, code)
  await phones.says(person, 'mi hijo no despierta')
  expect(pages(ana)).toEqual([])
  await phones.import(unsure)
  expect(codeOf(ana)).not.toBe(code)
  await phones.says(ana, codeOf(ana))
  expect(phones.texts(ana).at(-1)).toContain('llegan a este teléfono')
})

test('what was confirmed stays so when the same file is imported again, and not with another number', async () => {
  await phones.says(ana, codeOf(ana))
  const before = phones.texts(ana).length
  await phones.import(unsure)
  expect(phones.texts(ana)).toHaveLength(before)
  const other = '+15550100009'
  await phones.import(unsure.replace(ana, other))
  expect(phones.texts(other)).toEqual([expect.stringMatching(/^Código \d{6}/)])
  expect((await phones.store.readDocument<Rota>('rota'))!.body.people[0]!.confirm_by_code).toBe(true)
})

test('nothing else that such a phone says does anything', async () => {
  await phones.says(person, 'mi hijo no despierta')
  const [open] = await phones.openCases()
  await phones.says(ana, `1 ${open!.code}`)
  await phones.says(ana, 'LISTA')
  expect((await phones.openCases())[0]!.takenBy).toEqual([])
  expect(
    phones
      .texts(ana)
      .slice(1)
      .every((text) => text.startsWith('Ese no es el código')),
  ).toBe(true)
})

test('the digest of the coordinator names who is missing', async () => {
  await phones.goesOnFor(12 * 60)
  expect(phones.texts(dora).join('\n')).toContain('su código no ha vuelto: Ana')
})
