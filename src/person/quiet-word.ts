import { createHash } from 'node:crypto'
import type { RunningBundle } from '../flow/assemble-flow.ts'
import { foldedWords } from '../language/fold-text.ts'

/**
 * The word that an advocate and a person agree on (protocol section 8, "Code word"): when it arrives everything goes
 * quiet, as after 0, and whoever holds the phone reads a harmless word. Kept as a hash that the case's code is part of.
 */
export function hashQuietWord(text: string, code: string): string {
  return createHash('sha256')
    .update(`${code} ${foldedWords(text).join(' ')}`)
    .digest('hex')
}

/** Key of the text in locales/…/advocate.json that tells an advocate why a word was not kept. */
export type QuietWordRefusal = 'quiet_word_unfit' | 'quiet_word_everyday'

/**
 * Why a word cannot be the one for silence, or null: one word of four letters or more that nobody writes by chance, is
 * no answer, means no danger, and is not the word that advocate and person greet each other with.
 */
export function whyUnfitAsQuietWord(
  text: string,
  greeting: string | null,
  { flow: { ears }, isEverydayWord }: RunningBundle,
): QuietWordRefusal | null {
  if (!/^\p{L}[\p{L}\p{M}'’-]{3,19}$/u.test(text.trim()) || ears.readGlobalWord(text, null) !== null)
    return 'quiet_word_unfit'
  const isGreeting = greeting !== null && foldedWords(text).join(' ') === foldedWords(greeting).join(' ')
  const isDanger = ears.scanDanger(text, null).categories.length > 0
  return isGreeting || isDanger || isEverydayWord(text) ? 'quiet_word_everyday' : null
}
