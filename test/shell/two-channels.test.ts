import { afterEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, person, rota, start } from './rota.ts'

let phones: Phones
afterEach(() => phones.end())

const codesPaged = () => new Set(phones.texts(ana).flatMap((text) => /^L\d (\w{4})/.exec(text)?.[1] ?? []))

test('SMS and WhatsApp of one number are one case, and the answer goes where the person wrote last', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  const [code] = [...codesPaged()]
  await phones.says(ana, `1 ${code}`)
  await phones.goesOnFor(5)
  await phones.says(person, 'sigue igual, sangra mucho', { channel: 'whatsapp' })
  expect([...codesPaged()]).toEqual([code])
  expect(await phones.openCases()).toHaveLength(1)
  await phones.says(ana, `5 ${code} voy ahora`)
  const last = phones.inbox.filter(({ to }) => to === person).at(-1)!
  expect(last).toMatchObject({ channel: 'whatsapp', text: expect.stringMatching(/voy ahora$/) })
})

test('STOP binds the channel on which it was sent; on the other one the person is answered', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'hola')
  await phones.says(person, 'STOP')
  phones.stopped.clear()
  const before = phones.texts(person).length
  await phones.says(person, 'hola')
  expect(phones.texts(person)).toHaveLength(before)
  await phones.says(person, 'hola', { channel: 'whatsapp' })
  expect(phones.texts(person)).toHaveLength(before + 1)
  await phones.says(person, 'hola', { channel: 'sms' })
  expect(phones.texts(person)).toHaveLength(before + 1)
  await phones.says(person, 'START', { channel: 'sms' })
  expect(phones.texts(person)).toHaveLength(before + 2)
})

test('who can read the phone is asked anew on another channel', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'hello')
  for (const answer of ['2', '1', '30', '2', '3', '4']) await phones.says(person, answer)
  expect(phones.texts(person).at(-1)).toMatch(/Who can read this phone/)
  await phones.says(person, '1')
  expect(phones.texts(person).at(-1)).toMatch(/hurting you/)
  await phones.says(person, '4', { channel: 'whatsapp' })
  expect(phones.texts(person).at(-1)).toMatch(/Who can read this phone/)
})

test('whoever of the rota rings in is known, and is answered by text', async () => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  const [code] = [...codesPaged()]
  await phones.says(ana, '', { channel: 'voice', media: ['audio'] })
  expect(await phones.openCases()).toHaveLength(1)
  expect(phones.inbox.filter(({ to }) => to === ana).at(-1)).toMatchObject({
    channel: 'sms',
    text: expect.stringContaining(`1 ${code}`),
  })
})

test('a key that was pressed during a call counts like the text, and is answered by text', async () => {
  phones = await Phones.open({ start, rota: rota.replace('name: Ana,', 'name: Ana, channels: [sms, voice],') })
  await phones.says(person, 'mi hijo no despierta')
  const [code] = [...codesPaged()]
  await phones.goesOnFor(3)
  const call = phones.inbox.filter(({ to }) => to === ana).at(-1)!
  expect(call).toMatchObject({ channel: 'voice', at: start + 3 * 60_000 })
  await phones.says(ana, `1 ${code}`, { channel: 'voice' })
  expect(await phones.openCases()).toMatchObject([{ status: 'taken', takenBy: ['ana'] }])
  expect(phones.inbox.filter(({ to }) => to === ana).at(-1)).toMatchObject({ channel: 'sms' })
})
