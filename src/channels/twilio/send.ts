import twilio from 'twilio'
import { readSpokenPage, type SpokenPage } from '../../language/spoken-page.ts'
import type { AttemptOutcome, OutboxMessage } from '../../store/store.ts'
import type { Channel } from '../../types.ts'
import { retryDelayMs } from '../retry-delay.ts'
import type { Send, SendReport } from '../sender.ts'
import { callState } from './call-state.ts'
import { meaningOf } from './error-codes.ts'
import { askForKey } from './page-call.ts'
import { reconcile } from './reconcile.ts'
import { TwilioError, TwilioRequestClient } from './request-client.ts'
import { writeTwilioAddress } from './twilio-address.ts'
import type { TwilioSettings } from './twilio-settings.ts'

export interface TwilioSenderParts {
  settings: TwilioSettings
  now: () => number
  /** From 0 up to 1, for spreading retries. */
  random: () => number
  /** Divides the waits before further attempts. */
  timeScale?: number
  report?: (report: SendReport) => void
  /** For tests that cannot wait 10 s. */
  timeoutMs?: number
  /** Carries the requests instead of HTTP, as in the simulation. */
  httpClient?: HttpClient
}

/** What the `twilio` package asks of whoever carries its requests. */
export type HttpClient = Pick<TwilioRequestClient, 'request'>

/**
 * Makes the function that sends SMS and WhatsApp texts, and rings advocates, through Twilio.
 *
 * Every message carries our effect id in its status callback, so that receipts find it even when the answer to the
 * sending was lost. After an unknown outcome Twilio is asked first; only what it does not have goes out again, with
 * `repeat=1`. When it cannot be asked, a message that is better sent twice than never goes out once more; any other
 * waits until it can be asked.
 */
export function createTwilioSender(parts: TwilioSenderParts): Send {
  const { settings, now, random, timeScale = 1 } = parts
  const client = createTwilioClient(settings, parts)
  /** Provider's ids of what this process sent, to our effects. */
  const ours = rememberLast<string>(5_000)
  const blindRepeats = rememberLast<true>(5_000)
  let pausedUntil = 0

  return async function send(given) {
    const message = withoutRingingPersons(given)
    if (now() < pausedUntil) return retryLater(message, { at: pausedUntil, unknown: message.unknownOutcome })
    const { channel } = message.address
    const from = numberFor(channel)
    const aloud = channel === 'voice' ? readSpokenPage(message.text) : null
    if (from === null || (channel === 'voice' && aloud === null)) {
      tell(message, 'alarm', 'config', null)
      return { ...ids(message), kind: 'failed', code: null }
    }
    if (message.unknownOutcome) {
      const found = await reconcile(client, message, (sid) => (ours.get(sid) ?? message.id) !== message.id)
      if (found.kind === 'sent') {
        ours.set(found.providerId, message.id)
        tell(message, 'reconciled', 'unknown_outcome', found.code)
        return accepted(message, found.providerId, found.status, found.code)
      }
      if (found.kind === 'unknown') {
        // A page that may or may not be out is sent once more. A second guess would only add noise: by then the
        // escalation brings a new page, or Twilio answers again.
        const mayGuess =
          message.ratherTwice && message.attempts <= guessAttemptsMax && blindRepeats.get(message.id) === undefined
        if (!mayGuess && message.attempts >= unknownAttemptsMax) return { ...ids(message), kind: 'failed', code: null }
        if (!mayGuess) return retryLater(message, { unknown: true })
        blindRepeats.set(message.id, true)
      }
    }
    return create(message, () =>
      aloud === null ? write(message, writeTwilioAddress({ channel, value: from })) : ring(message, from, aloud),
    )
  }

  function numberFor(channel: Channel): string | null {
    if (channel === 'chat') return null
    return { sms: settings.smsFrom, whatsapp: settings.whatsappFrom, voice: settings.voiceFrom ?? null }[channel]
  }

  async function create(message: OutboxMessage, place: () => Promise<Placed>): Promise<AttemptOutcome> {
    try {
      const { sid, status, errorCode } = await place()
      if (!/^[A-Z]{2}\w{1,62}$/.test(sid ?? '')) return retryLater(message, { unknown: true })
      ours.set(sid, message.id)
      return accepted(message, sid, status ?? 'queued', errorCode ?? null)
    } catch (error) {
      return failure(message, error instanceof TwilioError ? error : new TwilioError('unknown', {}))
    }
  }

  function write(message: OutboxMessage, from: string): Promise<Placed> {
    const { pageTemplate } = settings
    const isTemplate = message.address.channel === 'whatsapp' && message.priority === 0 && pageTemplate != null
    return client.messages.create({
      to: writeTwilioAddress(message.address),
      from,
      ...(isTemplate
        ? { contentSid: pageTemplate, contentVariables: JSON.stringify({ 1: oneLine(message.text) }) }
        : { body: message.text }),
      statusCallback: statusCallback(message, settings.publicUrl),
      ...(validitySeconds(message, now()) ?? {}),
    })
  }

  async function ring(message: OutboxMessage, from: string, aloud: SpokenPage): Promise<Placed> {
    const { sid, status } = await client.calls.create({
      to: message.address.value,
      from,
      twiml: askForKey(aloud, settings.publicUrl),
      timeout: ringSeconds,
      statusCallback: statusCallback(message, settings.publicUrl),
    })
    return { sid, status: callState(status) ?? 'queued' }
  }

  function failure(message: OutboxMessage, error: TwilioError): AttemptOutcome {
    if (error.outcome !== 'refused')
      return retryLater(message, { code: error.twilioCode, unknown: error.outcome === 'unknown' })
    const code = error.twilioCode ?? (error.status === 429 ? 20429 : error.status === 401 ? 20003 : null)
    const meaning = meaningOf(code)
    // A refusal without a code is not Twilio's: a proxy or a wrong address, which somebody will put right.
    const isForeign = code === null && error.status !== 400
    if (meaning.alarm) tell(message, 'alarm', meaning.reason, code)
    if (meaning.reason === 'credentials') {
      // Every further message would be refused too, and Twilio locks out who keeps knocking.
      pausedUntil = now() + credentialsPauseMs / timeScale
      tell(message, 'paused', 'credentials', code)
      return retryLater(message, { at: pausedUntil, code, unknown: false })
    }
    if (meaning.isFinal && !isForeign) return { ...ids(message), kind: 'failed', code }
    const asked = retryAfterMs(error.retryAfter, now())
    return retryLater(message, { code, unknown: false, notBefore: now() + asked })
  }

  function retryLater(
    message: OutboxMessage,
    how: { at?: number; notBefore?: number; code?: number | null; unknown: boolean },
  ): AttemptOutcome {
    const isPage = message.priority === 0
    const waitMs = retryDelayMs({ attempts: message.attempts + 1, isPage, chance: random() }) / timeScale
    // What is not urgent waits until a request that still hangs somewhere has surely shown up in Twilio's list.
    const settledMs = how.unknown && !message.ratherTwice ? unknownWaitMs / timeScale : 0
    const retryAt = how.at ?? Math.max(how.notBefore ?? 0, now() + Math.max(waitMs, settledMs))
    return { ...ids(message), kind: 'retry', retryAt, code: how.code ?? null, unknown: how.unknown }
  }

  function tell(
    message: OutboxMessage,
    kind: SendReport['kind'],
    reason: SendReport['reason'],
    code: number | null,
  ): void {
    parts.report?.({ kind, reason, code, effectId: message.id })
  }
}

/** The `twilio` client, sending to the configured address only. */
export function createTwilioClient(
  settings: TwilioSettings,
  { timeoutMs, httpClient }: { timeoutMs?: number; httpClient?: HttpClient } = {},
) {
  const carrier = httpClient ?? new TwilioRequestClient(settings.apiBaseUrl, timeoutMs)
  return twilio(settings.accountSid, settings.authTokens[0], { httpClient: carrier as TwilioRequestClient })
}

/** A first try and two more; beyond that a restart has forgotten whether a guess was made. */
const guessAttemptsMax = 3
/** For a page ten minutes, for anything else two hours: then a human should see that it may not be out. */
const unknownAttemptsMax = 30
const credentialsPauseMs = 30_000
const unknownWaitMs = 15_000
/** A page in Twilio's queue longer than this would name minutes that are long over. */
const pageValiditySeconds = 900
const validitySecondsMax = 36_000

/** Before most voicemails pick up; whoever does not answer is asked again by the chain. */
const ringSeconds = 25

/** What Twilio says of something that it took on. */
interface Placed {
  sid: string
  status?: string
  errorCode?: number | null
}

/** Only an advocate is rung, for a page or a call that they asked for. Whoever rang us gets the answer as a text: a phone that rings may be heard by anybody. */
function withoutRingingPersons(message: OutboxMessage): OutboxMessage {
  const { address, to, text, priority } = message
  const isForRinging = priority === 0 || readSpokenPage(text)?.connects === true
  if (address.channel !== 'voice' || ('advocate' in to && isForRinging)) return message
  return { ...message, address: { channel: 'sms', value: address.value } }
}

/** A variable of a template may hold no line break. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' / ')

const ids = ({ id, lease }: OutboxMessage) => ({ id, lease })

function accepted(message: OutboxMessage, providerId: string, status: string, code: number | null): AttemptOutcome {
  const isOver = status === 'failed' || status === 'undelivered' || status === 'canceled'
  if (isOver) return { ...ids(message), kind: 'failed', code }
  return { ...ids(message), kind: 'accepted', providerId, status }
}

function statusCallback(message: OutboxMessage, publicUrl: string): string {
  const repeat = message.repeat || message.unknownOutcome ? '&repeat=1' : ''
  const also = (message.also ?? []).map((id) => `&also=${encodeURIComponent(id)}`).join('')
  return `${publicUrl}/hooks/twilio/status?effect=${encodeURIComponent(message.id)}${also}${repeat}`
}

function validitySeconds(message: OutboxMessage, now: number): { validityPeriod: number } | null {
  if (message.priority !== 0 || message.address.channel !== 'sms') return null
  const left = message.expiresAt === null ? pageValiditySeconds : Math.ceil((message.expiresAt - now) / 1000)
  return { validityPeriod: Math.min(validitySecondsMax, Math.max(1, left)) }
}

/** `Retry-After` as milliseconds: seconds or a date, at most a quarter of an hour. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(waitMs) ? Math.min(900_000, Math.max(0, waitMs)) : 0
}

/** A map that forgets its oldest entries. */
function rememberLast<Value>(max: number) {
  const seen = new Map<string, Value>()
  return {
    get: (key: string) => seen.get(key),
    set(key: string, value: Value) {
      seen.set(key, value)
      if (seen.size > max) seen.delete(seen.keys().next().value!)
    },
  }
}
