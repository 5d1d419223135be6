import { loadavg } from 'node:os'
import { projectRoot } from '../src/commands/load-bundle.ts'
import { measureDurableTurns } from './durable-turns.ts'
import { measureEngine, measureFreeText } from './engine.ts'
import { growFlow, growLanguages, growOpenCases, growRota, growStored } from './growth.ts'
import { keepPage, type Results, writePage } from './page.ts'
import { measureSmallParts } from './small-parts.ts'
import { measureStart } from './start.ts'
import { loadShipped } from './triage.ts'

/**
 * Measures Puente and its peers in one go.
 *
 *   npm run bench                         everything, some ten minutes
 *   npm run bench -- --write              … and writes docs/performance.md with its plots
 *   npm run bench -- --only engine,start  some of: engine parts sqlite postgres start growth
 *   npm run bench -- --quick              fewer rounds, 100,000 stored conversations instead of a million
 */
const args = process.argv.slice(2)
const isQuick = args.includes('--quick')
const only = args[args.indexOf('--only') + 1]?.split(',')
const isWanted = (name: string) => !args.includes('--only') || only?.includes(name) === true
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
  const engineCurves = []
  for (const grow of [growFlow, growLanguages, growRota, growOpenCases]) engineCurves.push(await grow(rounds))
  const sizes = isQuick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000]
  const { rates, memory } = await growStored(isQuick ? 3 : 5, sizes)
  results.curves = [rates, memory, ...engineCurves]
}
const page = writePage(results, startedAt)
process.stdout.write(page)
if (args.includes('--write')) keepPage(projectRoot, page, results.curves ?? [])
process.exit(0)
