import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { drawCaseWord, readCaseWord } from '../../src/handoff/case-word.ts'
import { bundle } from '../flow/conversation.ts'

const { words } = bundle.dialogs.levels
const drawn = fc
  .infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  .map((chance) => drawCaseWord(words, (count) => Math.floor((chance.next().value as number) * count)))

describe('a case word', () => {
  test('is two different words of the list and a number, one of five million at least', () => {
    expect(words.length * (words.length - 1) * 10_000).toBeGreaterThan(5_000_000)
    fc.assert(
      fc.property(drawn, (word) => {
        const [first, second, number, ...more] = word.split(' ')
        expect([words.includes(first!), words.includes(second!), first !== second, more]).toEqual([
          true,
          true,
          true,
          [],
        ])
        expect(number).toMatch(/^\d{4}$/)
      }),
    )
  })

  test('is read however it is spaced, capitalised, glued and surrounded', () => {
    const ways: ((word: string) => string)[] = [
      (word) => word,
      (word) => word.toUpperCase(),
      (word) => word.replaceAll(' ', '-'),
      (word) => word.replaceAll(' ', ''),
      (word) => word.replace(/(\d\d)(\d\d)$/, '$1 $2'),
      (word) => word.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
      (word) => `Hola, soy yo: ${word}. Perdí el teléfono`,
    ]
    fc.assert(
      fc.property(drawn, fc.constantFrom(...ways), (word, way) => {
        expect(readCaseWord(way(word), words)?.word).toBe(word)
      }),
    )
  })

  test('leaves the rest of the message to be read as ever', () => {
    expect(readCaseWord('mango luna 4721 mi hijo no despierta', words)?.rest).toBe('mi hijo no despierta')
    expect(readCaseWord('mango luna 4721', words)?.rest).toBe('')
  })

  test.each([
    'hola',
    '4721',
    'mango 4721',
    'mango luna',
    'mango luna 47',
    'mango luna 47215',
    'luna mango tengo 4721',
    '🆘',
    '',
  ])('is not "%s"', (text) => expect(readCaseWord(text, words)).toBeNull())

  test('whatever a message holds, it is one guess at most, and of the exact form', () => {
    const piece = fc.oneof(fc.constantFrom(...words), fc.integer({ min: 0, max: 99_999 }).map(String), fc.string())
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const found = readCaseWord(pieces.join(' '), words)
        if (found !== null) expect(found.word).toMatch(/^[a-z]+ [a-z]+ \d{4}$/)
      }),
    )
  })

  test('a shorter list makes a longer number', () => {
    expect(drawCaseWord(words.slice(0, 10), () => 1)).toMatch(/ \d{5}$/)
  })
})
