import { readFileSync } from 'node:fs'
import type { RunningBundle } from '../flow/assemble-flow.ts'
import { isAwaitingCode } from '../handoff/confirm-number.ts'
import { heldBySomebody } from '../handoff/coordinator-digest.ts'
import { onCall, rotaQuality } from '../handoff/on-call.ts'
import type { Rota } from '../handoff/rota.ts'
import { renderProblem } from '../problem.ts'
import { importRota } from '../rota-import.ts'
import type { Store } from '../store/store.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'
import { withStore } from './with-store.ts'

const help = `puente rota import FILE.yaml
puente rota now

import replaces the whole rota, also while the server runs; the numbers in the file count as verified, but for
those with confirm_by_code, which get a code by text and are paged once it came back. A file with a
problem changes nothing. now shows who is on call at this moment, by line, and how much of the coming week is covered:
hours and roles on each line, hours and languages on line 1, in percent.

  npx puente rota import my-rota.yaml
  npx puente rota now
`

/** `puente rota`: who is on call. */
export async function rota(args: string[], io: CommandIo): Promise<number> {
  const [action, file] = args
  if (action === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return action === undefined ? 2 : 0
  }
  if ((action !== 'import' || file === undefined) && action !== 'now') {
    io.stderr.write(`puente rota: expected "import FILE.yaml" or "now". "puente rota --help" shows examples.\n`)
    return 2
  }
  const settings = settingsOr(io)
  const bundle = loadBundle(io)
  if (settings === null || bundle === null) return 1
  let text = ''
  if (action === 'import') {
    try {
      text = readFileSync(file!, 'utf8')
    } catch {
      io.stderr.write(`${file} cannot be read.\n`)
      return 2
    }
  }
  return withStore(io, (store) => (action === 'now' ? showNow(store, io, bundle) : importFile(store)))

  async function importFile(store: Store): Promise<number> {
    const { twilio } = settings!
    const own = [twilio?.smsFrom, twilio?.whatsappFrom, twilio?.voiceFrom].filter((number) => number != null)
    const { version, problems, warnings, awaiting } = await importRota(store, bundle!, text, Date.now(), own)
    for (const problem of [...problems, ...warnings]) io.stderr.write(`${renderProblem(file!, text, problem)}\n\n`)
    if (version === null) {
      io.stderr.write('The rota was not changed.\n')
      return 1
    }
    io.stdout.write(`The rota is in force (version ${version}).\n`)
    if (awaiting.length > 0)
      io.stdout.write(`A code goes by text to ${awaiting.join(', ')}; paged once it came back.\n`)
    return 0
  }
}

async function showNow(store: Store, io: CommandIo, { dialogs }: RunningBundle): Promise<number> {
  const found = await store.readDocument<Rota>('rota')
  if (found === null) {
    io.stdout.write('There is no rota yet: npx puente rota import my-rota.yaml\n')
    return 1
  }
  for (const line of [1, 2] as const) {
    const people = onCall(found.body, { line, at: Date.now() })
    const names = people.map((person) => `${person.name} (${person.roles.join(', ')})`)
    io.stdout.write(`line ${line}: ${names.length > 0 ? names.join('; ') : 'nobody'}\n`)
  }
  const awaiting = found.body.people.filter(isAwaitingCode).map(({ name }) => name)
  if (awaiting.length > 0) io.stdout.write(`not paged, their code has not come back: ${awaiting.join('; ')}\n`)
  const languages = dialogs.languages.map(({ id }) => id)
  const wanted = heldBySomebody(found.body, { roles: dialogs.roles.roles, languages })
  const quality = rotaQuality(found.body, wanted, Date.now())
  const { overall, firstLine, secondLine } = quality
  const parts = `line 1 ${firstLine}, line 2 ${secondLine}, languages ${quality.languages}`
  io.stdout.write(`coming week: ${overall} of 100 (${parts})\n`)
  return 0
}
