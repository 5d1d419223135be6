import type { DeliveryReceipt } from '../../store/store.ts'
import type { EffectId } from '../../types.ts'
import { callState } from './call-state.ts'
import type { FormParameters } from './read-form.ts'
import type { TwilioSettings } from './twilio-settings.ts'

export type ReceiptResult =
  | { ok: true; receipt: DeliveryReceipt }
  | { ok: false; reason: 'doubled_parameter' | 'account' | 'message_id' | 'status' }

/**
 * Turns a signed status callback, of a message or of a call, into a delivery receipt.
 *
 * @param effect - the `effect` of the callback's query, which we put there when we sent the message. It is signed, so
 *   it ties the receipt to our message even when the answer to the sending was lost.
 */
export function readReceipt(
  parameters: FormParameters,
  effect: string | null,
  own: Pick<TwilioSettings, 'accountSid'>,
): ReceiptResult {
  const { AccountSid, MessageSid, SmsSid, MessageStatus, SmsStatus, ErrorCode, CallSid, CallStatus } = parameters
  if ([AccountSid, MessageSid, MessageStatus, ErrorCode, CallSid, CallStatus].some(Array.isArray)) {
    return { ok: false, reason: 'doubled_parameter' }
  }
  if (AccountSid !== own.accountSid) return { ok: false, reason: 'account' }
  const providerId = MessageSid ?? SmsSid ?? CallSid
  if (typeof providerId !== 'string' || !/^(?:SM|MM|CA)[0-9a-fA-F]{32}$/.test(providerId)) {
    return { ok: false, reason: 'message_id' }
  }
  const status = typeof CallStatus === 'string' ? callState(CallStatus) : (MessageStatus ?? SmsStatus)
  if (typeof status !== 'string' || !deliveryStates.has(status)) return { ok: false, reason: 'status' }
  const code = typeof ErrorCode === 'string' && /^\d{1,6}$/.test(ErrorCode) ? Number(ErrorCode) : null
  const effectId = effect !== null && isEffectId(effect) ? effect : null
  return { ok: true, receipt: { effectId, providerId, status, code: code === 0 ? null : code } }
}

/** The same receipt for the other messages that shared the text, the `also` of the callback's query. */
export function alsoOf(receipt: DeliveryReceipt, also: readonly string[]): DeliveryReceipt[] {
  return also.filter(isEffectId).map((effectId) => ({ ...receipt, effectId }))
}

const isEffectId = (id: string): id is EffectId => /^[A-Za-z0-9_.:~-]{1,200}$/.test(id)

/** @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const deliveryStates: ReadonlySet<string> = new Set([
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'read',
  'canceled',
  'partially_delivered',
])
