import type { Detection } from './detect-language.ts'

/** What a guess is good for. */
export type LanguageStep =
  /** Answer in it. */
  | 'answer'
  /** Answer in it, and ask whether it is right. */
  | 'confirm'
  /** Offer the two or three candidates. */
  | 'offer'
  /** Show the whole menu: the right language may not be among the candidates. */
  | 'menu'

/**
 * What to do about the language of a message.
 *
 * The bounds are read off texts that were kept out of training: sure guesses are right 99 times in 100,
 * guesses to confirm 3 times in 4, and of three candidates to offer one is right 8 times in 10.
 */
export function howToAsk({ language, sure, candidates }: Detection): LanguageStep {
  const probability = candidates[0]?.probability ?? 0
  if (language === null) return 'menu'
  if (sure) return 'answer'
  if (probability >= CONFIRM) return 'confirm'
  return probability >= OFFER ? 'offer' : 'menu'
}

const CONFIRM = 0.5
const OFFER = 0.2
