import { cellName } from './cell-name.ts'
import { readCell, readList } from './cells.ts'
import { type Column, optionColumns, questionColumns, ruleColumnNames, ruleColumns, valuesAt } from './columns.ts'
import { type ConditionColumn, conditionColumns, readCondition } from './condition-rows.ts'
import type { CellProblem, Sheet } from './workbook.ts'

/** One thing that a coordinator may change, with the place where it is written. */
export interface Cell {
  sheet: string
  /** The question, option, path, rule or text that it belongs to. */
  record: string
  /** The column; "" for the record itself; `options`, `steps` and `when` for what takes several rows. */
  column: string
  /** undefined for an empty cell. */
  value: unknown
  at: string
}

/** What sheets say, cell by cell. */
export interface Cells {
  cells: Map<string, Cell>
  /** The sheets that are there, with their records in order; a sheet that is not there changes nothing. */
  records: Map<string, string[]>
  /** Every column of words, with the cell of its head. */
  words: { sheet: string; column: string; at: string }[]
  problems: CellProblem[]
}

export const cellKey = (sheet: string, record: string, column: string): string =>
  JSON.stringify([sheet, record, column])

/** The language of a column of words: `label::es`, `spellings::es`, or on the sheets of messages `es`. */
export const languageOf = (column: string): string => column.replace(/^\w+::/, '')
export const isSpellings = (column: string): boolean => column.startsWith('spellings::')

/** Reads sheets, and says everything that is wrong with their cells at once. */
export function readCells(sheets: readonly Sheet[]): Cells {
  const found: Cells = { cells: new Map(), records: new Map(), words: [], problems: [] }
  for (const sheet of sheets) {
    const known = layouts[sheet.name]
    const refuse = (message: string) => found.problems.push({ sheet: sheet.name, cell: 'A1', message })
    if (!known) refuse(`There is no sheet "${sheet.name}". Known are ${Object.keys(layouts).join(', ')}.`)
    else if (found.records.has(sheet.name)) refuse('This sheet is there twice.')
    else {
      found.records.set(sheet.name, [])
      const table = readTable(sheet, known, found)
      if (table) known.read(table)
    }
  }
  const questions = found.records.get('survey')
  for (const { sheet, column, record, at } of found.cells.values())
    if (sheet === 'choices' && column === 'options' && questions && !questions.includes(record))
      found.problems.push({ sheet, cell: at, message: `There is no question "${record}" on the sheet survey.` })
  return found
}

interface Layout {
  /** Columns that must be there; a row is what they name. */
  keys: readonly string[]
  columns: readonly string[]
  /** Left out, the other columns need not be there. */
  needsAll?: true
  words: RegExp | null
  read(table: Table): void
}

/** A sheet whose head is in order. */
interface Table {
  rows: Row[]
  /** Notes a record; false when it is there already or its name cannot be one. */
  begin(row: Row, record: string, keyColumn: string): boolean
  put(row: Row, record: string, column: string, value: unknown): void
  /** Reads the cells of these columns, those that the sheet has. */
  putAll(row: Row, record: string, columns: readonly Column[]): void
  putWords(row: Row, record: string): void
  refuse(row: Row, column: string, message: string): void
}
interface Row {
  number: number
  has(column: string): boolean
  text(column: string): string
}

const names = (columns: readonly Column[]) => columns.map(({ name }) => name)

const layouts: Record<string, Layout> = {
  survey: {
    keys: ['name'],
    columns: names(questionColumns),
    words: /^label::[a-z]{2,3}$/,
    read: (table) => {
      for (const row of table.rows) {
        const id = row.text('name')
        if (!table.begin(row, id, 'name')) continue
        table.putAll(row, id, questionColumns)
        table.putWords(row, id)
      }
    },
  },
  choices: {
    keys: ['question', 'name'],
    columns: names(optionColumns),
    needsAll: true,
    words: /^(label|spellings)::[a-z]{2,3}$/,
    read: readChoices,
  },
  order: {
    keys: ['path', 'group', 'ask'],
    columns: ['early_exit.at', 'early_exit.still_ask', ...conditionColumns],
    needsAll: true,
    words: null,
    read: readOrder,
  },
  rules: {
    keys: ['kind', 'name'],
    columns: [...ruleColumnNames, ...conditionColumns],
    needsAll: true,
    words: null,
    read: readRules,
  },
  messages: { keys: ['id'], columns: [], words: /^[a-z]{2,3}$/, read: readWordRows },
  phrasebook: { keys: ['id'], columns: [], words: /^[a-z]{2,3}$/, read: readWordRows },
  settings: {
    keys: ['key', 'value'],
    columns: [],
    words: null,
    read: ({ rows, refuse }) => {
      for (const row of rows)
        if (row.text('key') === 'version' && row.text('value') !== '1')
          refuse(row, 'value', 'This sheet is of another version of Puente. Export anew.')
    },
  },
}

function readTable(sheet: Sheet, { keys, columns, needsAll, words }: Layout, found: Cells): Table | null {
  const refuseAt = (column: number, row: number, message: string) =>
    found.problems.push({ sheet: sheet.name, cell: cellName(column, row), message })
  // Of `id` the key column is meant, and not Indonesian.
  const isWords = (name: string) => words?.test(name) === true && !keys.includes(name)
  const before = found.problems.length
  for (const key of needsAll ? [...keys, ...columns] : keys)
    if (!sheet.columns.includes(key)) refuseAt(0, 0, `The column "${key}" is missing.`)
  for (const [index, name] of sheet.columns.entries()) {
    if (sheet.columns.indexOf(name) < index) refuseAt(index, 0, `The column "${name}" is there twice.`)
    else if (isWords(name)) found.words.push({ sheet: sheet.name, column: name, at: cellName(index, 0) })
    else if (!keys.includes(name) && !columns.includes(name))
      refuseAt(index, 0, name === '' ? 'This column has no name.' : `There is no column "${name}" here.`)
  }
  if (found.problems.length > before) return null
  const rows = sheet.rows.flatMap((texts, index): Row[] => {
    if (texts.every((text) => text.trim() === '')) return []
    return [
      {
        number: index + 1,
        has: (column) => sheet.columns.includes(column),
        text: (column) => (texts[sheet.columns.indexOf(column)] ?? '').trim(),
      },
    ]
  })
  const at = (row: Row, column: string) => cellName(Math.max(0, sheet.columns.indexOf(column)), row.number)
  const refuse = (row: Row, column: string, message: string) =>
    found.problems.push({ sheet: sheet.name, cell: at(row, column), message })
  const put: Table['put'] = (row, record, column, value) => {
    const cell = { sheet: sheet.name, record, column, value, at: at(row, column === '' ? keys[0]! : column) }
    found.cells.set(cellKey(sheet.name, record, column), cell)
  }
  const begun = new Map<string, number>()
  return {
    rows,
    refuse,
    put,
    begin: (row, record, keyColumn) => {
      const name = row.text(keyColumn)
      const twice = begun.get(record)
      if (name === '') refuse(row, keyColumn, `The cell "${keyColumn}" of this row is empty.`)
      else if (twice !== undefined) refuse(row, keyColumn, `"${name}" is in row ${twice + 1} already.`)
      else {
        begun.set(record, row.number)
        found.records.get(sheet.name)!.push(record)
        put(row, record, '', true)
        return true
      }
      return false
    },
    putAll: (row, record, wanted) => {
      for (const { name, kind } of wanted) {
        if (!row.has(name)) continue
        const read = readCell(row.text(name), kind)
        if ('message' in read) refuse(row, name, read.message)
        else put(row, record, name, read.value)
      }
    },
    putWords: (row, record) => {
      // An empty cell changes nothing: a translator who has not come to it takes no text away.
      for (const column of sheet.columns)
        if (isWords(column) && row.text(column) !== '')
          put(row, record, column, isSpellings(column) ? readList(row.text(column)) : row.text(column))
    },
  }
}

function readWordRows({ rows, begin, putWords }: Table): void {
  for (const row of rows) if (begin(row, row.text('id'), 'id')) putWords(row, row.text('id'))
}

/** The options of a question are one thing, since their order and their digits are. */
function readChoices({ rows, begin, put, putWords, refuse }: Table): void {
  const options = new Map<string, { row: Row; list: Record<string, unknown>[] }>()
  for (const row of rows) {
    const question = row.text('question')
    const record = `${question}.${row.text('name')}`
    if (question === '') refuse(row, 'question', 'The cell "question" of this row is empty.')
    else if (begin(row, record, 'name')) {
      const own = options.get(question) ?? { row, list: [] }
      options.set(question, own)
      const { digit, ...others } = valuesAt(optionColumns, (column, kind) => {
        const read = readCell(row.text(column), kind)
        if ('value' in read) return read.value
        refuse(row, column, read.message)
        return undefined
      })
      own.list.push({ digit, id: row.text('name'), ...others })
      putWords(row, record)
    }
  }
  for (const [question, { row, list }] of options) put(row, question, 'options', list)
}

/** The steps of a path are one thing, since their order is. */
function readOrder(table: Table): void {
  const { put, refuse } = table
  const paths = new Map<string, { row: Row; steps: Record<string, unknown>[] }>()
  let group: { name: string; path: string; steps: Record<string, unknown>[] } | null = null
  for (const { row, lines } of withLines(table, 'path')) {
    const path = row.text('path')
    const own = paths.get(path) ?? { row, steps: [] }
    paths.set(path, own)
    const name = row.text('group')
    const ask = row.text('ask')
    const when = conditionOf(table, lines)
    if (ask === '' && name === '') refuse(row, 'ask', 'A row names the question to ask, or a group.')
    else if (ask === '') {
      const still = row.text('early_exit.still_ask')
      const early =
        row.text('early_exit.at') === ''
          ? {}
          : { early_exit: { at: row.text('early_exit.at'), still_ask: readList(still) } }
      if (still !== '' && row.text('early_exit.at') === '')
        refuse(row, 'early_exit.at', 'From which level on are only these asked: P1 or P2?')
      group = { name, path, steps: [] }
      own.steps.push({ group: name, ...when, ...early, steps: group.steps })
    } else if (row.text('early_exit.at') !== '' || row.text('early_exit.still_ask') !== '')
      refuse(row, 'early_exit.at', 'Only a group has an early exit: the row that names it and asks nothing.')
    else if (name === '') {
      group = null
      own.steps.push({ ask, ...when })
    } else if (group?.name === name && group.path === path) group.steps.push({ ask, ...when })
    else refuse(row, 'group', `Above this row there is no row that begins the group "${name}".`)
  }
  for (const [path, { row, steps }] of paths) put(row, path, 'steps', steps)
}

function readRules(table: Table): void {
  const { begin, put, putAll, refuse } = table
  for (const { row, lines } of withLines(table, 'kind')) {
    const kind = row.text('kind')
    const record = `${kind} ${row.text('name')}`
    if (!begin(row, record, 'name')) continue
    const columns = ruleColumns[kind as keyof typeof ruleColumns] ?? []
    putAll(row, record, columns)
    for (const column of ruleColumnNames)
      if (row.text(column) !== '' && !columns.some(({ name }) => name === column))
        refuse(row, column, `${kind === 'flag' || kind === 'upgrade' ? `A ${kind}` : `"${kind}"`} has no "${column}".`)
    const when = conditionOf(table, lines)
    if (when) put(row, record, 'when', when.when)
  }
}

/** Rows with the lines of their condition: a row without a name goes on with the condition above it. */
function withLines({ rows, refuse }: Table, key: string): { row: Row; lines: Row[] }[] {
  const found: { row: Row; lines: Row[] }[] = []
  for (const row of rows) {
    const hasLine = conditionColumns.some((column) => row.text(column) !== '')
    if (row.text(key) !== '') found.push({ row, lines: hasLine ? [row] : [] })
    else if (found.length === 0 || !hasLine) refuse(row, key, `The cell "${key}" of this row is empty.`)
    else if (found.at(-1)!.lines.length === 0)
      refuse(row, 'depth', 'The first line of a condition stands in the row of its name.')
    else found.at(-1)!.lines.push(row)
  }
  return found
}

/** null when something is wrong with it; that is told already. */
function conditionOf({ refuse }: Table, lines: Row[]): { when?: unknown } | null {
  const texts = lines.map((row) =>
    Object.fromEntries(conditionColumns.map((column) => [column, row.text(column)] as [ConditionColumn, string])),
  )
  const when = readCondition(texts, (line, column, message) => refuse(lines[line]!, column, message))
  if (when === null) return null
  return when === undefined ? {} : { when }
}
