import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadWorld } from '../../src/commands/simulate.ts'
import { rawText } from '../../src/language/texts.ts'

const { bundle } = loadWorld({ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr })!
const questions = (language: string, key = 'E1') => rawText(bundle.texts, language, 'questions', key)!
const rest = (message: string) => bundle.withoutOwnTexts(message)

describe.each(bundle.texts.languages.filter((language) => questions(language) !== null))('quotes in %s', (language) => {
  const text = questions(language)

  test('of a whole question leave only what is the person’s', () => {
    expect(rest(`> ${text}`)).toBe('')
    expect(rest(`Re: “${text.toUpperCase()}”`)).toBe('')
    expect(rest(`${text}\n2`)).toBe('2')
    expect(rest(`2\n\n> ${text.replaceAll(' ', '\n> ')}`)).toBe('2')
  })

  test('that are cut off, too', () => {
    const half = [...text].slice(0, Math.ceil([...text].length / 2)).join('')
    expect(rest(`> ${half}…`)).toBe('')
    expect(rest(`> ${half}…\nSOS`)).toBe('SOS')
  })

  test('an answer by its words stays as it is', () => {
    const labels = ['WHO', 'CHILD_DS', 'LEG', 'SAFE1']
      .map((key) => questions(language, key))
      .filter((question) => question !== null)
      .map((question) => question.slice(question.indexOf('3')))
    for (const said of labels) expect(rest(said)).toBe(said)
  })
})

test('what quotes nothing comes back as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (message) => rest(message) === message))
  for (const said of ['hi', 'mi hijo no despierta', 'Hi. Is anyone there?', 'I am in danger, please help me now'])
    expect(rest(said)).toBe(said)
})
