import { afterEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota, start } from './rota.ts'

let phones: Phones
afterEach(() => phones.end())

/** `5 luz`: minutes since the start, and who was paged. */
function pages(): string[] {
  const names = new Map([
    [ana, 'ana'],
    [luz, 'luz'],
    [dora, 'dora'],
  ])
  return phones.inbox
    .filter(({ text }) => /^L1 /.test(text))
    .map(({ at, to }) => `${(at - start) / 60_000} ${names.get(to)}`)
    .sort((one, other) => Number.parseFloat(one) - Number.parseFloat(other) || one.localeCompare(other))
}

const everybody = (minute: number) => ['ana', 'dora', 'luz'].map((name) => `${minute} ${name}`)

test.each([false, true])('each is asked at the very minute; restarts in between: %s', async (restarts) => {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  for (const minutes of [3, 4, 5, 10, 10]) {
    if (restarts) await phones.restart()
    await phones.goesOnFor(minutes)
  }
  expect(pages()).toEqual(['0 ana', '5 luz', '10 dora', ...everybody(15), ...everybody(30)])
})

test('at every moment an untaken case has a due time, also with every phone broken and the clock set back', async () => {
  phones = await Phones.open({ start, rota })
  let looked = 0
  phones.onMoment = async () => {
    for (const { status } of await phones.openCases()) {
      if (status !== 'open') continue
      looked += 1
      expect(await phones.store.nextDueAt()).toBeGreaterThan(phones.now)
    }
  }
  for (const number of [ana, luz, dora]) phones.dead.add(number)
  await phones.says(person, 'mi hijo no despierta')
  await phones.goesOnFor(20)
  await phones.setClock(-60)
  await phones.goesOnFor(20)
  for (const number of [ana, luz, dora]) phones.dead.delete(number)
  await phones.goesOnFor(16)
  expect(looked).toBeGreaterThan(5)
  expect(phones.texts(ana).some((text) => text.startsWith('L1 '))).toBe(true)
})
