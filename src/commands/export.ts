import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { bundleId, readBundleFiles } from '../bundle-files.ts'
import { checkPlainFiles } from '../flow/check/plain-files.ts'
import { projectRoot } from '../project-root.ts'
import { bundleToSheets } from '../spreadsheet/bundle-sheets.ts'
import { cellLists } from '../spreadsheet/columns.ts'
import { writeWorkbook } from '../spreadsheet/workbook.ts'
import type { CommandIo } from './io.ts'

const help = `puente export FILE.xlsx [--dialogs DIR]

Writes questions, answers, their order, the rules and all words as a spreadsheet: the sheets survey, choices, order, rules,
messages, phrasebook and settings, with one column for each language. "puente import" takes changes back.
docs/spreadsheets.md explains the sheets.

  puente export words.xlsx
`

/** `puente export`: a bundle for coordinators and translators. 1 when a file of it cannot be read. */
export async function exportSheets(args: string[], io: CommandIo): Promise<number> {
  const at = args.indexOf('--dialogs')
  const file = args.find((arg, index) => !arg.startsWith('-') && (at < 0 || index !== at + 1))
  if (file === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return args.includes('--help') || args.includes('-h') ? 0 : 2
  }
  const files = readBundleFiles(resolve(at < 0 ? projectRoot : args[at + 1]!))
  const { unreadable } = checkPlainFiles(files)
  if (unreadable.size > 0) {
    io.stderr.write(`${[...unreadable].join(', ')} cannot be read. "puente check" says why.\n`)
    return 1
  }
  const sheets = bundleToSheets(files, bundleId(files))
  writeFileSync(file, await writeWorkbook(sheets, cellLists))
  io.stdout.write(`${file} has ${sheets.reduce((sum, { rows }) => sum + rows.length, 0)} rows.\n`)
  return 0
}
