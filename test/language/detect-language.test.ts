import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { detectLanguage } from '../../src/language/detect-language.ts'
import { readLanguageModel } from '../../src/language-files.ts'

const model = readLanguageModel(process.cwd())
const languageOf = (text: string, country?: string) => detectLanguage(model, text, { country }).language

describe('the words people write first', () => {
  test.each([
    ['es', 'hola'],
    ['es', 'Buenas'],
    ['es', 'AYUDA'],
    ['es', 'ayuda!!! 😭'],
    ['es', 'nesecito ayuda'],
    ['en', 'hello'],
    ['en', 'hi'],
    ['en', 'Help.'],
    ['ht', 'bonswa'],
    ['ht', 'bonjou'],
    ['ht', 'alo'],
    ['ht', 'mwen bezwen èd'],
    ['ht', 'MWEN BEZWEN ED'],
    ['pt', 'oi'],
    ['fr', 'bonjour'],
    ['ru', 'помогите'],
    ['zh', '你好'],
    ['ar', 'السلام عليكم'],
    ['quc', 'saqarik'],
    ['kek', 'chan xaawil'],
  ])('%s: %s is known at once', (language, text) => {
    expect(detectLanguage(model, text)).toMatchObject({ language, sure: true })
  })

  test('a greeting that several languages share is asked about', () => {
    const { language, sure, candidates } = detectLanguage(model, 'салом')
    expect(['tg', 'uz']).toContain(language)
    expect(sure).toBe(false)
    expect(candidates.map((candidate) => candidate.language)).toEqual(expect.arrayContaining(['tg', 'uz']))
  })

  test('the country of the phone settles a shared greeting', () => {
    expect(languageOf('салом', '+992901234567')).toBe('tg')
    expect(languageOf('салом', '+998901234567')).toBe('uz')
  })

  test('the country never outvotes words', () => {
    expect(languageOf('necesito ayuda por favor', '+509')).toBe('es')
    expect(languageOf('mwen bezwen èd', '+52')).toBe('ht')
  })

  test('a speaker can add words without new training', () => {
    const taught = { ...model, firstWords: { exact: new Map([['qwo zib', new Map([['miq', 1]])]]), plain: new Map() } }
    expect(detectLanguage(taught, 'Qwo zib!').language).toBe('miq')
  })
})

describe('texts that say no language', () => {
  test.each([
    '',
    ' ',
    '1',
    '12:30',
    '+1 555 010 0199',
    '😭😭',
    '???',
    'ok',
    'OK 👍',
    'jajaja',
    'Maria',
    'José Luis',
    'CBP',
    'https://example.org/ayuda',
    'A1234567',
    'asdfgh',
    'xxx',
  ])('%j', (text) => {
    expect(detectLanguage(model, text)).toEqual({ language: null, sure: true, candidates: [] })
  })
})

describe('sentences', () => {
  const messages = parse(readFileSync('test/language/short-messages.yaml', 'utf8')) as Record<string, string[]>

  test('messages of every core language are found, and none is wrong without asking', () => {
    const wrong: string[] = []
    let asked = 0
    let count = 0
    for (const [language, texts] of Object.entries(messages)) {
      for (const text of texts) {
        const found = detectLanguage(model, text)
        count += 1
        if (!found.sure) asked += 1
        if (found.language !== language) wrong.push(`${language}: ${text} -> ${found.sure ? '' : '?'}${found.language}`)
      }
    }
    expect(wrong.filter((line) => !line.includes('?'))).toEqual([])
    expect(wrong.length).toBeLessThanOrEqual(count * 0.02)
    expect(asked).toBeLessThanOrEqual(count * 0.08)
  })

  test('a script that one language has needs no model', () => {
    expect(languageOf('ਮਦਦ')).toBe('pa')
    expect(languageOf('ありがとう')).toBe('ja')
    expect(languageOf('Բարեւ')).toBe('hy')
  })

  test('a brand or "OK" in Latin letters does not hide the script of the rest', () => {
    expect(languageOf('не работает WhatsApp')).toBe('ru')
    expect(languageOf('ok ሰላም')).toBe('am')
  })

  test('a longer text in a language we have no model for is named, never surely', () => {
    const text = 'Jag behöver hjälp, min dotter har feber och vi har ingenstans att sova i natt'
    expect(detectLanguage(model, text)).toMatchObject({ language: 'sv', sure: false })
  })

  test('neighbours of our languages keep their own name', () => {
    expect(languageOf('buongiorno, ho bisogno di parlare con qualcuno oggi')).toBe('it')
    expect(languageOf('ich brauche dringend einen Arzt für mein Kind')).toBe('de')
  })
})

describe('any string', () => {
  const seed = Date.now() & 0xffff

  test(`gives an answer of the right form (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { language, candidates } = detectLanguage(model, text)
        expect(candidates.length).toBeLessThanOrEqual(3)
        expect(candidates[0]?.language ?? null).toBe(language)
        for (const { probability } of candidates) {
          expect(probability).toBeGreaterThanOrEqual(0)
          expect(probability).toBeLessThanOrEqual(1.000001)
        }
      }),
      { seed, numRuns: 500 },
    )
  })

  test.each([
    ['half an emoji', '\ud83d hola \udc00'],
    ['marks alone', '\u0301'.repeat(5000)],
    ['one endless word', 'a'.repeat(100_000)],
    ['a hundred thousand letters', 'necesito ayuda por favor '.repeat(4000)],
    ['dots that look like links', 'a.'.repeat(50_000)],
    ['at signs', 'a@'.repeat(50_000)],
    ['digits and letters', '1a'.repeat(50_000)],
    ['joiners', '\u200d\u200c'.repeat(50_000)],
  ])('%s takes no longer than a few lines', (_, text) => {
    detectLanguage(model, text)
    const { user } = process.cpuUsage()
    for (let n = 0; n < 10; n++) detectLanguage(model, text)
    expect((process.cpuUsage().user - user) / 10_000).toBeLessThan(20)
  })
})
