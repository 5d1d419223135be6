import { findWord, LEVEL_GAINS, type WordTable } from './word-table.ts'

/**
 * One script's classifier: a logistic regression over hashed letter groups (1 to 5 letters, word edges
 * included) and whole words. Weights are bytes; a class is a language, or a language in romanised form.
 */
export interface NgramModel {
  /** What each class means, in the order of the weights: `ru`, `ru-Latn`. */
  classes: string[]
  /** `classes.length` numbers. */
  bias: Float32Array
  /** Row by feature, column by class. */
  weights: Int8Array
  /** What one step of a weight is worth. */
  scale: number
  words: WordTable
}

// Three lines of text decide; more would only cost time.
const FEATURES_MAX = 900
const LONGEST_GROUP = 5

/** Probability of each class of the model, in the order of `classes`; they add up to 1. */
export function classProbabilities(model: NgramModel, words: readonly string[]): Float64Array {
  const classCount = model.classes.length
  const features = hashFeatures(words, model.weights.length / classCount)
  const sums = new Int32Array(classCount)
  for (let f = 0; f < features.length; f++) {
    const row = (features[f] as number) * classCount
    for (let c = 0; c < classCount; c++) sums[c] = (sums[c] as number) + (model.weights[row + c] as number)
  }
  const logits = new Float64Array(classCount)
  const factor = model.scale * lengthFactor(features.length)
  for (let c = 0; c < classCount; c++) logits[c] = (model.bias[c] as number) + factor * (sums[c] as number)
  addKnownWords(model, words, logits)
  return softmax(logits)
}

// Each further word counts less, as with letters.
function addKnownWords(model: NgramModel, words: readonly string[], logits: Float64Array): void {
  const factor = Math.min(words.length, WORDS_MAX) ** -0.7
  for (let at = 0; at < words.length && at < WORDS_MAX; at++) {
    const found = findWord(model.words, words[at] as string)
    if (found === null) continue
    logits[found.classAt] = (logits[found.classAt] as number) + factor * (LEVEL_GAINS[found.level] as number)
  }
}

const WORDS_MAX = 20

/** How much one feature counts in a text of `count` features: evidence grows slower than text. */
export function lengthFactor(count: number): number {
  return count === 0 ? 0 : 1 / Math.sqrt(count)
}

/** Numbers below `buckets` (a power of two), one per letter group and word, in text order, repeats kept. */
export function hashFeatures(words: readonly string[], buckets: number): Int32Array {
  const mask = buckets - 1
  const features = new Int32Array(FEATURES_MAX)
  let count = 0
  for (const word of words) {
    const length = word.length + 2
    if (count + length * LONGEST_GROUP + 1 > FEATURES_MAX) break
    let whole = 0x2545f491
    for (let from = 0; from < length; from++) {
      let hash = 0x811c9dc5
      const most = Math.min(LONGEST_GROUP, length - from)
      for (let n = 0; n < most; n++) {
        const at = from + n
        const unit = at === 0 || at === length - 1 ? 32 : word.charCodeAt(at - 1)
        hash = Math.imul(hash ^ unit, 0x01000193)
        hash ^= hash >>> 15
        // The edge of a word alone says nothing.
        if (n > 0 || unit !== 32) features[count++] = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask
        if (n === 0 && unit !== 32) whole = Math.imul(whole ^ unit, 0x01000193) ^ (whole >>> 13)
      }
    }
    features[count++] = (Math.imul(whole, 0x9e3779b1) >>> 7) & mask
  }
  return features.subarray(0, count)
}

function softmax(logits: Float64Array): Float64Array {
  let most = -Infinity
  for (const logit of logits) if (logit > most) most = logit
  let sum = 0
  for (let c = 0; c < logits.length; c++) sum += logits[c] = Math.exp((logits[c] as number) - most)
  for (let c = 0; c < logits.length; c++) logits[c] = (logits[c] as number) / sum
  return logits
}
