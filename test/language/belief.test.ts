import { describe, expect, test } from '@jest/globals'
import { type Belief, updateBelief } from '../../src/language/belief.ts'
import { detectLanguage } from '../../src/language/detect-language.ts'
import { readLanguageModel } from '../../src/language-files.ts'

const model = readLanguageModel(process.cwd())

function hear(texts: string[], belief?: Belief): Belief | undefined {
  for (const text of texts) belief = updateBelief(belief, detectLanguage(model, text, { belief }))
  return belief
}

const strongest = (belief: Belief | undefined) => Object.entries(belief ?? {}).sort((a, b) => b[1] - a[1])[0]?.[0]

describe('belief across messages', () => {
  test('adds up to 1, but for rounding', () => {
    const belief = hear(['hola', 'salam', 'ok', 'mwen bezwen èd']) as Belief
    expect(Object.values(belief).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
  })

  test('a text without language changes nothing', () => {
    const belief = hear(['hola'])
    expect(hear(['1', 'ok', '😭'], belief)).toEqual(belief)
  })

  test('a shared greeting is read in the language spoken before', () => {
    const tajik = hear(['ба ман кӯмак лозим аст'])
    const uzbek = hear(['менга ёрдам керак'])
    expect(detectLanguage(model, 'салом', { belief: tajik }).language).toBe('tg')
    expect(detectLanguage(model, 'салом', { belief: uzbek }).language).toBe('uz')
  })

  test('somebody who changes the language is heard at once and believed after two messages', () => {
    const spanish = hear(['hola necesito ayuda', 'estoy en tijuana con mi hijo', 'no tenemos donde dormir'])
    expect(strongest(spanish)).toBe('es')
    expect(detectLanguage(model, 'mwen bezwen yon avoka tanpri', { belief: spanish }).language).toBe('ht')
    expect(strongest(hear(['mwen bezwen yon avoka tanpri', 'pitit mwen malad'], spanish))).toBe('ht')
  })

  test('a word in another language does not turn a conversation round', () => {
    const creole = hear(['mwen bezwen èd', 'mwen nan tijuana ak pitit mwen'])
    expect(strongest(hear(['gracias'], creole))).toBe('ht')
  })
})
