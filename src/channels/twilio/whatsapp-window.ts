import type { Address } from '../../types.ts'
import { hasPhoneNumber } from './twilio-address.ts'

/** Free text may go out this long after the person's last message; later only approved templates may. */
export const whatsappWindowMs = 24 * 60 * 60 * 1000

/**
 * Where free text for an address may go now: to the address itself, or by SMS to the same number once the 24 hours
 * of WhatsApp are over. null when neither can be: a WhatsApp user id has no number to send an SMS to.
 *
 * @param of.lastMessageAt - when the person last wrote on this address; null when never
 * @param of.marginMs - how long the message may still wait before it leaves; a window that closes meanwhile is closed
 * @see https://www.twilio.com/docs/api/errors/63016
 */
export function addressForFreeText(of: {
  address: Address
  lastMessageAt: number | null
  now: number
  marginMs?: number
}): Address | null {
  const { address, lastMessageAt, now, marginMs = 60_000 } = of
  if (address.channel !== 'whatsapp') return address
  if (lastMessageAt !== null && now + marginMs < lastMessageAt + whatsappWindowMs) return address
  return hasPhoneNumber(address) ? { channel: 'sms', value: address.value } : null
}
