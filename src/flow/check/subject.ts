import { z } from 'zod'
import { type ParseYaml, parseYaml, readYaml, type YamlPath, type YamlReading } from '../../handoff/read-yaml.ts'
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
import type { OptionLabels } from '../say-answer.ts'
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

/** What the options are called for the reader of a problem: in English, as the rest of it. */
export const labelsFor = ({ locales }: Subject): OptionLabels => locales.get('en')?.options ?? {}

/** A check looks at everything and says what is wrong; it changes nothing. */
export type Check = (subject: Subject) => Problem[]

/**
 * Reads every file of a bundle against its schema.
 *
 * @returns `subject` is null when a file that everything else stands on is missing or has the wrong shape
 */
export function readSubject(
  files: BundleFiles,
  parse: ParseYaml = parseYaml,
): { subject: Subject | null; problems: Problem[] } {
  const { dialogs, problems } = readDialogs(files, parse)
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
    const reading = readers[area](text, parse)
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
        reading = readYaml(files[file], z.unknown(), 'file', parse)
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
  words: remember(100, (text, parse: ParseYaml) => readYaml(text, answerWordsSchema, 'words', parse)),
  shared: remember(20, (text, parse: ParseYaml) => readYaml(text, sharedWordsSchema, 'words', parse)),
  danger: remember(100, (text, parse: ParseYaml) => readYaml(text, dangerLexiconSchema, 'danger', parse)),
  rules: remember(20, (text, parse: ParseYaml) => readYaml(text, dangerRulesSchema, 'danger', parse)),
  locale: remember(400, readLocale),
  promises: remember(20, (text, parse: ParseYaml) => readYaml(text, promisesSchema, 'promises', parse)),
}

/** JSON is read as such; only to point at something wrong is it looked at as YAML, which takes ten times as long. */
function readLocale(text: string, parse: ParseYaml): YamlReading<Record<string, string>> {
  const slow = () => readYaml(text, localeSchema, 'locale', parse)
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return slow()
  }
  const parsed = localeSchema.safeParse(raw)
  if (!parsed.success) return slow()
  return { value: parsed.data, problems: [], problemAt: (...where) => slow().problemAt(...where) }
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
