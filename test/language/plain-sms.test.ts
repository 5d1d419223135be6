import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { countSegments, segmentEncoding } from '../../src/language/count-segments.ts'
import { plainForSms } from '../../src/language/plain-sms.ts'

const long = (text: string) => text.repeat(Math.ceil(80 / text.length))

describe('plainForSms', () => {
  test('leaves accents out where that saves a segment', () => {
    expect(plainForSms(long('¿Está enfermo? '), 'es')).toBe(long('¿Esta enfermo? '))
    expect(plainForSms(long('Você não está bem? '), 'pt')).toBe(long('Voce nao esta bem? '))
    expect(plainForSms(long('Êtes-vous là bientôt ? '), 'fr')).toBe(long('Etes-vous là bientot ? '))
  })

  test('keeps them where it saves nothing', () => {
    expect(plainForSms('¿Está bien?', 'es')).toBe('¿Está bien?')
    expect(plainForSms(long('¿Está 中文? '), 'es')).toBe(long('¿Está 中文? '))
  })

  test('keeps ñ, é and every other letter that costs nothing', () => {
    expect(plainForSms(long('niño bebé está '), 'es')).toBe(long('niño bebé esta '))
  })

  test('a Haitian capital becomes small and does not change its vowel', () => {
    expect(plainForSms(long('Èske li malad? '), 'ht')).toBe(long('èske li malad? '))
  })

  test.each([
    ['pt', 'Faça só isso. '],
    ['pt', 'Se você pediu que peça ajuda. '],
    ['es', 'Alguien mató a una persona. '],
    ['fr', 'Pendant le jeûne de ma sœur. '],
    ['tr', 'Çok sıkıldım. '],
    ['vi', 'Không có ai bị ốm. '],
  ])('%s keeps a text whose meaning hangs on an accent', (language, text) => {
    expect(plainForSms(long(text), language)).toBe(long(text))
  })

  test('typographic signs are typed plain in every language', () => {
    expect(plainForSms('He said “no” – it’s late… '.repeat(4), 'en')).toBe('He said "no" - it\'s late... '.repeat(4))
    expect(plainForSms(long('oʻzbek '), 'uz')).toBe(long("o'zbek "))
  })

  const seed = 4
  test(`never costs more and never leaves half a text plain (seed ${seed})`, () => {
    const piece = fc.constantFrom('á', 'ñ', 'ã', 'ç', '…', '“', 'no ', 'si ', 'casa ', 'È', '中', '😀', 'faça ', 'Ê')
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 120 }),
        fc.constantFrom('es', 'pt', 'fr', 'ht', 'en', 'tr', 'vi', 'uz', 'ru'),
        (pieces, language) => {
          const text = pieces.join('')
          const plain = plainForSms(text, language)
          if (plain === text) return
          expect(segmentEncoding(plain)).toBe('GSM-7')
          expect(countSegments(plain)).toBeLessThan(countSegments(text))
        },
      ),
      { seed, numRuns: 500 },
    )
  })
})
