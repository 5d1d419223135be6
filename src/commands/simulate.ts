import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readBundleFiles } from '../bundle-files.ts'
import { advocateTables, advocateWords } from '../handoff/words.ts'
import { projectRoot } from '../project-root.ts'
import { invariants } from '../simulate/check-invariants.ts'
import { type FaultKind, faultKinds, planRun, type RunPlan } from '../simulate/plan-run.ts'
import { type RunReport, type RunWorld, runPlan } from '../simulate/run-plan.ts'
import { shrink } from '../simulate/shrink.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'
import { optionsOrExit } from './options.ts'

const help = `puente simulate [--seed N] [--runs N] [--days N] [--people N] [--nodes 1|2] [--faults KIND,KIND|none]
                [--json | --log FILE]

Plays the whole system on a virtual clock with simulated people, advocates, a carrier and faults, and checks what must
always hold. The same seed plays the same run. Ends 1 when a promise was broken, with the seed and the shortest history.

Kinds of faults: ${faultKinds.join(', ')}.

--log appends a line for each run to FILE, leaves out the seeds that stand there already, so that a night that was broken off
goes on where it ended, and says on the way how far it is.

  puente simulate --seed 7
  puente simulate --seed 1 --runs 50 --json
  puente simulate --seed 1000 --runs 1000 --log night.jsonl
  puente simulate --seed 7 --faults crash,lost_webhooks --days 3 --people 30
`

/** `puente simulate`: what a bad month does to the system, in minutes. */
export async function simulate(args: string[], io: CommandIo): Promise<number> {
  const options = optionsOrExit({ command: 'simulate', help, io }, () => readOptions(args))
  if (typeof options === 'number') return options
  const world = loadWorld(io)
  if (world === null) return 1
  const seeds = Array.from({ length: options.runs }, (_, run) => String(options.seed + run))
  const before = options.log === undefined ? new Map<string, boolean>() : readNight(options.log)
  const left = seeds.filter((seed) => !before.has(seed))
  const startedAt = Date.now()
  let broken = seeds.filter((seed) => before.get(seed) === true).length
  for (const [index, seed] of left.entries()) {
    const plan = planRun({ ...options, seed })
    const report = await runPlan(plan, world)
    if (report.violations.length > 0) broken += 1
    if (options.log !== undefined) {
      appendFileSync(options.log, jsonLine(plan, report))
      const secondsLeft = ((Date.now() - startedAt) / (index + 1) / 1000) * (left.length - index - 1)
      io.stderr.write(
        `${seeds.length - left.length + index + 1} of ${seeds.length}, ${broken} broken, ${Math.ceil(secondsLeft / 60)} min left\n`,
      )
    } else if (options.json) io.stdout.write(jsonLine(plan, report))
    else await writeReport(plan, report, world, io)
  }
  if (!options.json)
    io.stdout.write(
      `${options.runs} runs, ${broken} with a broken promise. Checked: ${Object.keys(invariants).join(' ')}, and M3 M6 M9.\n`,
    )
  return broken === 0 ? 0 : 1
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    args,
    options: {
      seed: text,
      runs: text,
      days: text,
      people: text,
      nodes: text,
      faults: text,
      json: flag,
      log: text,
      help: { ...flag, short: 'h' },
    },
  })
  if (values.help) return 'help'
  const { seed = '1', runs = '1', days = '1', people = '10', nodes, faults, log } = values
  const numbers = { seed: Number(seed), runs: Number(runs), days: Number(days), people: Number(people) }
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isInteger(value) || value < 0) return `--${name} is a whole number.`
  if (nodes !== undefined && nodes !== '1' && nodes !== '2') return '--nodes is 1 or 2.'
  const kinds = faults === undefined ? [...faultKinds] : faults === 'none' ? [] : faults.split(',')
  const unknown = kinds.find((kind) => !(faultKinds as readonly string[]).includes(kind))
  if (unknown !== undefined) return `there is no fault "${unknown}".`
  const count = nodes === undefined ? undefined : (Number(nodes) as 1 | 2)
  return { ...numbers, faults: kinds as FaultKind[], nodes: count, json: values.json === true, log }
}

/** The dialogs and words of this folder; problems go to standard error, then it is null. */
export function loadWorld(io: CommandIo): RunWorld | null {
  const bundle = loadBundle(io)
  if (bundle === null) return null
  return { bundle, words: advocateWords(advocateTables(readBundleFiles(projectRoot))) }
}

const jsonLine = ({ seed }: RunPlan, { violations, counts, minutesToHuman }: RunReport): string =>
  `${JSON.stringify({ seed, violations, counts, minutesToHuman })}\n`

/** The seeds that a log holds, and whether a promise broke in each. A line that a kill cut short is played again. */
function readNight(path: string): Map<string, boolean> {
  const seen = new Map<string, boolean>()
  if (!existsSync(path)) return seen
  const text = readFileSync(path, 'utf8')
  if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n')
  for (const line of text.split('\n'))
    try {
      const { seed, violations } = JSON.parse(line) as { seed: string; violations: unknown[] }
      seen.set(seed, violations.length > 0)
    } catch {
      // Played again.
    }
  return seen
}

async function writeReport(plan: RunPlan, report: RunReport, world: RunWorld, io: CommandIo): Promise<void> {
  const { counts, violations } = report
  io.stdout.write(
    `seed ${plan.seed}: ${counts.written} texts, ${counts.turns} turns, ${counts.cases} cases, ${counts.pages} pages, ` +
      `${counts.kills} kills, ${counts.foundByReadBack} found by read-back: ${violations.length === 0 ? 'kept' : 'BROKEN'}\n`,
  )
  const first = violations[0]
  if (first === undefined) return
  const breaksAgain = async (fewer: RunPlan) =>
    (await runPlan(fewer, world)).violations.some(({ invariant }) => invariant === first.invariant)
  const smallest = await shrink(plan, breaksAgain)
  const { history, violations: left } = await runPlan(smallest, world)
  const shown = left.find(({ invariant }) => invariant === first.invariant) ?? first
  io.stdout.write(
    `  ${shown.invariant} ${shown.subject} at ${new Date(shown.at).toISOString()}: ${shown.because}\n` +
      `  with ${smallest.people.length} people (${smallest.people.map(({ name }) => name).join(', ')}) and ` +
      `${smallest.faults.length} faults (${smallest.faults.map(({ kind }) => kind).join(', ')})\n`,
  )
  for (const { at, about, text } of history.filter(({ at }) => at <= shown.at).slice(-historyMax))
    io.stdout.write(`  ${new Date(at).toISOString()} ${about} ${text}\n`)
}

const historyMax = 40
