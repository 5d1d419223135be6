import type { Readable, Writable } from 'node:stream'

/** Where a command reads and writes, handed in so that tests need no process. */
export interface CommandIo {
  stdin: Readable
  stdout: Writable
  stderr: Writable
}
