import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, person, rota, start } from './rota.ts'

let phones: Phones
beforeEach(async () => {
  phones = await Phones.open({ start, rota })
})
afterEach(() => phones.end())

const greetings = [
  ['es', 'hola'],
  ['en', 'hello, i need some information please'],
  ['ht', 'bonswa mwen bezwen èd'],
  ['fr', 'bonjour, je voudrais des informations'],
  ['pt', 'bom dia, preciso de uma informação'],
]

test.each(greetings)('%s: a phone that sends our question back has answered nothing', async (_language, hello) => {
  await phones.says(person, hello!)
  const [question] = phones.texts(person)
  await phones.says(person, `> ${question}`)
  expect(phones.texts(ana)).toEqual([])
  expect(await phones.openCases()).toEqual([])
  // The same once more: two failed answers are seen by a human, as P2 and not as a danger in words.
  await phones.says(person, `> ${question}`)
  expect(phones.texts(ana).map((text) => text.slice(0, 2))).toEqual(['L2'])
})

test.each(greetings)('%s: an answer beside the quote counts, and so does danger', async (_language, hello) => {
  await phones.says(person, hello!)
  const [question] = phones.texts(person)
  await phones.says(person, `2\n> ${question}`)
  expect(phones.texts(ana)).toEqual([])
  expect(phones.texts(person)).toHaveLength(2)
  await phones.says(person, `> ${question}\nmi hijo no despierta`)
  expect(phones.texts(ana).map((text) => text.slice(0, 2))).toEqual(['L1'])
})
