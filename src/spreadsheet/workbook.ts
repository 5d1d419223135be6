import exceljs from 'exceljs'

/** One sheet: a head row of column names, then rows of plain texts. */
export interface Sheet {
  name: string
  columns: string[]
  rows: string[][]
}

/** A cell that cannot be taken over, with its sheet and place. */
export interface CellProblem {
  sheet: string
  cell: string
  message: string
}

/** Writes sheets as one XLSX file. Every cell is text, also one that begins with "=" or "-". */
export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const book = new exceljs.Workbook()
  for (const { name, columns, rows } of sheets) {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1, xSplit: 1 }] })
    sheet.addRow(columns).font = { bold: true }
    for (const row of rows) sheet.addRow(row)
    for (const [index] of columns.entries()) {
      const column = sheet.getColumn(index + 1)
      column.width = index === 0 ? 24 : 48
      column.numFmt = '@'
      column.alignment = { wrapText: true, vertical: 'top' }
    }
    sheet.eachRow((row) =>
      row.eachCell((cell) => {
        if (/^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(cell.text))
          cell.alignment = { wrapText: true, vertical: 'top', horizontal: 'right', readingOrder: 'rtl' }
      }),
    )
  }
  return new Uint8Array(await book.xlsx.writeBuffer())
}

/**
 * Reads an XLSX file as plain texts.
 *
 * A formula, a date, an error value or a merged cell is refused with its sheet and cell: what it shows depends on the
 * program that shows it. Text in several fonts is taken as plain text, a number as its digits.
 */
export async function readWorkbook(bytes: Uint8Array): Promise<{ sheets: Sheet[]; problems: CellProblem[] }> {
  const book = new exceljs.Workbook()
  const problems: CellProblem[] = []
  try {
    await book.xlsx.load(bytes as never)
  } catch {
    return { sheets: [], problems: [{ sheet: '', cell: '', message: 'This is not an XLSX file.' }] }
  }
  const sheets = book.worksheets.map((sheet): Sheet => {
    const rows: string[][] = []
    sheet.eachRow({ includeEmpty: false }, (row) => {
      const texts: string[] = []
      row.eachCell({ includeEmpty: true }, (cell, column) => {
        const read = textOf(cell)
        if (read.message !== null) problems.push({ sheet: sheet.name, cell: cell.address, message: read.message })
        texts[column - 1] = read.text
      })
      rows.push(Array.from(texts, (text) => text ?? ''))
    })
    const [columns = [], ...others] = rows
    return { name: sheet.name, columns, rows: others.map((row) => columns.map((_, index) => row[index] ?? '')) }
  })
  return { sheets, problems }
}

function textOf(cell: exceljs.Cell): { text: string; message: string | null } {
  const { value } = cell
  if (cell.isMerged && cell.master !== cell)
    return { text: '', message: 'This cell is merged with another. Take them apart.' }
  if (value === null || value === undefined) return { text: '', message: null }
  if (typeof value === 'string') return { text: value, message: null }
  if (typeof value === 'number') return { text: String(value), message: null }
  if (typeof value === 'boolean') return { text: value ? 'true' : 'false', message: null }
  if (value instanceof Date) return { text: '', message: 'This is a date. Write it as text.' }
  if ('formula' in value || 'sharedFormula' in value)
    return { text: '', message: 'This is a formula. Write the text itself.' }
  if ('richText' in value) return { text: value.richText.map(({ text }) => text).join(''), message: null }
  if ('hyperlink' in value) return { text: String(value.text), message: null }
  return { text: '', message: 'This cell shows an error. Write the text itself.' }
}
