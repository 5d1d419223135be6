import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkRequest, checkResponse, prepareContract } from './openapi-contract.ts'
import { formBody, sign } from './sign.ts'

/** One message as the fake keeps it: the resource of the API and what only the sender knows. */
export interface FakeMessage {
  resource: Record<string, unknown> & { sid: string; status: string; to: string; from: string; body: string }
  /** What the create asked for. */
  parameters: Record<string, string>
  statusCallback: string | null
  /** We had it erased; the fake shows it to nobody any more. */
  isErased?: boolean
}

/** One call as the fake keeps it. */
export interface FakeCall {
  resource: Record<string, unknown> & { sid: string; status: string; to: string; from: string }
  parameters: Record<string, string>
}

/** What goes wrong with the next request that matches. */
export type Fault = { on?: 'create' | 'list' | 'erase' | 'ring' | 'list_calls' } & (
  | { kind: 'refuse'; status: number; code?: number; retryAfter?: string }
  /** Twilio did not act, and never answers. */
  | { kind: 'hang' }
  /** Twilio acts, the answer never comes. */
  | { kind: 'hang_after_acting' }
  /** Twilio acts, the connection breaks. */
  | { kind: 'reset_after_acting' }
  | { kind: 'reset' }
  /** Twilio acts and answers 201 with nothing. */
  | { kind: 'empty_answer' }
  | { kind: 'html'; status: number; acts: boolean }
  /** Twilio acts, then answers 500. */
  | { kind: 'error_after_acting'; status: number }
  /** Accepted; the carrier refuses later. */
  | { kind: 'later'; status: 'failed' | 'undelivered'; code: number }
  | { kind: 'slow'; ms: number }
)

export interface FakeTwilioOptions {
  accountSid: string
  authToken: string
  now?: () => number
  /** How webhooks reach the app; a real request over loopback unless a test hands the app in. */
  post?: (url: string, init: RequestInit) => Promise<Response>
  /** Where incoming texts go: the configured webhook. */
  messageUrl?: string
  numberUrls?: { sms_url?: string; sms_fallback_url?: string }
}

/** A stand-in for Twilio that remembers: own SIDs, message list, STOP, signed callbacks, and faults on request. */
export interface FakeTwilio {
  baseUrl: string
  /** Oldest first, both directions. */
  messages: FakeMessage[]
  /** Every way in which a request or an answer broke Twilio's published contract. */
  contractProblems: string[]
  /** Requests to the API so far, as `POST create` or `GET list`. */
  calls: string[]
  /** The largest number of requests that were under way at once. */
  atOnceMax(): number
  fail(...faults: Fault[]): void
  /** Moves a message on and posts the signed callback. */
  report(sid: string, status: string, code?: number): Promise<Response | null>
  /** A person writes: kept in the list and posted to the webhook, unless `lost`. */
  receive(message: {
    from: string
    to: string
    body: string
    lost?: boolean
    extra?: Record<string, string>
  }): Promise<{
    sid: string
    response: Response | null
  }>
  outbound(): FakeMessage[]
  rung: FakeCall[]
  /** Whoever was rung presses a key; resolves to the TwiML that they hear next. */
  press(call: FakeCall, digit: string): Promise<string>
  /**
   * Does what a `<Dial>` says: rings whom it names from its `callerId`, who picks up or does not; resolves to whom it rang
   * and to what the first phone hears when it is over.
   */
  connect(call: FakeCall, dial: string, status: 'completed' | 'busy' | 'no-answer'): Promise<FakeBridge>
  /** The call is over, as `completed`, `busy`, `no-answer` or `failed`. */
  hangUp(call: FakeCall, status: string): Promise<Response>
  close(): Promise<void>
}

/** Two phones that were connected, as the second of them sees it. */
export interface FakeBridge {
  to: string
  from: string
  isRecorded: boolean
  hears: string
}

export async function startFakeTwilio(options: FakeTwilioOptions): Promise<FakeTwilio> {
  const { accountSid, authToken, now = Date.now, post = (url, init) => fetch(url, init) } = options
  const messages: FakeMessage[] = []
  const rung: FakeCall[] = []
  const contractProblems: string[] = []
  const calls: string[] = []
  const faults: Fault[] = []
  const blocked = new Set<string>()
  let underWay = 0
  let atOnceMax = 0

  const server = createServer((request, response) => {
    underWay += 1
    atOnceMax = Math.max(atOnceMax, underWay)
    response.on('close', () => {
      underWay -= 1
    })
    handle(request, response).catch((error) => {
      contractProblems.push(`the fake itself failed: ${String(error)}`)
      response.destroy()
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const url = new URL(request.url ?? '/', 'http://fake.invalid')
    const action = `${request.method} ${url.pathname.split('/').at(-1)}`
    const on = requestOf(request.method, action)
    calls.push(on === undefined ? action : `${request.method} ${on}`)

    const found = faults.findIndex((fault) => (fault.on ?? 'create') === on)
    const fault = found === -1 ? undefined : faults.splice(found, 1)[0]
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') return void request.socket.destroy()
    if (fault?.kind === 'slow') await new Promise((done) => setTimeout(done, fault.ms))
    if (fault?.kind === 'refuse') {
      const headers: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
      const code = fault.code ?? (fault.status === 429 ? 20429 : fault.status === 401 ? 20003 : 20500)
      return answer(response, fault.status, errorBody(fault.status, code), headers)
    }
    if (fault?.kind === 'html' && !fault.acts) return html(response, fault.status)

    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    if (request.headers.authorization !== expected) return answer(response, 401, errorBody(401, 20003))

    const problems = await checkRequest({ method: request.method!, url, headers: request.headers, body })
    contractProblems.push(...problems)
    if (problems.length > 0) return answer(response, 400, errorBody(400, 21604))

    const { status, body: result } = act(on, url, new URLSearchParams(body))
    contractProblems.push(...(await checkResponse({ method: request.method!, url, status, body: result })))
    if (fault?.kind === 'hang_after_acting') return
    if (fault?.kind === 'reset_after_acting') return void request.socket.destroy()
    if (fault?.kind === 'empty_answer') return void response.writeHead(201).end()
    if (fault?.kind === 'html') return html(response, fault.status)
    if (fault?.kind === 'error_after_acting') return answer(response, fault.status, errorBody(fault.status, 20500))
    answer(response, status, result)
    if (fault?.kind === 'later') {
      const sid = (result as { sid?: string }).sid
      if (sid !== undefined) void report(sid, fault.status, fault.code)
    }
  }

  function act(on: Fault['on'], url: URL, form: URLSearchParams) {
    if (on === 'create') return create(Object.fromEntries(form))
    if (on === 'list') return list(url)
    if (on === 'ring') return ring(Object.fromEntries(form))
    if (on === 'list_calls') return listCalls(url)
    if (on === 'erase') return erase(url)
    if (url.pathname.endsWith('/IncomingPhoneNumbers.json')) return numbers(url)
    const sid = /Messages\/((?:SM|MM)[0-9a-f]{32})\/Media\.json$/i.exec(url.pathname)?.[1]
    const owner = messages.find(({ resource }) => resource.sid === sid)
    if (owner === undefined) return { status: 404, body: errorBody(404, 20404) }
    const media_list = (owner.parameters.media ?? '')
      .split(' ')
      .filter(Boolean)
      .map((content_type) => ({
        account_sid: accountSid,
        content_type,
        date_created: rfc2822(now()),
        date_updated: rfc2822(now()),
        parent_sid: sid,
        sid: `ME${randomBytes(16).toString('hex')}`,
        uri: url.pathname,
      }))
    return { status: 200, body: { ...page(url, media_list.length), media_list } }
  }

  function create(parameters: Record<string, string>) {
    const { To: to = '', From: from = '', StatusCallback: statusCallback } = parameters
    const text = parameters.Body ?? inTemplate(parameters)
    if (!/^(?:\+[1-9]\d{6,14}|whatsapp:(?:\+[1-9]\d{6,14}|[A-Z]{2}\.\w+))$/.test(to)) {
      return { status: 400, body: errorBody(400, 21211) }
    }
    if (text.length > 1600) return { status: 400, body: errorBody(400, 21617) }
    if (blocked.has(`${from} ${to}`)) return { status: 400, body: errorBody(400, 21610) }
    const resource = newResource({ to, from, body: text, direction: 'outbound-api', status: 'queued' })
    messages.push({ resource, parameters, statusCallback: statusCallback ?? null })
    return { status: 201, body: resource }
  }

  function ring(parameters: Record<string, string>) {
    const { To: to = '', From: from = '' } = parameters
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return { status: 400, body: errorBody(400, 21211) }
    const sid = `CA${randomBytes(16).toString('hex')}`
    const at = rfc2822(now())
    const resource = {
      sid,
      to,
      from,
      account_sid: accountSid,
      api_version: '2010-04-01',
      date_created: at,
      date_updated: at,
      direction: 'outbound-api',
      status: 'queued',
      uri: `/2010-04-01/Accounts/${accountSid}/Calls/${sid}.json`,
    }
    rung.push({ resource, parameters })
    return { status: 201, body: resource }
  }

  function listCalls(url: URL) {
    const to = url.searchParams.get('To')
    const calls = rung.map(({ resource }) => resource).filter((resource) => resource.to === to)
    return { status: 200, body: { ...page(url, calls.length), calls: calls.toReversed() } }
  }

  /** What Twilio says about a call to all of its addresses. */
  const callFields = ({ resource }: FakeCall) => ({
    CallSid: resource.sid,
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    Direction: 'outbound-api',
    From: resource.from,
    To: resource.to,
    CallStatus: resource.status,
  })

  const press: FakeTwilio['press'] = async (call, digit) => {
    const action = /action="([^"]+)"/.exec(call.parameters.Twiml ?? '')![1]!.replaceAll('&amp;', '&')
    call.resource.status = 'in-progress'
    const response = await signedPost(action, { ...callFields(call), Digits: digit, msg: 'Gather End' })
    return response.text()
  }

  const connect: FakeTwilio['connect'] = async (call, dial, status) => {
    const [, attributes, number, to] = /<Dial ([^>]*)>\s*<Number ([^>]*)>([^<]*)<\/Number>/.exec(dial)!
    const of = (text: string, name: string) =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const from = of(attributes!, 'callerId')
    const second = `CA${randomBytes(16).toString('hex')}`
    if (status === 'completed' && of(number!, 'statusCallbackEvent').includes('answered'))
      await signedPost(of(number!, 'statusCallback'), {
        CallSid: second,
        ParentCallSid: call.resource.sid,
        AccountSid: accountSid,
        ApiVersion: '2010-04-01',
        Direction: 'outbound-dial',
        From: from,
        To: to!,
        CallStatus: 'in-progress',
      })
    const over = await signedPost(of(attributes!, 'action'), {
      ...callFields(call),
      DialCallSid: second,
      DialCallStatus: status,
      ...(status === 'completed' && { DialCallDuration: '180' }),
    })
    return { to: to!, from, isRecorded: of(attributes!, 'record') !== 'do-not-record', hears: await over.text() }
  }

  const hangUp: FakeTwilio['hangUp'] = (call, status) => {
    call.resource.status = status
    return signedPost(call.parameters.StatusCallback!, { ...callFields(call), CallDuration: '0' })
  }

  /** The one number of the account; `numberUrls` are its settings. */
  function numbers(url: URL) {
    const phone_number = url.searchParams.get('PhoneNumber')
    const { sms_url = options.messageUrl ?? '', sms_fallback_url = '' } = options.numberUrls ?? {}
    const number = { sid: `PN${'0'.repeat(32)}`, account_sid: accountSid, phone_number, sms_url, sms_fallback_url }
    return { status: 200, body: { ...page(url, 1), incoming_phone_numbers: [number] } }
  }

  function erase(url: URL) {
    const sid = /Messages\/((?:SM|MM)[0-9a-f]{32})\.json$/i.exec(url.pathname)?.[1]
    const message = messages.find(({ resource, isErased }) => resource.sid === sid && !isErased)
    if (message === undefined) return { status: 404, body: errorBody(404, 20404) }
    if (message.resource.status === 'queued') return { status: 409, body: errorBody(409, 20009) }
    message.isErased = true
    return { status: 204, body: null }
  }

  function list(url: URL) {
    const to = url.searchParams.get('To')
    const after = url.searchParams.get('DateSent>')
    const size = Number(url.searchParams.get('PageSize') ?? 50)
    const found = messages
      .filter(({ isErased }) => !isErased)
      .map(({ resource }) => resource)
      .filter((resource) => to === null || resource.to === to)
      .filter((resource) => after === null || Date.parse(String(resource.date_sent)) >= Date.parse(after))
      .reverse()
    const start = Number(url.searchParams.get('Page') ?? 0) * size
    const shown = found.slice(start, start + size)
    const next = new URL(url)
    next.searchParams.set('Page', String(Number(url.searchParams.get('Page') ?? 0) + 1))
    next.searchParams.set('PageToken', 'PA00000000000000000000000000000000')
    const next_page_uri = start + size < found.length ? next.pathname + next.search : null
    return { status: 200, body: { ...page(url, shown.length), next_page_uri, messages: shown } }
  }

  const page = (url: URL, count: number) => ({
    start: 0,
    end: Math.max(0, count - 1),
    page: Number(url.searchParams.get('Page') ?? 0),
    page_size: 50,
    first_page_uri: url.pathname,
    next_page_uri: null as string | null,
    previous_page_uri: null,
    uri: url.pathname,
  })

  function newResource(of: { to: string; from: string; body: string; direction: string; status: string }) {
    const sid = `SM${randomBytes(16).toString('hex')}`
    const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`
    const at = rfc2822(now())
    return {
      ...of,
      sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      date_created: at,
      date_sent: at,
      date_updated: at,
      error_code: null as number | null,
      error_message: null,
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      subresource_uris: { media: uri.replace('.json', '/Media.json') },
      uri,
    }
  }

  async function report(sid: string, status: string, code?: number): Promise<Response | null> {
    const message = messages.find(({ resource }) => resource.sid === sid)
    if (message === undefined) throw new Error(`the fake knows no message ${sid}`)
    message.resource.status = status
    message.resource.error_code = code ?? null
    if (message.statusCallback === null) return null
    return signedPost(message.statusCallback, {
      MessageSid: sid,
      SmsSid: sid,
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      From: message.resource.from,
      To: message.resource.to,
      MessageStatus: status,
      SmsStatus: status,
      ...(code === undefined ? {} : { ErrorCode: String(code) }),
    })
  }

  const signedPost = (url: string, parameters: Record<string, string>) =>
    post(url, {
      method: 'POST',
      body: formBody(parameters),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-twilio-signature': sign(authToken, url.replace(/#.*/, ''), parameters),
      },
    })

  const receive: FakeTwilio['receive'] = async ({ from, to, body, lost = false, extra = {} }) => {
    const resource = newResource({ to, from, body, direction: 'inbound', status: 'received' })
    resource.num_media = extra.NumMedia ?? '0'
    messages.push({ resource, parameters: { media: extra.MediaContentType0 ?? '' }, statusCallback: null })
    const pair = `${to} ${from}`
    const word = body.trim().toUpperCase()
    if (!from.startsWith('whatsapp:')) {
      if (stopWords.has(word) && !blocked.has(pair)) {
        blocked.add(pair)
        const confirmation = 'You have successfully been unsubscribed. Reply START to resubscribe.'
        const sent = newResource({
          to: from,
          from: to,
          body: confirmation,
          direction: 'outbound-reply',
          status: 'sent',
        })
        messages.push({ resource: sent, parameters: {}, statusCallback: null })
      }
      if (startWords.has(word)) blocked.delete(pair)
    }
    if (lost || options.messageUrl === undefined) return { sid: resource.sid, response: null }
    const response = await signedPost(options.messageUrl, {
      MessageSid: resource.sid,
      SmsSid: resource.sid,
      SmsMessageSid: resource.sid,
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      SmsStatus: 'received',
      From: from,
      To: to,
      Body: body,
      NumMedia: '0',
      NumSegments: '1',
      ...extra,
    })
    return { sid: resource.sid, response }
  }

  await prepareContract()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    contractProblems,
    calls,
    atOnceMax: () => atOnceMax,
    fail: (...more) => void faults.push(...more),
    report,
    receive,
    rung,
    press,
    connect,
    hangUp,
    outbound: () => messages.filter(({ resource }) => resource.direction === 'outbound-api'),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** The one approved template of the account. */
function inTemplate({ ContentSid, ContentVariables = '{}' }: Record<string, string>): string {
  if (ContentSid === undefined) return ''
  const variables = JSON.parse(ContentVariables) as Record<string, string>
  return `New message: ${variables[1]}. Please answer here.`
}

function requestOf(method: string | undefined, action: string): Fault['on'] {
  if (method === 'DELETE') return 'erase'
  if (action === 'POST Messages.json') return 'create'
  if (action === 'POST Calls.json') return 'ring'
  if (action === 'GET Calls.json') return 'list_calls'
  return action === 'GET Messages.json' ? 'list' : undefined
}

const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'])
const startWords = new Set(['START', 'YES', 'UNSTOP'])

const rfc2822 = (at: number) => new Date(at).toUTCString().replace('GMT', '+0000')

const errorBody = (status: number, code: number) => ({
  code,
  // Twilio's real sentences quote the number, so the fake's do too: a log scan must not find it.
  message: `Error ${code}: the number +15550109999 was refused`,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
})

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(body === null ? undefined : JSON.stringify(body))
}

function html(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Bad gateway</body></html>')
}
