import type { Language, QuestionId } from '../types.ts'
import type { AnswerShape } from './answer-shape.ts'
import { type AnswerWords, type GlobalWord, keyOf } from './answer-words.ts'

/** One word that would be read as something else than its option. */
export interface WordCollision {
  question: QuestionId
  option: string
  /** The folded word, as `foldText` gives it. */
  word: string
  /** Language of the option's word; null for words that the flow itself gives. */
  language: Language | null
  with:
    | { kind: 'carrier' }
    | { kind: 'global'; global: GlobalWord['kind']; languages: Language[] }
    | { kind: 'option'; option: string }
}

/**
 * Every option word that could never be answered, or would be read as another option.
 *
 * Global words of all languages count: the person's own word wins once the language is known, but a first guess may be
 * wrong, and then "sil" (tuberculosis in Uzbek) would erase as it does in Turkish. Carrier words are swallowed anywhere.
 *
 * @param shapes - all questions of the flow, with `question` set
 */
export function findWordCollisions(words: AnswerWords, shapes: AnswerShape[]): WordCollision[] {
  const found: WordCollision[] = []
  for (const shape of shapes) {
    if (shape.question === undefined) continue
    const seen = new Map<string, { option: string; language: Language | null }[]>()
    for (const { option, word, language } of optionWords(words, shape)) {
      const base = { question: shape.question, option, word, language }
      if (words.carrierWords.has(word)) found.push({ ...base, with: { kind: 'carrier' } })
      for (const { word: global, languages } of words.global.get(word) ?? []) {
        // At the language menu a language is the answer, and at CONS "a person" is.
        const isItself =
          global.kind === 'language' ? shape.options.some(({ id }) => id === global.language) : global.kind === option
        if (isItself || global.kind.startsWith('carrier')) continue
        found.push({ ...base, with: { kind: 'global', global: global.kind, languages: [...languages] } })
      }
      if (/^0+$/.test(word)) found.push({ ...base, with: { kind: 'global', global: 'stop', languages: [] } })
      const byDigit = shape.options.find(({ digit }) => String(digit) === word)
      if (byDigit && byDigit.id !== option) found.push({ ...base, with: { kind: 'option', option: byDigit.id } })
      const others = seen.get(word) ?? []
      const other = others.find(
        (one) => one.option !== option && (one.language === language || one.language === null || language === null),
      )
      if (other) found.push({ ...base, with: { kind: 'option', option: other.option } })
      others.push({ option, language })
      seen.set(word, others)
    }
  }
  return found
}

function* optionWords(
  words: AnswerWords,
  shape: AnswerShape,
): Generator<{ option: string; word: string; language: Language | null }> {
  for (const option of shape.options)
    for (const entry of option.words ?? []) {
      const word = keyOf(entry)
      if (word !== '') yield { option: option.id, word, language: null }
    }
  for (const [language, lexicon] of words.lexicons)
    for (const [word, meanings] of lexicon.meanings)
      for (const meaning of meanings)
        if (meaning.is === 'option' && meaning.question === shape.question)
          yield { option: meaning.option, word, language }
}
