/**
 * Words whose language their letters do not give away ("hero", "bajar"), with how sure they are.
 *
 * An open-addressed hash table: a fingerprint and a value for each slot. Two words in five hundred that
 * are not in it seem to be; the gain of one word is small enough to bear that.
 */
export interface WordTable {
  /** One byte a slot; 0 is an empty slot. A power of two. */
  fingerprints: Uint8Array
  /** Class of the model in the high bits, level (0 to 3) in the low two. */
  values: Uint8Array
}

/** What a word adds to the logit of its class, by level. */
export const LEVEL_GAINS: readonly number[] = [0.6, 1.2, 1.9, 2.8]

/** The class and level of a word; null when the table does not have it. */
export function findWord(table: WordTable, word: string): { classAt: number; level: number } | null {
  const { slot, fingerprint } = locate(word, table.fingerprints.length)
  const mask = table.fingerprints.length - 1
  for (let at = slot, probes = 0; probes < PROBES_MAX; at = (at + 1) & mask, probes++) {
    const found = table.fingerprints[at] as number
    if (found === 0) return null
    if (found !== fingerprint) continue
    const value = table.values[at] as number
    return { classAt: value >> 2, level: value & 3 }
  }
  return null
}

/** Puts a word in; false when the table is too full or the word's place is taken by its double. */
export function addWord(table: WordTable, word: string, value: { classAt: number; level: number }): boolean {
  const { slot, fingerprint } = locate(word, table.fingerprints.length)
  const mask = table.fingerprints.length - 1
  for (let at = slot, probes = 0; probes < PROBES_MAX; at = (at + 1) & mask, probes++) {
    const found = table.fingerprints[at] as number
    if (found === fingerprint) return false
    if (found !== 0) continue
    table.fingerprints[at] = fingerprint
    table.values[at] = (value.classAt << 2) | value.level
    return true
  }
  return false
}

const PROBES_MAX = 12

function locate(word: string, slots: number): { slot: number; fingerprint: number } {
  let hash = 0x2545f491
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
    hash ^= hash >>> 13
  }
  hash = Math.imul(hash, 0x9e3779b1)
  return { slot: (hash >>> 8) & (slots - 1), fingerprint: hash & 0xff || 1 }
}
