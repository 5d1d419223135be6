import { randomBytes } from 'node:crypto'
import type { TwilioSettings } from '../src/channels/twilio/twilio-settings.ts'
import { formBody, sign } from '../test/twilio/sign.ts'

/** An account that exists nowhere. */
export const account: TwilioSettings & { smsFrom: string } = {
  accountSid: `AC${'0'.repeat(32)}`,
  authTokens: ['bench-token-of-an-account-that-is-not'],
  smsFrom: '+15550100',
  whatsappFrom: null,
  apiBaseUrl: 'http://127.0.0.1:9',
  publicUrl: 'https://puente.example',
}
export const hookPath = '/hooks/twilio/message'

export interface SignedWebhook {
  id: string
  /** The whole request, as it goes over the wire. */
  bytes: Buffer
}

let nextPerson = 0

/** Signed webhooks of so many new people who each send these texts; everybody's first text comes before any second. */
export function signedWebhooks(people: number, texts: string[]): SignedWebhook[] {
  const first = nextPerson
  nextPerson += people
  return texts.flatMap((text) => Array.from({ length: people }, (_, index) => webhook(first + index, text)))
}

/** The fields are those that Twilio sends with a text from a phone. */
function webhook(person: number, text: string): SignedWebhook {
  const id = `SM${randomBytes(16).toString('hex')}`
  const form = {
    ToCountry: 'US',
    ToState: 'TX',
    SmsMessageSid: id,
    NumMedia: '0',
    ToCity: '',
    FromZip: '',
    SmsSid: id,
    FromState: '',
    SmsStatus: 'received',
    FromCity: '',
    Body: text,
    FromCountry: 'MX',
    To: account.smsFrom,
    ToZip: '',
    NumSegments: '1',
    MessageSid: id,
    AccountSid: account.accountSid,
    From: `+52868${String(1_000_000 + person)}`,
    ApiVersion: '2010-04-01',
  }
  const body = formBody(form)
  const head = [
    `POST ${hookPath} HTTP/1.1`,
    'host: puente.example',
    'content-type: application/x-www-form-urlencoded',
    `x-twilio-signature: ${sign(account.authTokens[0]!, account.publicUrl + hookPath, form)}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return { id, bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`) }
}
