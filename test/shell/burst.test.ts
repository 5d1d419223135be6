import { afterEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, rota, start } from './rota.ts'

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
