import type { FoundRule } from './apply-danger-rules.ts'
import { dangerIdeas } from './danger-lexicon.ts'
import { foldWord, type RawPiece, simplify } from './danger-tokens.ts'
import type { DangerHit } from './danger-words.ts'

/** What a text is made of, as numbers: what {@link weighLikeness} adds up and what training learns weights for. */
export interface LikenessFeatures {
  /** Unsigned 32-bit hashes, repeats kept. */
  hashes: number[]
  /** How much each counts. */
  values: number[]
  /** The place in `words` that each was made from; -1 for an idea or rule. */
  owners: number[]
  words: { from: number; to: number }[]
}

/** Letters and ideas each count this much together, however long the text. */
const LETTERS_TOGETHER = 4
const IDEAS_TOGETHER = 2
/** A part of a word counts less than the word. */
const PART_OF_WORD = 0.5
const SKIPPED_PAIR = 0.5
const SHORTEST_PART = 4
const LONGEST_PART = 6
const IDEAS_AHEAD = 3

/**
 * Words, pairs of words, parts of words, and the ideas and rules that the lexicons found. Letters are folded the same
 * way in every language, and Cyrillic is written in Latin letters, so that related languages learn from each other.
 */
export function likenessFeatures(
  raw: readonly RawPiece[],
  hits: readonly DangerHit[],
  found: readonly FoundRule[],
  isLowered: boolean,
): LikenessFeatures {
  const features: LikenessFeatures = { hashes: [], values: [], owners: [], words: [] }
  addWords(features, raw)
  evenOut(features, 0, LETTERS_TOGETHER)
  const letters = features.hashes.length
  addIdeas(features, hits, found, isLowered)
  evenOut(features, letters, IDEAS_TOGETHER)
  return features
}

function addWords(features: LikenessFeatures, raw: readonly RawPiece[]): void {
  let last = 0
  let lastButOne = 0
  for (const piece of raw) {
    const word = spell(piece)
    if (word === '') continue
    const owner = features.words.length
    features.words.push({ from: piece.from, to: piece.from + piece.text.length })
    const whole = hashOf(word, 1)
    add(features, whole, 1, owner)
    if (last !== 0) add(features, pairOf(last, whole, 2), 1, owner)
    if (lastButOne !== 0) {
      add(features, pairOf(lastButOne, whole, 3), SKIPPED_PAIR, owner)
      if (piece.script === 'han') add(features, pairOf(pairOf(lastButOne, last, 2), whole, 4), 1, owner)
    }
    if (word.length > 1 && piece.script !== 'digits') addParts(features, `<${word}>`, owner)
    lastButOne = last
    last = whole
  }
}

function addParts(features: LikenessFeatures, edged: string, owner: number): void {
  for (let start = 0; start + SHORTEST_PART <= edged.length; start++) {
    let hash = seedOf(5)
    for (let length = 1; length <= LONGEST_PART && start + length <= edged.length; length++) {
      hash = step(hash, edged.charCodeAt(start + length - 1))
      if (length >= SHORTEST_PART && length < edged.length) add(features, finish(hash), PART_OF_WORD, owner)
    }
  }
}

/** A number says only its kind: an age of a minor, a year, any other. */
function spell({ text, script }: RawPiece): string {
  if (script === 'han') return simplify(text)
  if (script === 'other') return ''
  if (script === 'digits') {
    const value = Number(text.normalize('NFKC'))
    return value >= 5 && value <= 17 ? '<age>' : text.length === 4 ? '<year>' : '<number>'
  }
  return foldWord(text, script === 'arabic' ? 'arabic' : script === 'indic' ? 'indic' : 'cyrillic')
}

const ideaNumbers = new Map(dangerIdeas.map((idea, at) => [idea, at + 1]))
const ruleHashes = new Map<string, number>()

function addIdeas(
  features: LikenessFeatures,
  hits: readonly DangerHit[],
  found: readonly FoundRule[],
  isLowered: boolean,
): void {
  const seen = new Set<number>()
  const once = (hash: number) => {
    if (seen.has(hash)) return
    seen.add(hash)
    add(features, hash, 1, -1)
  }
  const numbers = [...hits]
    .sort((one, other) => one.from - other.from || one.to - other.to)
    .map(({ idea, isDenied }) => ideaNumbers.get(idea)! * 2 + (isDenied ? 1 : 0))
  for (const [at, number] of numbers.entries()) {
    once(pairOf(number, 0, 6))
    for (let ahead = at + 1; ahead < numbers.length && ahead <= at + IDEAS_AHEAD; ahead++) {
      const other = numbers[ahead]!
      if (other !== number) once(pairOf(Math.min(number, other), Math.max(number, other), 7))
    }
  }
  for (const { rule } of found) {
    let hash = ruleHashes.get(rule.id)
    if (hash === undefined) {
      hash = hashOf(rule.id, 8)
      ruleHashes.set(rule.id, hash)
    }
    once(hash)
  }
  if (isLowered) once(pairOf(1, 1, 9))
  if (seen.size === 0) once(pairOf(2, 2, 9))
}

function add(features: LikenessFeatures, hash: number, value: number, owner: number): void {
  features.hashes.push(hash)
  features.values.push(value)
  features.owners.push(owner)
}

/** So that a long text counts no more than a short one. */
function evenOut({ values }: LikenessFeatures, from: number, together: number): void {
  let squares = 0
  for (let at = from; at < values.length; at++) squares += values[at]! * values[at]!
  const factor = squares === 0 ? 0 : together / Math.sqrt(squares)
  for (let at = from; at < values.length; at++) values[at]! *= factor
}

function hashOf(text: string, kind: number): number {
  let hash = seedOf(kind)
  for (let at = 0; at < text.length; at++) hash = step(hash, text.charCodeAt(at))
  return finish(hash)
}

const pairOf = (one: number, other: number, kind: number): number => finish(step(step(seedOf(kind), one), other))

// FNV-1a, and a final mix so that the low bits alone are even.
const seedOf = (kind: number): number => Math.imul(0x811c9dc5 ^ kind, 0x01000193)
const step = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193)
function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
