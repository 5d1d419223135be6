import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { romanise } from './romanise.ts'

/** Where the examples of one class come from, ready to draw. */
export interface ExampleSource {
  /** Draws a text of about `wordCount` words; null when this source has none. */
  draw(wordCount: number, random: () => number): string | null
  /** How often it is drawn compared with the class's other sources. */
  weight: number
}

/** A word list drawn by frequency, flattened so that rare words are seen too. */
export function wordSource(entries: readonly (readonly [string, number])[], weight: number): ExampleSource {
  const words = entries.map(([word]) => word)
  const flat = cumulative(entries.map(([, count]) => count ** 0.5))
  const usual = cumulative(entries.map(([, count]) => count ** 0.85))
  return {
    weight,
    draw(wordCount, random) {
      const drawn: string[] = []
      // Single words are mostly names of things; in phrases the small words come back.
      for (let n = 0; n < wordCount; n++) {
        drawn.push(words[drawIndex(wordCount > 1 && random() < 0.6 ? usual : flat, random)] as string)
      }
      return drawn.join(' ')
    },
  }
}

/** Whole texts, or windows of words cut from them. */
export function textSource(texts: readonly string[], weight: number): ExampleSource {
  const split = texts.map((text) => text.split(/\s+/).filter((word) => word !== ''))
  return {
    weight,
    draw(wordCount, random) {
      const words = split[Math.floor(random() * split.length)]
      if (words === undefined) return null
      if (words.length <= wordCount) return words.join(' ')
      const from = Math.floor(random() * (words.length - wordCount + 1))
      return words.slice(from, from + wordCount).join(' ')
    },
  }
}

/** The same source in Latin letters. */
export function romanisedSource(language: string, source: ExampleSource): ExampleSource {
  return {
    weight: source.weight,
    draw(wordCount, random) {
      const text = source.draw(wordCount, random)
      return text === null
        ? null
        : text
            .split(' ')
            .map((word) => romanise(language, word, random))
            .join(' ')
    },
  }
}

/** Reads `<folder>/<language>.<source>.tsv` (word, tab, count). Names, which say no language, are left out. */
export function readWordLists(folder: string): Map<string, [string, number][]> {
  const lists = new Map<string, [string, number][]>()
  if (!existsSync(folder)) return lists
  const merged = new Map<string, Map<string, number>>()
  for (const file of readdirSync(folder).sort()) {
    const language = file.split('.')[0] as string
    const counted: [string, number][] = []
    let sum = 0
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const [word, count] = line.split('\t')
      if (word === undefined || count === undefined || !/^[\p{L}\p{M}'’ʼꞌʻ\u200c-]+$/u.test(word)) continue
      counted.push([word, Number(count)])
      sum += Number(count)
    }
    const lower = new Set(counted.map(([word]) => word).filter((word) => word === word.toLowerCase()))
    const list = merged.get(language) ?? new Map<string, number>()
    for (const [word, count] of counted) {
      const plain = word.toLowerCase()
      // Capitals only: a name, except in German, and in the first word of a verse.
      if (plain !== word && language !== 'de' && !lower.has(plain)) continue
      list.set(plain, (list.get(plain) ?? 0) + (count / sum) * 1e6)
    }
    merged.set(language, list)
  }
  for (const [language, list] of merged) lists.set(language, [...list])
  return dropForeignWords(lists)
}

/** Reads `<folder>/<language>.<source>.txt`, one text a line. */
export function readTexts(folder: string): Map<string, string[]> {
  const texts = new Map<string, string[]>()
  if (!existsSync(folder)) return texts
  for (const file of readdirSync(folder).sort()) {
    const language = file.split('.')[0] as string
    const lines = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    texts.set(language, [...(texts.get(language) ?? []), ...lines])
  }
  return texts
}

// Lists made from subtitles hold English names and lines; a word fifty times as usual elsewhere is not this language's.
function dropForeignWords(lists: Map<string, [string, number][]>): Map<string, [string, number][]> {
  const most = new Map<string, number>()
  for (const language of ['en', 'es', 'fr', 'pt', 'ru', 'ar', 'hi', 'de', 'it']) {
    for (const [word, count] of lists.get(language) ?? []) most.set(word, Math.max(most.get(word) ?? 0, count))
  }
  const kept = new Map<string, [string, number][]>()
  for (const [language, list] of lists) {
    kept.set(
      language,
      list.filter(([word, count]) => (most.get(word) ?? 0) <= 50 * count),
    )
  }
  return kept
}

function cumulative(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length)
  let sum = 0
  for (let at = 0; at < weights.length; at++) sums[at] = sum += weights[at] as number
  return sums
}

function drawIndex(sums: Float64Array, random: () => number): number {
  const target = random() * (sums[sums.length - 1] ?? 0)
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) < target) low = middle + 1
    else high = middle
  }
  return low
}
