import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addLanguage, addLongWord, addStem, addTo, hintOf, newWordHints } from '../../src/triage/word-hints.ts'

const letters = fc.constantFrom(...'abcdo')
const longWord = fc.array(letters, { minLength: 6, maxLength: 12 }).map((all) => all.join(''))

/** Every word that is one slip away from this one and keeps its first letter. */
function slipsOf(word: string): string[] {
  const slips: string[] = []
  for (let at = 1; at <= word.length; at++) {
    const before = word.slice(0, at)
    slips.push(`${before}x${word.slice(at)}`, before + word.slice(at + 1), `${before}x${word.slice(at + 1)}`)
    if (at + 1 < word.length) slips.push(`${before}${word[at + 1]}${word[at]}${word.slice(at + 2)}`)
  }
  return slips.filter((slip) => slip !== word)
}

describe('what all languages together make of a word', () => {
  test('no slip in a long word is missed', () => {
    fc.assert(
      fc.property(fc.array(longWord, { minLength: 1, maxLength: 8 }), (words) => {
        const hints = newWordHints()
        const bit = addLanguage(hints)
        for (const word of words) {
          addTo(hints.words, word, bit)
          addLongWord(hints, word)
        }
        for (const word of words)
          for (const slip of slipsOf(word)) {
            const { slips, slip: languages } = hintOf(hints, slip)
            expect([slip, slips]).toEqual([slip, expect.arrayContaining([word])])
            expect(languages & bit).toBe(bit)
          }
      }),
    )
  })

  test('no words written together are missed', () => {
    const part = fc.array(letters, { minLength: 2, maxLength: 6 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 6 }), (parts) => {
        const hints = newWordHints()
        const bit = addLanguage(hints)
        for (const [at, word] of parts.entries()) {
          if (at % 2 === 0) addTo(hints.words, word, bit)
          else addStem(hints, hints.partStems, word.slice(0, -1), bit)
        }
        const joined = parts.join('')
        fc.pre(joined.length >= 8 && joined.length <= 60)
        expect(hintOf(hints, joined).filled & bit).toBe(bit)
      }),
    )
  })

  test('each language has its own words, and one that comes later is not forgotten', () => {
    const hints = newWordHints()
    const one = addLanguage(hints)
    addTo(hints.words, 'sangre', one)
    expect(hintOf(hints, 'sangre').word).toBe(one)
    const two = addLanguage(hints)
    addTo(hints.words, 'sangre', two)
    addStem(hints, hints.stems, 'sang', two)
    expect(hintOf(hints, 'sangre')).toMatchObject({ word: one | two, stem: two })
  })
})
