import { existsSync } from 'node:fs'
import { databaseUrlOf } from '../http/settings.ts'
import { writeBackUp } from '../store/back-up-file.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { fileOf, passphraseOr } from './passphrase.ts'
import { withStore } from './with-store.ts'

const help = `puente backup FILE [--passphrase-file FILE]

Writes everything in the database to one new file, also while the server runs and people write. Only the passphrase opens
it. The key file is not in it: to read what people said, both are needed, so keep a copy of the key file in another place.
docs/backup.md has the steps.

  npx puente backup /mnt/usb/puente-monday.backup --passphrase-file /root/backup-passphrase
`

/** `puente backup`: everything in one sealed file. */
export async function backup(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const path = fileOf(args)
  if (path === undefined) {
    io.stderr.write('puente backup: name the file to write. "puente backup --help" shows an example.\n')
    return 2
  }
  if (existsSync(path)) {
    io.stderr.write(`There is a file at ${path} already; a back-up overwrites nothing.\n`)
    return 1
  }
  const settings = settingsOr(io)
  const passphrase = passphraseOr(args, io)
  if (settings === null || passphrase === null) return 1
  // Opened first: a database of another version, or with another key file, is no back-up to rely on.
  return withStore(io, async (store) => {
    const now = Date.now()
    const bytes = await writeBackUp({ databaseUrl: databaseUrlOf(settings), path, passphrase, now })
    await store.noteBackUp(now)
    io.stdout.write(`The back-up is in ${path} (${Math.ceil(bytes / 1024)} kB).\n`)
    return 0
  })
}
