import { z } from 'zod'
import type { DangerCategory } from '../types.ts'
import type { LikenessFeatures } from './likeness-features.ts'

const categories = ['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm'] as const

/** What the model answers, in the order of its weights: danger at all, then each topic. */
export const likenessOutputs = ['urgent', ...categories] as const

/** The shape of `src/triage/model/danger.json`, beside the weights in `danger.bin.zst`. */
export const likenessHeadSchema = z.strictObject({
  version: z.literal(1),
  buckets: z.number().int().positive().describe('How many features have a weight of their own; a power of two.'),
  outputs: z.array(
    z.strictObject({ name: z.enum(likenessOutputs), bias: z.number(), scale: z.number(), from: z.number() }),
  ),
})

/**
 * A logistic regression over hashed parts of words and over ideas, one for each output. Weights are bytes, the row of a
 * feature by its hash, the column of an output.
 */
export interface LikenessModel extends z.infer<typeof likenessHeadSchema> {
  weights: Int8Array
}

/** What a text is like, and the words that say so most. */
export interface Likeness {
  categories: DangerCategory[]
  words: { from: number; to: number }[]
}

/** A message of one or two words is a name or an answer more often than a sentence: the lexicons read those. */
const WORDS_MIN = 3
const WORDS_SAID = 3

/**
 * @returns null when the text is not like those that people in danger wrote
 * @throws never; costs one step for each feature
 */
export function weighLikeness(model: LikenessModel, features: LikenessFeatures): Likeness | null {
  if (features.words.length < WORDS_MIN) return null
  const sums = likenessSums(model, features)
  if (sums[0]! < model.outputs[0]!.from) return null
  const named: DangerCategory[] = []
  let nearest = 0
  for (let at = 1; at < model.outputs.length; at++) {
    if (sums[at]! >= model.outputs[at]!.from) named.push(categories[at - 1]!)
    if (nearest === 0 || sums[at]! - model.outputs[at]!.from > sums[nearest]! - model.outputs[nearest]!.from)
      nearest = at
  }
  return {
    categories: named.length > 0 ? named : [categories[nearest - 1]!],
    words: strongestWords(model, features),
  }
}

/** The sum of each output: above 0 more likely than not, before its own `from`. */
export function likenessSums(
  model: LikenessModel,
  { hashes, values }: Record<'hashes' | 'values', ArrayLike<number>>,
): Float64Array {
  const { outputs, weights, buckets } = model
  const sums = new Float64Array(outputs.length)
  const mask = buckets - 1
  for (let at = 0; at < hashes.length; at++) {
    const row = (hashes[at]! & mask) * outputs.length
    const value = values[at]!
    for (let output = 0; output < outputs.length; output++) sums[output]! += weights[row + output]! * value
  }
  for (const [at, { bias, scale }] of outputs.entries()) sums[at] = sums[at]! * scale + bias
  return sums
}

function strongestWords(model: LikenessModel, { hashes, values, owners, words }: LikenessFeatures): Likeness['words'] {
  const byWord = new Float64Array(words.length)
  const width = model.outputs.length
  for (let at = 0; at < hashes.length; at++) {
    const owner = owners[at]!
    if (owner >= 0) byWord[owner]! += model.weights[(hashes[at]! & (model.buckets - 1)) * width]! * values[at]!
  }
  return words
    .map((word, at) => ({ word, weight: byWord[at]! }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .slice(0, WORDS_SAID)
    .map(({ word }) => word)
    .sort((one, other) => one.from - other.from)
}
