import type { AdvocateId, EffectId } from '../types.ts'
import { type ChannelFacts, mayWrite, type WhyNot } from './channel-rule.ts'

/** "CALL K7QF" of an advocate, and what became of it. */
export type CallInput =
  | { kind: 'call'; advocate: AdvocateId }
  | { kind: 'call_news'; advocate: AdvocateId; news: CallNews }

/**
 * What the telephone network says of a call to a person. `refused`: the rule had changed by the time at which the advocate
 * pressed the key, so nobody was rung.
 */
export type CallNews = 'answered' | 'over' | 'not_answered' | 'refused'

/** A call that an advocate asked for. Kept with the person's conversation, and with nothing else. JSON. */
export interface CallAsked {
  advocate: AdvocateId
  /** Where the person is rung; E.164. */
  number: string
  at: number
  /** The ringing of the advocate. */
  effect: EffectId
}

/** Keys of locales/…/advocate.json that say why nobody is rung. */
export type CallRefusal = WhyNot | 'why_not_yours' | 'why_no_number' | 'why_no_calls'

export interface CallWish {
  isTaker: boolean
  /** As the person wrote from; on WhatsApp it may be a name without a number. */
  address: string
  /** The installation has a number to call from. */
  canRing: boolean
  facts: ChannelFacts
  now: number
}

/**
 * Whether an advocate may be connected with the person: only whoever has the case, only where the person chose to be
 * called, and never where the phone is not safe. Asked when the advocate writes, and again when they press the key.
 *
 * @returns why not, or null
 */
export function whyNoCall({ isTaker, address, canRing, facts, now }: CallWish): CallRefusal | null {
  if (!isTaker) return 'why_not_yours'
  const rule = mayWrite(facts, 'call', now)
  if (!rule.allowed) return rule.why
  if (!/^\+[1-9]\d{6,14}$/.test(address)) return 'why_no_number'
  return canRing ? null : 'why_no_calls'
}

/** A key that is pressed later than this after the asking connects nobody: the phone may be in other hands by then. */
export const connectWithinMs = 5 * 60_000

/** As the text of an event that comes by the voice channel, which only the signed webhooks write to. */
export const writeCallNews = (code: string, news: CallNews): string => `(call ${news}) ${code}`

/** Reads {@link writeCallNews}. */
export function readCallNews(text: string): { code: string; news: CallNews } | null {
  const [, news, code] = /^\(call (answered|over|not_answered|refused)\) ([A-Z0-9]{4})$/.exec(text) ?? []
  return code === undefined ? null : { code, news: news as CallNews }
}
