import type { Language } from '../types.ts'
import type { Letters, Script } from './letters.ts'

/** Which way the letters of a text send it. */
export type Gate =
  | { kind: 'no_letters' }
  /** Only one language we know of writes this way. */
  | { kind: 'one_language'; language: Language }
  /** The model of this script has to tell. */
  | { kind: 'model'; script: ModelScript }

/** Scripts that several of our languages share; each has a model in src/language/model/. */
export type ModelScript = 'latin' | 'cyrillic' | 'arabic' | 'devanagari' | 'ethiopic'

/**
 * Decides by letters alone: most letters win, but Latin ones weigh less, since names, brands and
 * "OK" appear in texts of every script.
 */
export function gateByScript({ words, counts, total }: Letters): Gate {
  if (total === 0) return { kind: 'no_letters' }
  if ((counts.kana ?? 0) > 0 && (counts.kana ?? 0) + (counts.han ?? 0) > (counts.latin ?? 0)) return language('ja')
  let script: Script = 'other'
  let most = 0
  for (const [name, count] of Object.entries(counts) as [Script, number][]) {
    const weight = name === 'latin' ? count * LATIN_WEIGHT : count
    if (weight > most) {
      most = weight
      script = name
    }
  }
  if (script === 'bengali' && words.some((word) => ASSAMESE.test(word))) return language('as')
  const only = ONLY[script]
  if (only !== undefined) return language(only)
  if (isModelScript(script)) return { kind: 'model', script }
  return { kind: 'no_letters' }
}

const LATIN_WEIGHT = 0.4
// Assamese writes r and w with letters that Bengali does not have.
const ASSAMESE = /[ৰৱ]/u

const ONLY: Partial<Record<Script, Language>> = {
  bengali: 'bn',
  gurmukhi: 'pa',
  han: 'zh',
  kana: 'ja',
  hangul: 'ko',
  greek: 'el',
  armenian: 'hy',
  georgian: 'ka',
  hebrew: 'he',
  gujarati: 'gu',
  odia: 'or',
  tamil: 'ta',
  telugu: 'te',
  kannada: 'kn',
  malayalam: 'ml',
  sinhala: 'si',
  thai: 'th',
  lao: 'lo',
  tibetan: 'bo',
  burmese: 'my',
  khmer: 'km',
}

function isModelScript(script: Script): script is ModelScript {
  return ['latin', 'cyrillic', 'arabic', 'devanagari', 'ethiopic'].includes(script)
}

function language(code: Language): Gate {
  return { kind: 'one_language', language: code }
}
