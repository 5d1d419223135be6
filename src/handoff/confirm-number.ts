import { plainDigits } from '../language/digits.ts'
import type { Rota, RotaPerson } from './rota.ts'

/*
 * A number that nobody vouches for gets a code by text, and is paged once the code came back from it. Whoever can only
 * pretend to write from a number never sees the code; whoever mistyped a number sends it to a stranger, who ignores it.
 */

/** A code on its way to a phone and back. Kept with that advocate's own conversation, encrypted. JSON. */
export interface CodeSent {
  phone: string
  /** Six digits. */
  code: string
  sentAt: number
  /** Texts that were not the code. */
  wrong: number
}

/** What a text comes to: `used_up` is the last wrong one that is answered at all. */
export type CodeHeard = 'confirmed' | 'wrong' | 'used_up' | 'nothing'

/** A new code for a phone; the one before is worth nothing any more. */
export function newCode(
  phone: string,
  { drawIndex, now }: { drawIndex(count: number): number; now: number },
): CodeSent {
  return { phone, code: String(drawIndex(1_000_000)).padStart(6, '0'), sentAt: now, wrong: 0 }
}

/**
 * Reads a text from a phone that was sent a code. After five that were not it, or a week, nothing is it any more: five of a
 * million are no chance for whoever guesses.
 *
 * @param from - the number that the rota has for the person now
 */
export function hearCode(
  sent: CodeSent | null,
  text: string,
  { from, now }: { from: string; now: number },
): { sent: CodeSent | null; heard: CodeHeard } {
  if (sent === null || sent.phone !== from || sent.wrong >= triesMax || now - sent.sentAt > codeLivesMs)
    return { sent, heard: 'nothing' }
  if (plainDigits(text).replace(/\D/g, '') === sent.code) return { sent: null, heard: 'confirmed' }
  const wrong = sent.wrong + 1
  return { sent: { ...sent, wrong }, heard: wrong >= triesMax ? 'used_up' : 'wrong' }
}

/** So many texts that are not the code; then the rota has to be imported again for a new one. */
export const triesMax = 5
const codeLivesMs = 7 * 24 * 60 * 60_000

/** Their code has not come back yet: they are not on call, and nothing but the code is sent to them. */
export const isAwaitingCode = (person: Pick<RotaPerson, 'confirm_by_code'>): boolean => person.confirm_by_code === true

/** The rota in which this number is confirmed. */
export function withConfirmed(rota: Rota, phone: string): Rota {
  const people = rota.people.map((person) => (person.phone === phone ? { ...person, confirm_by_code: false } : person))
  return { ...rota, people }
}

/** A rota that is imported anew keeps what was confirmed, as long as the person has the same number. */
export function keepConfirmed(rota: Rota, before: Rota | null): Rota {
  const known = before?.people.filter(({ confirm_by_code }) => confirm_by_code === false) ?? []
  return known.reduce(
    (kept, { id, phone }) =>
      kept.people.some((one) => one.id === id && one.phone === phone) ? withConfirmed(kept, phone) : kept,
    rota,
  )
}
