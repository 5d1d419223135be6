import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { AnswerShape } from '../../src/language/answer-shape.ts'
import {
  type AnswerWords,
  answerWordsSchema,
  compileAnswerWords,
  sharedWordsSchema,
} from '../../src/language/answer-words.ts'
import { languagesSchema } from '../../src/language/languages.ts'

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

export const languages = languagesSchema.parse(parse(file('dialogs/languages.yaml'))).languages
export const written = languages.filter((entry) => entry.written).map((entry) => entry.id)
export const shared = sharedWordsSchema.parse(parse(file('dialogs/words.yaml')))
export const files = written.map((language) => ({
  language,
  words: answerWordsSchema.parse(parse(file(`locales/${language}/answers.yaml`))),
  labels: labelsOf(language),
}))
export const words: AnswerWords = compileAnswerWords(files, shared, languages)

export function labelsOf(language: string): Record<string, string> {
  const path = `locales/${language}/options.json`
  return existsSync(new URL(`../../${path}`, import.meta.url)) ? JSON.parse(file(path)) : {}
}

export function messagesOf(language: string): Record<string, string> {
  return JSON.parse(file(`locales/${language}/messages.json`))
}

interface IntakeQuestion {
  answer: 'one' | 'many' | 'number'
  options?: { digit: number; id: string; days?: { from?: number; to?: number } }[]
  yes_no?: boolean
  none?: string
  number?: { kind: 'age' | 'months_pregnant' | 'plain'; min?: number; max?: number; not_sure?: number }
}

/** The shipped questions, as the flow hands them to `readAnswer`. */
export const shapes: Record<string, AnswerShape> = Object.fromEntries(
  Object.entries((parse(file('dialogs/intake.yaml')) as { questions: Record<string, IntakeQuestion> }).questions).map(
    ([question, { answer, options = [], yes_no, none, number }]): [string, AnswerShape] => [
      question,
      {
        question,
        type: answer,
        options: options.map(({ id, digit, days }) => ({
          id,
          digit,
          ...(days && { days: { min: days.from, max: days.to } }),
        })),
        ...(yes_no && { yesNo: { yes: options[0]?.id, no: options[1]?.id } }),
        noneOption: none,
        ...(number && {
          min: number.min,
          max: number.max,
          number: { kind: number.kind, notSure: number.not_sure, thisYear: 2026 },
        }),
      },
    ],
  ),
)
