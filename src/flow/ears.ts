import type { GlobalWord } from '../language/answer-words.ts'
import type { Belief } from '../language/belief.ts'
import type { Detection } from '../language/detect-language.ts'
import type { AnswerShape, ReadAnswer } from '../language/read-reply.ts'
import type { DangerScan, Language } from '../types.ts'

/** What it takes to understand a message. The shell builds it from the language model and the word tables. */
export interface Ears {
  detect(text: string, hints: { country?: string; belief?: Belief }): Detection
  updateBelief(belief: Belief | undefined, detection: Detection): Belief
  scanDanger(text: string, language: Language | null): DangerScan
  readGlobalWord(text: string, language: Language | null): GlobalWord | null
  readAnswer(text: string, language: Language | null, shape: AnswerShape): ReadAnswer
  /** Whether there are texts that we can write in. */
  isWritten(language: Language): boolean
}
