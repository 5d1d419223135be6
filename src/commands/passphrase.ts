import { readFileSync } from 'node:fs'
import type { CommandIo } from './io.ts'

/** The passphrase of a back-up, never taken from the command line, where every user of the machine could read it. */
export function passphraseOr(args: string[], io: CommandIo): string | null {
  const at = args.indexOf('--passphrase-file')
  let passphrase = process.env.PUENTE_BACKUP_PASSPHRASE ?? ''
  if (at >= 0)
    try {
      passphrase = readFileSync(args[at + 1] ?? '', 'utf8').replace(/\r?\n$/, '')
    } catch {
      io.stderr.write('The file of --passphrase-file cannot be read.\n')
      return null
    }
  if (passphrase.length >= lengthMin) return passphrase
  io.stderr.write(
    `A passphrase of at least ${lengthMin} characters is needed. Put it into a file and name that with --passphrase-file, or set PUENTE_BACKUP_PASSPHRASE. Six words drawn by chance are good.\n`,
  )
  return null
}

/** The file that a command is about: what is left beside the options. */
export function fileOf(args: string[]): string | undefined {
  return args.find((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--passphrase-file')
}

const lengthMin = 16
