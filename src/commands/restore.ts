import { existsSync } from 'node:fs'
import { databaseUrlOf } from '../http/settings.ts'
import { checkBackUp, restoreBackUp } from '../store/back-up-file.ts'
import { tryKeyFile } from '../store/open-store.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { fileOf, passphraseOr } from './passphrase.ts'
import { withStore } from './with-store.ts'

const help = `puente restore FILE [--passphrase-file FILE]

Fills an empty database from a back-up. The key file that belongs to it has to be in its place first. Nothing is sent
afterwards until you have looked and say: npx puente resume-sending

  npx puente restore /mnt/usb/puente-monday.backup --passphrase-file /root/backup-passphrase
`

/** Errors whose sentence is for whoever runs the installation. */
const told = new Set(['SealedFileError', 'DatabaseNotEmptyError', 'WrongKeyError', 'MissingKeyError'])

/** `puente restore`: everything back from one sealed file. */
export async function restore(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const path = fileOf(args)
  if (path === undefined || !existsSync(path)) {
    io.stderr.write(path === undefined ? 'puente restore: name the back-up.\n' : `There is no file ${path}.\n`)
    return 2
  }
  const settings = settingsOr(io)
  const passphrase = passphraseOr(args, io)
  if (settings === null || passphrase === null) return 1
  if (!existsSync(settings.keyFile)) {
    io.stderr.write(
      `The key file ${settings.keyFile} is not there. Put its copy there first: without it nothing that people said can be read.\n`,
    )
    return 1
  }
  const databaseUrl = databaseUrlOf(settings)
  const opensWith = (wrapped: Parameters<typeof tryKeyFile>[1]) => tryKeyFile(settings.keyFile, wrapped)
  try {
    const { madeAt } = await checkBackUp({ path, passphrase, opensWith })
    // Makes the tables.
    await withStore(io, async () => 0)
    const rows = await restoreBackUp({ databaseUrl, path, passphrase })
    io.stdout.write(`Restored ${rows} rows as they were at ${new Date(madeAt).toISOString()}.\n`)
    io.stdout.write('Sending is held. Start Puente, then see what would go out: npx puente resume-sending\n')
    return 0
  } catch (error) {
    if (!(error instanceof Error) || !told.has(error.name)) throw error
    io.stderr.write(`${error.message}\n`)
    return 1
  }
}
