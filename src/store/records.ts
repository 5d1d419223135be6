import type { Address, AdvocateId, EffectId, EventId } from '../types.ts'
import type { InboundPayload, NewOutbox, WorkEvent } from './store.ts'

/** An event as it is stored, its body decrypted JSON. */
export interface EventRecord {
  id: EventId
  kind: WorkEvent['kind']
  at: number
  body: string
}

/** An event as the worker reads it. */
export function readEvent({ id, kind, at, body }: EventRecord): WorkEvent {
  const parsed = JSON.parse(body)
  if (kind === 'internal') return { kind, id, at, body: parsed }
  return { ...(parsed as object), kind, id, at } as WorkEvent
}

/** The body of the event that tells a conversation that its message did not arrive. */
export function deliveryFailedBody(effectId: EffectId, code: number | null, advocate: AdvocateId | null): string {
  return JSON.stringify({ effectId, code, ...(advocate !== null && { advocate }) })
}

/** The body of a stored message of a person or advocate. */
export function readMessageBody(body: string): InboundPayload & { from: Address } {
  return JSON.parse(body)
}

/** To whom a message goes, as columns. */
export function targetColumns(to: NewOutbox['to']): {
  target: string | null
  advocate: string | null
  channel: string | null
} {
  if ('conversation' in to) return { target: to.conversation, advocate: null, channel: null }
  return { target: null, advocate: to.advocate, channel: to.channel }
}
