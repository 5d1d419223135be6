import { patchYaml } from '../flow/patch-yaml.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import {
  answersFile,
  copyOfData,
  type DialogData,
  INTAKE,
  languagesWith,
  RULES,
  readDialogData,
  wordsFile,
} from './bundle-data.ts'
import { bundleToSheets } from './bundle-sheets.ts'
import { questionColumns, ruleColumns, setValue } from './columns.ts'
import { type Cell, type Cells, cellKey, isSpellings, languageOf, readCells } from './read-cells.ts'
import type { CellProblem, Sheet } from './workbook.ts'

/**
 * Takes what is new in sheets over into a bundle: every difference to what the sheets were made from, and nothing else.
 *
 * Only the lines that change are written anew. A row that is gone takes its question, option, step or rule away, with its
 * words; a text goes only with its question, and an empty cell changes no word.
 *
 * @param base - the bundle that the sheets were made from, when it is not `files`: what changed here since stays, and
 *   what changed in both is refused with its cell
 * @returns `files` holds the files that changed, in full; none when something is refused
 */
export function takeOver(
  sheets: readonly Sheet[],
  files: BundleFiles,
  base: BundleFiles | null,
): { files: BundleFiles; problems: CellProblem[] } {
  const now = readCells(bundleToSheets(files, ''))
  const before = base ? readCells(bundleToSheets(base, '')) : now
  const sent = readCells(sheets)
  const problems = [...sent.problems, ...strangers(sent, before, files)]
  const changes = changesOf(sent, before, now, problems)
  if (problems.length > 0) return { files: {}, problems }
  return { files: apply(changes, sent, files), problems }
}

/** Columns for languages that are not there, and rows that a coordinator cannot add. */
function strangers(sent: Cells, before: Cells, files: BundleFiles): CellProblem[] {
  const missing = sent.words.flatMap(({ sheet, column, at }) =>
    files[fileOf(sheet, column)] === undefined
      ? [{ sheet, cell: at, message: `There is no language "${languageOf(column)}" with such texts.` }]
      : [],
  )
  const added = [...sent.cells.values()].flatMap(({ sheet, record, column, at }) => {
    if (column !== '' || before.cells.has(cellKey(sheet, record, ''))) return []
    if (sheet === 'messages' || sheet === 'phrasebook')
      return [{ sheet, cell: at, message: `"${record}" is not a text of this bundle.` }]
    if (sheet === 'rules' && !/^(flag|upgrade) /.test(record))
      return [{ sheet, cell: at, message: 'Only rows of the kind "flag" or "upgrade" can be added.' }]
    return []
  })
  const removed = [...before.cells.values()].flatMap(({ sheet, record, column }) =>
    sheet === 'rules' && column === '' && !/^(flag|upgrade) /.test(record) && isGone(sent, sheet, record, column)
      ? [{ sheet, cell: 'A1', message: `The row "${record}" is missing: it can be changed, but not taken away.` }]
      : [],
  )
  return [...missing, ...added, ...removed]
}

/** Whether the sheet is there, and what it had is not. */
const isGone = ({ cells, records }: Cells, sheet: string, record: string, column: string): boolean =>
  records.has(sheet) && !cells.has(cellKey(sheet, record, column))

/** What is to be different: cells with their new value, undefined for what goes away. */
function changesOf(sent: Cells, before: Cells, now: Cells, problems: CellProblem[]): Cell[] {
  const changes: Cell[] = []
  for (const [key, cell] of sent.cells) {
    const old = before.cells.get(key)?.value
    const own = now.cells.get(key)?.value
    if (isSame(cell.value, old) || isSame(cell.value, own)) continue
    const record = cellKey(cell.sheet, cell.record, '')
    if (before.cells.has(record) && !now.cells.has(record)) {
      const message = `"${cell.record}" was taken away here since the sheet was made. Decide which one is right.`
      problems.push({ sheet: cell.sheet, cell: cell.at, message })
    } else if (!isSame(own, old)) {
      const message = `${nameOf(cell)} was changed here, too, since the sheet was made: ${said(own)}. Decide which one is right.`
      problems.push({ sheet: cell.sheet, cell: cell.at, message })
    } else changes.push(cell)
  }
  for (const [key, cell] of before.cells) {
    const { sheet, record, column } = cell
    if (!removable(cell) || !isGone(sent, sheet, record, column) || !now.cells.has(key)) continue
    const touched = [...now.cells].find(
      ([other, { sheet: on, record: of, value }]) =>
        on === sheet && of === record && !isSame(value, before.cells.get(other)?.value),
    )
    if (touched) {
      const message = `"${record}" is not there any more, but was changed here since the sheet was made. Decide which one is right.`
      problems.push({ sheet, cell: 'A1', message })
    } else changes.push({ ...cell, value: undefined })
  }
  return changes
}

/** Words and single columns are not taken away by being left out, rows are. */
const removable = ({ sheet, column }: Cell): boolean =>
  (['survey', 'choices', 'rules'].includes(sheet) && column === '') ||
  (sheet === 'choices' && column === 'options') ||
  (sheet === 'order' && column === 'steps') ||
  // A condition that is not there any more, of a row that is.
  (sheet === 'rules' && column === 'when')

function apply(changes: Cell[], sent: Cells, files: BundleFiles): BundleFiles {
  const wanted = new Map<string, unknown>()
  const dataOf = (file: string): unknown => {
    if (!wanted.has(file)) wanted.set(file, copyOfData(files, file))
    return wanted.get(file)
  }
  const dialogs = readDialogData(files)
  const languages = ['questions.json', 'options.json', 'answers.yaml'].map((name) => languagesWith(files, name))
  for (const change of changes) {
    const { sheet, record, column, value } = change
    const order = sent.records.get(sheet) ?? []
    if (column === '' && value === undefined) removeWords(sheet, record, languages, dataOf)
    const place = placeOf(change, dialogs)
    if (place) set(dataOf(place.file), place, value, order)
  }
  const changed: BundleFiles = {}
  for (const [file, data] of wanted) {
    const text = patchYaml(files[file]!, data)
    if (text !== files[file]) changed[file] = text
  }
  return changed
}

/** Where a cell is written. */
interface Place {
  file: string
  path: (string | number)[]
  /** How deep the record is: parents below it go when they are empty. */
  depth: number
}

function placeOf({ sheet, record, column, value }: Cell, { places }: DialogData): Place | null {
  if (column === '') {
    // A record comes into being with its first cell, and goes as a whole.
    if (value !== undefined) return null
    if (sheet === 'survey') return { file: INTAKE, path: ['questions', record], depth: 1 }
    if (sheet === 'rules') return { file: RULES, path: rulePath(record), depth: 1 }
    return null
  }
  if (sheet === 'messages' || sheet === 'phrasebook' || column.startsWith('label::'))
    return { file: fileOf(sheet, column), path: [record], depth: 0 }
  if (isSpellings(column)) {
    const [question, option] = record.split('.')
    return { file: fileOf(sheet, column), path: ['options', question!, option!], depth: 1 }
  }
  if (sheet === 'survey') {
    const { path } = questionColumns.find(({ name }) => name === column)!
    return { file: INTAKE, path: ['questions', record, ...path], depth: 2 }
  }
  if (sheet === 'choices') return { file: INTAKE, path: ['questions', record, 'options'], depth: 2 }
  if (sheet === 'order') return { file: INTAKE, path: ['paths', record], depth: 1 }
  const own = places.find(({ kind, name }) => `${kind} ${name}` === record)
  if (own) return { file: own.file, path: own.path, depth: own.path.length }
  const columns = ruleColumns[record.startsWith('flag ') ? 'flag' : 'upgrade']
  const path = column === 'when' ? ['when'] : columns.find(({ name }) => name === column)!.path
  return { file: RULES, path: [...rulePath(record), ...path], depth: 2 }
}

function rulePath(record: string): string[] {
  const [kind, name] = [record.slice(0, record.indexOf(' ')), record.slice(record.indexOf(' ') + 1)]
  return [kind === 'flag' ? 'flags' : 'upgrades', name]
}

function fileOf(sheet: string, column: string): string {
  if (isSpellings(column)) return answersFile(languageOf(column))
  return wordsFile(languageOf(column), { survey: 'questions', choices: 'options' }[sheet] ?? sheet)
}

/** Sets a value; a record that is new stands behind the one that is above it on the sheet. */
function set(data: unknown, { path, depth }: Place, value: unknown, order: readonly string[]): void {
  const names = path.map(String)
  const at = depth === 0 ? 0 : 1
  const holder = (depth === 0 ? data : (data as Record<string, unknown>)[names[0]!]) as Record<string, unknown>
  const isNew = value !== undefined && holder !== undefined && !Object.hasOwn(holder, names[at]!)
  setValue(data, path, value, depth)
  if (!isNew) return
  const recordOf = (name: string) => order.findIndex((one) => one === name || one.endsWith(` ${name}`))
  const own = recordOf(names[at]!)
  const above = order.slice(0, own).findLast((one) => Object.hasOwn(holder, one.replace(/^(flag|upgrade) /, '')))
  const entries = Object.entries(holder)
  const added = entries.pop()!
  const index =
    above === undefined
      ? entries.length
      : entries.findIndex(([key]) => key === above.replace(/^(flag|upgrade) /, '')) + 1
  entries.splice(index, 0, added)
  for (const key of Object.keys(holder)) delete holder[key]
  Object.assign(holder, Object.fromEntries(entries))
}

/** The words of a question or an option that is gone. */
function removeWords(
  sheet: string,
  record: string,
  [questions, options, answers]: string[][],
  dataOf: (file: string) => unknown,
): void {
  if (sheet !== 'survey' && sheet !== 'choices') return
  const [question, option] = record.split('.')
  if (sheet === 'survey')
    for (const language of questions!) setValue(dataOf(wordsFile(language, 'questions')), [record], undefined)
  for (const language of options!) {
    const labels = dataOf(wordsFile(language, 'options')) as Record<string, unknown>
    for (const key of Object.keys(labels))
      if (key === record || (option === undefined && key.startsWith(`${question}.`))) delete labels[key]
  }
  for (const language of answers!)
    setValue(
      dataOf(answersFile(language)),
      ['options', question!, ...(option === undefined ? [] : [option])],
      undefined,
      1,
    )
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

function nameOf({ record, column }: Cell): string {
  return column === '' ? `"${record}"` : `"${record}" (${languageOf(column)})`
}

function said(value: unknown): string {
  if (value === undefined) return 'it is empty now'
  if (typeof value === 'object') return 'it is another one now'
  return `it is "${String(value)}" now`
}
