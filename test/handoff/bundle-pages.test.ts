import { describe, expect, test } from '@jest/globals'
import { SegmentedMessage } from 'sms-segments-calculator'
import { bundlePages, isSurge, type QueuedPage, surgeRank } from '../../src/handoff/bundle-pages.ts'
import { pageText } from '../../src/handoff/page-text.ts'
import type { AdvocateId } from '../../src/types.ts'
import { code, factsOf, id, levels, night, rota, words } from './world.ts'

const minute = 60_000

function page(name: string, over: Partial<QueuedPage> = {}): QueuedPage {
  const facts = factsOf({ code: code(name) })
  const context = { zone: rota.zone, levels, words, levelSince: night, now: night, isDrill: false }
  return {
    key: `${name}.1`,
    advocate: id('ana'),
    channel: 'sms',
    code: code(name),
    level: 'P1',
    rank: 5,
    firstAlertAt: night,
    text: pageText(facts, 'P1', rota.people[2]!, context),
    ...over,
  }
}

/** What goes out, as codes joined by `+`, and what waits. */
function check(pages: QueuedPage[], options: { isSurge?: boolean; sentAgo?: number; before?: number[] } = {}): string {
  const last = new Map<AdvocateId, number[]>(
    options.sentAgo === undefined
      ? []
      : [[id('ana'), [...(options.before ?? []), options.sentAgo].map((ago) => night - ago * minute)]],
  )
  const context = { levels, isSurge: options.isSurge ?? false, now: night, timeScale: 1 }
  const { send, held, nextDueAt } = bundlePages(pages, last, context)
  const due = nextDueAt === null ? '' : ` until ${(nextDueAt - night) / minute}`
  return `${send.map((one) => one.keys.map((key) => key.slice(0, 4)).join('+')).join(' ')} | ${held.map((one) => one.code).join(' ')}${due}`
}

describe('outside a surge', () => {
  test('a P1 is never held back and stays a text of its own', () => {
    expect(check([page('K7QF'), page('M4TD')])).toBe('K7QF M4TD | ')
    expect(check([page('K7QF')], { sentAgo: 0.1 })).toBe('K7QF | ')
  })

  test('the first P2 goes at once, the next wait for the end of the minute', () => {
    const p2 = { level: 'P2' as const }
    expect(check([page('K7QF', p2), page('M4TD', p2)])).toBe('K7QF+M4TD | ')
    expect(check([page('K7QF', p2)], { sentAgo: 0.25 })).toBe(' | K7QF until 0.75')
    expect(check([page('K7QF', p2)], { sentAgo: 1 })).toBe('K7QF | ')
  })
})

test('more pages in an hour than a person can read wait, but never a P1', () => {
  const twelve = { before: [59, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5], sentAgo: 2 }
  expect(check([page('K7QF', { level: 'P2' })], twelve)).toBe(' | K7QF until 1')
  expect(check([page('K7QF')], twelve)).toBe('K7QF | ')
})

describe('in a surge', () => {
  test('the first text goes at once, what follows goes together once a minute', () => {
    expect(check([page('K7QF')], { isSurge: true })).toBe('K7QF | ')
    expect(check([page('K7QF'), page('M4TD')], { isSurge: true, sentAgo: 0.5 })).toBe(' | K7QF M4TD until 0.5')
    expect(check([page('K7QF'), page('M4TD')], { isSurge: true, sentAgo: 1 })).toBe('K7QF+M4TD | ')
  })

  test('the most dangerous first, then the oldest', () => {
    const pages = [
      page('KKKK', { rank: 9 }),
      page('MMMM', { firstAlertAt: night + 1 }),
      page('TTTT'),
      page('BBBB', { level: 'P2', rank: 0 }),
    ]
    expect(check(pages, { isSurge: true })).toBe('TTTT+MMMM+KKKK+BBBB | ')
    expect(surgeRank(['THREAT_NOW', 'CAPTIVE'], false)).toBeLessThan(surgeRank(['MED_LIFE'], false))
    expect(surgeRank(['UC', 'PREG'], true)).toBeLessThan(surgeRank(['THREAT_NOW'], false))
    expect(surgeRank(['EMERG'], false)).toBeGreaterThan(surgeRank(['TEXT', 'EMERG'], false))
  })

  test('one text keeps the beginning and the end of a page and says how many more there are', () => {
    const pages = ['K7QF', 'M4TD', 'B2C3', 'D4F5', 'G6H7'].map((name) => page(name))
    const context = { levels, isSurge: true, now: night, timeScale: 1 }
    const [text] = bundlePages(pages, new Map(), context).send.map((one) => one.text)
    expect(text).toBe(
      'L1 K7QF / A / HT / city M\nL1 M4TD / A / HT / city M\nL1 B2C3 / A / HT / city M\nL1 D4F5 / A / HT / city M\n+1\nK7QF, M4TD, B2C3, D4F5: Reply 1 K7QF TAKE, 2 K7QF PASS',
    )
    expect(new SegmentedMessage(text!, 'auto').segmentsCount).toBeLessThanOrEqual(2)
  })

  test('begins with more than three untaken ones for each on call', () => {
    expect([
      isSurge(3, 1, levels),
      isSurge(4, 1, levels),
      isSurge(6, 2, levels),
      isSurge(1, 0, levels),
      isSurge(4, 0, levels),
    ]).toEqual([false, true, false, false, true])
  })
})
