import type { AttemptOutcome, OutboxMessage } from '../store/store.ts'
import type { Channel } from '../types.ts'

/** Hands one message to a provider. Never throws for what a provider or a network does: that is an outcome. */
export type Send = (message: OutboxMessage) => Promise<AttemptOutcome>

/** Who sends on which channel; a channel without one cannot be written to. */
export type Senders = Partial<Record<Channel, Send>>

/** What somebody who runs the installation should hear about. */
export interface SendReport {
  kind: 'alarm' | 'reconciled' | 'paused'
  reason: string
  code: number | null
  effectId: OutboxMessage['id']
}
