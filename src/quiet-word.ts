import { createHash } from 'node:crypto'
import type { Ears } from './flow/ears.ts'
import { foldedWords } from './language/fold-text.ts'

/**
 * The word that an advocate and a person agree on (protocol section 8, "Code word"): when it arrives everything goes
 * quiet, as after 0, and whoever holds the phone reads a harmless word. Kept as a hash that the case's code is part of.
 */
export function hashQuietWord(text: string, code: string): string {
  return createHash('sha256')
    .update(`${code} ${foldedWords(text).join(' ')}`)
    .digest('hex')
}

/** One word of four letters or more that means nothing else to us, so that nobody falls silent by chance. */
export function fitsAsQuietWord(text: string, ears: Ears): boolean {
  return /^\p{L}[\p{L}\p{M}'’-]{3,19}$/u.test(text.trim()) && ears.readGlobalWord(text, null) === null
}
