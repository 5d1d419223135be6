import { describe, expect, test } from '@jest/globals'
import exceljs from 'exceljs'
import { sheetsToWords, wordsToSheets } from '../../src/spreadsheet/words-sheets.ts'
import { readWorkbook, writeWorkbook } from '../../src/spreadsheet/workbook.ts'

const files = {
  'locales/en/messages.json': '{ "M_QUIET": "OK, thank you.", "M_BYE": "=1+1 is text" }',
  'locales/es/messages.json': '{ "M_QUIET": "OK, gracias.", "M_BYE": "-1 también" }',
  'locales/ar/messages.json': '{ "M_QUIET": "حسنا، شكرا." }',
}

describe('words in a spreadsheet', () => {
  test('come back as they went, also what looks like a formula or runs right to left', async () => {
    const { sheets, problems } = await readWorkbook(await writeWorkbook(wordsToSheets(files, 'x')))
    expect(problems).toEqual([])
    expect(sheets).toEqual(wordsToSheets(files, 'x').map((sheet) => ({ ...sheet, rows: sheet.rows })))
    expect(sheetsToWords(sheets, files, null)).toEqual({ files: {}, changes: [], problems: [] })
  })

  test('a changed cell changes its text and nothing else', () => {
    const sheets = wordsToSheets(files, 'x')
    const messages = sheets.find(({ name }) => name === 'messages')!
    messages.rows[0]![messages.columns.indexOf('es')] = 'Gracias.'
    const taken = sheetsToWords(sheets, files, null)
    expect(taken.problems).toEqual([])
    expect(Object.keys(taken.files)).toEqual(['locales/es/messages.json'])
    expect(JSON.parse(taken.files['locales/es/messages.json']!)).toEqual({ M_QUIET: 'Gracias.', M_BYE: '-1 también' })
  })

  test('a text that changed on both sides is refused with its cell', () => {
    const sheets = wordsToSheets(files, 'x')
    const messages = sheets.find(({ name }) => name === 'messages')!
    messages.rows[0]![messages.columns.indexOf('es')] = 'Gracias.'
    const now = { ...files, 'locales/es/messages.json': '{ "M_QUIET": "Muchas gracias.", "M_BYE": "-1 también" }' }
    const { problems } = sheetsToWords(sheets, now, files)
    expect(problems).toMatchObject([{ sheet: 'messages', cell: 'C2' }])
  })

  test('a formula is refused with its sheet and cell', async () => {
    const book = new exceljs.Workbook()
    const sheet = book.addWorksheet('messages')
    sheet.addRow(['id', 'en'])
    sheet.addRow(['M_QUIET', { formula: 'A1', result: 'x' }])
    const { problems } = await readWorkbook(new Uint8Array(await book.xlsx.writeBuffer()))
    expect(problems).toEqual([{ sheet: 'messages', cell: 'B2', message: 'This is a formula. Write the text itself.' }])
  })

  test('a text that nobody knows, a row twice and a file that is none are refused', async () => {
    const sheets = wordsToSheets(files, 'x')
    const messages = sheets.find(({ name }) => name === 'messages')!
    messages.rows.push(['M_NEW', 'x', '', ''], ['M_BYE', '', '', ''])
    expect(sheetsToWords(sheets, files, null).problems.map(({ cell }) => cell)).toEqual(['A5', 'A4'])
    expect((await readWorkbook(new Uint8Array([1, 2, 3]))).problems).toHaveLength(1)
  })
})
