import type { DangerIdea, DangerLexicon } from '../src/triage/danger-lexicon.ts'
import type { DangerRules } from '../src/triage/danger-rules.ts'
import type { DangerText } from './danger-texts.ts'

/**
 * Texts made out of a lexicon: every phrase that is danger by itself, phrases that a rule joins, and sayings and denials
 * as harmless ones. They teach the model the words that speakers have listed.
 *
 * @param chance - from 0 to below 1
 */
export function madeDangerTexts(lexicon: DangerLexicon, rules: DangerRules, chance: () => number): DangerText[] {
  const { language: lang } = lexicon
  const space = lexicon.spelling === 'chinese' ? '' : ' '
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)]!
  const made: DangerText[] = []
  const add = (urgent: boolean, categories: string[], text: string) =>
    made.push({ lang, urgent, categories, text, folder: 'lexicon', line: 0 })
  for (const { needs, category, urgent } of rules.rules) {
    if (!urgent || category === undefined) continue
    if (needs.length > 1) {
      for (let time = 0; time < TIMES_A_RULE; time++) {
        const parts = needs.map((group) => phrasesOf(lexicon, pick(group)))
        if (parts.every((phrases) => phrases.length > 0))
          add(true, [category], parts.map((phrases) => sayPhrase(pick(phrases), space, pick)).join(space))
      }
      continue
    }
    for (const phrase of needs[0]!.flatMap((idea) => phrasesOf(lexicon, idea)))
      for (let time = 0; time < timesFor(phrase); time++) add(true, [category], sayPhrase(phrase, space, pick))
  }
  for (const phrase of harmless.flatMap((idea) => phrasesOf(lexicon, idea)))
    for (let time = 0; time < TIMES_HARMLESS; time++) add(false, [], sayPhrase(phrase, space, pick))
  return made
}

const harmless: DangerIdea[] = ['idiom', 'denied', 'over', 'not_real']
const TIMES_A_RULE = 60
const TIMES_HARMLESS = 2
const TIMES_A_PHRASE_MAX = 8

function phrasesOf(lexicon: DangerLexicon, idea: DangerIdea): string[] {
  return (lexicon.ideas[idea] ?? [])
    .flatMap((line) => line.split(/[,،、，]/))
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '')
}

/** A phrase with many choices is said more often, so that most of its words come up. */
function timesFor(phrase: string): number {
  const choices = phrase.split(/\s+/).reduce((product, slot) => product * slot.split('/').length, 1)
  return Math.min(TIMES_A_PHRASE_MAX, Math.ceil(Math.sqrt(choices)))
}

function sayPhrase(phrase: string, space: string, pick: <T>(from: readonly T[]) => T): string {
  const words: string[] = []
  for (const slot of phrase.split(/\s+/)) {
    if (slot === '...') continue
    const isOptional = slot.startsWith('(') && slot.endsWith(')')
    if (isOptional && pick([true, false])) continue
    const word = pick((isOptional ? slot.slice(1, -1) : slot).split('/'))
    words.push(
      word
        .replaceAll('_', space)
        .replace(/\*$/, '')
        .replace(/<\w+>/, () => pick(numbers)),
    )
  }
  return words.join(space)
}

const numbers = ['6', '7', '8', '9', '11', '14']
