import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import { countSegments, segmentEncoding } from '../../src/language/count-segments.ts'

describe('countSegments', () => {
  function check(text: string) {
    const twilio = new SegmentedMessage(text)
    expect({ text, segments: countSegments(text), encoding: segmentEncoding(text) }).toEqual({
      text,
      segments: twilio.segmentsCount,
      encoding: twilio.encodingName,
    })
  }

  test('counts as the docstring says', () => {
    expect(countSegments('a'.repeat(160))).toBe(1)
    expect(countSegments('a'.repeat(161))).toBe(2)
    expect(countSegments('a'.repeat(306))).toBe(2)
    expect(countSegments('a'.repeat(307))).toBe(3)
    expect(countSegments('á'.repeat(70))).toBe(1)
    expect(countSegments('á'.repeat(71))).toBe(2)
    expect(countSegments('á'.repeat(135))).toBe(3)
  })

  test('refuses an empty text', () => {
    expect(() => countSegments('')).toThrow(RangeError)
  })

  test('equals Twilio at the edges: two-septet signs, cut emoji, flags, line ends, lone surrogates', () => {
    for (const text of [
      `${'a'.repeat(152)}{${'b'.repeat(160)}`,
      `${'a'.repeat(159)}€`,
      `${'é'.repeat(159)}\f`,
      `${'я'.repeat(66)}👍${'я'.repeat(80)}`,
      `${'я'.repeat(65)}👩‍👩‍👧‍👦${'я'.repeat(80)}`,
      `${'я'.repeat(66)}🇲🇽🇭🇹🇸${'я'.repeat(80)}`,
      `${'я'.repeat(66)}👍🏽${'я'.repeat(80)}`,
      `${'я'.repeat(66)}\r\n${'я'.repeat(80)}`,
      `${'я'.repeat(66)}\ud83d${'я'.repeat(80)}\udc4d`,
      `क्षि${'नमस्ते '.repeat(30)}`,
      `e${'\u0301'.repeat(68)}${'x'.repeat(200)}`,
      `e${'\u0301'.repeat(140)}${'x'.repeat(200)}`,
      `xx e${'\u0301'.repeat(64)}e${'\u0301'.repeat(30)}${'yz'.repeat(100)}`,
      '각'.repeat(80),
      '각'.repeat(80),
      'ç'.repeat(161),
      'Ç'.repeat(161),
    ])
      check(text)
  })

  const seed = 20261124
  const unit = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...'abc 1.?éñÇàü') },
    { weight: 1, arbitrary: fc.constantFrom(...'[]{}|~^\\€\f\n\r') },
    { weight: 1, arbitrary: fc.constantFrom('á', 'ç', 'я', '中', 'ب', 'ि', '्', 'क', '\u0301', '\u200d', '\r\n') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '👍',
        '🏽',
        '👩',
        '❤',
        '\ufe0f',
        '🇲',
        '🇽',
        '👦',
        '🏳',
        '🌈',
        '\ud83d',
        '\udc4d',
        '각',
        'ᄀ',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  )

  test(`equals Twilio for any text (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 240 }), (parts) => check(parts.join(''))),
      {
        seed,
        numRuns: 1500,
      },
    )
  })

  test(`equals Twilio for any GSM-7 text (seed ${seed})`, () => {
    const gsm = fc.constantFrom(...'abcdefgh XYZ 0123 éñ€[]{}|~^\\\f')
    fc.assert(
      fc.property(fc.array(gsm, { minLength: 1, maxLength: 700 }), (parts) => check(parts.join(''))),
      {
        seed,
        numRuns: 300,
      },
    )
  })

  test(`equals Twilio for any Unicode text (seed ${seed})`, () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 60, maxLength: 240 }), check), { seed, numRuns: 300 })
  })
})
