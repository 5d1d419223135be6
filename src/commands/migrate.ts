import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readBundleFiles } from '../bundle-files.ts'
import { migrateBundle, NEWEST_VERSION } from '../flow/migrate/migrate.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'
import { lineDiff } from './line-diff.ts'

const help = `puente migrate [--dialogs DIR] [--look]

Brings files of an older version in dialogs/ and locales/ up to version ${NEWEST_VERSION}, which this Puente reads. Shows every line that
changes, and why. Comments and layout stay. Bundles that were published before go on as they are.

  --dialogs DIR  the folder that holds dialogs/ and locales/ (this project)
  --look         show it, write nothing

  puente migrate --dialogs draft --look
`

/** `puente migrate`: 0 when the files are of the newest version now, or would be. */
export async function migrate(args: string[], io: CommandIo): Promise<number> {
  const at = args.indexOf('--dialogs')
  const strange = args.find(
    (arg, index) => !['--dialogs', '--look', '--help', '-h'].includes(arg) && (at < 0 || index !== at + 1),
  )
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const folder = at < 0 ? projectRoot : args[at + 1]
  if (strange !== undefined || folder === undefined || !existsSync(join(folder, 'dialogs'))) {
    io.stderr.write(
      `${strange === undefined ? `${folder ?? '--dialogs'} has no dialogs/.` : `${strange} is not known.`}\n\n${help}`,
    )
    return 2
  }
  const root = resolve(folder)
  const files = readBundleFiles(root)
  const migrated = migrateBundle(files)
  for (const { path, from, text, why } of migrated) {
    io.stdout.write(`${path}: version ${from} to ${NEWEST_VERSION}\n`)
    for (const line of [...why, ...lineDiff(files[path]!, text)]) io.stdout.write(`${line}\n`)
    io.stdout.write('\n')
  }
  if (!args.includes('--look')) for (const { path, text } of migrated) writeFileSync(join(root, path), text)
  const count = migrated.length === 1 ? '1 file' : `${migrated.length} files`
  io.stdout.write(
    migrated.length === 0
      ? `Every file is of version ${NEWEST_VERSION} already.\n`
      : args.includes('--look')
        ? `${count} would be changed.\n`
        : `${count} changed. "puente check" says whether this may be published.\n`,
  )
  return 0
}
