import exceljs from 'exceljs'
import type { ReviewState } from '../language/review-state.ts'

/** One sheet: a head row of column names, then rows of plain texts. */
export interface Sheet {
  name: string
  columns: string[]
  rows: string[][]
  /** How far the words of a cell have come, in the form of `rows`; null for cells that are no words. */
  states?: (ReviewState | null)[][]
}

/** A cell that cannot be taken over, with its sheet and place. */
export interface CellProblem {
  sheet: string
  cell: string
  message: string
}

/** What a cell looks like that somebody should look at; a reviewed one has no colour. */
const colours: Record<Exclude<ReviewState, 'reviewed'>, { fill: string; says: string }> = {
  missing: { fill: 'FFF4B6B6', says: 'the text is missing' },
  stale: { fill: 'FFF9D49A', says: 'the English changed since this was translated' },
  draft: { fill: 'FFFDF6D3', says: 'a draft: no native speaker stands for it yet' },
}

/** Writes sheets as one XLSX file. Every cell is text, also one that begins with "=" or "-". */
export async function writeWorkbook(
  sheets: readonly Sheet[],
  lists: Record<string, readonly string[]> = {},
): Promise<Uint8Array> {
  const book = new exceljs.Workbook()
  for (const { name, columns, rows, states } of sheets) {
    const isKey = (column: string) => /^(id|name|question|path|group|ask|kind|key)$/.test(column)
    const keys = columns.findIndex((column) => !isKey(column))
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1, xSplit: Math.max(1, keys) }] })
    sheet.addRow(columns).font = { bold: true }
    for (const row of rows) sheet.addRow(row.map((text) => (text === '' ? null : text)))
    for (const [index, title] of columns.entries()) {
      const column = sheet.getColumn(index + 1)
      const texts = rows.map((row) => row[index]!)
      const isRightToLeft = texts.some((text) => rightToLeft.test(text))
      column.width = widthOf([title, ...texts])
      column.numFmt = '@'
      for (let row = 2; row <= rows.length + 1; row++) {
        const cell = sheet.getCell(row, index + 1)
        cell.alignment = {
          wrapText: true,
          vertical: 'top',
          ...(isRightToLeft ? { horizontal: 'right' as const, readingOrder: 'rtl' as const } : {}),
        }
        const colour = colours[states?.[row - 2]?.[index] as keyof typeof colours]
        if (colour) cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: colour.fill } }
        const list = lists[`${name}.${title}`]
        if (list) cell.dataValidation = { type: 'list', allowBlank: true, formulae: [`"${list.join(',')}"`] }
      }
    }
    // The tree of a condition is seen at a glance: what is deeper is set in.
    const depth = columns.indexOf('depth')
    for (const [index, row] of rows.entries())
      if (depth >= 0 && row[depth] !== '')
        sheet.getCell(index + 2, depth + 2).alignment = { vertical: 'top', indent: Number(row[depth]) }
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } }
    if (name === 'settings') addLegend(sheet)
  }
  return new Uint8Array(await book.xlsx.writeBuffer())
}

/** What the colours mean, below the settings; nothing reads it. */
function addLegend(sheet: exceljs.Worksheet): void {
  for (const { fill, says } of Object.values(colours)) {
    const cell = sheet.addRow([`# ${says}`]).getCell(1)
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: fill } }
  }
  sheet.getColumn(1).width = 48
}

const rightToLeft = /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}]/u
const widthOf = (texts: string[]): number =>
  Math.min(48, Math.max(8, ...texts.map((text) => Math.ceil(text.length * 1.1) + 2)))

/** Larger files than this are not read; the shipped one is a twentieth of it. */
export const LARGEST_BYTES = 10_000_000
const ROWS_MAX = 20_000
const COLUMNS_MAX = 1_000

/**
 * Reads an XLSX file as plain texts.
 *
 * A formula, a date, an error value or a merged cell is refused with its sheet and cell: what it shows depends on the
 * program that shows it. Text in several fonts is taken as plain text, a number as its digits.
 */
export async function readWorkbook(bytes: Uint8Array): Promise<{ sheets: Sheet[]; problems: CellProblem[] }> {
  const refuse = (message: string) => ({ sheets: [], problems: [{ sheet: '', cell: '', message }] })
  if (bytes.length > LARGEST_BYTES)
    return refuse(`This file has ${Math.round(bytes.length / 1e6)} MB; at most ${LARGEST_BYTES / 1e6} MB are read.`)
  const saveAs = 'Save it as "Excel workbook (.xlsx)" and send that.'
  // The two letters with which every XLSX file, a ZIP archive, begins; the old format begins with D0 CF.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) return refuse(`This is an old Excel file (.xls). ${saveAs}`)
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return refuse(`This is not an XLSX file. ${saveAs}`)
  const book = new exceljs.Workbook()
  const problems: CellProblem[] = []
  try {
    await book.xlsx.load(bytes as never)
  } catch {
    return refuse(`This XLSX file cannot be read. ${saveAs}`)
  }
  if (book.worksheets.length === 0) return refuse(`This file has no sheets that can be read. ${saveAs}`)
  const sheets = book.worksheets.map((sheet): Sheet => {
    if (sheet.rowCount > ROWS_MAX || sheet.columnCount > COLUMNS_MAX) {
      const message = `This sheet has ${sheet.rowCount} rows and ${sheet.columnCount} columns; at most ${ROWS_MAX} and ${COLUMNS_MAX} are read.`
      problems.push({ sheet: sheet.name, cell: 'A1', message })
      return { name: sheet.name, columns: [], rows: [] }
    }
    const rows: string[][] = []
    sheet.eachRow({ includeEmpty: true }, (row, number) => {
      const texts: string[] = []
      row.eachCell({ includeEmpty: false }, (cell, column) => {
        const read = textOf(cell)
        if (read.message !== null) problems.push({ sheet: sheet.name, cell: cell.address, message: read.message })
        texts[column - 1] = read.text
      })
      rows[number - 1] = Array.from(texts, (text) => text ?? '')
    })
    const [columns = [], ...others] = rows
    const used = others.map((row) => {
      if (row.slice(columns.length).some((text) => text !== '')) columns.push('')
      return row
    })
    return { name: sheet.name, columns, rows: used.map((row) => columns.map((_, index) => row[index] ?? '')) }
  })
  return { sheets, problems }
}

function textOf(cell: exceljs.Cell): { text: string; message: string | null } {
  const { value } = cell
  const refuse = (message: string) => ({ text: '', message })
  if (cell.isMerged && cell.master !== cell) return refuse('This cell is merged with another. Take them apart.')
  if (value === null || value === undefined) return { text: '', message: null }
  if (typeof value === 'string') return { text: value, message: null }
  if (typeof value === 'number') return { text: String(value), message: null }
  if (typeof value === 'boolean') return { text: value ? 'true' : 'false', message: null }
  if (value instanceof Date)
    return refuse('This is a date now, as Excel makes one of "3-4". Format the cell as text and write it again.')
  if ('formula' in value || 'sharedFormula' in value) return refuse('This is a formula. Write the text itself.')
  if ('richText' in value) return { text: value.richText.map(({ text }) => text).join(''), message: null }
  if ('hyperlink' in value) return { text: String(value.text), message: null }
  return refuse('This cell shows an error. Write the text itself.')
}
