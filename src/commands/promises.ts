import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { fingerprint, readBundleFiles } from '../bundle-files.ts'
import { ACCEPTED, canonical } from '../flow/check/accepted.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'

const help = `puente promises accept --by NAME --why REASON [--dialogs DIR]

Writes down who accepts the promises of dialogs/promises.yaml as they stand. The publish gate refuses a bundle whose
promises nobody has accepted, so that a promise cannot grow weaker by an edit.

  puente promises accept --by "R. Diaz, nurse" --why "agreed in the meeting of 3 December"
`

/** `puente promises accept`: a named person answers for the promises. */
export async function promises(args: string[], io: CommandIo): Promise<number> {
  const optionOf = (option: string) => {
    const at = args.indexOf(option)
    return at < 0 ? undefined : args[at + 1]
  }
  const by = optionOf('--by')
  const why = optionOf('--why')
  if (args.includes('--help') || args[0] !== 'accept' || !by || !why) {
    io.stdout.write(help)
    return args.includes('--help') ? 0 : 2
  }
  const root = resolve(optionOf('--dialogs') ?? projectRoot)
  const accepted = {
    version: 1,
    kind: 'promises_accepted',
    fingerprint: fingerprint(canonical(readBundleFiles(root))),
    accepted_by: by,
    accepted_on: new Date().toISOString().slice(0, 10),
    why,
  }
  writeFileSync(
    join(root, ACCEPTED),
    `# yaml-language-server: $schema=../docs/schema/promises-accepted.json\n# Who answers for dialogs/promises.yaml as it stands. Written by: puente promises accept\n${stringify(accepted)}`,
  )
  io.stdout.write(`${ACCEPTED} is written. Read it once more before you publish.\n`)
  return 0
}
