import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import { bundlePages, type DuePage, isPageText, isSurge } from '../../src/handoff/bundle-pages.ts'
import { pageText } from '../../src/handoff/page-text.ts'
import { code, factsOf, levels, night, roleInfos, rota, words } from './world.ts'

const minute = 60_000

function page(name: string, level: 'P1' | 'P2' = 'P1', over: { isDrill?: boolean; roles?: number } = {}): DuePage {
  const facts = factsOf({ code: code(name), roles: roleInfos.slice(0, over.roles ?? 1) })
  const context = { zone: rota.zone, levels, words, levelSince: night, now: night, isDrill: over.isDrill ?? false }
  return { id: name, to: 'ana', text: pageText(facts, level, rota.people[2]!, context) }
}

/** What goes out, as codes joined by `+`, and what waits; `sentAgo` in minutes, oldest first. */
function check(pages: DuePage[], sentAgo: number[] = []): string {
  const sentAt = new Map([['ana', sentAgo.map((ago) => night - ago * minute)]])
  const { send, wait } = bundlePages(pages, sentAt, { levels, now: night, timeScale: 1 })
  const texts = send.map(({ ids }) => ids.join('+'))
  return [...texts, ...wait.map(({ id, until }) => `${id} in ${(until - night) / minute}`)].join(' ')
}

describe('few pages', () => {
  test('are texts of their own', () => {
    expect(check([page('K7QF'), page('M4TD', 'P2'), page('B2C3')])).toBe('K7QF B2C3 M4TD')
    expect(check([page('K7QF', 'P2')], [0.5, 0.1])).toBe('K7QF')
  })
})

describe('a heap', () => {
  const heap = ['K7QF', 'M4TD', 'B2C3', 'D4F5', 'X7X7', 'Z2Z2']

  test('goes together, P1 first', () => {
    expect(check(heap.map((name) => page(name)))).toBe('K7QF+M4TD+B2C3+D4F5+X7X7+Z2Z2')
    expect(check([page('W9W9', 'P2'), ...heap.map((name) => page(name))])).toBe('K7QF+M4TD+B2C3+D4F5+X7X7+Z2Z2+W9W9')
  })

  test('after five texts in a minute a P2 waits for its turn, or goes along with a P1, which never waits', () => {
    const five = [0.75, 0.5, 0.25, 0.2, 0.1]
    expect(check([page('K7QF', 'P2')], five)).toBe('K7QF in 0.25')
    expect(check([page('K7QF')], five)).toBe('K7QF')
    expect(check([page('K7QF', 'P2'), page('M4TD')], five)).toBe('M4TD+K7QF')
    expect(check([page('K7QF', 'P2')], [1, 0.5, 0.25, 0.2, 0.1])).toBe('K7QF')
  })

  test('more texts in an hour than a person can read wait, but never a P1', () => {
    const twelve = [59, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 2]
    expect(check([page('K7QF', 'P2')], twelve)).toBe('K7QF in 1')
    expect(check([page('K7QF')], twelve)).toBe('K7QF')
  })

  test('reads as a line for each case, and begins and ends as a page does', () => {
    const { send } = bundlePages(
      [...heap.map((name) => page(name)), page('H5H5', 'P2', { isDrill: true })],
      new Map(),
      { levels, now: night, timeScale: 1 },
    )
    expect(send.map(({ text }) => text)).toEqual([
      'L1 K7QF / A / HT\nL1 M4TD / A / HT\nL1 B2C3 / A / HT\nL1 D4F5 / A / HT\nL1 X7X7 / A / HT\nL1 Z2Z2 / A / HT\nL2 H5H5 / DRILL / A / HT\nReply 1 K7QF TAKE, 2 K7QF PASS',
    ])
  })

  test('whatever is in it, each P1 is in exactly one text, at once, of two segments at most', () => {
    const anyPage = fc.record({
      level: fc.constantFrom('P1' as const, 'P2' as const),
      roles: fc.integer({ min: 1, max: 7 }),
    })
    fc.assert(
      fc.property(fc.array(anyPage, { maxLength: 60 }), fc.array(fc.integer({ min: 0, max: 59 })), (shapes, ago) => {
        const pages = shapes.map(({ level, roles }, index) =>
          page(`B${String(index).padStart(3, '2')}`, level, { roles }),
        )
        const sentAt = new Map([['ana', ago.sort((one, other) => other - one).map((at) => night - at * minute)]])
        const { send, wait } = bundlePages(pages, sentAt, { levels, now: night, timeScale: 1 })
        const going = send.flatMap(({ ids }) => ids)
        expect([...going, ...wait.map(({ id }) => id)].sort()).toEqual(pages.map(({ id }) => id).sort())
        for (const { id, text } of pages) if (text.startsWith('L1')) expect(going).toContain(id)
        for (const { until } of wait) expect(until).toBeGreaterThan(night)
        for (const { text } of send) expect(new SegmentedMessage(text, 'auto').segmentsCount).toBeLessThanOrEqual(2)
      }),
    )
  })
})

test('a page is known by its beginning and its end', () => {
  expect(isPageText(page('K7QF').text)).toBe(true)
  expect(isPageText(page('K7QF', 'P2', { isDrill: true }).text)).toBe(true)
  for (const text of ['TAKEN K7QF / Ana', 'L1 K7QF', 'L3 K7QF / A / Reply 1 K7QF TAKE, 2 K7QF PASS'])
    expect(isPageText(text)).toBe(false)
})

test('a surge begins with more than three untaken ones for each on call', () => {
  const surges = [isSurge(3, 1, levels), isSurge(4, 1, levels), isSurge(6, 2, levels), isSurge(1, 0, levels)]
  expect([...surges, isSurge(4, 0, levels)]).toEqual([false, true, false, false, true])
})
