import type { ConversationId, EffectId, EventId } from '../types.ts'

/**
 * A new conversation's id. It begins with the time, so that conversations of one day lie side by side in the index
 * and a turn writes few pages however many are stored; the rest is unguessable.
 */
export function conversationId(now: number, token: string): ConversationId {
  return `c_${Math.trunc(now).toString(36).padStart(9, '0')}${token}` as ConversationId
}

/** The event that tells a conversation that its message did not arrive; one for each message, however often told. */
export function deliveryFailedId(effect: EffectId): EventId {
  return `failed:${effect}` as EventId
}

/** The event that stands for a due time given up after three tries. */
export function dueParkedId(conversation: ConversationId, version: number): EventId {
  return `due:${conversation}:${version}` as EventId
}
