import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { bundleId, readBundleFiles } from '../bundle-files.ts'
import { wordsToSheets } from '../spreadsheet/words-sheets.ts'
import { writeWorkbook } from '../spreadsheet/workbook.ts'
import type { CommandIo } from './io.ts'
import { projectRoot } from './load-bundle.ts'

const help = `puente export FILE.xlsx [--dialogs DIR]

Writes all words as a spreadsheet, one column for each language: questions (survey), the labels of answers (choices),
messages and the phrasebook. "puente import" takes it back.

  puente export words.xlsx
`

/** `puente export`: words for translators. */
export async function exportWords(args: string[], io: CommandIo): Promise<number> {
  const at = args.indexOf('--dialogs')
  const file = args.find((arg, index) => !arg.startsWith('-') && (at < 0 || index !== at + 1))
  if (file === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return args.includes('--help') || args.includes('-h') ? 0 : 2
  }
  const files = readBundleFiles(resolve(at < 0 ? projectRoot : args[at + 1]!))
  const sheets = wordsToSheets(files, bundleId(files))
  writeFileSync(file, await writeWorkbook(sheets))
  io.stdout.write(`${file} has ${sheets.reduce((sum, { rows }) => sum + rows.length, 0)} rows.\n`)
  return 0
}
