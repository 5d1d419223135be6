import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { writeDraftBase } from '../draft-base.ts'
import { readPublished } from '../published-bundles.ts'
import type { CommandIo } from './io.ts'
import { withStore } from './with-store.ts'

const help = `puente pull DIR [--id ID]

Writes the dialogs/ and locales/ in use, or those of an older bundle, into a folder that does not have them yet. The
folder remembers which bundle it was made from, so that "puente publish" can tell when somebody else was faster.

  puente pull draft
`

/** `puente pull`: what is in use, as files to edit. */
export async function pull(args: string[], io: CommandIo): Promise<number> {
  const at = args.indexOf('--id')
  const id = at < 0 ? null : (args[at + 1] ?? null)
  const folder = args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--id')
  if (folder === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return folder === undefined && !args.includes('--help') ? 2 : 0
  }
  const root = resolve(folder)
  if (existsSync(join(root, 'dialogs')) || existsSync(join(root, 'locales'))) {
    io.stderr.write(`${folder} has dialogs or locales already; nothing was written over them. Name another folder.\n`)
    return 2
  }
  return withStore(io, async (store) => {
    const bundle = await readPublished(store, id)
    if (bundle === null) {
      io.stderr.write('There is no such published bundle. "puente publish --list" shows them.\n')
      return 1
    }
    for (const [file, text] of Object.entries(bundle.files)) {
      const path = resolve(root, file)
      if (!path.startsWith(root + sep)) continue
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    writeDraftBase(root, bundle.id)
    io.stdout.write(`${Object.keys(bundle.files).length} files of ${bundle.id} are in ${folder}.\n`)
    return 0
  })
}
