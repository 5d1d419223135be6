import { compileAnswerWords } from '../language/answer-words.ts'
import { updateBelief } from '../language/belief.ts'
import { detectLanguage, type LanguageModel } from '../language/detect-language.ts'
import { isEverydayWord } from '../language/everyday-words.ts'
import { compileOwnTexts, withoutOwnTexts } from '../language/own-texts.ts'
import { readAnswer, readGlobalWord } from '../language/read-reply.ts'
import { isWritten, loadTexts, type Texts } from '../language/texts.ts'
import type { LikenessModel } from '../triage/likeness.ts'
import { compileDanger, type DangerScanner, scanDanger } from '../triage/scan-danger.ts'
import type { BundleParts } from './bundle-parts.ts'
import { compileFlow, type Flow } from './compile-flow.ts'
import type { Ears } from './ears.ts'
import type { Dialogs } from './read-bundle.ts'

/** A bundle that can run: the flow with its ears, and the words. */
export interface RunningBundle {
  flow: Flow
  texts: Texts
  dialogs: Dialogs
  danger: DangerScanner
  /** Whether people are known to write this word to us, by chance or as an answer. */
  isEverydayWord(text: string): boolean
  /** A message without those of our own texts that it quotes. */
  withoutOwnTexts(message: string): string
}

/**
 * Makes a bundle run. Its shape was checked when it was read; what it would mean for a person is the publish gate's to
 * prove.
 *
 * @param options.id - content address of the files
 * @param options.timeScale - lets waits run faster in demonstrations
 */
export function assembleFlow(
  parts: BundleParts,
  options: { id: string; model: LanguageModel; likeness: LikenessModel; timeScale?: number },
): RunningBundle {
  const { dialogs } = parts
  const texts = loadTexts(parts.locales)
  const answerWords = compileAnswerWords(
    // The labels of options are readable too: people type what they see.
    parts.words.map(({ language, value }) => ({ language, words: value, labels: parts.locales[language]?.options })),
    parts.sharedWords,
    dialogs.languages,
  )
  const danger = compileDanger(
    parts.lexicons.map(({ language, value }) => ({ language, source: value })),
    parts.dangerRules,
    options.likeness,
  )
  const ears: Ears = {
    detect: (text, hints) => detectLanguage(options.model, text, hints),
    updateBelief,
    scanDanger: (text, language) => scanDanger(danger, text, language),
    readGlobalWord: (text, language) => readGlobalWord(answerWords, text, language),
    readAnswer: (text, language, shape) => readAnswer(answerWords, text, language, shape),
    isWritten: (language) => isWritten(texts, language),
  }
  const flow = compileFlow({ ...dialogs, bundle: options.id, ears, timeScale: options.timeScale })
  const { firstWords } = options.model
  const own = compileOwnTexts(texts)
  return {
    flow,
    texts,
    dialogs,
    danger,
    isEverydayWord: (text) => isEverydayWord(answerWords, firstWords, text),
    withoutOwnTexts: (message) => withoutOwnTexts(own, message),
  }
}
