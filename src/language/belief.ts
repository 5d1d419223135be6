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
    const before = KEPT * (belief?.[language] ?? 0) + FLOOR
    const now = (seen.get(language) ?? rest / 10) + FLOOR
    next[language] = before * now
    sum += before * now
  }
  for (const language of Object.keys(next)) {
    const share = (next[language] as number) / sum
    if (share < FORGOTTEN) delete next[language]
    else next[language] = share
  }
  return next
}

const KEPT = 0.9
// One clear message must be able to turn an old certainty round.
const FLOOR = 0.02
const FORGOTTEN = 0.001
