/**
 * Trains the model that hears danger beside the rules: src/triage/model/danger.json and danger.bin.zst.
 *
 *   node scripts/train-danger.ts            learns without the held halves of test/danger/unseen and unseen2 and prints
 *                                           what that is worth there, then learns from everything and writes the model
 *   node scripts/train-danger.ts --held     does only the first
 *   node scripts/train-danger.ts --everyday FILE.tsv   also learns from everyday sentences that are not in the repository:
 *                                           columns lang, bucket, source, text; only the sources below are taken
 *   node scripts/train-danger.ts --without taught   the first, with one source left out: danger, taught, lexicon, answers
 *
 * The same texts and lexicons give the same model. docs/danger-model-card.md says what it is for.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { parse } from 'yaml'
import { readDangerScanner } from '../src/danger-files.ts'
import { cutText } from '../src/triage/danger-tokens.ts'
import { type LikenessModel, likenessOutputs, likenessSums } from '../src/triage/likeness.ts'
import { likenessFeatures } from '../src/triage/likeness-features.ts'
import { readDanger } from '../src/triage/scan-danger.ts'
import { type DangerText, halfOf, readDangerFolder } from './danger-texts.ts'
import { madeDangerTexts } from './made-danger-texts.ts'

/** How much a text of each kind counts, and which share of its copies carries the ideas of the lexicons. */
const kinds: Record<string, { counts: number; withIdeas: number }> = {
  // The lexicons were made from these: with ideas they look easier than they are.
  danger: { counts: 1, withIdeas: 0.4 },
  taught: { counts: 1, withIdeas: 0.4 },
  unseen: { counts: 1, withIdeas: 0.5 },
  unseen2: { counts: 1, withIdeas: 0.5 },
  lexicon: { counts: 0.05, withIdeas: 0.5 },
  answers: { counts: 0.2, withIdeas: 0.5 },
  everyday: { counts: 3, withIdeas: 0.7 },
}
/** There are over half a million features: with few buckets ordinary words share one with words of danger. */
const BUCKETS = 1 << 20
const ROUNDS = 5
const LATER_ROUNDS = 3
const RATE = 0.15
/** Draws every weight to zero. */
const SHRINK = 0.03
const PRECISION_WANTED = 0.85
const RECALL_COUNTS = 1.7

/**
 * With a licence that lets weights be published: CC BY 2.0 FR, Unicode-3.0, CC BY 4.0, CC0; also as copies with slips of
 * the finger or in another alphabet (`mech-noise<tatoeba`).
 */
const everydaySources = /^(mech-\w+<)?(tatoeba|cldr48(-latn)?|afrisenti-tweets|tico19-terms)(~win)?$/

interface Example {
  text: DangerText
  features: { hashes: Uint32Array; values: Float32Array }
  labels: number[]
  counts: number
  /** What the rules alone say. */
  isCaught: boolean
  byRules: readonly string[]
}

const root = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const without = optionOf('--without')
const folder = join(root, 'test/danger')
const scanner = { ...readDangerScanner(root), likeness: null }

const chance = chances(7)
const taught = [
  ...readDangerFolder(folder),
  ...readDangerFolder(join(folder, 'taught')),
  ...readMade(),
  ...readAnswers(),
  ...readEveryday(optionOf('--everyday')),
]
const unseen = ['unseen', 'unseen2'].flatMap((name) => readDangerFolder(join(folder, name)))
const examples = [...taught, ...unseen].filter((text) => text.folder !== without).flatMap(examplesOf)

// From which value on each output speaks is found on the half of the situations that was kept out.
const partly = learn(
  examples.filter(({ text }) => !text.folder.startsWith('unseen') || halfOf(text) === 'tune'),
  likenessOutputs.map(() => 0),
)
const judged = unseen
  .filter((text) => halfOf(text) === 'held')
  .map((text) => exampleOf(text, { known: true, withIdeas: true, counts: 1 }))
const froms = findFroms()
report({ ...partly, outputs: partly.outputs.map((output, at) => ({ ...output, from: froms[at]! })) })
if (!args.includes('--held') && without === undefined) write(learn(examples, froms))

function findFroms(): number[] {
  const sums = judged.map((example): [Example, Float64Array] => [example, likenessSums(partly, example.features)])
  return likenessOutputs.map((_, output) => {
    const ranked = sums.toSorted(([, one], [, other]) => other[output]! - one[output]!)
    return output === 0 ? fromForPrecision(ranked) : fromForBalance(ranked, output)
  })
}

/** The lowest value at which rules and model together still page as precisely as is wanted. */
function fromForPrecision(ranked: [Example, Float64Array][]): number {
  const caught = ranked.filter(([{ isCaught }]) => isCaught)
  let right = caught.filter(([{ text }]) => text.urgent).length
  let wrong = caught.length - right
  let from = Number.POSITIVE_INFINITY
  for (const [{ text, isCaught }, sums] of ranked) {
    if (!isCaught) text.urgent ? right++ : wrong++
    if (right / (right + wrong) >= PRECISION_WANTED) from = sums[0]!
  }
  return from
}

/** The value with the best balance of found and wrongly named, where finding counts more. */
function fromForBalance(ranked: [Example, Float64Array][], output: number): number {
  const all = ranked.filter(([{ labels }]) => labels[output] === 1).length
  let right = 0
  let named = 0
  let best = 0
  let from = Number.POSITIVE_INFINITY
  for (const [{ labels, text }, sums] of ranked) {
    if (!text.urgent) continue
    named++
    if (labels[output] === 1) right++
    const balance = (1 + RECALL_COUNTS ** 2) * (right / (named + RECALL_COUNTS ** 2 * all))
    if (balance <= best) continue
    best = balance
    from = sums[output]!
  }
  return from
}

/** Logistic regression by AdaGrad, the mean of the later rounds; weights end as bytes, as they are shipped. */
function learn(examples: readonly Example[], from: readonly number[]): LikenessModel {
  const width = likenessOutputs.length
  const weights = new Float32Array(BUCKETS * width)
  const squares = new Float32Array(BUCKETS * width).fill(0.01)
  const bias = new Float64Array(width)
  const order = examples.map((_, at) => at)
  const next = chances(1)
  const misses = new Float64Array(width)
  const meanWeights = new Float32Array(weights.length)
  const meanBias = new Float64Array(width)
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(next() * (at + 1))
      ;[order[at], order[other]] = [order[other]!, order[at]!]
    }
    for (const at of order) {
      const { features, labels, counts } = examples[at]!
      const { hashes, values } = features
      for (let output = 0; output < width; output++) misses[output] = bias[output]!
      for (let f = 0; f < hashes.length; f++) {
        const row = (hashes[f]! & (BUCKETS - 1)) * width
        for (let output = 0; output < width; output++) misses[output]! += weights[row + output]! * values[f]!
      }
      for (let output = 0; output < width; output++) {
        misses[output] = (1 / (1 + Math.exp(-misses[output]!)) - labels[output]!) * counts
        bias[output]! -= 0.02 * misses[output]!
      }
      for (let f = 0; f < hashes.length; f++) {
        const row = (hashes[f]! & (BUCKETS - 1)) * width
        for (let output = 0; output < width; output++) {
          const slope = misses[output]! * values[f]! + SHRINK * counts * weights[row + output]!
          squares[row + output]! += slope * slope
          weights[row + output]! -= (RATE * slope) / Math.sqrt(squares[row + output]!)
        }
      }
    }
    if (round < ROUNDS - LATER_ROUNDS) continue
    for (const [at, weight] of weights.entries()) meanWeights[at]! += weight / LATER_ROUNDS
    for (const [at, value] of bias.entries()) meanBias[at]! += value / LATER_ROUNDS
  }
  return inBytes(meanWeights, meanBias, from)
}

function inBytes(weights: Float32Array, bias: Float64Array, from: readonly number[]): LikenessModel {
  const width = likenessOutputs.length
  const outputs = likenessOutputs.map((name, output) => {
    let largest = 0
    for (let at = output; at < weights.length; at += width) largest = Math.max(largest, Math.abs(weights[at]!))
    return { name, bias: bias[output]!, scale: largest / 127, from: from[output]! }
  })
  const bytes = Int8Array.from(weights, (weight, at) => Math.round(weight / (outputs[at % width]!.scale || 1)))
  return { version: 1, buckets: BUCKETS, outputs, weights: bytes }
}

/** With and without ideas, with the language known and unknown, and once with a slip of the finger. */
function examplesOf(text: DangerText): Example[] {
  const { counts, withIdeas } = kinds[text.folder]!
  if (['lexicon', 'answers', 'everyday'].includes(text.folder))
    return [exampleOf(text, { known: true, withIdeas: chance() < withIdeas, counts })]
  const examples = [
    exampleOf(text, { known: true, withIdeas: true, counts: counts * withIdeas * 0.6 }),
    exampleOf(text, { known: false, withIdeas: true, counts: counts * withIdeas * 0.4 }),
    exampleOf({ ...text, text: slipped(text.text) }, { known: true, withIdeas: true, counts: counts * 0.2 }),
  ]
  if (withIdeas < 1) examples.push(exampleOf(text, { known: true, withIdeas: false, counts: counts * (1 - withIdeas) }))
  return examples
}

function exampleOf(text: DangerText, how: { known: boolean; withIdeas: boolean; counts: number }): Example {
  const { hits, found, lowered, scan } = readDanger(scanner, text.text, how.known ? text.lang : null)
  const raw = cutText(text.text)
  const { hashes, values } = how.withIdeas
    ? likenessFeatures(raw, hits, found, lowered.length > 0)
    : likenessFeatures(raw, [], [], false)
  return {
    text,
    features: { hashes: Uint32Array.from(hashes), values: Float32Array.from(values) },
    labels: likenessOutputs.map((output) =>
      text.urgent && (output === 'urgent' || text.categories.includes(output)) ? 1 : 0,
    ),
    counts: how.counts,
    isCaught: scan.urgent,
    byRules: scan.categories,
  }
}

/** Two neighbouring letters swapped, or one left out. */
function slipped(text: string): string {
  const at = 1 + Math.floor(chance() * (text.length - 2))
  return chance() < 0.5
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at) + (text[at + 1] ?? '') + text[at] + text.slice(at + 2)
}

function readMade(): DangerText[] {
  return scanner.indexes.languages.flatMap((language) =>
    madeDangerTexts(parse(readFileSync(join(root, 'locales', language, 'danger.yaml'), 'utf8')), scanner.rules, chance),
  )
}

/** What people answer to the questions, and first words, are harmless unless a rule says otherwise. */
function readAnswers(): DangerText[] {
  return scanner.indexes.languages.flatMap((lang) => {
    const words: string[] = []
    for (const name of ['answers.yaml', 'first-words.yaml', 'options.json'])
      collect(parse(readFileSync(join(root, 'locales', lang, name), 'utf8')), words)
    return words
      .filter((text) => /\p{L}/u.test(text) && readDanger(scanner, text, lang).found.length === 0)
      .map((text) => ({ lang, urgent: false, categories: [], text, folder: 'answers', line: 0 }))
  })
}

/** Sentences that speak of anything; those in which a rule hears danger are left out, for some of them tell of it. */
function readEveryday(file: string | undefined): DangerText[] {
  if (file === undefined) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((row) => row.split('\t'))
    .filter(([lang, , source]) => scanner.indexes.has(lang ?? '') && everydaySources.test(source ?? ''))
    .map(([lang, , , text]) => ({
      lang: lang!,
      urgent: false,
      categories: [],
      text: text!,
      folder: 'everyday',
      line: 0,
    }))
    .filter(({ lang, text }) => !readDanger(scanner, text, lang).scan.urgent)
}

function collect(from: unknown, into: string[]): void {
  if (typeof from === 'string') into.push(from)
  else if (from !== null && typeof from === 'object') for (const part of Object.values(from)) collect(part, into)
}

function report(model: LikenessModel): void {
  const count = { caught: 0, urgent: 0, alarms: 0, byRules: 0, named: 0, categories: 0, extra: 0 }
  for (const { text, features, isCaught, byRules } of judged) {
    const sums = likenessSums(model, features)
    const pages = isCaught || sums[0]! >= model.outputs[0]!.from
    if (pages) count.alarms++
    if (!text.urgent) continue
    count.urgent++
    if (pages) count.caught++
    if (isCaught) count.byRules++
    const names = new Set(byRules)
    if (sums[0]! >= model.outputs[0]!.from)
      for (const [at, { name, from }] of model.outputs.entries()) if (at > 0 && sums[at]! >= from) names.add(name)
    count.categories += text.categories.length
    const right = text.categories.filter((category) => names.has(category)).length
    count.named += right
    if (pages) count.extra += names.size - right
  }
  const share = (part: number, whole: number) => (part / whole).toFixed(3)
  console.log(
    `The half kept out: ${judged.length} texts, urgent from ${froms[0]!.toFixed(2)}, recall ${share(count.caught, count.urgent)} (rules alone ${share(count.byRules, count.urgent)}), precision ${share(count.caught, count.alarms)}, categories ${share(count.named, count.categories)} with ${share(count.extra, count.caught)} wrong ones for each true alarm`,
  )
}

function write({ weights, ...head }: LikenessModel): void {
  const target = join(root, 'src/triage/model')
  writeFileSync(join(target, 'danger.json'), `${JSON.stringify(head, null, 2)}\n`)
  writeFileSync(join(target, 'danger.bin.zst'), zstdCompressSync(weights))
  console.log(`Written: ${examples.length} examples.`)
}

function optionOf(option: string): string | undefined {
  return args.includes(option) ? args[args.indexOf(option) + 1] : undefined
}

/** The same numbers each time. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
