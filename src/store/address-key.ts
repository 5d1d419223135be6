import type { Address } from '../types.ts'

/**
 * The form of an address under which it is looked up; equal for two addresses exactly when they are one identity
 * on one channel.
 *
 * Mexican mobile numbers are written both as +52 and ten digits and as +521 and ten digits (WhatsApp keeps the old
 * form): they are one. A WhatsApp user id without a number, such as `US.1234`, and a chat id stay as they are.
 */
export function addressKey(address: Address): string {
  return `${address.channel}:${normalise(address.value)}`
}

/**
 * The address under which a person is looked up: SMS, WhatsApp and calls of one number are one person, so that a case
 * goes on wherever they write next. What has no number, such as a WhatsApp user id or a chat, stays with its channel.
 */
export function personAddress(address: Address): Address {
  return PHONE.test(address.value.trim()) && address.channel !== 'chat' ? { ...address, channel: 'sms' } : address
}

function normalise(value: string): string {
  const trimmed = value.trim()
  if (!PHONE.test(trimmed)) return trimmed
  const digits = trimmed.replace(/[^\d+]/g, '')
  return OLD_MEXICAN_MOBILE.test(digits) ? `+52${digits.slice(4)}` : digits
}

const PHONE = /^\+[\d\s().-]+$/
const OLD_MEXICAN_MOBILE = /^\+521\d{10}$/
