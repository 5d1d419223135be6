import { createHmac } from 'node:crypto'
import { TwilioError } from '../channels/twilio/request-client.ts'
import type { HttpClient } from '../channels/twilio/send.ts'
import { chanceOf } from './chance.ts'
import type { Fault, FaultKind } from './plan-run.ts'
import type { VirtualTime } from './virtual-time.ts'

/** One message as the carrier keeps it. */
export interface CarrierMessage {
  sid: string
  direction: 'inbound' | 'outbound-api'
  from: string
  to: string
  body: string
  at: number
  status: string
  code: number | null
  statusCallback: string | null
  /** Our effect id, from the callback; null for what came in. */
  effect: string | null
  isRepeat: boolean
  media: number
  /** We asked for it to be erased; kept here for the checks. */
  isErased: boolean
}

/** One delivery of a webhook about an incoming text; `status` null when no answer came. */
export interface WebhookCall {
  sid: string
  from: string
  text: string
  at: number
  status: number | null
}

export interface Carrier {
  /** What the `twilio` package is given. */
  httpClient: HttpClient
  /** Oldest first, both directions. */
  messages: CarrierMessage[]
  webhooks: WebhookCall[]
  /** A phone writes to us. */
  receive(message: { from: string; to: string; body: string; media?: number }): void
}

export interface CarrierParts {
  time: VirtualTime
  seed: string
  accountSid: string
  authToken: string
  messageUrl: string
  /** Faults of a kind that are on now. */
  faultsOf(kind: FaultKind): Fault[]
  /** Posts a signed form to whichever node answers; null when none does. */
  post(url: string, form: Record<string, string>, signature: string): Promise<number | null>
  /** A message has reached a phone. */
  deliver(message: CarrierMessage): void
  /** The phone is broken or gone for good. */
  isDead(number: string): boolean
  note(line: string, about: string): void
}

/**
 * A carrier in memory that keeps Twilio's contract: own ids, a message list, STOP on SMS, signed callbacks, and
 * everything that goes wrong on the way. What it draws depends on the number and how often it was used, so one person
 * more or less changes nothing for the others.
 */
export function createCarrier(parts: CarrierParts): Carrier {
  const { time, seed, accountSid, authToken, note } = parts
  const messages: CarrierMessage[] = []
  const byTo = new Map<string, CarrierMessage[]>()
  const webhooks: WebhookCall[] = []
  const blocked = new Set<string>()
  const used = new Map<string, number>()
  let sids = 0

  const chanceFor = (what: string, number: string) => {
    const count = (used.get(what + number) ?? 0) + 1
    used.set(what + number, count)
    return chanceOf(`${seed}:${what}:${number}:${count}`)
  }
  const hits = (kind: FaultKind, draw: number) => parts.faultsOf(kind).some(({ strength }) => draw < strength)
  const newSid = () => `SM${(++sids).toString(16).padStart(32, '0')}`
  const keep = (message: CarrierMessage) => {
    messages.push(message)
    const list = byTo.get(message.to) ?? []
    list.push(message)
    byTo.set(message.to, list)
  }

  const httpClient = {
    async request(options: { method: string; uri: string; data?: unknown; params?: unknown }) {
      const method = options.method.toLowerCase()
      if (method === 'delete') return erase(options.uri)
      if (method === 'post') return create(options.data as Record<string, string>)
      return list(options.uri, (options.params ?? {}) as Record<string, string | number>)
    },
  } as unknown as HttpClient

  async function create(form: Record<string, string>) {
    const to = form.To!
    const chance = chanceFor('create', to)
    const draws = [chance.next(), chance.next(), chance.next()] as const
    await pause(hits('slow_carrier', draws[0]) ? chance.whole(2_000, 9_000) : chance.whole(60, 500))
    if (hits('refusals', draws[1])) {
      const [status, code] = chance.pick([
        [429, 20429],
        [500, 20500],
        [503, 20503],
        [401, 20003],
        [404, null],
      ] as const)
      note(`carrier answers ${status}`, to)
      const outcome = status >= 500 ? 'unknown' : 'refused'
      throw new TwilioError(outcome, { status, twilioCode: code, retryAfter: chance.is(0.3) ? '3' : null })
    }
    if (hits('unknown_outcomes', draws[2])) {
      const hasActed = chance.is(0.6)
      if (hasActed) accept(form)
      note(`carrier ${hasActed ? 'sends, but' : 'does nothing and'} never answers`, to)
      await pause(chance.is(0.5) ? 10_000 : 200)
      throw new TwilioError('unknown', {})
    }
    if (blocked.has(to)) throw new TwilioError('refused', { status: 400, twilioCode: 21610 })
    return { statusCode: 201, body: resourceOf(accept(form)) }
  }

  function accept(form: Record<string, string>): CarrierMessage {
    const callback = new URL(form.StatusCallback!)
    const message: CarrierMessage = {
      sid: newSid(),
      direction: 'outbound-api',
      from: form.From!,
      to: form.To!,
      body: form.Body!,
      at: time.now(),
      status: 'queued',
      code: null,
      statusCallback: form.StatusCallback!,
      effect: callback.searchParams.get('effect'),
      isRepeat: callback.searchParams.get('repeat') === '1',
      media: 0,
      isErased: false,
    }
    if (blocked.has(message.to)) return message
    keep(message)
    note(
      `sent${message.isRepeat ? ' again' : ''} ${message.effect}: ${message.body.split('\n')[0]!.slice(0, 70)}`,
      message.to,
    )
    carry(message)
    return message
  }

  /** The way to the phone, with receipts. */
  function carry(message: CarrierMessage): void {
    const chance = chanceFor('carry', message.to)
    const draw = chance.next()
    const isLost = parts.isDead(message.to) || hits('later_failures', draw)
    const arrives = chance.whole(600, 6_000)
    const steps: { at: number; status: string; code?: number }[] = [{ at: chance.whole(50, 400), status: 'sent' }]
    if (isLost) {
      const code = chance.pick([30003, 30005, 30008, 30007])
      steps.push({ at: arrives, status: chance.pick(['undelivered', 'failed']), code })
    } else {
      steps.push({ at: arrives, status: 'delivered' })
      time.after(arrives, () => parts.deliver(message))
      if (message.to.startsWith('whatsapp:')) steps.push({ at: arrives + chance.whole(500, 60_000), status: 'read' })
    }
    if (hits('mixed_receipts', chance.next())) {
      if (chance.is(0.5)) for (const [index, step] of steps.reverse().entries()) step.at = arrives + index * 300
      if (chance.is(0.5)) steps.push({ ...steps[0]!, at: arrives + 2_000 })
      // The word that a message failed is lost too, now and then: who waits for it is paged again by time alone.
      if (chance.is(0.3)) steps.pop()
    }
    for (const { at, status, code } of steps) time.after(at, () => report(message, status, code ?? null))
  }

  async function report(message: CarrierMessage, status: string, code: number | null): Promise<void> {
    message.status = status
    message.code = code
    const form: Record<string, string> = {
      AccountSid: accountSid,
      MessageSid: message.sid,
      MessageStatus: status,
      From: message.from,
      To: message.to,
    }
    if (code !== null) {
      form.ErrorCode = String(code)
      note(`receipt ${message.effect}: ${status} ${code}`, message.to)
    }
    // Twilio does not repeat a status callback that nobody took.
    void post(message.statusCallback!, form)
  }

  async function erase(uri: string) {
    const sid = /(\w+)\.json$/.exec(uri)?.[1] ?? ''
    const chance = chanceFor('erase', sid)
    await pause(chance.whole(60, 400))
    if (hits('refusals', chance.next())) throw new TwilioError('refused', { status: 429, twilioCode: 20429 })
    const message = messages.find((one) => one.sid === sid)
    if (message === undefined || message.isErased) throw new TwilioError('refused', { status: 404, twilioCode: 20404 })
    // Twilio erases nothing that is still on its way.
    if (message.status === 'queued') throw new TwilioError('refused', { status: 409, twilioCode: 20009 })
    message.isErased = true
    return { statusCode: 204, body: null }
  }

  async function list(uri: string, params: Record<string, string | number>) {
    const to = String(params.To ?? '')
    const chance = chanceFor('list', to)
    await pause(chance.whole(60, 400))
    if (hits('list_down', chance.next())) throw new TwilioError('unknown', { status: 503 })
    if (/\/Media\.json$/.test(uri)) return mediaPage(uri)
    const after = params['DateSent>'] === undefined ? 0 : Date.parse(String(params['DateSent>']))
    const size = Number(params.PageSize ?? 50)
    const all = byTo.get(to) ?? []
    const shown: unknown[] = []
    for (let index = all.length - 1; index >= 0 && shown.length < size && all[index]!.at >= after; index--)
      if (!all[index]!.isErased) shown.push(resourceOf(all[index]!))
    return { statusCode: 200, body: { messages: shown, next_page_uri: null } }
  }

  function mediaPage(uri: string) {
    const sid = /Messages\/(\w+)\//.exec(uri)?.[1]
    const owner = messages.find((message) => message.sid === sid)
    const media_list = Array.from({ length: owner?.media ?? 0 }, (_, index) => ({
      sid: `ME${String(index).padStart(32, '0')}`,
      content_type: 'audio/ogg',
      parent_sid: sid,
    }))
    return { statusCode: 200, body: { media_list, next_page_uri: null } }
  }

  function receive({ from, to, body, media = 0 }: Parameters<Carrier['receive']>[0]): void {
    const chance = chanceFor('receive', from)
    const message: CarrierMessage = {
      sid: newSid(),
      direction: 'inbound',
      from,
      to,
      body,
      at: time.now(),
      status: 'received',
      code: null,
      statusCallback: null,
      effect: null,
      isRepeat: false,
      media,
      isErased: false,
    }
    keep(message)
    note(`writes: ${body || '(media)'}`, from)
    const word = body.trim().toUpperCase()
    if (!from.startsWith('whatsapp:') && stopWords.has(word)) blocked.add(from)
    if (startWords.has(word)) blocked.delete(from)
    if (hits('lost_webhooks', chance.next())) return
    const wait = hits('late_webhooks', chance.next()) ? chance.whole(1_000, 4 * 3_600_000) : 0
    const copies = hits('doubled_webhooks', chance.next()) ? chance.whole(2, 3) : 1
    for (let copy = 0; copy < copies; copy++) {
      const gap = chance.is(0.5) ? 0 : chance.whole(1, 60_000) * copy
      time.after(wait + gap + chance.whole(30, 120), () => void postInbound(message))
    }
  }

  /** Twilio tries a webhook again when it is refused or not answered, as our address asks it to, but not for long. */
  async function postInbound(message: CarrierMessage): Promise<void> {
    const form: Record<string, string> = {
      AccountSid: accountSid,
      MessageSid: message.sid,
      From: message.from,
      To: message.to,
      Body: message.body,
      NumMedia: String(message.media),
      SmsStatus: 'received',
    }
    for (let index = 0; index < message.media; index++) {
      form[`MediaContentType${index}`] = 'audio/ogg'
      form[`MediaUrl${index}`] =
        `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}/Media/ME0`
    }
    for (const wait of [0, 1_000, 4_000]) {
      if (wait > 0) await pause(wait)
      const call: WebhookCall = {
        sid: message.sid,
        from: message.from,
        text: message.body,
        at: time.now(),
        status: null,
      }
      webhooks.push(call)
      call.status = await post(parts.messageUrl, form)
      if (call.status !== null && call.status < 500) return
      note(`webhook ${message.sid.slice(-4)} got ${call.status ?? 'no answer'}`, message.from)
    }
  }

  const post = (url: string, form: Record<string, string>) => parts.post(url, form, sign(authToken, url, form))
  const pause = (ms: number) => new Promise<void>((resolve) => void time.after(ms, resolve))

  return { httpClient, messages, webhooks, receive }
}

const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'])
const startWords = new Set(['START', 'YES', 'UNSTOP'])

const resourceOf = (message: CarrierMessage) => ({
  sid: message.sid,
  direction: message.direction,
  from: message.from,
  to: message.to,
  body: message.body,
  status: message.status,
  error_code: message.code,
  date_created: new Date(message.at).toUTCString(),
  date_sent: new Date(message.at).toUTCString(),
  num_media: String(message.media),
})

/** @see https://www.twilio.com/docs/usage/security */
function sign(authToken: string, url: string, form: Record<string, string>): string {
  const text = Object.keys(form)
    .sort()
    .map((name) => name + form[name])
    .join('')
  return createHmac('sha1', authToken)
    .update(url + text, 'utf8')
    .digest('base64')
}
