import type { CommandIo } from './io.ts'

/**
 * A command's options, or the exit code with which it ends at once: help was asked for, or the call was wrong and its
 * reader is told what is wrong and where examples are.
 *
 * @param read - from the arguments, strictly, as `parseArgs` does; 'help', or what is wrong in words, instead of options
 */
export function optionsOrExit<Options extends object>(
  { command, help, io }: { command: string; help: string; io: CommandIo },
  read: () => Options | string,
): Options | number {
  let found: Options | string
  try {
    found = read()
  } catch (error) {
    // Node goes on about arguments that begin with a dash; the first sentence is what a reader can act on.
    found = `${error instanceof Error ? error.message.split('. ')[0] : 'the options cannot be read'}.`
  }
  if (found === 'help') {
    io.stdout.write(help)
    return 0
  }
  if (typeof found !== 'string') return found
  io.stderr.write(`puente ${command}: ${found} "puente ${command} --help" shows examples.\n`)
  return 2
}
