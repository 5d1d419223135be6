import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { caseView, type OwnWords } from '../../src/flow/case-view.ts'
import { words } from '../handoff/world.ts'
import { bundle, Talk } from './conversation.ts'

/** Each is played in English; the view is what somebody on call reads in their own language. */
const cases: Record<string, { texts: string[]; said?: string[] }> = {
  'a child hard to wake, in own words too': {
    texts: ['hello', '1', '1', '3', '4,7', '1', '1'],
    said: ['Pitit mwen an pa reveye'],
  },
  'a girl of 15 alone, pregnant': { texts: ['hello', '2', '1', '15', '4', '2', '1', '9'] },
  'an adult, insulin nearly finished, somebody hurt them this week': {
    texts: ['hello', '2', '1', '34', '1', '5', '9', '1', '2', '3', '4', '1', '2', '1'],
  },
  'not sure of the month, no danger': { texts: ['hello', '2', '1', '27', '2', '1', '9', '10', '4', '2', '4', '3'] },
}

function view(talk: Talk, language: string, said: OwnWords[] = []): string[] {
  const reader = { language, words, zone: 'America/Matamoros', now: talk.now }
  return caseView(bundle.flow, bundle.texts, talk.conversation, said, reader)
}

describe('the case as somebody on call reads it', () => {
  test.each(['es', 'en', 'ht', 'fr', 'pt'])('in %s, as in the golden file', (language) => {
    const parts = Object.entries(cases).map(([name, { texts, said = [] }]) => {
      const talk = new Talk()
      talk.say(...texts)
      const own = said.map((text) => ({ at: talk.now, text }))
      return [`## ${name}`, ...view(talk, language, own)].join('\n')
    })
    const path = new URL(`case-views/${language}.txt`, import.meta.url)
    if (process.env.WRITE_GOLDEN === '1') writeFileSync(path, `${parts.join('\n\n')}\n`)
    expect(`${parts.join('\n\n')}\n`).toBe(readFileSync(path, 'utf8'))
  })

  test('months of a pregnancy go on, and the rules see it at the next message', () => {
    const talk = new Talk()
    talk.say('hello', '2', '1', '30', '2', '1', '9', '6')
    expect(talk.flags).not.toContain('PREG_T3')
    talk.now += 35 * 24 * 60 * 60_000
    talk.say('hello')
    expect(talk.flags).toContain('PREG_T3')
    expect(view(talk, 'en')).toContain('Month 7 of pregnancy by now')
    talk.now += 200 * 24 * 60 * 60_000
    talk.say('hello')
    expect(view(talk, 'en')).toContain('Month 9 of pregnancy by now')
  })

  test('fits one text message, however much was answered and written', () => {
    const talk = new Talk()
    talk.say('hello', '1', '1 2 3 4 5 6', '3', '1', '1 2 3 4 5 6 7 8', '1', '1')
    talk.conversation.flags = Object.fromEntries(bundle.flow.rules.flags.map(({ id }) => [id, 1]))
    const lines = view(talk, 'fr', [{ at: talk.now, text: 'x'.repeat(300) }])
    expect(lines.join('\n').length).toBeLessThanOrEqual(1_410)
    expect(lines.at(-1)).toBe('…')
    expect(lines[1]).toMatch(/^P1 /)
  })

  test('a child is never made an adult by a date that nobody knows', () => {
    const talk = new Talk()
    talk.say('hello', '2', '1', '17', '1')
    expect(view(talk, 'en')).toContain('Age 17 on 2026-01-05; 18 by 2027-01-05 at the latest')
    talk.now += 370 * 24 * 60 * 60_000
    talk.say('hello')
    expect(talk.flags).toContain('MINOR')
  })
})
