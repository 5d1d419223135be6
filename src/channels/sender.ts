import type { AttemptOutcome, OutboxMessage } from '../store/store.ts'
import type { Channel } from '../types.ts'

/** Hands one message to a provider. Never throws for what a provider or a network does: that is an outcome. */
export type Send = (message: OutboxMessage) => Promise<AttemptOutcome>

/** Who sends on which channel; a channel without one cannot be written to. */
export type Senders = Partial<Record<Channel, Send>>

/** One text that goes out for several messages: `message` is the first of them, with the text of all. */
export interface Parcel {
  message: OutboxMessage
  others: OutboxMessage[]
}

/** Which of the messages that may go now share a text, in at most so many texts as there are `places`, and which wait. */
export type Gather = (
  due: OutboxMessage[],
  places: number,
) => Promise<{ go: Parcel[]; wait: { message: OutboxMessage; until: number }[] }>

/** Why a message did not simply go out. */
export type SendReason =
  | 'rate'
  | 'credentials'
  | 'invalid_number'
  | 'config'
  | 'opted_out'
  | 'bug'
  | 'unreachable'
  | 'filtered'
  | 'window'
  | 'provider'
  | 'daily_limit'
  | 'unknown_outcome'
  | 'other'

/** What somebody who runs the installation should hear about. */
export interface SendReport {
  kind: 'alarm' | 'reconciled' | 'paused'
  reason: SendReason
  code: number | null
  effectId: OutboxMessage['id']
}
