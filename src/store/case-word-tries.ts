import type { CaseCode, ConversationId } from '../types.ts'

/** How many wrong words are looked up in one clock hour: of one phone, and of all phones together. */
export interface CaseWordLimits {
  onePhone: number
  allPhones: number
}

/** What a word that somebody sent came to. Nobody but advocates ever hears which of these it was. */
export type CaseWordTry =
  | { kind: 'right'; conversation: ConversationId; code: CaseCode }
  /** `isLast`: with it the hour's tries of all phones are used up. */
  | { kind: 'wrong'; isLast: boolean }
  /** Too many wrong ones this hour: it was not looked up, and would have come to the same if it was right. */
  | { kind: 'not_tried' }

/** Number of the hour, under which wrong words are counted. */
export const hourOf = (now: number): number => Math.floor(now / 3_600_000)

/** Under this in place of a phone's hash all phones are counted. */
export const allPhones = new Uint8Array(16)
