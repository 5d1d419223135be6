import type { Language } from '../types.ts'
import type { Detection } from './detect-language.ts'

/** How likely each language is for one person, from all their messages so far; adds up to 1. */
export type Belief = Record<Language, number>

/**
 * Carries what we think of a person's language over to the next message.
 *
 * Earlier messages fade, so that somebody who hands the phone on, or gives up on a second language, is
 * heard within two messages. A message that says no language ("ok", "1") changes nothing.
 */
export function updateBelief(belief: Belief | undefined, detection: Detection): Belief {
  if (detection.language === null) return belief ?? {}
  const next: Belief = {}
  const seen = new Map(detection.candidates.map(({ language, probability }) => [language, probability]))
  const rest = Math.max(0, 1 - detection.candidates.reduce((sum, { probability }) => sum + probability, 0))
  let sum = 0
  for (const language of new Set([...Object.keys(belief ?? {}), ...seen.keys()])) {
    const before = KEPT * (belief?.[language] ?? 0) + UNHEARD
    const now = (seen.get(language) ?? rest / 10) + DOUBT
    next[language] = before * now
    sum += before * now
  }
  for (const language of Object.keys(next)) {
    const share = (next[language] as number) / sum
    if (share < FORGOTTEN) delete next[language]
    // Three digits are more than we know, and the number travels with every turn.
    else next[language] = Math.round(share * 1000) / 1000
  }
  return next
}

const KEPT = 0.9
// What a language never heard from this person starts with.
const UNHEARD = 0.02
// "gracias" in a Creole conversation is one borrowed word; the second message in Spanish is Spanish.
const DOUBT = 0.1
const FORGOTTEN = 0.001
