import type { ZodType } from 'zod'
import { readYaml } from '../handoff/read-yaml.ts'
import {
  type AnswerWordsFile,
  answerWordsSchema,
  compileAnswerWords,
  sharedWordsSchema,
} from '../language/answer-words.ts'
import { updateBelief } from '../language/belief.ts'
import { detectLanguage, type LanguageModel } from '../language/detect-language.ts'
import { readAnswer, readGlobalWord } from '../language/read-reply.ts'
import { isWritten, loadTexts, type Namespace, namespaces, type Texts } from '../language/texts.ts'
import type { Problem } from '../problem.ts'
import { dangerLexiconSchema } from '../triage/danger-lexicon.ts'
import { dangerRulesSchema } from '../triage/danger-rules.ts'
import { compileDanger, type DangerScanner, scanDanger } from '../triage/scan-danger.ts'
import type { Language } from '../types.ts'
import { compileFlow, type Flow } from './compile-flow.ts'
import type { Ears } from './ears.ts'
import { type BundleFiles, type Dialogs, readDialogs } from './read-bundle.ts'

/** A bundle that can run: the flow with its ears, and the words. */
export interface RunningBundle {
  flow: Flow
  texts: Texts
  dialogs: Dialogs
  danger: DangerScanner
}

/**
 * Makes a bundle run. Shape is checked here; what it would mean for a person is the publish gate's to prove.
 *
 * @param options.id - content address of the files
 * @param options.timeScale - lets waits run faster in demonstrations
 */
export function assembleFlow(
  files: BundleFiles,
  options: { id: string; model: LanguageModel; timeScale?: number },
): { bundle: RunningBundle | null; problems: Problem[] } {
  const { dialogs, problems } = readDialogs(files)
  const texts = loadTexts(readLocales(files, problems))
  const words = readByLanguage(files, 'answers.yaml', answerWordsSchema, 'words', problems)
  const shared = readFile(files, 'dialogs/words.yaml', sharedWordsSchema, 'words', problems)
  const lexicons = readByLanguage(files, 'danger.yaml', dangerLexiconSchema, 'danger', problems)
  const dangerRules = readFile(files, 'dialogs/danger-rules.yaml', dangerRulesSchema, 'danger', problems)
  if (dialogs === null || shared === null || dangerRules === null || problems.length > 0)
    return { bundle: null, problems }
  const answerWords = compileAnswerWords(
    words.map(({ language, value }) => ({ language, words: value as AnswerWordsFile })),
    shared,
    dialogs.languages,
  )
  const danger = compileDanger(
    lexicons.map(({ language, value }) => ({ language, source: value })),
    dangerRules,
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
  return { bundle: { flow, texts, dialogs, danger }, problems }
}

/** locales/<language>/<namespace>.json, all of them. */
function readLocales(
  files: BundleFiles,
  problems: Problem[],
): Record<Language, Partial<Record<Namespace, Record<string, string>>>> {
  const locales: Record<Language, Partial<Record<Namespace, Record<string, string>>>> = {}
  for (const [file, text] of Object.entries(files)) {
    const [, language, namespace] = file.match(/^locales\/([a-z]{2,3})\/(\w+)\.json$/) ?? []
    if (language === undefined || !namespaces.includes(namespace as Namespace)) continue
    try {
      locales[language] = { ...locales[language], [namespace!]: JSON.parse(text) as Record<string, string> }
    } catch (error) {
      problems.push({
        code: 'locale/json',
        source: file,
        line: 1,
        column: 1,
        message: `This file is not JSON: ${(error as Error).message}`,
      })
    }
  }
  return locales
}

function readByLanguage<T>(
  files: BundleFiles,
  name: string,
  schema: ZodType<T>,
  area: string,
  problems: Problem[],
): { language: Language; value: T }[] {
  const found: { language: Language; value: T }[] = []
  for (const file of Object.keys(files)) {
    const [, language, rest] = file.match(/^locales\/([a-z]{2,3})\/(.+)$/) ?? []
    if (language === undefined || rest !== name) continue
    const value = readFile(files, file, schema, area, problems)
    if (value !== null) found.push({ language, value })
  }
  return found
}

function readFile<T>(
  files: BundleFiles,
  file: string,
  schema: ZodType<T>,
  area: string,
  problems: Problem[],
): T | null {
  const text = files[file]
  if (text === undefined) {
    problems.push({
      code: `${area}/missing-file`,
      source: file,
      line: 1,
      column: 1,
      message: `The file ${file} is missing.`,
    })
    return null
  }
  const reading = readYaml(text, schema, area)
  problems.push(...reading.problems.map((problem) => ({ ...problem, source: file })))
  return reading.value
}
