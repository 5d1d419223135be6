import type { ZodType } from 'zod'
import { readYaml } from '../handoff/read-yaml.ts'
import {
  type AnswerWordsFile,
  answerWordsSchema,
  type SharedWords,
  sharedWordsSchema,
} from '../language/answer-words.ts'
import { type Namespace, namespaces } from '../language/texts.ts'
import type { Problem } from '../problem.ts'
import { type DangerLexicon, dangerLexiconSchema } from '../triage/danger-lexicon.ts'
import { type DangerRules, dangerRulesSchema } from '../triage/danger-rules.ts'
import type { Language } from '../types.ts'
import { upToDate } from './migrate/migrate.ts'
import { type BundleFiles, type Dialogs, readDialogs } from './read-bundle.ts'

/** All files of a bundle, read and of the right shape. Plain JSON, so that it can be kept and need not be read again. */
export interface BundleParts {
  dialogs: Dialogs
  locales: Record<Language, Partial<Record<Namespace, Record<string, string>>>>
  words: { language: Language; value: AnswerWordsFile }[]
  sharedWords: SharedWords
  lexicons: { language: Language; value: DangerLexicon }[]
  dangerRules: DangerRules
}

/** Reads every file of a bundle and says all that is wrong with their shape at once. */
export function readBundle(written: BundleFiles): { parts: BundleParts | null; problems: Problem[] } {
  // A bundle that was published in an older version still runs.
  const files = upToDate(written)
  const { dialogs, problems } = readDialogs(files)
  const locales = readLocales(files, problems)
  const words = readByLanguage(files, 'answers.yaml', answerWordsSchema, 'words', problems)
  const sharedWords = readFile(files, 'dialogs/words.yaml', sharedWordsSchema, 'words', problems)
  const lexicons = readByLanguage(files, 'danger.yaml', dangerLexiconSchema, 'danger', problems)
  const dangerRules = readFile(files, 'dialogs/danger-rules.yaml', dangerRulesSchema, 'danger', problems)
  if (dialogs === null || sharedWords === null || dangerRules === null || problems.length > 0)
    return { parts: null, problems }
  return { parts: { dialogs, locales, words, sharedWords, lexicons, dangerRules }, problems }
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
