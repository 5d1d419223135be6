import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { readDangerScanner } from '../../src/danger-files.ts'
import { dangerLexiconSchema } from '../../src/triage/danger-lexicon.ts'
import { readDanger, scanDanger } from '../../src/triage/scan-danger.ts'

const root = join(import.meta.dirname, '..', '..')
const scanner = readDangerScanner(root)
const seed = 20261124

describe('the measuring set, by language', () => {
  const folder = join(root, 'test', 'danger')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tsv'))) {
    const rows = readFileSync(join(folder, file), 'utf8').split('\n').slice(1).filter(Boolean)
    test(`${file}: recall of urgent at least 0.98, precision at least 0.85, categories at least 0.9`, () => {
      const count = { caught: 0, urgent: 0, falseAlarms: 0, categories: 0, found: 0 }
      for (const row of rows) {
        const [language, urgent, categories, text] = row.split('\t') as [string, string, string, string]
        const scan = scanDanger(scanner, text, language)
        if (urgent !== '1') {
          if (scan.urgent) count.falseAlarms++
          continue
        }
        count.urgent++
        if (scan.urgent) count.caught++
        for (const category of categories.split(',')) {
          count.categories++
          if (scan.categories.some((found) => found === category)) count.found++
        }
      }
      expect(count.caught / count.urgent).toBeGreaterThanOrEqual(0.98)
      expect(count.caught / (count.caught + count.falseAlarms)).toBeGreaterThanOrEqual(0.85)
      expect(count.found / count.categories).toBeGreaterThanOrEqual(0.9)
    })
  }
})

describe('what lowers and what does not', () => {
  const quiet: [string, string][] = [
    ['es', 'no estoy embarazada'],
    ['es', 'se murió mi abuela hace años'],
    ['es', 'me estoy muriendo de calor'],
    ['es', 'ya la atendieron, gracias'],
    ['es', '¿dónde saco cita?'],
    ['en', 'I was kidnapped two years ago in my country, I am safe now'],
    ['ht', 'm ap mouri chalè'],
    ['pt', 'não é emergência'],
  ]
  test.each(quiet)('%s: "%s" pages nobody', (language, text) => {
    expect(scanDanger(scanner, text, language).urgent).toBe(false)
  })

  const urgent: [string, string][] = [
    ['es', 'ya lo atendieron pero sigue sin respirar bien, no despierta'],
    ['es', 'nopuedorespirar'],
    ['es', 'mi hijo no despieerta'],
    ['ru', 'menya derzhat v podvale'],
    ['ar', 'ana ma2sour'],
    ['hi', 'mera beta saans nahi le raha'],
    ['en', 'they hit me if i do not go with the men'],
  ]
  test.each(urgent)('%s: "%s" pages', (language, text) => {
    expect(scanDanger(scanner, text, language).urgent).toBe(true)
  })

  test('an unknown language tries every language', () => {
    for (const language of [null, 'xx']) {
      expect(scanDanger(scanner, 'mi hijo no respira', language).urgent).toBe(true)
      expect(scanDanger(scanner, '孩子昏迷了', language).urgent).toBe(true)
    }
  })

  test('says which words and which rule', () => {
    expect(scanDanger(scanner, 'estoy embarazada y sangrando', 'es').because.join()).toContain(
      '“embarazada” + “sangrando”',
    )
  })

  test('captive only when the writer is held', () => {
    expect(scanDanger(scanner, 'nos tienen encerrados', 'es').captive).toBe(true)
    expect(scanDanger(scanner, 'secuestraron a mi hermano', 'es').captive).toBe(false)
  })

  test('somebody who asks who wrote before is noticed', () => {
    expect(scanDanger(scanner, 'quien escribio antes', 'es').changedWriter).toBe(true)
    expect(scanDanger(scanner, 'who was writing to you', 'en').changedWriter).toBe(true)
    expect(scanDanger(scanner, 'hola quiero una cita', 'es').changedWriter).toBe(false)
  })
})

describe('any text at all', () => {
  test('1,000 long or broken strings do not stop it', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3000 }),
      fc.string({ unit: 'grapheme', maxLength: 500 }),
      fc
        .array(fc.constantFrom('no', 'mi', 'hijo', 'respira', '子', 'ا', '\ud800', '\u0301', "'", '1', '.'), {
          maxLength: 400,
        })
        .map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(anything, fc.constantFrom(null, 'es', 'zh', 'ar', 'ru', 'xx'), (text, language) => {
        const scan = scanDanger(scanner, text, language)
        expect(typeof scan.urgent).toBe('boolean')
      }),
      { numRuns: 1000, seed },
    )
  })

  test.each([
    'mi hijo no respira y me pegan ',
    'aaaa',
    'no no no ',
    'hace años ya esta bien ',
    '孩子不',
    'estoyembarazada',
  ])('the work grows in a straight line: "%s"', (piece) => {
    const work = (times: number) => readDanger(scanner, piece.repeat(times), 'es').steps
    const [short, long] = [work(200), work(1600)]
    expect(long / short).toBeLessThan(10)
  })
})

test('the schema refuses keys that it does not know', () => {
  const lexicon = parse(readFileSync(join(root, 'locales', 'es', 'danger.yaml'), 'utf8')) as object
  expect(dangerLexiconSchema.safeParse(lexicon).success).toBe(true)
  expect(dangerLexiconSchema.safeParse({ ...lexicon, words: [] }).success).toBe(false)
})
