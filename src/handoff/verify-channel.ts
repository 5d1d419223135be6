import type { AdvocateId } from '../types.ts'
import type { Rota, RotaChannel } from './rota.ts'

/** A code is on its way to a channel whose owner has to send it back. Kept with the advocate's conversation. JSON. */
export interface ChannelCheck {
  channel: RotaChannel
  /** Six digits, drawn by the shell. */
  code: string
  sentAt: number
  tries: number
}

const validMs = 15 * 60_000
const triesMax = 5

/**
 * Reads what came back on a channel that is being verified. A page may only ever go to a number whose owner has shown
 * that they read it there: a typing mistake in a rota would send the code of a case to a stranger.
 *
 * @returns `waiting` when the text is no code at all, so that other replies are still read
 */
export function checkChannel(
  check: ChannelCheck,
  text: string,
  now: number,
): { result: 'verified' | 'wrong' | 'expired' | 'locked' | 'waiting'; check: ChannelCheck | null } {
  const typed = text.replace(/\D/g, '')
  if (typed.length !== check.code.length) return { result: 'waiting', check }
  if (check.tries >= triesMax) return { result: 'locked', check: null }
  if (now > check.sentAt + validMs) return { result: 'expired', check: null }
  if (typed === check.code) return { result: 'verified', check: null }
  return { result: 'wrong', check: { ...check, tries: check.tries + 1 } }
}

/** The rota in which a channel of a person counts as verified. */
export function withVerifiedChannel(rota: Rota, advocate: AdvocateId, channel: RotaChannel): Rota {
  const people = rota.people.map((person) =>
    person.id === advocate && person.verified && !person.verified.includes(channel)
      ? { ...person, verified: [...person.verified, channel] }
      : person,
  )
  return { ...rota, people }
}
