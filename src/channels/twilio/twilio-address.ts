import type { Address } from '../../types.ts'

/**
 * Reads `From` or `To` as Twilio writes it: `+528681110001`, `whatsapp:+528681110001`, or `whatsapp:US.1234` for a
 * person who chose a user name on WhatsApp and has no number for us.
 *
 * Short codes, names of companies and withheld numbers give null: nothing that we send could reach them.
 */
export function readTwilioAddress(value: string): Address | null {
  if (value.length > 60) return null
  const [, prefix, rest] = /^(whatsapp:)?(.*)$/is.exec(value)!
  const number = readNumber(rest!)
  if (prefix === undefined) return number === null ? null : { channel: 'sms', value: number }
  if (number !== null) return { channel: 'whatsapp', value: number }
  return /^[A-Z]{2}\.[A-Za-z0-9]{1,50}$/.test(rest!) ? { channel: 'whatsapp', value: rest! } : null
}

/** Writes an address as `To` or `From`. User ids of WhatsApp go without a plus sign. */
export function writeTwilioAddress(address: Address): string {
  return address.channel === 'whatsapp' ? `whatsapp:${address.value}` : address.value
}

/** Whether an SMS or a call can reach this address: a WhatsApp user id is no number. */
export function hasPhoneNumber(address: Address): boolean {
  return address.channel !== 'chat' && address.value.startsWith('+')
}

/**
 * E.164, or null. Old Mexican `+521` and ten digits become `+52`: WhatsApp still reports the old form, and both are
 * one person.
 */
function readNumber(value: string): string | null {
  // A plus sign that was not percent-encoded arrives as a space; Twilio encodes it, other senders forget.
  const number = value.replace(/^ (?=\d)/, '+')
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return null
  return number.replace(/^\+521(?=\d{10}$)/, '+52')
}
