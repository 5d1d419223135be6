import type { AnswerWords } from './answer-words.ts'
import type { FirstWords } from './first-words.ts'
import { foldedWords } from './fold-text.ts'

/**
 * Whether people are known to write this word to us, in any language: it stands in a first message ("hola"), is part of
 * an answer ("fiebre"), or is one that only looks like an answer. Such a word cannot be a sign between two people.
 *
 * Goes through all lists, a few milliseconds: for what an advocate sets up, not for every message.
 */
export function isEverydayWord(answers: AnswerWords, { exact }: FirstWords, text: string): boolean {
  const [word, ...others] = foldedWords(text)
  if (word === undefined || others.length > 0) return false
  if (answers.knownWords.has(word) || answers.global.has(word)) return true
  for (const { otherWords } of answers.lexicons.values()) if (otherWords.has(word)) return true
  for (const message of exact.keys()) if (foldedWords(message).includes(word)) return true
  return false
}
