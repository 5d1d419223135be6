import type { AttemptOutcome, OutboxMessage } from '../store/store.ts'
import type { Channel } from '../types.ts'

/** Hands one message to a provider. Never throws for what a provider or a network does: that is an outcome. */
export type Send = (message: OutboxMessage) => Promise<AttemptOutcome>

/** Who sends on which channel; a channel without one cannot be written to. */
export type Senders = Partial<Record<Channel, Send>>

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
