import { describe, expect, test } from '@jest/globals'
import { howToAsk } from '../../src/language/how-to-ask.ts'

const guess = (probability: number, sure = false) => ({
  language: 'ht',
  sure,
  candidates: [{ language: 'ht', probability }],
})

describe('how to ask about a language', () => {
  test.each([
    ['answer', guess(0.9, true)],
    ['confirm', guess(0.6)],
    ['offer', guess(0.3)],
    ['menu', guess(0.1)],
    ['menu', { language: null, sure: true, candidates: [] }],
  ])('%s', (step, detection) => {
    expect(howToAsk(detection)).toBe(step)
  })
})
