import { meaningOf } from './channels/twilio/error-codes.ts'
import type { TurnCommit, WorkEvent } from './store/store.ts'
import type { AdvocateId, EventId } from './types.ts'

/** Tells an advocate's own conversation that the carrier let nothing through to them any more. */
export interface OptOutInput {
  kind: 'opted_out'
}

type Failed = Extract<WorkEvent, { kind: 'delivery_failed' }>

/** A text to somebody of the rota was refused because they sent STOP, of which we may not have heard. */
export function isOptOut(event: Failed): event is Failed & { advocate: AdvocateId } {
  return event.advocate !== undefined && event.code !== null && meaningOf(event.code).reason === 'opted_out'
}

/** The news of it, for the conversation of whoever it was. */
export function optOutOf({ id, at, advocate }: Failed & { advocate: AdvocateId }): TurnCommit['forward'][number] {
  const body: OptOutInput = { kind: 'opted_out' }
  return { id: `${id}.o` as EventId, to: advocate, body, at }
}
