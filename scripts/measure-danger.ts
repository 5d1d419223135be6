/**
 * Recall, precision and category recall of the danger scan by language, and its speed.
 *
 *   node scripts/measure-danger.ts FILE.tsv… [--half tune|held] [--only es,ht] [--misses] [--unknown] [--rules]
 *
 * Each file has the columns lang, urgent, categories, text. `--half` takes one half, by the line; `--misses` prints what
 * went wrong; `--unknown` scans without telling the language; `--rules` leaves out the model.
 */
import { join } from 'node:path'
import { readDangerScanner } from '../src/danger-files.ts'
import { readDanger, scanDanger } from '../src/triage/scan-danger.ts'
import { halfOf, readDangerTexts } from './danger-texts.ts'

interface Tally {
  caught: number
  missed: number
  falseAlarms: number
  quiet: number
  categoriesFound: number
  categoriesMissed: number
}

const args = process.argv.slice(2)
const half = args.includes('--half') ? args[args.indexOf('--half') + 1] : null
const only = args.includes('--only') ? new Set(args[args.indexOf('--only') + 1]!.split(',')) : null
const files = args.filter((arg, at) => !arg.startsWith('--') && !['--half', '--only'].includes(args[at - 1] ?? ''))
const rows = files
  .flatMap(readDangerTexts)
  .filter((row) => (half === null || halfOf(row) === half) && (!only || only.has(row.lang)))
const before = performance.now()
const shipped = readDangerScanner(join(import.meta.dirname, '..'))
const loadMs = performance.now() - before
const scanner = args.includes('--rules') ? { ...shipped, likeness: null } : shipped

const tallies = new Map<string, Tally>()
const byCategory = new Map<string, { named: number; urgent: number }>()
for (const row of rows) {
  const reading = readDanger(scanner, row.text, args.includes('--unknown') ? null : row.lang)
  const { scan } = reading
  for (const category of row.urgent ? row.categories : []) {
    const count = byCategory.get(category) ?? { named: 0, urgent: 0 }
    byCategory.set(category, count)
    count.urgent++
    if (scan.categories.some((found) => found === category)) count.named++
  }
  for (const key of [row.lang, 'all']) {
    const tally = tallies.get(key) ?? {
      caught: 0,
      missed: 0,
      falseAlarms: 0,
      quiet: 0,
      categoriesFound: 0,
      categoriesMissed: 0,
    }
    tallies.set(key, tally)
    if (row.urgent) scan.urgent ? tally.caught++ : tally.missed++
    else scan.urgent ? tally.falseAlarms++ : tally.quiet++
    if (row.urgent) {
      for (const category of row.categories) {
        scan.categories.some((found) => found === category) ? tally.categoriesFound++ : tally.categoriesMissed++
      }
    }
  }
  if (args.includes('--misses')) {
    const lost = row.urgent
      ? row.categories.filter((category) => !scan.categories.some((found) => found === category))
      : []
    const what =
      row.urgent && !scan.urgent ? 'MISS' : !row.urgent && scan.urgent ? 'FALSE' : lost.length > 0 ? 'CAT' : null
    if (what) {
      const lowered = reading.lowered.map(({ words, by }) => `[${words} ← ${by}]`).join(' ')
      console.log(`${what} ${row.lang} ${row.categories} | ${row.text} | ${scan.because.join('; ')} ${lowered}`)
    }
  }
}

console.log('lang   n  urgent recall  precision  category recall')
for (const [lang, tally] of [...tallies].sort(([a], [b]) => Number(a === 'all') - Number(b === 'all'))) {
  const { caught, missed, falseAlarms, quiet, categoriesFound, categoriesMissed } = tally
  const cells = [
    lang.padEnd(4),
    String(caught + missed + falseAlarms + quiet).padStart(4),
    String(caught + missed).padStart(7),
    ratio(caught, caught + missed).padStart(6),
    ratio(caught, caught + falseAlarms).padStart(10),
    ratio(categoriesFound, categoriesFound + categoriesMissed).padStart(16),
  ]
  console.log(cells.join(' '))
}

console.log('category     named  of urgent')
for (const [category, { named, urgent }] of [...byCategory].sort()) {
  console.log(`${category.padEnd(12)} ${ratio(named, urgent).padStart(5)}  ${urgent}`)
}

for (const known of [true, false]) {
  for (const row of rows) scanDanger(scanner, row.text, known ? row.lang : null)
  // Time of the processor and not of the clock: other programs may be running.
  const start = process.cpuUsage()
  for (let round = 0; round < 5; round++) for (const row of rows) scanDanger(scanner, row.text, known ? row.lang : null)
  const micros = process.cpuUsage(start).user / (5 * rows.length)
  console.log(`${micros.toFixed(0)} µs a message with the language ${known ? 'known' : 'unknown'}`)
}
console.log(`${loadMs.toFixed(0)} ms to read and compile the words`)

function ratio(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(3)
}
