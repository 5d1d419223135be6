import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { DurableTurns } from './durable-turns.ts'
import type { Curve } from './growth.ts'
import { type Measured, median, ratio } from './measure.ts'
import { plot } from './plot.ts'
import type { Group } from './small-parts.ts'
import type { Start } from './start.ts'

/** All that one run came to; what was not run is missing. */
export interface Results {
  engine?: Measured[]
  freeText?: Measured[]
  sqlite?: DurableTurns
  postgres?: DurableTurns
  start?: Start
  parts?: Group[]
  curves?: Curve[]
}

/** One goal of the project and what this run found. */
interface Goal {
  goal: string
  found: string
  isMet: boolean
}

/** The results as Markdown; the same text is printed and, on request, kept as docs/performance.md. */
export function writePage(results: Results, at: Date): string {
  const { engine, freeText, sqlite, postgres, start, parts, curves } = results
  const page = [
    '# Performance',
    '',
    'Written by `npm run bench -- --write`; do not edit by hand. Every figure is the median of several rounds in which all',
    'contenders take turns, with the lowest and the highest round behind it. Compare within one table only: another machine,',
    'or another hour on this one, gives other figures, while the ratios stay.',
    '',
    `Measured ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC on ${machine()}.`,
    '',
    '## Goals',
    '',
    ...table(
      ['goal', 'found', ''],
      goalsOf(results).map(({ goal, found, isMet }) => [goal, found, isMet ? 'met' : '**not met**']),
    ),
  ]
  if (engine)
    page.push(
      ...section(
        'One turn of the engine',
        'Microseconds of processor time for one answer of a triage of 12 questions, with the state as JSON in and out. Puente reads the answer in any of its languages, applies every rule, works out level, roles and pages, and chooses the next question; the others do what their name says.',
        engine,
        'µs a turn',
        'less is better',
      ),
    )
  if (freeText)
    page.push(
      '',
      `A first message in the person's own words, with language, danger scan and first question: ${figure(freeText[0]!)} µs.`,
    )
  for (const [name, run] of [
    ['SQLite', sqlite],
    ['PostgreSQL', postgres],
  ] as const)
    if (run)
      page.push(
        ...section(
          `From signed webhook to durable turn: ${name}`,
          'Turns a second over real HTTP with 32 requests in flight, the load made by another process on the same machine. Puente stores the message encrypted, answers, takes the turn in order, and commits state and replies; the bare turn writes an id, a state and two rows in the clear and knows no order.',
          run.rates,
          'turns/s',
          'more is better',
        ),
        '',
        `Durable commits a turn: ${written(median(run.commitsPerTurn.values))}. At ${Math.round(run.perSecond)} turns a second, half of the most that it can do when it also sends (to a stand-in for Twilio that takes a message at once), milliseconds: webhook to 200 ${written(run.answered.p50)} (p50), ${written(run.answered.p99)} (p99); webhook to reply handed over ${written(run.handedOver.p50)} (p50), ${written(run.handedOver.p99)} (p99).`,
      )
  if (start)
    page.push(
      ...section('Start', 'Milliseconds from the start of the process.', start.times, 'ms', 'less is better'),
      '',
      `Idle, ten seconds after it was ready, the process holds ${Math.round(start.idleMegabytes)} MB.`,
    )
  if (parts)
    for (const { title, measured } of parts) page.push(...section(title, null, measured, 'µs', 'less is better'))
  if (curves) {
    page.push(
      '',
      '## Growth',
      '',
      'Sizes are on a logarithmic scale, values begin at zero: a flat line costs the same at any size.',
      '',
    )
    for (const curve of curves)
      page.push(`![${curve.title}](performance/${fileOf(curve)})`, '', ...curveTable(curve), '')
  }
  page.push('', 'What a triage costs in segments and money, by language: [segments.md](segments.md).', '')
  return `${page
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

/** Keeps the page and its plots. */
export function keepPage(root: string, page: string, curves: Curve[]): void {
  mkdirSync(join(root, 'docs/performance'), { recursive: true })
  writeFileSync(join(root, 'docs/performance.md'), page)
  for (const curve of curves) writeFileSync(join(root, 'docs/performance', fileOf(curve)), plot(curve))
}

function goalsOf({ engine, freeText, sqlite, postgres, start, curves }: Results): Goal[] {
  const goals: Goal[] = []
  const add = (goal: string, value: number, isMet: boolean, unit = '') => {
    goals.push({ goal, found: `${written(value)}${unit}`, isMet })
  }
  if (engine) {
    const [ours, reducer, , choice, text] = engine as [Measured, Measured, Measured, Measured, Measured]
    add(
      'a turn at least 40 times faster than a botbuilder waterfall that reads choices',
      ratio(choice, ours),
      ratio(choice, ours) >= 40,
      '×',
    )
    add('… and than one that reads nothing', ratio(text, ours), ratio(text, ours) >= 40, '×')
    add(
      'a turn at most 6 times as long as a reducer written by hand',
      ratio(ours, reducer),
      ratio(ours, reducer) <= 6,
      '×',
    )
  }
  if (freeText)
    add(
      'a first message in own words at most 200 µs',
      median(freeText[0]!.values),
      median(freeText[0]!.values) <= 200,
      ' µs',
    )
  for (const [name, run] of [
    ['SQLite', sqlite],
    ['PostgreSQL', postgres],
  ] as const) {
    if (!run) continue
    const [ours, grouped, , , sample] = run.rates as [Measured, Measured, Measured, Measured, Measured]
    add(
      `${name}: at least 60 % of the bare turn with group commit`,
      ratio(ours, grouped) * 100,
      ratio(ours, grouped) >= 0.6,
      ' %',
    )
    add(
      `${name}: at least 3 times botbuilder's sample, which stores nothing`,
      ratio(ours, sample),
      ratio(ours, sample) >= 3,
      '×',
    )
    const commits = median(run.commitsPerTurn.values)
    add(`${name}: at most 0.1 durable commits a turn`, commits, commits <= 0.1)
    add(`${name}: webhook to 200, p99 under 50 ms at half load`, run.answered.p99, run.answered.p99 < 50, ' ms')
    add(`${name}: webhook to reply handed over, p99 under 150 ms`, run.handedOver.p99, run.handedOver.p99 < 150, ' ms')
  }
  if (start) {
    const times = ratio(start.times[0]!, start.times[1]!)
    add('start at most 3 times node loading botbuilder and twilio', times, times <= 3, '×')
    add('idle under 150 MB', start.idleMegabytes, start.idleMegabytes < 150, ' MB')
  }
  const rates = curves?.find(({ unit }) => unit === 'turns/s')?.points
  if (rates && rates.length > 1) {
    const kept = (rates.at(-1)!.value / rates[0]!.value) * 100
    add(
      `turns a second at ${written(rates.at(-1)!.size)} stored, of those at ${written(rates[0]!.size)}: over 90 %`,
      kept,
      kept > 90,
      ' %',
    )
  }
  const memory = curves?.find(({ unit }) => unit.startsWith('MB'))?.points
  const many = memory?.find(({ size }) => size === 100_000)
  if (memory && many) {
    const more = many.value - memory[0]!.value
    add('100,000 open conversations under 20 MB of memory', more, more < 20, ' MB')
  }
  return goals
}

function section(title: string, intro: string | null, measured: Measured[], unit: string, order: string): string[] {
  const [ours] = measured
  const rows = measured.map((one) => [
    one.name,
    written(median(one.values)),
    `${written(Math.min(...one.values))}–${written(Math.max(...one.values))}`,
    one === ours ? '1' : written(ratio(one, ours!)),
  ])
  return ['', `## ${title}`, '', ...(intro ? [intro, ''] : []), ...table([order, unit, 'range', 'times ours'], rows)]
}

function curveTable({ along, unit, points }: Curve): string[] {
  return table(
    [along, ...points.map(({ size }) => written(size))],
    [[unit, ...points.map(({ value }) => written(value))]],
  )
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)]
}

const figure = ({ values }: Measured): string =>
  `${written(median(values))} (${written(Math.min(...values))}–${written(Math.max(...values))})`

const written = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3 })

const fileOf = ({ title }: Curve): string => `${title.toLowerCase().replace(/[^a-z]+/g, '-')}.svg`

function machine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores (${first?.model.trim()}), ${memory} GB, ${platform()} ${release()}, Node ${process.versions.node}`
}
