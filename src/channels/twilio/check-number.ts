import { createTwilioClient, type HttpClient } from './send.ts'
import type { TwilioSettings } from './twilio-settings.ts'

/** Where Twilio posts the texts that come to our number; empty when nothing is set. */
export interface NumberAddresses {
  message: string
  fallback: string
}

/** Asks Twilio where it posts, which changes nothing. null: it could not be asked, or the number is not on the account. */
export async function checkNumber(
  settings: TwilioSettings,
  parts: { httpClient?: HttpClient } = {},
): Promise<NumberAddresses | null> {
  if (settings.smsFrom === null) return null
  try {
    const client = createTwilioClient(settings, parts)
    const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: settings.smsFrom, limit: 1 })
    return number === undefined ? null : { message: number.smsUrl ?? '', fallback: number.smsFallbackUrl ?? '' }
  } catch {
    return null
  }
}
