import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readDraftFiles } from '../bundle-files.ts'
import { runGate } from '../gate.ts'
import { type Problem, renderProblem } from '../problem.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'
import { readRotaFile } from './rota-to-check.ts'

const help = `puente check [--dialogs DIR] [--rota FILE] [--at DATE] [--json]

The publish gate: reads dialogs/ and locales/ and says everything that is wrong with them, each with its place, what is
allowed, and what would have happened to a person. Proves that every path ends, that every answer set of P1 or P2 has
paged somebody, and that nothing is sent to a phone that is not safe. Nothing wrong: one line and exit code 0.

  --dialogs DIR  the folder that holds dialogs/ and locales/ (this project)
  --rota FILE    also look at who is on call for the coming week (rota.yaml in that folder, else that of the demonstration)
  --at DATE      the day to check for, such as 2026-12-01 (today)
  --json         one JSON object: ok, states, problems, warnings

  puente check
  puente check --dialogs draft --rota rota.yaml
`

/** `puente check`: 0 when a bundle may be published, 1 when not, 2 when there is nothing to check. */
export async function check(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const options = readOptions(args)
  if ('mistake' in options) {
    io.stderr.write(`${options.mistake}\n\n${help}`)
    return 2
  }
  const root = resolve(options.dialogs ?? projectRoot)
  for (const folder of ['dialogs', 'locales'])
    if (!existsSync(join(root, folder))) {
      io.stderr.write(
        `${join(options.dialogs ?? root, folder)} is not there. --dialogs names the folder that holds dialogs/ and locales/.\n`,
      )
      return 2
    }
  const { files, problems: unread } = readDraftFiles(root)
  const rotaFile = options.rota ?? rotaIn(root)
  const rota = rotaFile === undefined ? null : readRotaFile(rotaFile)
  if (rotaFile !== undefined && rota === null) {
    io.stderr.write(`${rotaFile} cannot be read. --rota names a rota file.\n`)
    return 2
  }
  const checked = await runGate({ files, now: options.at ?? Date.now(), rota })
  // A file that is there and cannot be read is not missing as well.
  const isUnread = ({ source }: Problem) => unread.some((one) => one.source === source)
  const result = { ...checked, problems: [...unread, ...checked.problems.filter((one) => !isUnread(one))] }
  const textOf = (problem: Problem) =>
    rota && problem.source === rota.file ? rota.text : (files[problem.source ?? ''] ?? '')
  if (options.json) {
    const told = (problem: Problem) => ({ ...problem, text: renderProblem('', textOf(problem), problem) })
    io.stdout.write(
      `${JSON.stringify({ ok: result.problems.length === 0, states: result.states, problems: result.problems.map(told), warnings: result.warnings.map(told) })}\n`,
    )
    return result.problems.length > 0 ? 1 : 0
  }
  for (const problem of result.problems) io.stdout.write(`${renderProblem('', textOf(problem), problem)}\n\n`)
  for (const problem of result.warnings) io.stderr.write(`warning: ${renderProblem('', textOf(problem), problem)}\n\n`)
  if (result.problems.length > 0) {
    io.stdout.write(
      `${result.problems.length === 1 ? '1 problem' : `${result.problems.length} problems`}: this cannot be published.\n`,
    )
    return 1
  }
  io.stdout.write(
    `${Object.keys(files).length} files are in order${result.states === null ? '' : `, proven in ${result.states} states`}${rota ? '' : '; no rota was looked at'}.\n`,
  )
  return 0
}

/** The rota that belongs to a folder of dialogs, if it has one. */
export const rotaIn = (root: string): string | undefined =>
  ['rota.yaml', 'dialogs/rota.yaml', 'dialogs/demonstration/rota.yaml']
    .map((file) => join(root, file))
    .find((file) => existsSync(file))

function readOptions(
  args: string[],
): { dialogs?: string; rota?: string; at?: number; json: boolean } | { mistake: string } {
  const options: { dialogs?: string; rota?: string; at?: number; json: boolean } = { json: false }
  for (let index = 0; index < args.length; index++) {
    const option = args[index]!
    const value = args[index + 1]
    if (option === '--json') options.json = true
    else if (['--dialogs', '--rota', '--at'].includes(option)) {
      if (value === undefined) return { mistake: `${option} needs a value.` }
      index++
      if (option === '--dialogs') options.dialogs = value
      else if (option === '--rota') options.rota = value
      else {
        const at = Date.parse(value)
        if (Number.isNaN(at)) return { mistake: `--at needs a date such as 2026-12-01, not "${value}".` }
        options.at = at
      }
    } else if (!option.startsWith('-') && options.dialogs === undefined) options.dialogs = option
    else return { mistake: `${option} is not known.` }
  }
  return options
}
