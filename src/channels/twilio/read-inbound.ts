import type { InboundPayload, NewInbound } from '../../store/store.ts'
import type { CaseCode } from '../../types.ts'
import { decodeBase64Text } from './decode-base64-text.ts'
import type { FormParameters } from './read-form.ts'
import { readTwilioAddress } from './twilio-address.ts'
import type { TwilioSettings } from './twilio-settings.ts'

export type InboundResult =
  | { ok: true; event: NewInbound }
  | { ok: false; reason: 'doubled_parameter' | 'account' | 'message_id' | 'address' | 'own_number' }

type Own = Pick<TwilioSettings, 'accountSid' | 'smsFrom' | 'whatsappFrom' | 'voiceFrom'>

/**
 * Turns a signed webhook about an incoming text into what the inbox stores.
 *
 * Only the fields named here are looked at; Twilio adds new ones without notice. The profile name and the city of
 * the number are left out on purpose: the first is whatever the sender likes, the second is not where they are.
 */
export function readInboundMessage(parameters: FormParameters, own: Own, now: number): InboundResult {
  const used = singleValues(parameters, messageFields)
  if (used === null) return { ok: false, reason: 'doubled_parameter' }
  if (used.AccountSid !== own.accountSid) return { ok: false, reason: 'account' }
  const providerId = used.MessageSid ?? used.SmsSid ?? ''
  if (!/^(?:SM|MM)[0-9a-fA-F]{32}$/.test(providerId)) return { ok: false, reason: 'message_id' }
  const parties = readParties(used, own)
  if (!parties.ok) return parties

  const payload: InboundPayload = { text: readText(used), media: readMedia(parameters, used) }
  const optionId = used.ButtonPayload || used.ListId
  if (optionId) payload.optionId = optionId
  return { ok: true, event: { providerId, from: parties.from, to: parties.to, at: now, payload } }
}

/**
 * Turns a signed webhook about a call into what the inbox stores: somebody rang, which counts as a voice note that
 * nobody has listened to.
 */
export function readInboundCall(parameters: FormParameters, own: Own, now: number): InboundResult {
  const used = singleValues(parameters, ['AccountSid', 'CallSid', 'From', 'To'])
  if (used === null) return { ok: false, reason: 'doubled_parameter' }
  if (used.AccountSid !== own.accountSid) return { ok: false, reason: 'account' }
  const providerId = used.CallSid ?? ''
  if (!/^CA[0-9a-fA-F]{32}$/.test(providerId)) return { ok: false, reason: 'message_id' }
  const parties = readParties(used, own)
  if (!parties.ok) return parties
  const from = { channel: 'voice' as const, value: parties.from.value }
  const to = { channel: 'voice' as const, value: parties.to.value }
  return { ok: true, event: { providerId, from, to, at: now, payload: { text: '', media: [{ kind: 'audio' }] } } }
}

/**
 * Turns the key that an advocate pressed during a call of ours into what they would have written: `1 K7QF`. It comes from
 * the number that was rung. Any other key, or none, gives no event.
 *
 * @param query - of the address that we gave for the key; it is signed
 */
export function readKey(
  parameters: FormParameters,
  query: URLSearchParams,
  own: Own,
  now: number,
): { ok: true; event: NewInbound | null } | Extract<InboundResult, { ok: false }> {
  const read = readOwnCall(parameters, query, own)
  if (!read.ok) return read
  const { callSid, code, digits, rung, caller } = read.call
  if (digits !== '1' && digits !== '2') return { ok: true, event: null }
  return {
    ok: true,
    event: {
      providerId: callSid,
      from: { channel: 'voice', value: rung },
      to: { channel: 'voice', value: caller },
      at: now,
      payload: { text: `${digits} ${code}`, media: [] },
    },
  }
}

/** A call of ours, as Twilio tells of it. */
export interface OwnCall {
  callSid: string
  code: CaseCode
  digits: string
  /** Who was rung, and our number; E.164. */
  rung: string
  caller: string
  /** How a call ended that was connected with this one. */
  dialStatus: string
}

/** Reads what Twilio says of a call of ours; the case's code is in the query that we gave, which is signed. */
export function readOwnCall(
  parameters: FormParameters,
  query: URLSearchParams,
  own: Pick<Own, 'accountSid'>,
): { ok: true; call: OwnCall } | Extract<InboundResult, { ok: false }> {
  const used = singleValues(parameters, ['AccountSid', 'CallSid', 'From', 'To', 'Digits', 'DialCallStatus'])
  if (used === null) return { ok: false, reason: 'doubled_parameter' }
  if (used.AccountSid !== own.accountSid) return { ok: false, reason: 'account' }
  const { CallSid: callSid = '', Digits: digits = '', DialCallStatus: dialStatus = '' } = used
  const code = query.get('code') ?? ''
  if (!/^CA[0-9a-fA-F]{32}$/.test(callSid) || !/^[A-Z0-9]{4}$/.test(code)) return { ok: false, reason: 'message_id' }
  const rung = readTwilioAddress(used.To ?? '')
  const caller = readTwilioAddress(used.From ?? '')
  if (rung?.channel !== 'sms' || caller?.channel !== 'sms') return { ok: false, reason: 'address' }
  const call = { callSid, code: code as CaseCode, digits, rung: rung.value, caller: caller.value, dialStatus }
  return { ok: true, call }
}

const messageFields = [
  'AccountSid',
  'MessageSid',
  'SmsSid',
  'From',
  'To',
  'Body',
  'NumMedia',
  'MessageType',
  'ButtonText',
  'ButtonPayload',
  'ListId',
  'ListTitle',
  'OptOutType',
  'Latitude',
  'Longitude',
] as const

type Values<Name extends string> = Partial<Record<Name, string>>

/** The fields we use, or null when one of them came twice: Twilio never does that, and one of the two would be lost. */
function singleValues<Name extends string>(parameters: FormParameters, names: readonly Name[]): Values<Name> | null {
  const values: Values<Name> = {}
  for (const name of names) {
    const value = parameters[name]
    if (Array.isArray(value)) return null
    if (value !== undefined) values[name] = value
  }
  return values
}

function readParties(used: Values<'From' | 'To'>, own: Own) {
  const from = readTwilioAddress(used.From ?? '')
  const to = readTwilioAddress(used.To ?? '')
  if (from === null || to === null) return { ok: false as const, reason: 'address' as const }
  // A text from our own number would be answered to our own number, for ever.
  const ours = from.channel === 'whatsapp' ? own.whatsappFrom : own.smsFrom
  const ownNumbers = [ours, own.voiceFrom].map((number) => readTwilioAddress(number ?? '')?.value)
  const isLoop = from.value === to.value || ownNumbers.includes(from.value)
  return isLoop ? { ok: false as const, reason: 'own_number' as const } : { ok: true as const, from, to }
}

function readText(used: Values<(typeof messageFields)[number]>): string {
  // Twilio names the carrier word behind a keyword of ours, such as ALTO, and has already acted on it.
  if (used.OptOutType === 'STOP' || used.OptOutType === 'START') return used.OptOutType
  const body = used.Body || used.ButtonText || used.ListTitle || ''
  // Null bytes and the like are no words in any script; storage and log viewers choke on them.
  return decodeBase64Text(body)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
}

function readMedia(parameters: FormParameters, used: Values<(typeof messageFields)[number]>): InboundPayload['media'] {
  const media: InboundPayload['media'] = []
  if (used.Latitude !== undefined && used.Longitude !== undefined) {
    const place = `${used.Latitude},${used.Longitude}`
    media.push(
      /^-?\d{1,3}(?:\.\d{1,12})?,-?\d{1,3}(?:\.\d{1,12})?$/.test(place)
        ? { kind: 'location', url: `geo:${place}` }
        : { kind: 'location' },
    )
  } else if (used.MessageType === 'location') media.push({ kind: 'location' })

  const count = /^\d{1,2}$/.test(used.NumMedia ?? '') ? Number(used.NumMedia) : 0
  for (let index = 0; index < Math.min(count, mediaMax); index += 1) {
    const type = parameters[`MediaContentType${index}`]
    const url = parameters[`MediaUrl${index}`]
    const kind = mediaKind(typeof type === 'string' ? type : '')
    media.push(typeof url === 'string' && isTwilioMedia(url) ? { kind, url } : { kind })
  }
  return media
}

/** MMS carries up to ten. */
const mediaMax = 10

/** The kind of a media type such as `audio/ogg`; what we do not know is a document. */
export function mediaKind(contentType: string): string {
  const [family] = contentType.toLowerCase().split('/')
  if (family === 'image' || family === 'audio' || family === 'video') return family
  return /^text\/(?:x-)?vcard/i.test(contentType) ? 'contact' : 'document'
}

/** An address elsewhere is not kept: whoever fetched it later would be sent where the sender likes. */
function isTwilioMedia(url: string): boolean {
  if (!URL.canParse(url) || url.length > 1000) return false
  const parsed = new URL(url)
  return parsed.protocol === 'https:' && parsed.host === 'api.twilio.com' && parsed.username === ''
}
