import { describe, expect, test } from '@jest/globals'
import { formatDay, formatList, formatTime, pickPlural, pluralForm } from '../../src/language/format.ts'

const zone = 'America/Matamoros'
const friday = Date.UTC(2026, 10, 27, 14, 14)

describe('formatList', () => {
  test.each([
    ['es', 'fiebre, dolor y diarrea', ['fiebre', 'dolor', 'diarrea']],
    ['ht', 'lafyèv, doulè ak dyare', ['lafyèv', 'doulè', 'dyare']],
    ['tg', 'таб, дард ва исҳол', ['таб', 'дард', 'исҳол']],
    ['kk', 'қызу, ауру және құсу', ['қызу', 'ауру', 'құсу']],
  ])('%s joins as people say it', (language, expected, items) => {
    expect(formatList(items, language)).toBe(expected)
  })

  test('gives an unknown language no English words', () => {
    expect(formatList(['a', 'b', 'c'], 'mam')).toBe('a, b, c')
    expect(formatList(['a', 'b'], 'quc', 'or')).toBe('a / b')
    expect(formatList(['a', 'b'], 'no such tag!')).toBe('a, b')
  })

  test('keeps one item and none as they are', () => {
    for (const language of ['es', 'ht', 'mam']) {
      expect(formatList(['a'], language)).toBe('a')
      expect(formatList([], language)).toBe('')
    }
  })
})

describe('formatDay', () => {
  test.each([
    ['es', 'viernes, 27 de noviembre'],
    ['ht', 'vandredi 27 novanm'],
    ['tg', 'ҷумъа 27 ноябр'],
    ['ru', 'пятница, 27 ноября'],
    ['mam', '27/11/2026'],
  ])('%s', (language, expected) => {
    expect(formatDay(friday, language, zone)).toBe(expected)
  })

  test('Haitian Creole says "premye" for the first', () => {
    expect(formatDay(Date.UTC(2026, 0, 1, 18), 'ht', zone)).toBe('jedi premye janvye')
  })

  test('is Gregorian with plain digits in Persian and Arabic', () => {
    for (const language of ['fa', 'ar']) expect(formatDay(friday, language, zone)).toContain('27')
  })

  test('is the day of the zone and not of Greenwich', () => {
    expect(formatDay(Date.UTC(2026, 10, 28, 3), 'es', zone)).toBe('viernes, 27 de noviembre')
  })

  test('has no space that would double the price of an SMS', () => {
    for (const language of ['es', 'en', 'fr', 'ht', 'pt'])
      expect(formatDay(friday, language, zone)).not.toMatch(/[\u00a0\u202f\u2009]/)
  })
})

test('formatTime has 24 hours, midnight is 00:00', () => {
  expect(formatTime(friday, zone)).toBe('08:14')
  expect(formatTime(Date.UTC(2026, 10, 27, 6), zone)).toBe('00:00')
})

describe('pluralForm', () => {
  test('follows each language', () => {
    expect([1, 3, 5, 21].map((count) => pluralForm(count, 'ru'))).toEqual(['one', 'few', 'many', 'one'])
    expect([0, 1, 2, 3, 11, 100].map((count) => pluralForm(count, 'ar'))).toEqual([
      'zero',
      'one',
      'two',
      'few',
      'many',
      'other',
    ])
  })

  test('Haitian, Tajik and Mayan nouns do not change', () => {
    for (const language of ['ht', 'tg', 'quc', 'mam']) expect(pluralForm(1, language)).toBe('other')
  })

  test('pickPlural falls back to other', () => {
    expect(pickPlural(1, 'es', { one: '1 día', other: '{{count}} días' })).toBe('1 día')
    expect(pickPlural(1, 'ht', { one: 'x', other: '{{count}} jou' })).toBe('1 jou')
    expect(pickPlural(2, 'ru', { one: 'x', other: '{{count}} дн.' })).toBe('2 дн.')
  })
})
