import type { QuestionId } from '../types.ts'

/** What a question accepts; read from dialogs/. */
export interface AnswerShape {
  /** Names the option words of answers.yaml that count here. */
  question?: QuestionId
  type: 'one' | 'many' | 'number'
  options: AnswerOption[]
  /** Bounds of a bare number; both ends count. */
  min?: number
  max?: number
  /** Which option a plain yes or no chooses. */
  yesNo?: { yes?: string; no?: string }
  /** The option that "none", "nothing" or a plain no chooses; dropped when another option comes with it. */
  noneOption?: string
  /** `0` is an answer here and not a stop. */
  zeroIsAnswer?: boolean
  /** Where options have `days`: a bare number above the list is days (default), or does not fit. */
  bareNumberIsDays?: boolean
  number?: {
    kind: 'age' | 'months_pregnant' | 'plain'
    /** The number that stands for "I do not know". */
    notSure?: number
    /** Turns a year of birth into an age. */
    thisYear?: number
  }
}

export interface AnswerOption {
  id: string
  digit: number
  /** Words of this flow beside those of answers.yaml, such as the text of the option as it is shown. */
  words?: string[]
  /** Times that this option stands for, in days; both ends count. */
  days?: { min?: number; max?: number }
}

/** A reply as read. `options` are in the order of their digits, each once. */
export type ReadAnswer =
  | { kind: 'chosen'; options: string[] }
  /** `value` is in the question's own unit, years or months; `unit` is what the person counted an age in, if said. */
  | { kind: 'number'; value: number; unit?: 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years' }
  /** Does not fit the question. */
  | { kind: 'none' }
  /** Fits two things that differ; ask again. */
  | { kind: 'ambiguous' }

export const DOES_NOT_FIT: ReadAnswer = { kind: 'none' }
export const AMBIGUOUS: ReadAnswer = { kind: 'ambiguous' }
