import type { CommandIo } from './io.ts'
import { withStore } from './with-store.ts'

const help = `puente keys rotate

Makes a new key in the key file, wraps the key of every conversation with it, and forgets the old one; also while the
server runs. Broken off, it leaves everything readable: run it again. Back-ups from before need the old key file, so make
a new back-up and copy the new key file at once. With several machines, each needs the same key file: stop the others,
rotate, copy the file, start them.

  npx puente keys rotate
`

/** `puente keys`: the keys at rest. */
export async function keys(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  if (args[0] !== 'rotate') {
    io.stderr.write('puente keys: expected "rotate". "puente keys --help" says what it does.\n')
    return 2
  }
  return withStore(io, async (store) => {
    const { rewrapped } = await store.rotateKeys()
    io.stdout.write(
      `A new key protects everything: ${rewrapped} keys were wrapped anew, and the old one is forgotten.\n`,
    )
    io.stdout.write(
      'Copy the key file to where you keep its copy, and make a new back-up: older ones need the old key.\n',
    )
    return 0
  })
}
