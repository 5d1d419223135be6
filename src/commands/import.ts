import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundleId, readBundleFiles } from '../bundle-files.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import { sheetsToWords } from '../spreadsheet/words-sheets.ts'
import { readWorkbook } from '../spreadsheet/workbook.ts'
import type { CommandIo } from './io.ts'
import { projectRoot } from './load-bundle.ts'

const help = `puente import FILE.xlsx [--dialogs DIR] [--base DIR]

Takes words from a spreadsheet of "puente export" back into locales/. With a formula, an unknown text or a conflict
nothing is written. When anything in dialogs/ or locales/ has changed since the export, --base names the folder as it
was then: what changed here stays, and a text that changed on both sides is refused with its cell.
"puente check" says whether the result may be published.

  puente import words.xlsx
`

/** `puente import`: words that translators wrote. 1 when something in the sheet is refused. */
export async function importWords(args: string[], io: CommandIo): Promise<number> {
  const optionOf = (name: string) => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args[at + 1]
  }
  const values = new Set([optionOf('--dialogs'), optionOf('--base')])
  const file = args.find((arg) => !arg.startsWith('-') && !values.has(arg))
  if (file === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return args.includes('--help') || args.includes('-h') ? 0 : 2
  }
  if (!existsSync(file)) {
    io.stderr.write(`${file} is not there.\n`)
    return 2
  }
  const root = resolve(optionOf('--dialogs') ?? projectRoot)
  const files = readBundleFiles(root)
  const { sheets, problems } = await readWorkbook(new Uint8Array(readFileSync(file)))
  const made = sheets.find(({ name }) => name === 'settings')?.rows.find(([key]) => key === 'bundle')?.[1]
  const baseFolder = optionOf('--base')
  let base: BundleFiles | null = null
  if (baseFolder !== undefined) base = readBundleFiles(resolve(baseFolder))
  const taken = sheetsToWords(sheets, files, base)
  const refused = [...problems, ...taken.problems]
  // Without the files that it was made from nobody can tell a translator's change from one that was made here since.
  if (made !== undefined && made !== bundleId(base ?? files))
    refused.push({
      sheet: 'settings',
      cell: 'B3',
      message:
        'The sheet was made from other files than these: what changed here since would be lost. Name the folder that it was made from with --base, or export anew.',
    })
  for (const { sheet, cell, message } of refused) io.stdout.write(`${file}, sheet ${sheet}, cell ${cell}: ${message}\n`)
  if (refused.length > 0) {
    io.stdout.write(
      `${refused.length === 1 ? '1 cell is' : `${refused.length} cells are`} refused; nothing was written.\n`,
    )
    return 1
  }
  for (const [path, text] of Object.entries(taken.files)) writeFileSync(join(root, path), text)
  for (const change of taken.changes) io.stdout.write(`${change}\n`)
  io.stdout.write(`${taken.changes.length} texts changed.\n`)
  return 0
}
