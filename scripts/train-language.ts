/**
 * Trains the letter models of src/language/model/ and says how good they are.
 *
 *   node scripts/train-language.ts --rows dev.tsv --lists lists --out src/language/model
 *   node scripts/train-language.ts --rows dev.tsv --lists lists --fold 0 --out /tmp/fold0
 *
 * --rows   labelled messages: lang, bucket, source, text, tab-separated, with a header line. Only sources
 *          with a clear licence are trained on (see docs/language-model-card.md)
 * --lists  a folder with words/<language>.<source>.tsv and texts/<language>.<source>.txt
 * --fold   keeps that fifth of the rows out of training, to measure with
 * --without REGEX  also keeps the sources that match out of training
 * --script trains only those scripts (latin,cyrillic); --steps 0.5 shows each model half as many examples
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { parse } from 'yaml'
import { readLetters } from '../src/language/letters.ts'
import { classProbabilities, hashFeatures, lengthFactor, type NgramModel } from '../src/language/ngram-model.ts'
import { addWord, type WordTable } from '../src/language/word-table.ts'
import {
  type ExampleSource,
  readTexts,
  readWordLists,
  romanisedSource,
  textSource,
  wordSource,
} from './language-examples.ts'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    lists: { type: 'string' },
    out: { type: 'string' },
    fold: { type: 'string' },
    without: { type: 'string' },
    script: { type: 'string' },
    steps: { type: 'string' },
    buckets: { type: 'string' },
    'words-only': { type: 'boolean' },
    seed: { type: 'string' },
  },
})

interface Plan {
  script: string
  buckets: number
  /** Slots for words that letters do not give away; a power of two. */
  wordSlots: number
  steps: number
  /** How often a class is drawn compared with the others. */
  classes: Record<string, number>
}

const of = (weight: number, names: string) => Object.fromEntries(names.split(' ').map((name) => [name, weight]))

const PLANS: Plan[] = [
  {
    script: 'latin',
    buckets: 1 << 16,
    wordSlots: 1 << 19,
    steps: 3_000_000,
    classes: {
      ...of(1, 'es en ht pt fr uz tr vi so sw ln'),
      ...of(0.8, 'quc mam kek cab miq nah tzo tzh mix zap qu ay'),
      ...of(0.5, 'ru-Latn uk-Latn kk-Latn ky-Latn tg-Latn hi-Latn'),
      ...of(0.25, 'pa-Latn bn-Latn ne-Latn ar-Latn fa-Latn am-Latn ti-Latn zh-Latn'),
      ...of(0.15, 'it ca ro de nl id tl pl ku gn ff wo ha ig yo rw zu az kjb acr cak om sq mg'),
    },
  },
  {
    script: 'cyrillic',
    buckets: 1 << 15,
    wordSlots: 1 << 16,
    steps: 1_200_000,
    classes: { ...of(1, 'ru uk ky kk tg uz'), ...of(0.15, 'be bg mk sr mn tt ba') },
  },
  {
    script: 'arabic',
    buckets: 1 << 14,
    wordSlots: 1 << 15,
    steps: 700_000,
    classes: { ...of(1, 'ar fa ps'), ...of(0.15, 'ur ug ckb sd') },
  },
  {
    script: 'devanagari',
    buckets: 1 << 14,
    wordSlots: 1 << 15,
    steps: 500_000,
    classes: { ...of(1, 'hi ne'), ...of(0.15, 'mr mai bho new') },
  },
  { script: 'ethiopic', buckets: 1 << 14, wordSlots: 1 << 14, steps: 500_000, classes: of(1, 'am ti') },
]

// Sources whose licence lets a model trained on them be shipped; the others only measure.
const CLEAR =
  /^(mech-\w+<)?(cldr48|cldr48-latn|tatoeba|tico19-cmu|tico19-terms|udhr-\w+|sms-haiti2010|afrisenti-tweets)(~win)?$/

const ALSO: Record<string, string[]> = {
  pt: ['pt'],
  id: ['id', 'ms', 'jv'],
  tl: ['tl', 'fil', 'ceb'],
  ff: ['ff', 'fuv', 'fue', 'fuf'],
  rw: ['rw', 'rn'],
  zu: ['zu', 'xh'],
  ca: ['ca', 'ca-valencia'],
  be: ['be', 'be-tarask'],
  mai: ['mai', 'mag', 'awa'],
}

interface Row {
  languages: string[]
  source: string
  text: string
  fold: number
}

function readRows(file: string): Row[] {
  const rows: Row[] = []
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [language, , source, text] = line.split('\t')
    if (language === undefined || source === undefined || text === undefined) continue
    rows.push({ languages: language.split('|'), source, text, fold: 0 })
  }
  assignFolds(rows)
  return rows
}

/** The fold of a row is the hash of its parent text: a window and a noisy copy go where their sentence goes. */
function assignFolds(rows: Row[]): void {
  const plain = rows.map((row) => ` ${fold(row.text)} `)
  const byLanguage = new Map<string, number[]>()
  rows.forEach((row, at) => {
    const key = row.languages[0] as string
    byLanguage.set(key, [...(byLanguage.get(key) ?? []), at])
  })
  for (const group of byLanguage.values()) {
    const longest = [...group].sort((a, b) => (plain[b] as string).length - (plain[a] as string).length)
    const byPair = new Map<string, number>()
    for (const at of longest) {
      const words = (plain[at] as string).trim().split(' ')
      let parent = at
      for (let w = 0; w + 1 < words.length; w++) parent = byPair.get(`${words[w]} ${words[w + 1]}`) ?? parent
      const row = rows[at] as Row
      const made = /~win|mech-/.test(row.source)
      if (words.length === 1 && made)
        parent = longest.find((other) => other !== at && (plain[other] as string).includes(plain[at] as string)) ?? at
      const root = made && parent !== at ? (plain[parent] as string) : (plain[at] as string)
      row.fold =
        made && parent !== at
          ? (rows[parent] as Row).fold
          : createHash('sha1').update(root).digest().readUInt32BE(0) % 5
      for (let w = 0; w + 1 < words.length; w++) {
        const pair = `${words[w]} ${words[w + 1]}`
        if (!byPair.has(pair)) byPair.set(pair, at)
      }
    }
  }
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** A repeatable source of chance (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const SPECIAL: Record<string, string> = {
  ң: 'н',
  ө: 'о',
  ү: 'у',
  ұ: 'у',
  қ: 'к',
  ғ: 'г',
  ҳ: 'х',
  ҷ: 'ч',
  ӯ: 'у',
  ӣ: 'и',
  ў: 'у',
  ә: 'а',
  һ: 'х',
  ı: 'i',
  ø: 'o',
  đ: 'd',
  ɨ: 'i',
  ł: 'l',
  ß: 'ss',
  œ: 'oe',
  æ: 'ae',
  ʼ: '',
  '’': '',
  "'": '',
  ʻ: '',
}

/** As typed in haste on a phone without the right keyboard: no accents, no special letters, one slip. */
function addNoise(text: string, random: () => number, language: string): string {
  let plain = text.toLowerCase()
  if (random() < 0.8) {
    plain = plain
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
    plain = [...plain]
      .map((letter) => (letter === 'і' && language === 'kk' ? 'и' : (SPECIAL[letter] ?? letter)))
      .join('')
  }
  const slips = random() < 0.7 ? 1 : 0
  for (let n = 0; n < slips; n++) {
    const at = Math.floor(random() * plain.length)
    const kind = random()
    if (kind < 0.33) plain = plain.slice(0, at) + plain.slice(at + 1)
    else if (kind < 0.66) plain = plain.slice(0, at) + (plain[at] ?? '') + plain.slice(at)
    else plain = plain.slice(0, at) + (plain[at + 1] ?? '') + (plain[at] ?? '') + plain.slice(at + 2)
  }
  return plain
}

const LATIN_TO_CYRILLIC: [string, string][] = [
  ["o'", 'ў'],
  ["g'", 'ғ'],
  ['sh', 'ш'],
  ['ch', 'ч'],
  ['yo', 'ё'],
  ['yu', 'ю'],
  ['ya', 'я'],
  ['ye', 'е'],
  ['ts', 'ц'],
  ["'", 'ъ'],
  ['a', 'а'],
  ['b', 'б'],
  ['d', 'д'],
  ['e', 'е'],
  ['f', 'ф'],
  ['g', 'г'],
  ['h', 'ҳ'],
  ['i', 'и'],
  ['j', 'ж'],
  ['k', 'к'],
  ['l', 'л'],
  ['m', 'м'],
  ['n', 'н'],
  ['o', 'о'],
  ['p', 'п'],
  ['q', 'қ'],
  ['r', 'р'],
  ['s', 'с'],
  ['t', 'т'],
  ['u', 'у'],
  ['v', 'в'],
  ['x', 'х'],
  ['y', 'й'],
  ['z', 'з'],
]
function toUzbekCyrillic(text: string): string {
  let out = text
    .toLowerCase()
    .replace(/[ʻʼ’‘`]/g, "'")
    .replace(/\be/g, 'э')
  for (const [latin, cyrillic] of LATIN_TO_CYRILLIC) out = out.replaceAll(latin, cyrillic)
  return out
}

function toUzbekLatin(word: string): string {
  let out = word.toLowerCase()
  for (const [latin, cyrillic] of LATIN_TO_CYRILLIC) out = out.replaceAll(cyrillic, latin)
  return out.replaceAll('э', 'e').replaceAll('ь', '').replaceAll('щ', 'sh').replaceAll('ы', 'i')
}

// Older books spell these languages the Spanish way; schools and phones now do not.
const MODERN: Record<string, [RegExp, string][]> = {
  mam: [
    [/qu(?=[eiéí])/g, 'k'],
    [/c(?!h)/g, 'k'],
  ],
  tzh: [
    [/qu(?=[eiéí])/g, 'k'],
    [/c(?!h)/g, 'k'],
  ],
  kek: [
    [/qu(?=[eiéí])/g, 'k'],
    [/\bcu(?=[aeio])/g, 'w'],
    [/c(?!h)/g, 'k'],
  ],
  nah: [
    [/qu(?=[eiéí])/g, 'k'],
    [/[qc]u(?=[aá])/g, 'kw'],
    [/hu(?=[aei])/g, 'w'],
    [/c(?=[eiéí])|z/g, 's'],
    [/c(?!h)/g, 'k'],
  ],
}

function respell(language: string, word: string): string {
  let out = word
  for (const [old, modern] of MODERN[language] ?? []) out = out.replace(old, modern)
  return out
}

function isOfScript(text: string, script: string): boolean {
  const { counts, total } = readLetters(text)
  return total > 0 && ((counts as Record<string, number>)[script] ?? 0) / total > 0.5
}

/** All that a class is learnt from, best texts first. */
function sourcesOf(name: string, script: string, data: Data): ExampleSource[] {
  const [language, latin] = name.split('-') as [string, string | undefined]
  const sources: ExampleSource[] = []
  const lists = (ALSO[language] ?? [language]).flatMap((code) => data.lists.get(code) ?? [])
  const texts = (ALSO[language] ?? [language]).flatMap((code) => data.texts.get(code) ?? [])
  const rows = data.rows.filter((row) => row.languages[0] === language).map((row) => row.text)
  const first = data.first.get(language) ?? []
  if (latin !== undefined) {
    const own = (source: ExampleSource) => romanisedSource(language, source)
    const words = lists.filter(([word]) => !isOfScript(word, 'latin'))
    const native = texts.filter((text) => !isOfScript(text, 'latin'))
    if (language === 'zh') {
      if (native.length > 0 && data.pinyin.length > 0) sources.push(textSource(data.pinyin, 3))
    } else {
      if (words.length > 50) sources.push(own(wordSource(words, 3)))
      if (native.length > 50) sources.push(own(textSource(native, 2)))
      const nativeRows = rows.filter((text) => !isOfScript(text, 'latin'))
      if (nativeRows.length > 0) sources.push(own(textSource(nativeRows, 1.5)))
    }
    const written = [...rows, ...first].filter((text) => isOfScript(text, 'latin'))
    if (written.length > 0) sources.push(textSource(written, written.length > 30 ? 3 : 0.5))
    return sources
  }
  const fits = (text: string) => isOfScript(text, script)
  const words = lists.filter(([word]) => fits(word))
  const native = texts.filter(fits)
  if (words.length > 50) sources.push(wordSource(words, MODERN[language] === undefined ? 4 : 2))
  if (MODERN[language] !== undefined) {
    sources.push(
      wordSource(
        words.map(([word, count]) => [respell(language, word), count] as const),
        3,
      ),
    )
  }
  if (language === 'uz' && script === 'latin') {
    const turned = lists
      .filter(([word]) => isOfScript(word, 'cyrillic'))
      .map(([word, count]) => [toUzbekLatin(word), count] as const)
    sources.push(wordSource(turned, 2))
  }
  if (native.length > 20) sources.push(textSource(native, native.length > 1000 ? 3 : 1))
  if (language === 'uz' && script === 'cyrillic') {
    const turned = lists
      .filter(([word]) => isOfScript(word, 'latin'))
      .map(([word, count]) => [toUzbekCyrillic(word), count] as const)
    sources.push(wordSource(turned, 3))
    sources.push(textSource([...texts, ...rows].filter((text) => isOfScript(text, 'latin')).map(toUzbekCyrillic), 3))
  }
  const written = rows.filter(fits)
  if (written.length > 0) sources.push(textSource(written, Math.min(3, 0.5 + written.length / 150)))
  const greetings = first.filter(fits)
  if (greetings.length > 0) sources.push(textSource(greetings, 0.5))
  return sources
}

interface Data {
  rows: Row[]
  lists: Map<string, [string, number][]>
  texts: Map<string, string[]>
  first: Map<string, string[]>
  pinyin: string[]
}

const RARE = 0.3

function train(plan: Plan, data: Data, steps: number) {
  const random = seeded(Number(options.seed ?? 7))
  const names = Object.keys(plan.classes)
  const all = names.map((name) => sourcesOf(name, plan.script, data))
  names.forEach((name, c) => {
    if (all[c]?.length === 0) console.error(`${plan.script}: nothing to learn ${name} from`)
  })
  const classes = names.filter((_, c) => (all[c] as ExampleSource[]).length > 0)
  const sources = all.filter((list) => list.length > 0)
  const classWeights = classes.map((name) => plan.classes[name] as number)
  const classSum = classWeights.reduce((a, b) => a + b, 0)
  const count = classes.length
  const weights = new Float32Array(plan.buckets * count)
  const bias = new Float32Array(count)
  const seen = new Float32Array(plan.buckets).fill(1e-3)
  const logits = new Float64Array(count)
  const averaged = new Float32Array(plan.buckets * count)
  const active: number[] = []
  let averages = 0
  let loss = 0
  for (let step = 0; step < steps; step++) {
    let target = random() * classSum
    let c = 0
    while (c < count - 1 && target > (classWeights[c] as number)) target -= classWeights[c++] as number
    const text = drawText(sources[c] as ExampleSource[], random, (classes[c] as string).split('-')[0] as string)
    const features = hashFeatures(readLetters(text).words, plan.buckets)
    if (features.length === 0) continue
    const factor = lengthFactor(features.length)
    logits.set(bias)
    for (const feature of features) {
      const row = feature * count
      for (let k = 0; k < count; k++) logits[k] = (logits[k] as number) + (weights[row + k] as number) * factor
    }
    let most = -Infinity
    for (const logit of logits) if (logit > most) most = logit
    let sum = 0
    for (let k = 0; k < count; k++) sum += logits[k] = Math.exp((logits[k] as number) - most)
    for (let k = 0; k < count; k++) logits[k] = (logits[k] as number) / sum
    loss += -Math.log(Math.max(1e-9, logits[c] as number))
    logits[c] = (logits[c] as number) - 1
    // Most classes are out of the question for most texts: only the others learn from it.
    let square = 0
    active.length = 0
    for (let k = 0; k < count; k++) {
      const error = logits[k] as number
      if (Math.abs(error) < 1e-3) continue
      active.push(k)
      square += error ** 2
    }
    const rate = 0.6 * (1 - (0.9 * step) / steps)
    if (square > 1e-5) {
      const gain = square * factor * factor
      for (const feature of features) {
        seen[feature] = (seen[feature] as number) + gain
        const move = (rate * factor) / Math.sqrt(seen[feature] as number)
        const row = feature * count
        for (const k of active) weights[row + k] = (weights[row + k] as number) - move * (logits[k] as number)
      }
      for (const k of active) bias[k] = (bias[k] as number) - 0.002 * rate * (logits[k] as number)
    }
    if (step > steps * 0.6 && step % Math.max(1, Math.floor(steps / 40)) === 0) {
      averages += 1
      for (let w = 0; w < weights.length; w++) averaged[w] = (averaged[w] as number) + (weights[w] as number)
    }
    if (step % 250_000 === 249_999) {
      console.error(`${plan.script} ${step + 1}: loss ${(loss / 250_000).toFixed(4)}`)
      loss = 0
    }
  }
  for (let w = 0; w < weights.length; w++) averaged[w] = (averaged[w] as number) / averages
  // Neighbours and made-up romanised texts must be learnt, but a person rarely writes them: a single word is not theirs.
  classWeights.forEach((weight, k) => {
    if (weight < 0.5) bias[k] = (bias[k] as number) + Math.log(RARE)
  })
  return { classes, bias, weights: averaged }
}

// One and two words are the hard case, and the usual one for a first message.
function drawText(sources: ExampleSource[], random: () => number, language: string): string {
  let target = random() * sources.reduce((sum, source) => sum + source.weight, 0)
  let source = sources[0] as ExampleSource
  for (const next of sources) {
    source = next
    target -= next.weight
    if (target <= 0) break
  }
  const kind = random()
  const wordCount =
    kind < 0.3 ? 1 : kind < 0.5 ? 2 : kind < 0.8 ? 3 + Math.floor(random() * 3) : 6 + Math.floor(random() * 8)
  const text = source.draw(wordCount, random) ?? ''
  return random() < 0.25 ? addNoise(text, random, language) : text
}

/** Bytes for a model, the scale chosen so that hardly any weight is cut off. */
function quantise(weights: Float32Array): { bytes: Int8Array; scale: number } {
  const sizes = Float32Array.from(weights, Math.abs).sort()
  const scale = (sizes[Math.floor(sizes.length * 0.9995)] as number) / 64
  return {
    bytes: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
    scale,
  }
}

const NO_WORDS: WordTable = { fingerprints: new Uint8Array(1), values: new Uint8Array(1) }

/** All words of a class's lists and texts with how usual they are, per million. */
function wordsOf(name: string, script: string, data: Data): Map<string, number> {
  const words = new Map<string, number>()
  const [language, latin] = name.split('-') as [string, string | undefined]
  if (latin !== undefined) return words
  let sum = 0
  const add = (text: string, count: number) => {
    for (const word of readLetters(text).words) {
      words.set(word, (words.get(word) ?? 0) + count)
      sum += count
    }
  }
  for (const code of ALSO[language] ?? [language]) {
    for (const [word, count] of data.lists.get(code) ?? []) {
      if (isOfScript(word, script)) {
        add(word, count)
        if (MODERN[language] !== undefined) add(respell(language, word), count)
      } else if (language === 'uz' && script === 'cyrillic') add(toUzbekCyrillic(word), count)
      else if (language === 'uz' && script === 'latin') add(toUzbekLatin(word), count)
    }
  }
  const listed = sum
  const native = [
    ...(ALSO[language] ?? [language]).flatMap((code) => data.texts.get(code) ?? []),
    ...data.rows.filter((row) => row.languages[0] === language).map((row) => row.text),
  ].filter((text) => isOfScript(text, script))
  const read = native.reduce((length, text) => length + text.split(' ').length, 0)
  // Texts of programs count less than lists, where there are any.
  for (const text of native) add(text, (listed === 0 ? 1_000_000 : listed / 2) / read)
  for (const [word, count] of words) words.set(word, (count * 1_000_000) / sum)
  return words
}

/** The words that are mostly one language's and that the letters alone get wrong or leave open. */
function tableOfHardWords(plan: Plan, data: Data, model: NgramModel): Uint8Array {
  const counted = model.classes.map((name) => wordsOf(name, plan.script, data))
  // Lists made from subtitles hold English words in every language, so what is usual must count for much.
  const weigh = (classAt: number, count: number) => {
    const isRare = (plan.classes[model.classes[classAt] as string] as number) < 0.5
    return (isRare ? RARE : 1) * count ** 0.8
  }
  const totals = new Map<string, number>()
  counted.forEach((words, classAt) => {
    for (const [word, count] of words) totals.set(word, (totals.get(word) ?? 0) + weigh(classAt, count))
  })
  const hard: { word: string; classAt: number; level: number; worth: number }[] = []
  counted.forEach((words, classAt) => {
    if ((plan.classes[model.classes[classAt] as string] as number) < 0.5) return
    for (const [word, count] of words) {
      if (word.length < 2) continue
      const share = weigh(classAt, count) / ((totals.get(word) as number) + 0.05)
      if (share < 0.55) continue
      const guessed = classProbabilities(model, [word])[classAt] as number
      if (guessed > 0.95) continue
      const level = share < 0.7 ? 0 : share < 0.82 ? 1 : share < 0.92 ? 2 : 3
      hard.push({ word, classAt, level, worth: Math.sqrt(count) * (1 - guessed) })
    }
  })
  hard.sort((a, b) => b.worth - a.worth)
  const table: WordTable = { fingerprints: new Uint8Array(plan.wordSlots), values: new Uint8Array(plan.wordSlots) }
  let added = 0
  for (const entry of hard) {
    if (added > plan.wordSlots * 0.6) break
    if (addWord(table, entry.word, entry)) added += 1
  }
  console.error(`${plan.script}: ${added} of ${hard.length} hard words kept`)
  const bytes = new Uint8Array(2 * plan.wordSlots)
  bytes.set(table.fingerprints)
  bytes.set(table.values, plan.wordSlots)
  return bytes
}

function readFirstWords(): Map<string, string[]> {
  const first = new Map<string, string[]>()
  for (const language of readdirSync('locales')) {
    const file = join('locales', language, 'first-words.yaml')
    if (!existsSync(file)) continue
    const words: unknown = parse(readFileSync(file, 'utf8'))
    if (Array.isArray(words)) first.set(language, words.map(String))
  }
  return first
}

// No file in the repository is larger than one megabyte.
const PART_BYTES_MAX = 950_000

function writePacked(name: string, bytes: Int8Array | Uint8Array): void {
  const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } })
  for (const file of readdirSync(out)) if (file.startsWith(name)) rmSync(join(out, file))
  if (packed.length <= PART_BYTES_MAX) writeFileSync(join(out, name), packed)
  else {
    for (let part = 0; part * PART_BYTES_MAX < packed.length; part++) {
      writeFileSync(join(out, `${name}.${part}`), packed.subarray(part * PART_BYTES_MAX, (part + 1) * PART_BYTES_MAX))
    }
  }
}

interface Header {
  classes: string[]
  bias: number[]
  scale: number
  buckets: number
}

function trained(plan: Plan): { header: Header; weights: Int8Array } {
  const model = train(plan, data, Math.round(plan.steps * Number(options.steps ?? 1)))
  const { bytes, scale } = quantise(model.weights)
  return { header: { classes: model.classes, bias: [...model.bias], scale, buckets: plan.buckets }, weights: bytes }
}

/** The letter weights as an earlier run left them, to make only the word table anew. */
function readBack(script: string): { header: Header; weights: Int8Array } {
  const header = JSON.parse(readFileSync(join(out, `${script}.json`), 'utf8')) as Header
  const parts = readdirSync(out)
    .filter((file) => file.startsWith(`${script}.bin.zst`))
    .sort()
  return {
    header,
    weights: new Int8Array(zstdDecompressSync(Buffer.concat(parts.map((file) => readFileSync(join(out, file)))))),
  }
}

const rows = readRows(options.rows ?? '')
const without = options.without === undefined ? null : new RegExp(options.without)
const held = options.fold === undefined ? -1 : Number(options.fold)
const lists = options.lists ?? ''
const texts = readTexts(join(lists, 'texts'))
const data: Data = {
  rows: rows.filter((row) => CLEAR.test(row.source) && row.fold !== held && !(without?.test(row.source) ?? false)),
  lists: readWordLists(join(lists, 'words')),
  texts,
  first: readFirstWords(),
  pinyin: texts.get('zh-Latn') ?? [],
}
const out = options.out ?? 'src/language/model'
mkdirSync(out, { recursive: true })
for (const plan of PLANS) {
  if (options.buckets !== undefined) plan.buckets = 1 << Number(options.buckets)
  if (options.script !== undefined && !options.script.split(',').includes(plan.script)) continue
  const started = Date.now()
  const { header, weights } = options['words-only'] ? readBack(plan.script) : trained(plan)
  writeFileSync(join(out, `${plan.script}.json`), `${JSON.stringify(header)}\n`)
  writePacked(`${plan.script}.bin.zst`, weights)
  const model = { ...header, bias: Float32Array.from(header.bias), weights, words: NO_WORDS }
  writePacked(`${plan.script}-words.bin.zst`, tableOfHardWords(plan, data, model))
  console.error(`${plan.script}: ${header.classes.length} classes, ${((Date.now() - started) / 1000).toFixed(0)} s`)
}
if (held >= 0)
  writeFileSync(
    join(out, 'held-out.json'),
    JSON.stringify(rows.map((row) => row.fold === held || !CLEAR.test(row.source))),
  )
