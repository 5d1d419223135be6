import type { Language } from '../types.ts'
import type { Belief } from './belief.ts'
import { countryPrior } from './country-prior.ts'
import { isPlainDigits } from './digits.ts'
import { type FirstWords, findFirstWords, readFirstWords } from './first-words.ts'
import { readLetters } from './letters.ts'
import { nameOtherLanguage } from './name-other-language.ts'
import { classProbabilities, type NgramModel } from './ngram-model.ts'
import { sayNoLanguage } from './no-language.ts'
import { gateByScript, type ModelScript } from './script-gate.ts'

/** What one message says about the language to answer in. */
export interface Detection {
  /** The best guess; null when the text says no language (digits, emoji, a name). */
  language: Language | null
  /** False: this is my guess, but I would ask. */
  sure: boolean
  /** Best first, three at most; for "two or three to choose from". Empty without a language. */
  candidates: { language: Language; probability: number }[]
}

/** All that detection knows: read once, by `loadLanguageModel`. */
export interface LanguageModel {
  scripts: Record<ModelScript, ScriptModel>
  firstWords: FirstWords
}

/** A script's classifier, and the language of each of its classes: a romanised one counts to its own. */
type ScriptModel = NgramModel & { languages: Language[] }

/** What the model's files hold, unpacked: `latin.json` as text, `latin.bin` as bytes, and so on. */
export interface ModelFiles {
  texts: Record<string, string>
  bytes: Record<string, Uint8Array>
}

const SCRIPTS: readonly ModelScript[] = ['latin', 'cyrillic', 'arabic', 'devanagari', 'ethiopic']

/** Makes the model from its files' contents. @throws Error when a file is missing or of the wrong size. */
export function loadLanguageModel(
  files: ModelFiles,
  firstWords: readonly { language: Language; text: string }[],
): LanguageModel {
  const scripts = Object.fromEntries(SCRIPTS.map((script) => [script, readScript(files, script)]))
  return { scripts: scripts as LanguageModel['scripts'], firstWords: readFirstWords(firstWords) }
}

/**
 * Says which language a text is in, and whether that is safe to act on without asking.
 *
 * Works on any string, in time that grows with its length only up to some lines of text.
 *
 * @param hints.country - calling code or number of the phone: settles ties, never outvotes words
 * @param hints.belief - what earlier messages of the same person said
 */
export function detectLanguage(
  model: LanguageModel,
  text: string,
  hints: { country?: string; belief?: Belief } = {},
): Detection {
  if (isPlainDigits(text)) return NO_LANGUAGE
  const letters = readLetters(text)
  const gate = gateByScript(letters)
  if (gate.kind === 'no_letters') return NO_LANGUAGE
  const known = findFirstWords(model.firstWords, letters.words)
  if (known.size === 0 && sayNoLanguage(letters.words)) return NO_LANGUAGE
  if (gate.kind === 'one_language') {
    return { language: gate.language, sure: true, candidates: [{ language: gate.language, probability: 1 }] }
  }
  const shares = byLanguage(model.scripts[gate.script], letters.words)
  let listed = 0
  for (const weight of known.values()) listed += weight
  for (const [language, weight] of known) {
    shares.set(language, (shares.get(language) ?? 0) + (FIRST_WORDS_SHARE * weight) / listed)
  }
  weigh(shares, hints)
  const candidates = best(shares)
  const first = candidates[0]
  if (first === undefined) return NO_LANGUAGE
  if (first.probability < LOST) {
    const ours = model.scripts[gate.script].classes
    const other = nameOtherLanguage(text, letters.total, (language) =>
      ours.some((name) => name.split('-')[0] === language),
    )
    if (other !== null) {
      const named = { language: other, probability: LOST }
      return { language: other, sure: false, candidates: [named, ...candidates.slice(0, CANDIDATES_MAX - 1)] }
    }
  }
  const bound = letters.words.length <= 2 ? SURE_OF_WORDS : SURE
  return { language: first.language, sure: first.probability >= bound, candidates }
}

const NO_LANGUAGE: Detection = { language: null, sure: true, candidates: [] }
// A whole message that speakers listed outweighs what its letters look like.
const FIRST_WORDS_SHARE = 20
// Chosen on texts kept out of training: at most 2.5 in 100 single words are wrong without asking, and 3 in 1,000
// messages. A word or two, which may be a name or be borrowed, must be surer.
const SURE = 0.74
const SURE_OF_WORDS = 0.8
// Below this our models do not know the text; it may be in a language they never saw.
const LOST = 0.5
const CANDIDATES_MAX = 3

/** The model's classes, romanised ones counted to their language. */
function byLanguage(model: ScriptModel, words: readonly string[]): Map<Language, number> {
  const shares = new Map<Language, number>()
  const probabilities = classProbabilities(model, words)
  for (let c = 0; c < probabilities.length; c++) {
    const language = model.languages[c] as Language
    shares.set(language, (shares.get(language) ?? 0) + (probabilities[c] as number))
  }
  return shares
}

function weigh(shares: Map<Language, number>, { country, belief }: { country?: string; belief?: Belief }): void {
  const prior = countryPrior(country)
  for (const [language, share] of shares) {
    const believed = belief === undefined ? 1 : BELIEF_FLOOR + (belief[language] ?? 0)
    shares.set(language, share * (prior.get(language) ?? 1) * believed)
  }
}

// Earlier messages may make a language about ten times likelier, not more: people do switch.
const BELIEF_FLOOR = 0.1

function best(shares: Map<Language, number>): Detection['candidates'] {
  let sum = 0
  const most: [Language, number][] = []
  for (const entry of shares) {
    sum += entry[1]
    if (most.length === CANDIDATES_MAX && entry[1] <= most[CANDIDATES_MAX - 1]![1]) continue
    let place = most.length
    while (place > 0 && most[place - 1]![1] < entry[1]) place--
    most.splice(place, 0, entry)
    most.length = Math.min(most.length, CANDIDATES_MAX)
  }
  return most.map(([language, share]) => ({ language, probability: share / sum }))
}

function readScript({ texts, bytes }: ModelFiles, script: ModelScript): ScriptModel {
  const text = texts[`${script}.json`]
  const weights = bytes[`${script}.bin`]
  const table = bytes[`${script}-words.bin`]
  if (text === undefined || weights === undefined || table === undefined) {
    throw new Error(`the language model lacks a file of ${script}`)
  }
  const { classes, bias, scale, buckets } = JSON.parse(text) as Header
  if (weights.length !== buckets * classes.length) {
    throw new Error(`${script}.bin has ${weights.length} bytes; ${buckets * classes.length} are right`)
  }
  const slots = table.length / 2
  return {
    classes,
    languages: classes.map((name) => name.replace('-Latn', '')),
    bias: Float32Array.from(bias),
    scale,
    weights: new Int8Array(weights.buffer, weights.byteOffset, weights.length),
    words: { fingerprints: table.subarray(0, slots), values: table.subarray(slots) },
  }
}

interface Header {
  classes: string[]
  bias: number[]
  scale: number
  buckets: number
}
