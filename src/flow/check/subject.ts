import { z } from 'zod'
import { readYaml, type YamlPath, type YamlReading } from '../../handoff/read-yaml.ts'
import {
  type AnswerWords,
  type AnswerWordsFile,
  answerWordsSchema,
  compileAnswerWords,
  type SharedWords,
  sharedWordsSchema,
} from '../../language/answer-words.ts'
import { type Namespace, namespaces } from '../../language/texts.ts'
import type { Problem } from '../../problem.ts'
import { type DangerLexicon, dangerLexiconSchema } from '../../triage/danger-lexicon.ts'
import { type DangerRules, dangerRulesSchema } from '../../triage/danger-rules.ts'
import type { Language } from '../../types.ts'
import { type Promises, promisesSchema } from '../promises/promises-schema.ts'
import { type BundleFiles, type Dialogs, readDialogs } from '../read-bundle.ts'
import { remember } from './remember.ts'

/** One language's words, by namespace and key. */
export type Locale = Partial<Record<Namespace, Record<string, string>>>

/** Everything that the checks look at, read once. */
export interface Subject {
  files: BundleFiles
  dialogs: Dialogs
  locales: Map<Language, Locale>
  /** Languages that people are answered in: `written: true` in languages.yaml. */
  live: Language[]
  words: { language: Language; words: AnswerWordsFile }[]
  shared: SharedWords
  answerWords: AnswerWords
  lexicons: { language: Language; source: DangerLexicon }[]
  dangerRules: DangerRules
  /** null when there is no such file; that is a problem of its own. */
  promises: Promises | null
  /** Points at a place in a file: the value, or with `key` the key. */
  point(file: string, path: YamlPath, code: string, message: string, part?: 'key' | 'value'): Problem
}

/** A check looks at everything and says what is wrong; it changes nothing. */
export type Check = (subject: Subject) => Problem[]

/**
 * Reads every file of a bundle against its schema.
 *
 * @returns `subject` is null when a file that everything else stands on is missing or has the wrong shape
 */
export function readSubject(files: BundleFiles): { subject: Subject | null; problems: Problem[] } {
  const { dialogs, problems } = readDialogs(files)
  const readings = new Map<string, YamlReading<unknown>>()
  const read = <Kind extends keyof typeof readers>(
    file: string,
    area: Kind,
  ): ReturnType<(typeof readers)[Kind]>['value'] | null => {
    const text = files[file]
    if (text === undefined) {
      problems.push(missingFile(file, AREAS[area]))
      return null
    }
    const reading = readers[area](text)
    readings.set(file, reading)
    problems.push(...reading.problems.map((problem) => ({ ...problem, source: file })))
    return reading.value
  }
  const locales = new Map<Language, Locale>()
  const words: Subject['words'] = []
  const lexicons: Subject['lexicons'] = []
  for (const file of Object.keys(files)) {
    const [, language, name] = file.match(/^locales\/([^/]+)\/([^/]+)$/) ?? []
    if (language === undefined || name === undefined) continue
    if (name === 'answers.yaml') {
      const value = read(file, 'words')
      if (value) words.push({ language, words: value })
    } else if (name === 'danger.yaml') {
      const value = read(file, 'danger')
      if (value) lexicons.push({ language, source: value })
    } else if (name.endsWith('.json') && namespaces.includes(name.slice(0, -5) as Namespace)) {
      const value = read(file, 'locale')
      if (value) locales.set(language, { ...locales.get(language), [name.slice(0, -5)]: value })
    }
  }
  const shared = read('dialogs/words.yaml', 'shared')
  const dangerRules = read('dialogs/danger-rules.yaml', 'rules')
  const promises = read('dialogs/promises.yaml', 'promises')
  if (dialogs === null || shared === null || dangerRules === null) return { subject: null, problems }
  const subject: Subject = {
    files,
    dialogs,
    locales,
    live: dialogs.languages.filter(({ written }) => written).map(({ id }) => id),
    words,
    shared,
    answerWords: compileAnswerWords(words, shared, dialogs.languages),
    lexicons,
    dangerRules,
    promises,
    point: (file, path, code, message, part) => {
      let reading = readings.get(file)
      if (!reading && files[file] !== undefined) {
        reading = readYaml(files[file], z.unknown(), 'file')
        readings.set(file, reading)
      }
      const at = reading ? reading.problemAt(path, code, message, part) : { code, line: 1, column: 1, message }
      return { ...at, source: file }
    },
  }
  return { subject, problems }
}

const localeSchema = z.record(z.string(), z.string())

/** Reads a file of each kind; what was read once from the same text is not read again. */
const readers = {
  words: remember(100, (text: string) => readYaml(text, answerWordsSchema, 'words')),
  shared: remember(20, (text: string) => readYaml(text, sharedWordsSchema, 'words')),
  danger: remember(100, (text: string) => readYaml(text, dangerLexiconSchema, 'danger')),
  rules: remember(20, (text: string) => readYaml(text, dangerRulesSchema, 'danger')),
  locale: remember(400, (text: string) => readYaml(text, localeSchema, 'locale')),
  promises: remember(20, (text: string) => readYaml(text, promisesSchema, 'promises')),
}
const AREAS = {
  words: 'words',
  shared: 'words',
  danger: 'danger',
  rules: 'danger',
  locale: 'locale',
  promises: 'promises',
}

function missingFile(file: string, area: string): Problem {
  const message = `The file ${file} is missing.\nNothing that stands in it would be there for a person.`
  return { code: `${area}/missing-file`, source: file, line: 1, column: 1, message }
}
