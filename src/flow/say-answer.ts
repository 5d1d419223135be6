import type { Answer } from '../triage/condition.ts'
import type { QuestionData } from './flow-schema.ts'

/** What the options are called on buttons, by question and option: "E1.yes". */
export type OptionLabels = Readonly<Record<string, string>>

/**
 * An answer as a person sends it, with its words.
 *
 * @example
 * sayAnswer('E1', questions.E1, 'yes', labels) // '1 = Yes'
 * sayAnswer('E2', questions.E2, ['sick', 'other'], labels) // '1, 6 = Sick or hurt, Other'
 */
export function sayAnswer(
  id: string,
  question: QuestionData | undefined,
  answer: Answer,
  labels: OptionLabels,
): string {
  const chosen = [answer].flat().map(String)
  const options = chosen.map((one) => question?.options?.find((option) => option.id === one))
  if (options.length === 0 || options.includes(undefined)) return chosen.join(', ')
  const words = options.map((option) => labels[`${id}.${option!.id}`] ?? option!.id)
  return `${options.map((option) => option!.digit).join(', ')} = ${words.join(', ')}`
}
