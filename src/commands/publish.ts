import { resolve } from 'node:path'
import { readBundleFiles, readDraftFiles } from '../bundle-files.ts'
import { readDraftBase, writeDraftBase } from '../draft-base.ts'
import { diffBundles } from '../flow/diff-bundles.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import { runGate } from '../gate.ts'
import { renderProblem } from '../problem.ts'
import { projectRoot } from '../project-root.ts'
import { listBundles, type PublishedBundle, publishBundle, readPublished } from '../published-bundles.ts'
import type { Store } from '../store/store.ts'
import type { CommandIo } from './io.ts'
import { nameOf, tellOthersWork } from './others-work.ts'
import { readRotaFile, rotaInUse } from './rota-to-check.ts'
import { withStore } from './with-store.ts'

const help = `puente publish --by NAME --why REASON [--urgent] [--dialogs DIR] [--rota FILE] [--after ID]
puente publish --restore ID --by NAME --why REASON [--urgent]
puente publish --list
puente publish --diff [ID] [--dialogs DIR]

Puts dialogs/ and locales/ into use, if the gate finds nothing wrong. Conversations under way stay on the bundle that they
began with; --urgent moves them to this one. --restore puts an older bundle into use again. --diff tells what would change.

When somebody else published since the folder was pulled, nothing is published, and their changes are told: publishing
would undo them. --after ID says that the folder has what bundle ID has.

Who is on call is looked up in the rota in use, or in that of --rota FILE: for a new role, publish with the rota that has
it, and import that rota after.

  puente publish --by "Ana" --why "a new question about water"
  puente publish --diff
`

const VALUES = ['--by', '--why', '--dialogs', '--rota', '--after', '--restore', '--diff']
const FLAGS = ['--urgent', '--list']

/** `puente publish`: 0 when it is in use, 1 when it was refused, 2 when the call was wrong. */
export async function publish(args: string[], io: CommandIo, gate: typeof runGate = runGate): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const options = readOptions(args)
  if ('mistake' in options) {
    io.stderr.write(`${options.mistake}\n\n${help}`)
    return 2
  }
  const root = resolve(options['--dialogs'] || projectRoot)
  return withStore(io, async (store) => {
    if (options['--list'] !== undefined) return list(store, io)
    if (options['--diff'] !== undefined) return tellDifference(store, io, options['--diff'] || null, root)
    return putIntoUse(store, io, options, root, gate)
  })
}

async function list(store: Store, io: CommandIo): Promise<number> {
  const published = await listBundles(store)
  if (published.length === 0)
    io.stdout.write('Nothing was published yet: the server runs the dialogs/ and locales/ of its own folder.\n')
  for (const bundle of published) io.stdout.write(`${nameOf(bundle)}${bundle.isUrgent ? ' (urgent)' : ''}\n`)
  return 0
}

async function tellDifference(store: Store, io: CommandIo, id: string | null, root: string): Promise<number> {
  const before = await readPublished(store, id)
  if (before === null) return noSuchBundle(io, id)
  for (const line of diffBundles(before.files, readBundleFiles(root))) io.stdout.write(`${line}\n`)
  return 0
}

async function putIntoUse(
  store: Store,
  io: CommandIo,
  options: Options,
  root: string,
  gate: typeof runGate,
): Promise<number> {
  const { '--by': by, '--why': why, '--restore': restored } = options
  if (!by || !why) {
    io.stderr.write(`Who publishes, and why? Both are kept with the bundle.\n\n${help}`)
    return 2
  }
  const draft = restored === undefined ? readDraftFiles(root) : null
  for (const problem of draft?.problems ?? []) io.stdout.write(`${renderProblem('', '', problem)}\n\n`)
  if (draft && draft.problems.length > 0) {
    io.stdout.write('Not published: not every file can be read. What was in use stays in use.\n')
    return 1
  }
  const files = draft?.files ?? (await readPublished(store, restored!))?.files
  if (files === undefined) return noSuchBundle(io, restored!)
  const inUse = await readPublished(store, null)
  // Whoever restores means to undo what is in use now, and nothing that comes while the gate is at work.
  const after = options['--after'] ?? (draft ? readDraftBase(root) : (inUse?.id ?? null))
  const isUrgent = options['--urgent'] !== undefined
  const rotaFile = options['--rota']
  const rota = rotaFile === undefined ? await rotaInUse(store, files) : readRotaFile(rotaFile)
  if (rotaFile !== undefined && rota === null) {
    io.stderr.write(`${rotaFile} cannot be read. --rota names a rota file.\n`)
    return 2
  }
  const context = { now: Date.now(), rota }
  const textOf = (source = ''): string => (source === rota?.file ? rota.text : (files[source] ?? ''))
  const { id, problems, states, overtakenBy } = await publishBundle(
    store,
    files,
    { by, why, isUrgent, after },
    context,
    gate,
  )
  for (const problem of problems) io.stdout.write(`${renderProblem('', textOf(problem.source), problem)}\n\n`)
  if (overtakenBy.length > 0) return tellOvertaken(store, io, { files, after, overtakenBy })
  const lookedAt = rota === null ? 'No rota was looked at.' : `Who is on call was looked up in ${rota.file}.`
  if (id === null) {
    io.stdout.write(
      `${lookedAt}\nNot published: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}. What was in use stays in use.\n`,
    )
    return 1
  }
  if (draft) rememberBase(io, root, id)
  if (inUse !== null) for (const line of diffBundles(inUse.files, files)) io.stdout.write(`${line}\n`)
  io.stdout.write(
    `${lookedAt}\nPublished as ${id}, proven in ${states} states.${isUrgent ? ' Conversations under way are moved to it.' : ''}\n`,
  )
  return 0
}

/** Whose work would have been lost, and how both are kept. */
async function tellOvertaken(
  store: Store,
  io: CommandIo,
  work: { files: BundleFiles; after: string | null; overtakenBy: PublishedBundle[] },
): Promise<number> {
  io.stdout.write('Not published: what others published would be undone. What was in use stays in use.\n\n')
  await tellOthersWork(store, io, work)
  io.stdout.write(
    `\n"puente pull NEW" writes what is in use into a new folder: make your change there.\nWhen this folder has it already: puente publish … --after ${work.overtakenBy.at(-1)!.id}\n`,
  )
  return 1
}

function rememberBase(io: CommandIo, root: string, id: string): void {
  try {
    writeDraftBase(root, id)
  } catch {
    io.stderr.write(`The folder cannot be written to. When you publish from it again, say --after ${id}.\n`)
  }
}

function noSuchBundle(io: CommandIo, id: string | null): number {
  io.stderr.write(
    id === null
      ? 'Nothing was published yet.\n'
      : `There is no published bundle ${id}. "puente publish --list" shows them.\n`,
  )
  return 2
}

type Options = Partial<Record<string, string>>

/** A word that is not known is refused: a misspelt --urgent would leave people on the mistake that it was to take away. */
function readOptions(args: string[]): Options | { mistake: string } {
  const options: Options = {}
  for (let index = 0; index < args.length; index++) {
    const name = args[index]!
    if (FLAGS.includes(name)) options[name] = ''
    else if (VALUES.includes(name)) {
      const value = args[index + 1]
      const isMissing = value === undefined || value.startsWith('--')
      if (isMissing && name !== '--diff') return { mistake: `${name} needs a value.` }
      options[name] = isMissing ? '' : value
      if (!isMissing) index++
    } else return { mistake: `${name} is not known.` }
  }
  return options
}
