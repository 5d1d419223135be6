import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { assemble } from '../assemble-files.ts'
import { bundleId, fingerprint, readBundleFiles } from '../bundle-files.ts'
import { readDraftBase, writeDraftBase } from '../draft-base.ts'
import { type CheckResult, checkBundle } from '../flow/check/check-bundle.ts'
import { checkPlainFiles } from '../flow/check/plain-files.ts'
import { diffBundles } from '../flow/diff-bundles.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import { renderProblem } from '../problem.ts'
import { projectRoot } from '../project-root.ts'
import { overtaking } from '../published-bundles.ts'
import { takeOver } from '../spreadsheet/take-over.ts'
import { type CellProblem, LARGEST_BYTES, readWorkbook, type Sheet } from '../spreadsheet/workbook.ts'
import { rotaIn } from './check.ts'
import type { CommandIo } from './io.ts'
import { tellOthersWork } from './others-work.ts'
import { withStore } from './with-store.ts'

const help = `puente import FILE.xlsx [--dialogs DIR] [--base DIR] [--draft DIR]

Takes what was changed in a spreadsheet of "puente export" back into dialogs/ and locales/: only the lines that change are
written anew. First it says in words what would be different, then it asks the publish gate. When a cell or the gate
refuses, or when somebody else published since the folder was pulled, nothing is written.

  --dialogs DIR  the folder that holds dialogs/ and locales/ (this project)
  --base DIR     that folder as it was at the export, when anything has changed since: what changed here stays, and what
                 changed on both sides is refused with its cell
  --draft DIR    write everything into this new folder instead, also what the gate refuses

  puente import words.xlsx
  puente import words.xlsx --draft draft
`

/** Asks the publish gate about the files of a folder; `root` says where its rota is. */
export type Gate = (files: BundleFiles, root: string) => CheckResult

const askGate: Gate = (files, root) => {
  const file = rotaIn(root)
  const rota = file === undefined ? null : { file, text: readFileSync(file, 'utf8') }
  return checkBundle(files, { now: Date.now(), rota, fingerprint, assemble })
}

/** `puente import`: 0 when it was taken over, 1 when a cell or the gate refuses it, 2 when the call was wrong. */
export async function importSheets(args: string[], io: CommandIo, gate: Gate = askGate): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'number' || 'mistake' in options) {
    if (options === 0) io.stdout.write(help)
    else io.stderr.write(`${typeof options === 'number' ? '' : `${options.mistake}\n\n`}${help}`)
    return options === 0 ? 0 : 2
  }
  const { file } = options
  const mistake = mistakeIn(options)
  if (mistake !== null) {
    io.stderr.write(`${mistake}\n`)
    return 2
  }
  const root = resolve(options.dialogs ?? projectRoot)
  const files = readBundleFiles(root)
  const base = options.base === undefined ? null : readBundleFiles(resolve(options.base))
  const unreadable = [files, base ?? {}].flatMap((one) => [...checkPlainFiles(one).unreadable])
  if (unreadable.length > 0) {
    io.stderr.write(`${unreadable.join(', ')} cannot be read. "puente check" says why.\n`)
    return 1
  }
  const read = await readSheets(file)
  const origin = read.problems.length > 0 ? [] : wrongOrigin(read.sheets, bundleId(base ?? files))
  const refused = [...read.problems, ...origin]
  const taken = refused.length > 0 ? { files: {}, problems: refused } : takeOver(read.sheets, files, base)
  if (taken.problems.length > 0) {
    for (const { sheet, cell, message } of taken.problems)
      io.stdout.write(
        `${[file, sheet && `sheet ${sheet}`, cell && `cell ${cell}`].filter(Boolean).join(', ')}: ${message}\n`,
      )
    const count = taken.problems.length
    io.stdout.write(`${count === 1 ? '1 thing is' : `${count} things are`} refused; nothing was written.\n`)
    return 1
  }
  const result = { ...files, ...taken.files }
  const differences = diffBundles(files, result)
  for (const line of differences) io.stdout.write(`${line}\n`)
  io.stdout.write(`${differences.length === 1 ? '1 difference' : `${differences.length} differences`}.\n`)
  if (differences.length === 0 && options.draft === undefined) return 0

  const draftBase = readDraftBase(root)
  const isOvertaken = draftBase !== null && (await isPublishedOver(io, options, result, draftBase))
  if (isOvertaken && options.draft === undefined) return 1

  const { problems } = gate(result, root)
  for (const problem of problems)
    io.stdout.write(`\n${renderProblem('', result[problem.source ?? ''] ?? '', problem)}\n`)
  if (problems.length > 0)
    io.stdout.write(
      `\n${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: this cannot be published.\n`,
    )
  if (options.draft !== undefined) {
    write(resolve(options.draft), result)
    if (draftBase !== null) writeDraftBase(resolve(options.draft), draftBase)
    io.stdout.write(`The draft is in ${options.draft}.\n`)
  } else if (problems.length > 0) io.stdout.write('Nothing was written. --draft writes it into a folder of its own.\n')
  else write(root, taken.files)
  return problems.length > 0 ? 1 : 0
}

/** Whether somebody else published since the folder was made; then also tells what, and how both are kept. */
async function isPublishedOver(
  io: CommandIo,
  { file, dialogs, draft }: Options,
  files: BundleFiles,
  after: string,
): Promise<boolean> {
  let isOver = false
  const code = await withStore(io, async (store) => {
    const overtakenBy = await overtaking(store, files, after)
    isOver = overtakenBy.length > 0
    if (!isOver) return 0
    io.stdout.write('\n')
    await tellOthersWork(store, io, { files, after, overtakenBy })
    io.stdout.write(
      `\n${draft === undefined ? 'Nothing was written' : 'The draft cannot be published as it is'}. To keep both: "puente pull NEW", then "puente import ${file} --dialogs NEW --base ${dialogs ?? projectRoot}".\n`,
    )
    return 0
  })
  return isOver || code !== 0
}

interface Options {
  file: string
  dialogs?: string
  base?: string
  draft?: string
}

/** The options; 0 for a call for help, 2 for one without a file. */
function readOptions(args: string[]): Options | { mistake: string } | 0 | 2 {
  if (args.includes('--help') || args.includes('-h')) return 0
  const options: Partial<Options> = {}
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!
    if (arg === '--dialogs' || arg === '--base' || arg === '--draft') {
      const value = args[++index]
      if (value === undefined || value.startsWith('-')) return { mistake: `${arg} needs a folder.` }
      options[arg.slice(2) as 'dialogs' | 'base' | 'draft'] = value
    } else if (arg.startsWith('-')) return { mistake: `${arg} is not known.` }
    else if (options.file !== undefined) return { mistake: 'One file at a time.' }
    else options.file = arg
  }
  return options.file === undefined ? 2 : (options as Options)
}

function mistakeIn({ file, dialogs, base, draft }: Options): string | null {
  if (!existsSync(file) || !statSync(file).isFile()) return `${file} is not there.`
  for (const folder of [dialogs, base])
    if (folder !== undefined && !existsSync(join(folder, 'dialogs'))) return `${folder} has no dialogs/.`
  if (draft !== undefined && (existsSync(join(draft, 'dialogs')) || existsSync(join(draft, 'locales'))))
    return `${draft} has dialogs or locales already; nothing was written over them. Name another folder.`
  return null
}

async function readSheets(file: string): Promise<{ sheets: Sheet[]; problems: CellProblem[] }> {
  // A file that is far too large is not even read into memory.
  const { size } = statSync(file)
  if (size <= LARGEST_BYTES) return readWorkbook(new Uint8Array(readFileSync(file)))
  const message = `This file has ${Math.round(size / 1e6)} MB; at most ${LARGEST_BYTES / 1e6} MB are read.`
  return { sheets: [], problems: [{ sheet: '', cell: '', message }] }
}

/** Without the files that a sheet was made from nobody can tell its changes from those that were made here since. */
function wrongOrigin(sheets: readonly Sheet[], origin: string): CellProblem[] {
  const settings = sheets.find(({ name }) => name === 'settings')
  const row = settings?.rows.findIndex(([key]) => key === 'bundle') ?? -1
  const refuse = (cell: string, message: string) => [{ sheet: 'settings', cell, message }]
  if (row < 0)
    return refuse(
      'A1',
      'The row "bundle" is missing, which says what the sheets were made from. Export anew, and write into that file.',
    )
  if (settings!.rows[row]![1] === origin) return []
  return refuse(
    `B${row + 2}`,
    'The sheets were made from other files than these: what changed here since would be lost. Name the folder that they were made from with --base, or export anew.',
  )
}

function write(root: string, files: BundleFiles): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
