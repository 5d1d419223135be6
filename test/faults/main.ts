import { parseArgs } from 'node:util'
import type { Engine } from './fleet.ts'
import { type FaultName, faultNames, runFaults } from './run-faults.ts'

const help = `npm run faults -- [--seed N] [--runs N] [--faults ${faultNames.join(',')}]

Real processes of Puente on both engines, one node on SQLite, one and two on PostgreSQL, the second with a clock a
minute ahead; signed webhooks come in steadily, and processes are killed, held still and cut off. Afterwards the
invariants are checked over the database and what the stand-in for Twilio got. Ends 1 when one was broken.
`

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { seed: text, runs: text, faults: text, help: { type: 'boolean' } } })
if (values.help) process.stdout.write(help)
else process.exitCode = await main(Number(values.seed ?? 1), Number(values.runs ?? 1))

async function main(first: number, runs: number): Promise<number> {
  const asked = (values.faults?.split(',') ?? []) as FaultName[]
  const fleets: [Engine, number][] = [
    ['sqlite', 1],
    ['postgres', 1],
    ['postgres', 2],
  ]
  let broken = 0
  for (let seed = first; seed < first + runs; seed++)
    for (const [engine, nodes] of fleets) {
      const name = `seed ${seed}, ${nodes} on ${engine}`
      const all: FaultName[] =
        engine === 'sqlite'
          ? ['kill', 'cut_twilio', 'full_disk', 'block', 'kill', 'no_handles', 'freeze', 'no_memory', 'kill']
          : [
              ...(['kill', 'cut_database', 'freeze', 'block', 'cut_twilio'] as const),
              ...(['no_handles', 'split', 'full_disk', 'no_memory', 'kill'] as const),
            ]
      const tell = (line: string) => process.stdout.write(`  ${name}: ${line}\n`)
      const faults = asked.length > 0 ? asked : all
      const report = await runFaults({ engine, nodes, seed: String(seed), faults, isClockWrong: nodes > 1, tell })
      const { violations, impossible, exitCodes: _, ...counts } = report
      const said = Object.entries(counts).map(([what, count]) => `${count} ${what}`)
      process.stdout.write(`${name}: ${said.join(', ')}: ${violations.length === 0 ? 'kept' : 'BROKEN'}\n`)
      if (impossible.length > 0) process.stdout.write(`  not possible here: ${impossible.join(', ')}\n`)
      for (const { invariant, subject, because } of violations.slice(0, 20))
        process.stdout.write(`  ${invariant} ${subject} ${because}\n`)
      if (violations.length > 0) broken += 1
    }
  return broken === 0 ? 0 : 1
}
