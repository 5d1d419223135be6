import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, rota, start } from './rota.ts'

let phones: Phones
afterEach(() => phones.end())

test.each([
  [100, 0],
  [500, 20],
])(
  '%i messages, one every %i ms, five of them P1: each pages with its round, the fourth and fifth the coordinator too',
  async (count, apartMs) => {
    phones = await Phones.open({ start, rota })
    const urgent = [1, 24, 50, 76, 99].map((percent) => Math.floor((percent * count) / 100))
    const saidAt: number[] = []
    for (let index = 0; index < count; index++) {
      const text = urgent.includes(index) ? 'mi hijo no despierta' : 'hola'
      if (urgent.includes(index)) saidAt.push(phones.now)
      // Twenty at a time have come in before the worker looks.
      const settles = apartMs > 0 && index % 20 === 19
      await phones.says(`+1555020${1000 + index}`, text, { settles })
      phones.now += apartMs
    }
    await phones.settle()
    const pages = phones.inbox.filter(({ text }) => text.startsWith('L1 '))
    const atAna = pages.filter(({ to }) => to === ana)
    expect(atAna).toHaveLength(5)
    for (const [place, { at }] of atAna.entries()) expect(at - saidAt[place]!).toBeLessThanOrEqual(20 * apartMs)
    expect(pages.filter(({ to }) => to === dora)).toHaveLength(2)
  },
  60_000,
)

describe('many P1 in one instant', () => {
  const count = 40
  const shown = (number: string, since = start) =>
    phones.texts(number, since).flatMap((text) => [...text.matchAll(/^L1 (\w{4}) /gm)].map(([, code]) => code!))
  const codes = async () => (await phones.openCases()).map(({ code }) => code as string)

  beforeEach(async () => {
    phones = await Phones.open({ start, rota })
  })
  const allWrite = async (many = count) => {
    for (let index = 0; index < many; index++)
      await phones.says(`+1555020${1000 + index}`, 'mi hijo no despierta', { settles: false })
    await phones.settle()
  }

  test('every case is on the phone at once, in a handful of texts, and nobody’s silence loses one', async () => {
    await allWrite()
    const all = (await codes()).sort()
    expect(all).toHaveLength(count)
    expect(shown(ana).sort()).toEqual(all)
    expect(phones.texts(ana).length).toBeLessThanOrEqual(6)
    expect(phones.inbox.filter(({ at, to }) => to === ana && at > start)).toEqual([])
    await phones.goesOnFor(5)
    expect(shown(luz).sort()).toEqual(all)
    await phones.goesOnFor(10)
    // Everybody in the rota is asked again at fifteen minutes, with each of them.
    for (const number of [ana, luz, dora]) expect(shown(number, phones.now).sort()).toEqual(all)
  }, 60_000)

  test('one takes several at once, by their codes; the others stay open', async () => {
    await allWrite(6)
    const [first, second, third, fourth] = shown(ana)
    await phones.says(ana, `1 ${first} ${second}`)
    await phones.says(ana, `1 ${third}`)
    const taken = (await phones.openCases()).filter(({ status }) => status === 'taken')
    expect(taken.map(({ code }) => code as string).sort()).toEqual([first, second, third].sort())
    await phones.goesOnFor(5)
    expect(shown(luz)).toContain(fourth)
    for (const code of [first, second, third]) expect(shown(luz)).not.toContain(code)
  })

  test('a text that does not arrive is a failed page of each case in it', async () => {
    phones.dead.add(ana)
    await allWrite(6)
    const all = (await codes()).sort()
    expect(shown(luz).sort()).toEqual(all)
    expect(phones.now).toBe(start)
  })
})

test('P2 in a heap wait for the end of the minute, and then come as one text', async () => {
  phones = await Phones.open({ start, rota })
  for (let index = 0; index < 8; index++) {
    await phones.says(`+1555020${1000 + index}`, 'PERSON')
    phones.now += 1_000
  }
  await phones.settle()
  const texts = () => phones.inbox.filter(({ to, text }) => to === ana && text.startsWith('L2 '))
  expect(texts().map(({ at }) => (at - start) / 1_000)).toEqual([0, 1, 2, 3, 4])
  await phones.goesOnUntil(start + 60_000)
  expect(texts()).toHaveLength(6)
  expect(texts()[5]!.text.match(/^L2 /gm)).toHaveLength(3)
})
