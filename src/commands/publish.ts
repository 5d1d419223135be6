import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readBundleFiles, readDraftFiles } from '../bundle-files.ts'
import { diffBundles } from '../flow/diff-bundles.ts'
import { renderProblem } from '../problem.ts'
import { listBundles, publishBundle, readPublished } from '../published-bundles.ts'
import type { CommandIo } from './io.ts'
import { projectRoot } from './load-bundle.ts'
import { withStore } from './with-store.ts'

const help = `puente publish --by NAME --why REASON [--urgent] [--dialogs DIR] [--rota FILE]
puente publish --restore ID --by NAME --why REASON [--urgent]
puente publish --list
puente publish --diff [ID] [--dialogs DIR]

Puts dialogs/ and locales/ into use, if the gate finds nothing wrong. Conversations under way stay on the bundle that they
began with; --urgent moves them to this one. --restore puts an older bundle into use again. --diff tells what would change.

  puente publish --by "Ana" --why "a new question about water"
  puente publish --diff
`

/** `puente publish`: 0 when it is in use, 1 when the gate refused it, 2 when the call was wrong. */
export async function publish(args: string[], io: CommandIo): Promise<number> {
  const optionOf = (name: string) => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args[at + 1]
  }
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const root = resolve(optionOf('--dialogs') ?? projectRoot)
  return withStore(io, async (store) => {
    if (args.includes('--list')) {
      const published = await listBundles(store)
      if (published.length === 0)
        io.stdout.write('Nothing was published yet: the server runs the dialogs/ and locales/ of its own folder.\n')
      for (const { id, at, by, why, isUrgent } of published)
        io.stdout.write(
          `${id}  ${new Date(at).toISOString().slice(0, 16)}  ${by}: ${why}${isUrgent ? ' (urgent)' : ''}\n`,
        )
      return 0
    }
    if (args.includes('--diff')) {
      const named = optionOf('--diff')
      const before = await readPublished(store, named && !named.startsWith('-') ? named : null)
      if (before === null) {
        io.stderr.write('There is no such published bundle. "puente publish --list" shows them.\n')
        return 2
      }
      for (const line of diffBundles(before.files, readBundleFiles(root))) io.stdout.write(`${line}\n`)
      return 0
    }
    const by = optionOf('--by')
    const why = optionOf('--why')
    if (!by || !why) {
      io.stderr.write(`Who publishes, and why? Both are kept with the bundle.\n\n${help}`)
      return 2
    }
    const restored = optionOf('--restore')
    const draft = restored === undefined ? readDraftFiles(root) : null
    for (const problem of draft?.problems ?? []) io.stdout.write(`${renderProblem('', '', problem)}\n\n`)
    if (draft && draft.problems.length > 0) {
      io.stdout.write('Not published: not every file can be read. What was in use stays in use.\n')
      return 1
    }
    const files = draft?.files ?? (await readPublished(store, restored!))?.files
    if (files === undefined) {
      io.stderr.write(`There is no published bundle ${restored}. "puente publish --list" shows them.\n`)
      return 2
    }
    const rotaFile = optionOf('--rota')
    const rota =
      rotaFile === undefined
        ? files['dialogs/demonstration/rota.yaml'] === undefined
          ? null
          : { file: 'dialogs/demonstration/rota.yaml', text: files['dialogs/demonstration/rota.yaml'] }
        : { file: rotaFile, text: readFileSync(rotaFile, 'utf8') }
    const note = { by, why, isUrgent: args.includes('--urgent') }
    const { id, problems, states } = await publishBundle(store, files, note, {
      now: Date.now(),
      rota,
    })
    for (const problem of problems)
      io.stdout.write(`${renderProblem('', files[problem.source ?? ''] ?? '', problem)}\n\n`)
    if (id === null) {
      io.stdout.write(
        `Not published: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}. What was in use stays in use.\n`,
      )
      return 1
    }
    io.stdout.write(
      `Published as ${id}, proven in ${states} states.${note.isUrgent ? ' Conversations under way are moved to it.' : ''}\n`,
    )
    return 0
  })
}
