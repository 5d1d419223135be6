import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, luz, person, rota, start } from './rota.ts'

let phones: Phones
beforeEach(async () => {
  phones = await Phones.open({ start, rota })
})
afterEach(() => phones.end())

/** A phone that answers every text by itself, `says` made from the text that it got; at most 60 times. */
async function answersByItself(number: string, says: (got: string) => string): Promise<void> {
  let heard = 0
  for (let round = 0; round < 60; round++) {
    const got = phones.texts(number)
    if (got.length === heard) return
    for (const text of got.slice(heard)) await phones.says(number, says(text), { settles: false })
    heard = got.length
    phones.now += 1_000
    await phones.settle()
  }
}

const autoTexts: [string, (got: string) => string][] = [
  ['plain', () => 'Estoy manejando. Te llamo luego.'],
  ['quoting', (got) => `${got} - Estoy manejando, te llamo luego.`],
  ['quoting behind', (got) => `Re: ${got}`],
]

test.each(autoTexts)(
  "an advocate's phone that answers by itself, %s, gets a page and at most five texts",
  async (_how, says) => {
    await phones.says(person, 'mi hijo no despierta')
    await answersByItself(ana, says)
    const [page, ...answers] = phones.texts(ana)
    expect(page).toMatch(/^L1 /)
    expect(answers.length).toBeLessThanOrEqual(5)
    // Nothing that it said was taken for an answer: the case goes on to others.
    expect(await phones.openCases()).toMatchObject([{ status: 'open' }])
    await phones.goesOnFor(5)
    expect(phones.texts(luz).at(-1)).toMatch(/^L1 /)
  },
)

test.each(autoTexts)("a person's phone that answers by itself, %s, comes to rest", async (_how, says) => {
  await phones.says(person, 'hola')
  await answersByItself(person, says)
  // The questions of the way that its answers happen to take, each at most twice; then nothing more.
  expect(phones.texts(person).length).toBeLessThanOrEqual(9)
})
