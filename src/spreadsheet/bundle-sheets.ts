import type { BundleFiles } from '../flow/read-bundle.ts'
import type { LocaleTexts, Review } from '../language/locale-schema.ts'
import { type ReviewState, reviewState } from '../language/review-state.ts'
import type { ConditionData } from '../triage/condition.ts'
import {
  type DialogData,
  languagesWith,
  readData,
  readDialogData,
  readSpellings,
  readWords,
  valueAt,
  wordsFile,
} from './bundle-data.ts'
import { cellText, listText } from './cells.ts'
import { type Column, optionColumns, questionColumns, ruleColumnNames, ruleColumns } from './columns.ts'
import { type ConditionLine, conditionColumns, conditionLines } from './condition-rows.ts'
import type { Sheet } from './workbook.ts'

/** Which words are on which sheet, and what the rows of a sheet begin with. */
export const sheetNames = ['survey', 'choices', 'order', 'rules', 'messages', 'phrasebook', 'settings'] as const
export const labelColumn = (language: string): string => `label::${language}`
export const spellingsColumn = (language: string): string => `spellings::${language}`

/**
 * A bundle as sheets, after XLSForm: questions (survey), their options (choices), the order in which they are asked,
 * the rules, the words. What no sheet shows stays as it is when they come back.
 *
 * @param bundle - content address of the files, so that their return to other files is noticed
 */
export function bundleToSheets(files: BundleFiles, bundle: string): Sheet[] {
  const data = readDialogData(files)
  const state = reviewOf(files)
  return [
    surveySheet(files, data, state),
    choicesSheet(files, data, state),
    orderSheet(data),
    rulesSheet(data),
    wordsSheet(files, 'messages', state),
    wordsSheet(files, 'phrasebook', state),
    {
      name: 'settings',
      columns: ['key', 'value'],
      rows: [
        ['version', '1'],
        ['bundle', bundle],
        ['languages', listText(languagesWith(files, 'questions.json'))],
      ],
    },
  ]
}

type StateOf = (language: string, namespace: string, key: string) => ReviewState

function surveySheet(files: BundleFiles, { questions }: DialogData, stateOf: StateOf): Sheet {
  const words = languagesWith(files, 'questions.json').map((language) => ({
    language,
    texts: readWords(files, language, 'questions'),
  }))
  const columns = ['name', ...questionColumns.map(({ name }) => name)]
  const [type, title, ...rest] = columns.slice(1)
  // What everybody looks for stands first: the words, before what few questions have.
  const order = ['name', type!, title!, ...words.map(({ language }) => labelColumn(language)), ...rest]
  return sheetOf('survey', order, Object.keys(questions), (id) => ({
    name: id,
    ...cellsOf(questions[id], questionColumns),
    ...Object.fromEntries(
      words.map(({ language, texts }) => [
        labelColumn(language),
        { text: texts[id] ?? '', state: stateOf(language, 'questions', id) },
      ]),
    ),
  }))
}

function choicesSheet(files: BundleFiles, { questions }: DialogData, stateOf: StateOf): Sheet {
  const labels = languagesWith(files, 'options.json').map((language) => ({
    language,
    texts: readWords(files, language, 'options'),
  }))
  const spellings = languagesWith(files, 'answers.yaml').map((language) => ({
    language,
    words: readSpellings(files, language),
  }))
  const order = [
    'question',
    'name',
    ...optionColumns.map(({ name }) => name),
    ...labels.map(({ language }) => labelColumn(language)),
    ...spellings.map(({ language }) => spellingsColumn(language)),
  ]
  const rows = Object.entries(questions).flatMap(([question, { options }]) =>
    (options ?? []).map((option) => ({ question, option })),
  )
  return sheetOf('choices', order, rows, ({ question, option }) => ({
    question,
    name: option.id,
    ...cellsOf(option, optionColumns),
    ...Object.fromEntries(
      labels.map(({ language, texts }) => {
        const key = `${question}.${option.id}`
        // The label of an answer that reads itself, such as a language, may be missing.
        const text = texts[key] ?? ''
        return [labelColumn(language), { text, state: text === '' ? null : stateOf(language, 'options', key) }]
      }),
    ),
    ...Object.fromEntries(
      spellings.map(({ language, words }) => {
        const own = words[question]?.[option.id]
        return [spellingsColumn(language), own ? listText(own) : '']
      }),
    ),
  }))
}

/** One row for each step, with its condition in the rows below it; a group has a row of its own. */
function orderSheet({ paths }: DialogData): Sheet {
  const columns = ['path', 'group', 'ask', 'early_exit.at', 'early_exit.still_ask', ...conditionColumns]
  const rows = Object.entries(paths).flatMap(([path, entries]) =>
    entries.flatMap((entry) => {
      if ('ask' in entry) return withCondition({ path, ask: entry.ask }, entry.when)
      const { group, early_exit } = entry
      const head = {
        path,
        group,
        'early_exit.at': early_exit?.at ?? '',
        'early_exit.still_ask': early_exit ? listText(early_exit.still_ask) : '',
      }
      return [
        ...withCondition(head, entry.when),
        ...entry.steps.flatMap(({ ask, when }) => withCondition({ path, group, ask }, when)),
      ]
    }),
  )
  return sheetOf('order', columns, rows, (row) => row)
}

/** Flags and upgrades, and every other condition of the path that a coordinator may want to change. */
function rulesSheet({ flags, upgrades, places }: DialogData): Sheet {
  const columns = ['kind', 'name', ...ruleColumnNames, ...conditionColumns]
  const rows = [
    ...Object.entries(flags).flatMap(([name, flag]) =>
      withCondition({ kind: 'flag', name, ...cellsOf(flag, ruleColumns.flag) }, flag.when),
    ),
    ...Object.entries(upgrades).flatMap(([name, upgrade]) =>
      withCondition({ kind: 'upgrade', name, ...cellsOf(upgrade, ruleColumns.upgrade) }, upgrade.when),
    ),
    ...places.flatMap(({ kind, name, when }) => withCondition({ kind, name }, when)),
  ]
  return sheetOf('rules', columns, rows, (row) => row)
}

function wordsSheet(files: BundleFiles, name: 'messages' | 'phrasebook', stateOf: StateOf): Sheet {
  const tables = languagesWith(files, `${name}.json`).map((language) => ({
    language,
    texts: readWords(files, language, name),
  }))
  const ids = [...new Set(tables.flatMap(({ texts }) => Object.keys(texts)))]
  return sheetOf(name, ['id', ...tables.map(({ language }) => language)], ids, (id) => ({
    id,
    ...Object.fromEntries(
      tables.map(({ language, texts }) => [language, { text: texts[id] ?? '', state: stateOf(language, name, id) }]),
    ),
  }))
}

type Row = Record<string, string | { text: string; state: ReviewState | null }>

function sheetOf<T>(
  name: string,
  columns: string[],
  items: readonly T[],
  rowOf: (item: T) => Row | ConditionLine,
): Sheet {
  const cells = items.map((item) => {
    const row = rowOf(item) as Row
    return columns.map((column) => row[column] ?? '')
  })
  return {
    name,
    columns,
    rows: cells.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.text))),
    states: cells.map((row) => row.map((cell) => (typeof cell === 'string' ? null : cell.state))),
  }
}

/** The row with the first line of its condition, and below it the other lines. */
function withCondition(row: Record<string, string>, when: ConditionData | undefined): Record<string, string>[] {
  const [first, ...others] = conditionLines(when)
  return [{ ...row, ...first }, ...(others as Record<string, string>[])]
}

const cellsOf = (data: unknown, columns: readonly Column[]): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, path, kind }) => [name, cellText(valueAt(data, path), kind)]))

function reviewOf(files: BundleFiles): StateOf {
  const names = ['questions', 'options', 'messages', 'phrasebook']
  const textsOf = (language: string): LocaleTexts =>
    Object.fromEntries(names.map((name) => [name, readWords(files, language, name)]))
  const english = textsOf('en')
  const known = new Map<string, { locale: LocaleTexts; review: Review | null }>()
  return (language, namespace, key) => {
    let one = known.get(language)
    if (!one) {
      const file = `locales/${language}/review.json`
      one = { locale: textsOf(language), review: files[file] === undefined ? null : (readData(files, file) as Review) }
      known.set(language, one)
    }
    if (one.review) return reviewState(english, one.locale, one.review, { namespace, key })
    return (one.locale[namespace]?.[key] ?? '') === '' ? 'missing' : 'draft'
  }
}

/** The file in which the words of a column stand. */
export const fileOfWords = (sheet: string, language: string): string =>
  wordsFile(language, { survey: 'questions', choices: 'options' }[sheet] ?? sheet)
