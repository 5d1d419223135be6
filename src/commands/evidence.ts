import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { assemble } from '../assemble-files.ts'
import { fingerprintOf, readSeal } from '../evidence/seal.ts'
import { madeHereAt, makeRecord, type RecordOutcome, sealKey } from '../evidence-record.ts'
import type { Rota } from '../handoff/rota.ts'
import { runningBundles } from '../running-bundles.ts'
import type { CaseCode } from '../types.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'
import { optionsOrExit } from './options.ts'
import { withStore } from './with-store.ts'

const help = `puente evidence CODE [--out FILE] [--by NAME]
puente evidence verify FILE [--fingerprint "ab12 cd34 …"] [--here]
puente evidence fingerprint

A record of what a person reported and when, in Spanish and English, for a lawyer: made only if the person agreed
("8 CODE", sent by whoever has the case, asks them). The file is sealed: "verify" says whether a byte was changed and which
installation made it. --here also looks for it in the audit of this installation.

  npx puente evidence K7QF
  npx puente evidence verify puente-K7QF.pdf
  npx puente evidence fingerprint
`

/** `puente evidence`: 0 made or whole, 1 not agreed to, not whole or another's, 2 the call was wrong. */
export async function evidence(args: string[], io: CommandIo): Promise<number> {
  const options = optionsOrExit({ command: 'evidence', help, io }, () => readOptions(args))
  if (typeof options === 'number') return options
  const { first, file, by } = options
  if (first === 'verify') return verifyFile(file, options, io)
  if (first === 'fingerprint')
    return withStore(io, async (store) => {
      io.stdout.write(`${fingerprintOf(await sealKey(store, Date.now()))}\n`)
      return 0
    })
  const code = first.toUpperCase() as CaseCode
  const out = options.out ?? `puente-${code}.pdf`
  if (existsSync(out)) {
    io.stderr.write(`puente evidence: ${out} is there already. Name another file with --out.\n`)
    return 2
  }
  const settings = settingsOr(io)
  if (settings === null) return 1
  const own = loadBundle(io)
  if (own === null) return 1
  return withStore(io, async (store) => {
    const made = await makeRecord(
      {
        store,
        bundleOf: runningBundles({ store, own, load: (files) => assemble(files) ?? own }),
        zone: (await store.readDocument<Rota>('rota'))?.body.zone ?? 'UTC',
        now: Date.now(),
        isDemonstration: settings.twilio === null,
        by,
      },
      code,
    )
    if (made.kind !== 'made') {
      io.stderr.write(`puente evidence: ${refusals[made.kind](code)}\n`)
      return 1
    }
    writeFileSync(out, made.file, { flag: 'wx', mode: 0o600 })
    const { reported, written } = made.content
    io.stdout.write(
      `${out}: ${reported.length} answers and ${written.length} messages of case ${code}, in Spanish and English.\n` +
        `Seal ${made.seal.fingerprint}. Tell the lawyer these digits by another way than the file.\n` +
        'Give it to nobody but the person or the lawyer they chose.\n',
    )
    return 0
  })
}

const refusals: Record<Exclude<RecordOutcome['kind'], 'made'>, (code: string) => string> = {
  no_case: (code) => `there is no case ${code}, or what was said in it was erased. "npx puente cases" lists open ones.`,
  not_asked: (code) => `nobody has asked the person yet. Whoever has the case sends "8 ${code}".`,
  not_answered: (code) =>
    `the person was asked and has not answered yet, so nothing is written. "8 ${code}" asks again.`,
  refused: () => 'the person said no. Nothing is written.',
}

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      by: { type: 'string' },
      fingerprint: { type: 'string' },
      here: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const [first, file, extra] = positionals
  if (first === undefined) return 'the code of a case, "verify" or "fingerprint" is missing.'
  if (first === 'verify' && file === undefined) return 'which file is to be verified?'
  const tooMany = first === 'verify' ? extra : file
  if (tooMany !== undefined) return `"${tooMany}" is one word too many.`
  const { out, by = userInfo().username, fingerprint, here = false } = values
  return { first, file: file ?? '', out, by, fingerprint, isHere: here }
}

async function verifyFile(
  path: string,
  { fingerprint: expected, isHere }: { fingerprint: string | undefined; isHere: boolean },
  io: CommandIo,
): Promise<number> {
  if (!existsSync(path)) {
    io.stderr.write(`puente evidence: there is no file ${path}.\n`)
    return 2
  }
  const found = readSeal(readFileSync(path))
  if (found.kind !== 'whole') {
    const why = {
      none: 'No seal: this file was not made by "puente evidence", or its end was cut off.',
      broken: 'NOT AS IT WAS MADE: something in this file was changed after it was sealed.',
    }[found.kind]
    io.stdout.write(`${why}\n`)
    return 1
  }
  const { fingerprint, digest } = found.seal
  io.stdout.write(
    `Whole: not a byte was changed since it was sealed.\nSealed by  ${fingerprint}\nSHA-256    ${digest}\n`,
  )
  if (expected !== undefined && plain(expected) !== plain(fingerprint)) {
    io.stdout.write('ANOTHER INSTALLATION made it: the fingerprint is not the one that you gave.\n')
    return 1
  }
  if (expected === undefined && !isHere)
    io.stdout.write(
      'Anybody can seal a file of their own: ask the team for its fingerprint by another way, and compare.\n',
    )
  if (!isHere) return 0
  return withStore(io, async (store) => {
    const at = await madeHereAt(store, digest)
    if (at === null) {
      io.stdout.write('NOT MADE HERE: the audit of this installation does not know it.\n')
      return 1
    }
    const audit = await store.verifyAudit()
    io.stdout.write(
      `Made here at ${new Date(at).toISOString()}, says the audit${audit.ok ? ', which is whole' : ''}.\n`,
    )
    if (!audit.ok) io.stdout.write(`THE AUDIT IS BROKEN at row ${audit.brokenAt}.\n`)
    return audit.ok ? 0 : 1
  })
}

const plain = (text: string): string => text.toLowerCase().replace(/[^0-9a-f]/g, '')
