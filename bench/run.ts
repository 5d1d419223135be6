import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { projectRoot } from '../src/project-root.ts'
import { measureDurableTurns } from './durable-turns.ts'
import { measureEngine, measureFreeText } from './engine.ts'
import { type Curve, growFlow, growLanguages, growOpenCases, growRota, growStored } from './growth.ts'
import { keepPage, type Results, writePage } from './page.ts'
import { measureSmallParts } from './small-parts.ts'
import { measureStart } from './start.ts'
import { loadShipped } from './triage.ts'

const help = `npm run bench: measures Puente and its peers in one go, interleaved, and prints a page of figures

  npm run bench                         everything, some ten minutes
  npm run bench -- --write              … and keeps docs/performance.md and its plots
  npm run bench -- --only engine,start  these parts alone
  npm run bench -- --quick              fewer rounds, 100,000 stored conversations instead of a million

Parts: engine parts sqlite postgres start growth. Peers are installed at the first run, in bench/node_modules.
`
const parts = ['engine', 'parts', 'sqlite', 'postgres', 'start', 'growth'] as const
type PartName = (typeof parts)[number]

const { values } = readArguments()
const isQuick = values.quick
const only = values.only?.split(',')
const unknown = only?.find((name) => !(parts as readonly string[]).includes(name))
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) process.stderr.write(`There is no part "${unknown}".\n`)
  process.stdout.write(help)
  process.exit(unknown === undefined ? 0 : 2)
}
const isWanted = (name: PartName) => only === undefined || only.includes(name)
const rounds = isQuick ? 3 : 7
const say = (what: string) => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what} (load ${loadavg()[0]!.toFixed(1)})\n`)
}

const startedAt = new Date()
const results: Results = {}
const bundle = loadShipped()
if (isWanted('engine')) {
  say('engine')
  results.engine = await measureEngine(bundle, rounds)
  results.freeText = await measureFreeText(bundle, rounds)
}
if (isWanted('parts')) {
  say('parts')
  results.parts = await measureSmallParts(bundle, rounds)
}
for (const engine of ['sqlite', 'postgres'] as const) {
  if (!isWanted(engine)) continue
  say(engine)
  results[engine] = await measureDurableTurns(engine, isQuick ? 2 : 5)
}
if (isWanted('start')) {
  say('start')
  results.start = await measureStart(isQuick ? 2 : 5)
}
if (isWanted('growth')) {
  say('growth')
  const engineCurves: Curve[] = []
  for (const grow of [growFlow, growLanguages, growRota, growOpenCases]) engineCurves.push(await grow(rounds))
  const sizes = isQuick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000]
  const { rates, memory } = await growStored(isQuick ? 3 : 5, sizes)
  results.curves = [rates, memory, ...engineCurves]
}
const page = writePage(results, startedAt)
process.stdout.write(page)
if (values.write) keepPage(projectRoot, page, results.curves ?? [])
process.exit(0)

function readArguments() {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ options: { quick: flag, write: flag, help: { ...flag, short: 'h' }, only: { type: 'string' } } })
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${help}`)
    process.exit(2)
  }
}
