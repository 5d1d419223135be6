import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { SegmentedMessage } from 'sms-segments-calculator'
import { readLevels } from '../../src/handoff/levels.ts'
import { minutesLeft, pageText } from '../../src/handoff/page-text.ts'
import type { Contact } from '../../src/types.ts'
import { advocateTables, factsOf, levels, levelsText, night, roleInfos, rota, words } from './world.ts'

const context = { zone: 'America/Matamoros', levels, words, levelSince: night, now: night, isDrill: false }
const contacts: (Contact | 'asking')[] = ['text', 'call', 'voice', 'wait', 'reply_voice', 'self_service', 'asking']

function page(language: string, over: Parameters<typeof factsOf>[0] = {}, isDrill = false): string {
  const person = { ...rota.people[0]!, languages: [language] }
  return pageText(factsOf(over), 'P1', person, { ...context, isDrill })
}

describe('a page', () => {
  test.each(Object.keys(advocateTables))('in %s has at most two GSM segments, beginning and end alike', (language) => {
    for (const contact of contacts) {
      const text = page(language, { contact, roles: roleInfos, cityInitial: 'Á', language: 'mam' }, true)
      const segmented = new SegmentedMessage(text, 'auto')
      expect([text, segmented.encodingName, segmented.segmentsCount <= 2]).toEqual([text, 'GSM-7', true])
      expect(text).toMatch(/^L1 K7QF \/ .* \/ A B C D E F G \/ MAM \/ .*Reply 1 K7QF TAKE, 2 K7QF PASS$/)
    }
  })

  test('says what it does not know', () => {
    expect(page('en', { cityInitial: null, language: null, contact: 'asking', roles: [] })).toBe(
      'L1 K7QF / ? / ? / city ? / asking / 02:14 / 5 min left / Reply 1 K7QF TAKE, 2 K7QF PASS',
    )
    expect(page('en', { contact: 'wait' })).toContain(' / no contact, read only / ')
    expect(page('en', { cityInitial: 'М' })).toContain(' / city ? / ') // a Cyrillic М
  })

  test('is in the first language of the advocate that has texts, else in the first there is', () => {
    const person = { ...rota.people[0]!, languages: ['mam', 'fr'] }
    expect(pageText(factsOf(), 'P1', person, context)).toContain('par appel')
    expect(pageText(factsOf(), 'P1', { ...person, languages: ['mam'] }, context)).toContain('por llamada')
  })

  test('counts real minutes down to the target, 0 when it is past', () => {
    const left = (minutes: number) => minutesLeft('P1', { ...context, now: night + minutes * 60_000 })
    expect([0, 0.01, 1, 4.5, 5, 60].map(left)).toEqual([5, 5, 4, 1, 0, 0])
  })
})

describe('the words', () => {
  const english = advocateTables.en!
  const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
  test.each(Object.keys(advocateTables))('in %s are all there with the same placeholders', (language) => {
    const table = advocateTables[language]!
    expect(Object.keys(table)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(english)) {
      expect([key, [...new Set(placeholders(table[key]!))]]).toEqual([key, [...new Set(placeholders(text))]])
    }
  })

  test('say nothing on a lock screen that tells a stranger what this is', () => {
    const forbidden =
      /asylum|asilo|azil|asile|traffick|trata|victim|víctima|viktim|rape|viola|kidnap|secuestr|polic|escap|refug|migra|shelter|albergue/i
    for (const table of Object.values(advocateTables)) {
      for (const [key, text] of Object.entries(table)) expect([key, forbidden.test(text)]).toEqual([key, false])
    }
  })

  test('in use are all in the files', () => {
    const folder = new URL('../../src/handoff/', import.meta.url)
    const files = [
      'page-text',
      'route-advocate-reply',
      'hand-over',
      'drill',
      'coordinator-digest',
      'channel-rule',
      'relay',
    ]
    for (const file of files) {
      const source = readFileSync(new URL(`${file}.ts`, folder), 'utf8')
      for (const [, key] of source.matchAll(/say\((?:context, )?'(\w+)'|words\(language, '(\w+)'|'(why_\w+)'/g)) {
        if (key !== undefined) expect(english[key]).toBeDefined()
      }
    }
    const state = readFileSync(new URL('handoff-state.ts', folder), 'utf8')
    const notices = state.slice(state.indexOf('type NoticeKind'), state.indexOf('type AuditAction'))
    for (const [, key] of notices.matchAll(/'(\w+)'/g)) expect([key, english[key!] !== undefined]).toEqual([key, true])
  })
})

describe('dialogs/levels.yaml', () => {
  test('is read', () => {
    expect(readLevels(levelsText).problems).toEqual([])
  })

  test.each([
    [
      'ends silently',
      levelsText.replace(/ {4}repeat: {32}#[\s\S]*?at_shift_start: true\n/, ''),
      'levels/ends-silently',
    ],
    ['starts late', levelsText.replace('at_minutes: 0', 'at_minutes: 1'), 'levels/starts-late'],
    ['goes back in time', levelsText.replace('at_minutes: 10', 'at_minutes: 4'), 'levels/out-of-order'],
    ['has an unknown key', levelsText.replace('target_minutes: 5', 'target_minute: 5'), 'levels/unknown-key'],
  ])('is refused when it %s', (_, text, expected) => {
    expect(readLevels(text).problems.map((problem) => problem.code)).toContain(expected)
  })
})
