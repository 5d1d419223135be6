import { afterEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, person, rota, start } from './rota.ts'

let phones: Phones
afterEach(() => phones.end())

const codes = async () => (await phones.openCases()).map(({ code }) => code)
const address = { channel: 'sms' as const, value: person }
const saidBefore = async () => {
  const id = await phones.store.findConversation(address)
  return id === null ? null : (await phones.store.readThread(id)).map(({ text }) => text).join('\n')
}

test('several people behind one phone are one case that has the roles of all, and "4" shows the words of each', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  const [code] = await codes()
  await phones.says(ana, `1 ${code}`)
  await phones.says(person, 'soy su vecina, a mí me van a matar esta noche')
  expect(await codes()).toEqual([code])
  expect((await phones.openCases())[0]!.roles).toEqual(expect.arrayContaining(['medical', 'protection']))
  await phones.says(ana, `4 ${code}`)
  expect(phones.texts(ana).at(-1)).toMatch(/mi hijo no despierta[\s\S]*me van a matar/)
})

test('ERASE without danger: after the last answer has left nothing is there any more', async () => {
  phones = await Phones.open({ start, rota })
  for (const text of ['hola', '2', 'ERASE']) await phones.says(person, text)
  expect(phones.texts(person).at(-1)).toMatch(/borr/i)
  await phones.goesOnFor(1)
  expect(await saidBefore()).toBeNull()
})

test('danger in the moment before everything goes is paged, and what was said before goes all the same', async () => {
  phones = await Phones.open({ start, rota })
  for (const text of ['hola', '2', 'ERASE']) await phones.says(person, text)
  await phones.says(person, 'mi hijo no despierta')
  await phones.goesOnFor(1)
  expect(await codes()).toHaveLength(1)
  expect(phones.texts(ana).some((text) => text.startsWith('L1 '))).toBe(true)
  expect(await saidBefore()).not.toContain('hola')
})

test('ERASE while somebody is looked for: paging goes on, and everything goes when the case is closed', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  await phones.says(person, 'ERASE')
  const [code] = await codes()
  await phones.goesOnFor(6)
  await phones.says(ana, `1 ${code}`)
  await phones.says(ana, `9 ${code} llegó`)
  await phones.says(dora, `1 ${code}`)
  await phones.goesOnFor(1)
  expect(await codes()).toEqual([])
  expect(await saidBefore()).toBeNull()
})
