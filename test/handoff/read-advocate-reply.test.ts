import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readAdvocateReply } from '../../src/handoff/read-advocate-reply.ts'
import { code } from './world.ts'

const one = [code('K7QF')]
const two = [code('K7QF'), code('M4TD')]

/** One text as a short line: `take K7QF`, `note K7QF "…"`. */
function check(text: string, known = one): string {
  return readAdvocateReply(text, known)
    .map((reply) => {
      const name = 'codes' in reply ? reply.codes.join('|') : 'code' in reply ? (reply.code ?? '-') : ''
      const words = 'text' in reply && reply.text !== null ? ` "${reply.text}"` : ''
      const to = reply.kind === 'hand_over' ? String(reply.to) : ''
      return `${reply.kind} ${name}${to}${words}`.trim()
    })
    .join(', ')
}

describe('take and pass, however they are typed', () => {
  test.each([
    '1 K7QF',
    'k7qf 1',
    '1K7QF',
    'K7QF1',
    '1-k7qf',
    '1. K7QF',
    ' 1  k7qf ',
    '1 K7QF TAKE',
    'Reply 1 K7QF TAKE',
    '١ K7QF',
    '１ Ｋ７ＱＦ',
    '1️⃣ K7QF',
    '1 К7QF',
    '\u200f1 K7\u200bQF\u200e',
    '1 K7OF',
    '1 k7 qf',
    'take K7QF',
    'tomo k7qf',
    'lo tomo K7QF',
    'K7QF je prends',
    'mwen pran li K7QF',
    '1 K7QF gracias',
    'k7qf: 1',
    'k7qf\n1',
    '1\u0000K7QF',
  ])('%j takes', (text) => {
    expect(check(text)).toBe('take K7QF')
  })

  test.each(['2 K7QF', 'k7qf 2', '2K7QF', '2 K7QF PASS', 'paso K7QF', 'K7QF no puedo', 'pass k7qf'])(
    '%j passes',
    (text) => {
      expect(check(text)).toBe('pass K7QF')
    },
  )

  test('a bare digit or word names no case', () => {
    expect(check('1')).toBe('take -')
    expect(check('2.')).toBe('pass -')
    expect(check('paso')).toBe('pass -')
    expect(check('uno')).toBe('take -')
    expect(check('dos K7QF')).toBe('pass K7QF')
    expect(check('K7QF uno de ellos')).toBe('note K7QF "uno de ellos"')
    expect(check('1 ok gracias')).toBe('take -')
  })

  test('a page copied back, or two meanings at once, does nothing', () => {
    expect(check('L1 K7QF / A B / HT / city M / by call / 02:14 / 4 min left / Reply 1 K7QF TAKE, 2 K7QF PASS')).toBe(
      'unclear',
    )
    expect(check('1 K7QF TAKE, 2 K7QF PASS')).toBe('which K7QF')
    expect(check('1 2 K7QF')).toBe('unclear')
    expect(check('1 paso')).toBe('unclear')
  })

  test('"ok", "12" and "todos" take nothing', () => {
    for (const text of ['ok', '12', 'todos', 'take all', '👍', '0', '1 hora', '2 niños', ''])
      expect(check(text)).toBe('unclear')
  })
})

describe('more than one case', () => {
  test('in one text', () => {
    expect(check('1 K7QF 2 M4TD', two)).toBe('take K7QF, pass M4TD')
    expect(check('1 K7QF M4TD', two)).toBe('take K7QF, take M4TD')
    expect(check('1 K7QF, 1 K7QF', two)).toBe('take K7QF')
  })

  test('codes that look alike are asked about', () => {
    expect(check('1 K7OF', [code('K7QF'), code('K7DF')])).toBe('which K7QF|K7DF')
    expect(check('1 K7DF', [code('K7QF'), code('K7DF')])).toBe('take K7DF')
  })

  test('a code that is not theirs is said to be so', () => {
    expect(check('1 M4TD')).toBe('unknown_code M4TD')
    expect(check('M4TD')).toBe('unknown_code M4TD')
  })
})

describe('everything else', () => {
  test.each([
    ['3 K7QF', 'other_role K7QF'],
    ['3 K7QF B', 'other_role K7QF "B"'],
    ['k7qf 3 b', 'other_role K7QF "B"'],
    ['3', 'other_role -'],
    ['3 B', 'other_role - "B"'],
    ['4 K7QF', 'details K7QF'],
    ['5 K7QF Voy en camino, 10 min', 'say K7QF "Voy en camino, 10 min"'],
    ['9 K7QF en el hospital', 'close K7QF "en el hospital"'],
    ['9 K7QF', 'close K7QF'],
    ['K7QF la llamé y no contesta', 'note K7QF "la llamé y no contesta"'],
    ['K7QF 2 niños con fiebre', 'note K7QF "2 niños con fiebre"'],
    ['1 K7QF llego en 5', 'take K7QF "llego en 5"'],
    ['K7QF', 'which K7QF'],
    ['mis casos', 'list'],
    ['KA MWEN', 'list'],
    ['Ayuda', 'help'],
    ['PASO AL 3', 'hand_over 3'],
    ['turno', 'hand_over null'],
    ['hola', 'unclear'],
  ])('%j is %s', (text, expected) => {
    expect(check(text)).toBe(expected)
  })
})

test('any text is read without failing, and never takes a case that is not known', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 60 })),
      (text) => {
        for (const reply of readAdvocateReply(text, two)) {
          if ('code' in reply && reply.code !== null && reply.kind !== 'unknown_code') expect(two).toContain(reply.code)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

describe('7: a word for another phone, and words to whoever sent it', () => {
  test.each([
    ['7 K7QF', 'other_phone K7QF'],
    ['7K7QF', 'other_phone K7QF'],
    ['7 k7qf soy yo, Ana', 'other_phone K7QF "soy yo, Ana"'],
    ['7 K7QF 2', 'other_phone K7QF "2"'],
    ['7 K7QF ok', 'other_phone K7QF "ok"'],
    ['K7QF 7', 'other_phone K7QF'],
    ['7', 'other_phone -'],
    ['7 hola', 'other_phone - "hola"'],
    ['K7QF 7 children', 'note K7QF "7 children"'],
  ])('%j', (text, expected) => expect(check(text)).toBe(expected))

  test('never for two cases at once', () => {
    expect(check('7 K7QF M4TD', two)).toBe('other_phone K7QF "M4TD"')
  })
})
