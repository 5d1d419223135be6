import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Hono } from 'hono'
import { isSignedByTwilio } from '../../src/channels/twilio/verify-signature.ts'
import { createApp } from '../../src/http/app.ts'
import { hookRoutes } from '../../src/http/hook.ts'
import { createLog } from '../../src/http/log.ts'
import { twilioHooks } from '../../src/http/twilio-hooks.ts'
import { formBody, sign } from '../twilio/sign.ts'
import { memoryInbox } from './memory-inbox.ts'

const publicUrl = 'https://puente.example.org'
const accountSid = `AC${'0'.repeat(32)}`
const authToken = 'primary-token-0001'
const secondToken = 'second-token-0002'
const twilio = {
  accountSid,
  authTokens: [authToken, secondToken] as [string, string],
  smsFrom: '+15550100000',
  whatsappFrom: '+15550100009',
  apiBaseUrl: 'https://api.twilio.com',
  publicUrl,
}

function start() {
  const inbox = memoryInbox()
  const lines: string[] = []
  const log = createLog({ level: 'debug', now: () => 0, write: (line) => lines.push(line) })
  const spokenNotices = () => [
    { language: 'es', text: 'Escríbanos un mensaje <corto>.' },
    { language: 'ht', text: 'Voye yon mesaj.' },
  ]
  const app = createApp({ store: inbox, settings: { publicUrl, twilio }, log, now: () => 1_000, spokenNotices })
  return { app, inbox, lines, log }
}

type Form = Record<string, string | string[]>

const sms = (over: Form = {}): Form => ({
  MessageSid: `SM${'a'.repeat(32)}`,
  AccountSid: accountSid,
  From: '+528681110001',
  To: '+15550100000',
  Body: 'Hola',
  NumMedia: '0',
  ...over,
})

type How = { path?: string; signature?: string | null; body?: string; headers?: Record<string, string>; token?: string }

function post(app: Hono, parameters: Form, how: How = {}) {
  const path = how.path ?? '/hooks/twilio/message'
  const signature =
    how.signature === undefined ? sign(how.token ?? authToken, publicUrl + path, parameters) : how.signature
  return app.request(`http://127.0.0.1:3000${path}`, {
    method: 'POST',
    body: how.body ?? formBody(parameters),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
      ...how.headers,
    },
  })
}

/** Posts a signed text and says what was stored of it. */
async function stored(over: Form) {
  const { app, inbox } = start()
  const response = await post(app, sms(over))
  return { status: response.status, event: inbox.events[0] }
}

describe('an incoming text', () => {
  test('is stored, then answered with an empty TwiML', async () => {
    const { app, inbox } = start()
    const response = await post(app, sms())
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/xml/)
    expect(await response.text()).toBe('<Response/>')
    expect(inbox.events).toEqual([
      {
        providerId: `SM${'a'.repeat(32)}`,
        from: { channel: 'sms', value: '+528681110001' },
        to: { channel: 'sms', value: '+15550100000' },
        at: 1_000,
        payload: { text: 'Hola', media: [] },
      },
    ])
  })

  test('delivered three times is one event', async () => {
    const { app, inbox } = start()
    const answers = await Promise.all([post(app, sms()), post(app, sms({ Body: 'otra cosa' })), post(app, sms())])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(inbox.events).toHaveLength(1)
  })

  test('is answered 503 when it cannot be stored, so that Twilio tries again', async () => {
    const { app, inbox, lines } = start()
    inbox.isDown = true
    expect((await post(app, sms())).status).toBe(503)
    inbox.isDown = false
    expect((await post(app, sms())).status).toBe(200)
    expect(inbox.events).toHaveLength(1)
    expect(lines.join('')).not.toMatch(/15550100001|Hola/)
  })

  test('is answered 503 while Twilio still listens, when the database does not answer', async () => {
    const { lines, log } = start()
    const store = { acceptInbound: () => new Promise<never>(() => undefined), recordReceipt: async () => undefined }
    const parts = { store, twilio, log, now: () => 0, spokenNotices: () => [], storeWaitMs: 20 }
    const hooks = hookRoutes(twilioHooks(parts))
    expect((await post(hooks, sms())).status).toBe(503)
    expect(lines.join('')).toContain('store_slow')
  })

  test('keeps which button was tapped, and which entry of a list was chosen', async () => {
    const button = await stored({ Body: 'Sí', ButtonText: 'Sí', ButtonPayload: 'yes', From: 'whatsapp:+528681110001' })
    expect(button.event?.payload).toEqual({ text: 'Sí', media: [], optionId: 'yes' })
    const list = await stored({ Body: '', ListId: 'lang_ht', ListTitle: 'Kreyòl' })
    expect(list.event?.payload).toEqual({ text: 'Kreyòl', media: [], optionId: 'lang_ht' })
  })

  test('keeps the kinds of ten media, and their address only at Twilio', async () => {
    const parameters: Form = { NumMedia: '10', Body: '' }
    const types = ['image/jpeg', 'audio/ogg', 'video/mp4', 'application/pdf', 'text/x-vcard']
    for (let index = 0; index < 10; index += 1) {
      parameters[`MediaContentType${index}`] = types[index % types.length]!
      parameters[`MediaUrl${index}`] = 'http://169.254.169.254/latest'
    }
    const url = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/MM1/Media/ME1`
    parameters.MediaUrl1 = url
    const { event } = await stored(parameters)
    expect(event?.payload.media.slice(0, 5)).toEqual([
      { kind: 'image' },
      { kind: 'audio', url },
      { kind: 'video' },
      { kind: 'document' },
      { kind: 'contact' },
    ])
    expect(event?.payload.media).toHaveLength(10)
  })

  test.each([
    'https://evil.example/2010-04-01/Media/ME1',
    'https://api.twilio.com@evil.example/x',
    'https://api.twilio.com.evil.example/x',
    'https://api.twilio.com:8443/x',
    'http://api.twilio.com/x',
    'file:///etc/passwd',
    'x',
  ])('keeps no address of media such as %s', async (url) => {
    const { event } = await stored({ NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/png' })
    expect(event?.payload.media).toEqual([{ kind: 'image' }])
  })

  test('keeps a shared place as a geo address', async () => {
    const { event } = await stored({ Body: '', MessageType: 'location', Latitude: '25.8690', Longitude: '-97.5027' })
    expect(event?.payload.media).toEqual([{ kind: 'location', url: 'geo:25.8690,-97.5027' }])
    const odd = await stored({ MessageType: 'location', Latitude: '1;drop', Longitude: 'x' })
    expect(odd.event?.payload.media).toEqual([{ kind: 'location' }])
  })

  test('that Twilio took as a STOP in another language is a STOP', async () => {
    expect((await stored({ Body: 'Alto', OptOutType: 'STOP' })).event?.payload.text).toBe('STOP')
    expect((await stored({ Body: 'Ayuda', OptOutType: 'HELP' })).event?.payload.text).toBe('Ayuda')
  })

  test('that a gateway packed as base64 is unpacked', async () => {
    const text = 'Necesito ayuda, mi hijo está enfermo y no tengo a nadie aquí. 🆘 Тоже.'
    expect((await stored({ Body: Buffer.from(text).toString('base64') })).event?.payload.text).toBe(text)
  })

  test('keeps fields of tomorrow out of the event and inside the signature', async () => {
    const { app, inbox } = start()
    expect((await post(app, sms({ NewFieldOf2027: 'x' }))).status).toBe(200)
    expect(JSON.stringify(inbox.events)).not.toContain('NewFieldOf2027')
    const signature = sign(authToken, `${publicUrl}/hooks/twilio/message`, sms())
    expect((await post(app, sms({ NewFieldOf2027: 'x' }), { signature })).status).toBe(403)
  })
})

describe('a second address', () => {
  const second = 'https://second.example.net:8443'
  const signature = (form: Form) => sign(authToken, `${second}/hooks/twilio/message`, form)
  const failed = { ErrorCode: '11205', ErrorUrl: `${publicUrl}/hooks/twilio/message` }

  test('what the first node stored before its answer was lost comes again there and is one message', async () => {
    const inbox = memoryInbox()
    const nodes = [null, second].map((fallbackUrl) => {
      const settings = { publicUrl, twilio: { ...twilio, fallbackUrl } }
      const log = createLog({ level: 'error', now: () => 0, write: () => undefined })
      return createApp({ store: inbox, settings, log, now: () => 1_000 })
    })
    expect((await post(nodes[0]!, sms())).status).toBe(200)
    const again = sms(failed)
    expect((await post(nodes[1]!, again, { signature: signature(again) })).status).toBe(200)
    expect(inbox.events).toHaveLength(1)
    // Whichever way it came: a balancer may lead the first address here too.
    expect((await post(nodes[1]!, sms())).status).toBe(200)
    expect((await post(nodes[0]!, again, { signature: signature(again) })).status).toBe(403)
  })
})

describe('who may write', () => {
  const vectors = JSON.parse(readFileSync(new URL('../twilio/signature-vectors.json', import.meta.url), 'utf8'))

  test.each(vectors.form as { name: string; authToken: string; url: string; params: Form; signature: string }[])(
    'published vector: $name',
    ({ authToken: token, url, params, signature }) => {
      const { origin } = new URL(url)
      const check = (over: { url?: string; params?: Form; signature?: string; tokens?: [string, ...string[]] }) =>
        isSignedByTwilio(
          {
            signature: over.signature ?? signature,
            target: url.slice(origin.length),
            parameters: over.params ?? params,
          },
          { authTokens: over.tokens ?? [token], publicUrl: over.url ?? origin },
        )
      expect(check({})).toBe(true)
      expect(check({ tokens: ['another', token] })).toBe(true)
      expect(check({ url: `${origin}:443` })).toBe(true)
      expect(check({ url: origin.replace('https:', 'http:') })).toBe(false)
      expect(check({ signature: '' })).toBe(false)
      expect(check({ signature: 'x' })).toBe(false)
      expect(check({ params: { ...params, Added: '1' } })).toBe(false)
      const [first, ...others] = Object.keys(params)
      expect(check({ params: Object.fromEntries(others.map((name) => [name, params[name]!])) })).toBe(false)
      expect(check({ params: { ...params, [first!]: 'changed' } })).toBe(false)
      expect(check({ tokens: [''] })).toBe(false)
    },
  )

  test('an empty token verifies nothing, although the helper would', () => {
    const signature = sign('', `${publicUrl}/hooks/twilio/message`, {})
    const request = { signature, target: '/hooks/twilio/message', parameters: {} }
    expect(isSignedByTwilio(request, { authTokens: [''], publicUrl })).toBe(false)
  })

  test.each<[string, Form, Form]>([
    ['query in another order', { url: '/hooks/twilio/status?a=1&b=2' }, { url: '/hooks/twilio/status?b=2&a=1' }],
    ['an added slash', { url: '/hooks/twilio/message' }, { url: '/hooks/twilio/message/' }],
    ['a fragment', { url: '/hooks/twilio/message' }, { url: '/hooks/twilio/message#rc=5' }],
  ])('refuses %s', (_name, signed, sent) => {
    const signature = sign(authToken, publicUrl + String(signed.url), {})
    const request = { signature, target: String(sent.url), parameters: {} }
    expect(isSignedByTwilio(request, twilio)).toBe(false)
  })

  test.each<[string, How]>([
    ['without a signature', { signature: null }],
    ['with an empty signature', { signature: '' }],
    ['signed with another token', { token: 'forged-token' }],
    ['signed with an empty token', { signature: sign('', `${publicUrl}/hooks/twilio/message`, sms()) }],
    ['signed for another address', { signature: sign(authToken, `${publicUrl}/hooks/twilio/status`, sms()) }],
    ['signed for http', { signature: sign(authToken, 'http://puente.example.org/hooks/twilio/message', sms()) }],
    [
      'signed for the host it claims',
      { signature: sign(authToken, 'http://127.0.0.1:3000/hooks/twilio/message', sms()) },
    ],
    [
      'with forwarding headers that claim another host',
      {
        signature: sign(authToken, 'https://evil.example/hooks/twilio/message', sms()),
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', host: 'evil.example' },
      },
    ],
  ])('refuses a text %s with 403 and stores nothing', async (_name, how) => {
    const { app, inbox } = start()
    expect((await post(app, sms(), how)).status).toBe(403)
    expect(inbox.events).toEqual([])
  })

  test('accepts the second token while tokens rotate', async () => {
    const { app } = start()
    expect((await post(app, sms(), { token: secondToken })).status).toBe(200)
  })

  test('refuses another account with 403', async () => {
    expect(await stored({ AccountSid: `AC${'1'.repeat(32)}` })).toEqual({ status: 403, event: undefined })
  })

  test('a signed form cut at other places is refused, although it signs alike', async () => {
    const { app, inbox } = start()
    const { From, Body, ...rest } = sms()
    const recut = { ...rest, Bod: `y${String(Body)}From${String(From)}` }
    const signature = sign(authToken, `${publicUrl}/hooks/twilio/message`, sms())
    expect((await post(app, recut, { signature })).status).toBe(400)
    expect(inbox.events).toEqual([])
  })
})

describe('bad input is one turn or a clean refusal', () => {
  test.each(['SM123', '', `sm${'a'.repeat(32)}`, `SM${'g'.repeat(32)}`, '__proto__'])(
    'message id %p is refused',
    async (id) => {
      expect((await stored({ MessageSid: id })).status).toBe(400)
    },
  )

  test.each([
    ['a short code', '72345'],
    ['a name', 'BANCO'],
    ['nobody', 'anonymous'],
    ['nothing', ''],
    ['60 characters', '+1'.repeat(30)],
    ['too many', '9'.repeat(4_000)],
    ['words in a WhatsApp address', 'whatsapp:hello there'],
  ])('from %s: refused, since no answer could reach it', async (_name, From) => {
    expect((await stored({ From })).status).toBe(400)
  })

  test('from our own number: refused, or it would go round for ever', async () => {
    expect((await stored({ From: '+15550100000' })).status).toBe(400)
    expect((await stored({ From: 'whatsapp:+15550100009', To: 'whatsapp:+15550100009' })).status).toBe(400)
  })

  test('a WhatsApp id without a number, and both forms of a Mexican number, are somebody', async () => {
    expect((await stored({ From: 'whatsapp:US.1234' })).event?.from).toEqual({ channel: 'whatsapp', value: 'US.1234' })
    const one = { channel: 'whatsapp', value: '+525512345678' }
    expect((await stored({ From: 'whatsapp:+5215512345678' })).event?.from).toEqual(one)
    expect((await stored({ From: 'whatsapp:+525512345678' })).event?.from).toEqual(one)
  })

  test.each([
    ['1,600 characters', 'ñ'.repeat(1600), 'ñ'.repeat(1600)],
    ['nothing', '', ''],
    ['spaces', '   ', '   '],
    ['1,000 combining marks', '\u0301'.repeat(1000), '\u0301'.repeat(1000)],
    ['right-to-left marks', '\u202e1\u200f', '\u202e1\u200f'],
    ['null bytes', 'ayu\u0000da\u0007', 'ayuda'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['HTML', '<b>1</b>', '<b>1</b>'],
  ])('%s: one turn', async (_name, Body, text) => {
    const { status, event } = await stored({ Body })
    expect(status).toBe(200)
    expect(event?.payload.text).toBe(text)
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a field called %s is a field',
    async (name) => {
      const parameters = sms()
      Object.defineProperty(parameters, name, { value: 'x', enumerable: true })
      const { app, inbox } = start()
      expect((await post(app, parameters)).status).toBe(200)
      expect(inbox.events).toHaveLength(1)
      expect(({} as Record<string, unknown>).x).toBeUndefined()
    },
  )

  test.each(['From', 'Body', 'MessageSid', 'AccountSid'])('%s twice is refused', async (name) => {
    expect((await stored({ [name]: [String(sms()[name]), 'other'] })).status).toBe(400)
  })

  test('a field that we do not use may come twice', async () => {
    expect((await stored({ Unknown: ['b', 'a', 'a'] })).status).toBe(200)
  })

  test('10,000 fields, 1 MB, another content type', async () => {
    const { app, inbox } = start()
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, '']))
    expect(
      (await post(app, { ...sms(), ...many }, { signature: 'A'.repeat(27).concat('=') })).status,
    ).toBeGreaterThanOrEqual(400)
    expect((await post(app, sms({ Body: 'x'.repeat(1_000_000) }))).status).toBe(413)
    const json = { headers: { 'content-type': 'application/json' } }
    expect((await post(app, sms(), json)).status).toBe(415)
    expect(inbox.events).toEqual([])
  })

  test.each([
    ['broken percent-encoding', '&X=%zz%4'],
    ['bytes that are no UTF-8', '&X=%ff%fe%c3'],
    ['a surrogate in UTF-8', '&X=%ed%a0%80'],
    ['equals signs and ampersands', '&&=&==&x'],
  ])('%s: accepted when signed as read, refused otherwise', async (_name, tail) => {
    const { app, inbox } = start()
    const body = formBody(sms()) + tail
    const asRead: Form = {}
    for (const [name, value] of new URLSearchParams(body)) {
      asRead[name] = name in asRead ? [asRead[name]!, value].flat() : value
    }
    expect((await post(app, asRead, { body })).status).toBe(200)
    expect((await post(app, sms(), { body })).status).toBe(403)
    expect(inbox.events).toHaveLength(1)
  })

  test('raw bytes that are no UTF-8: refused', async () => {
    const { app } = start()
    const response = await app.request('/hooks/twilio/message', {
      method: 'POST',
      body: new Uint8Array([0x42, 0xff, 0xfe, 0x3d]),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': sign(authToken, `${publicUrl}/hooks/twilio/message`, {}),
      },
    })
    expect(response.status).toBe(400)
  })

  test('any signed text at all is one turn, and its words never reach the log', async () => {
    const seed = 20261124
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        const { app, inbox } = start()
        const response = await post(app, sms({ Body: text.toWellFormed() }))
        expect(response.status).toBe(200)
        expect(inbox.events).toHaveLength(1)
      }),
      { seed, numRuns: 200 },
    )
  })

  test('any body at all is answered below 500 and stores nothing unsigned', async () => {
    const seed = 20261124
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.string(), async (body, signature) => {
        const { app, inbox } = start()
        const response = await app.request('/hooks/twilio/message', {
          method: 'POST',
          body: Buffer.from(body),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'x-twilio-signature': signature.replace(/[^\x21-\x7e]/g, ''),
          },
        })
        expect(response.status).toBeLessThan(500)
        expect(inbox.events).toEqual([])
      }),
      { seed, numRuns: 200 },
    )
  })
})

describe('a status callback', () => {
  const path = '/hooks/twilio/status?effect=e-1&repeat=1'
  const receipt = (over: Form = {}): Form => ({
    MessageSid: `SM${'b'.repeat(32)}`,
    AccountSid: accountSid,
    MessageStatus: 'undelivered',
    ErrorCode: '30003',
    ...over,
  })

  test('is stored with the effect id of its query', async () => {
    const { app, inbox } = start()
    expect((await post(app, receipt(), { path })).status).toBe(204)
    expect(inbox.receipts).toEqual([
      { effectId: 'e-1', providerId: `SM${'b'.repeat(32)}`, status: 'undelivered', code: 30003 },
    ])
  })

  test('without an effect, or with a strange one, is stored without', async () => {
    const { app, inbox } = start()
    expect((await post(app, receipt(), { path: '/hooks/twilio/status' })).status).toBe(204)
    expect((await post(app, receipt(), { path: '/hooks/twilio/status?effect=%00%0a' })).status).toBe(204)
    expect(inbox.receipts.map(({ effectId }) => effectId)).toEqual([null, null])
  })

  test.each<[string, number, Form, string]>([
    ['for another effect than signed', 403, {}, '/hooks/twilio/status?effect=e-2'],
    ['of a state that does not exist', 400, { MessageStatus: 'eaten' }, path],
    ['of another account', 403, { AccountSid: `AC${'1'.repeat(32)}` }, path],
    ['of a strange id', 400, { MessageSid: 'x' }, path],
    ['doubled', 400, { MessageStatus: ['sent', 'failed'] }, path],
  ])('%s is refused with %i', async (_name, status, over, otherPath) => {
    const { app, inbox } = start()
    const signature = sign(authToken, publicUrl + path, receipt(over))
    expect((await post(app, receipt(over), { path: otherPath, signature })).status).toBe(status)
    expect(inbox.receipts).toEqual([])
  })

  test('is asked for again when it cannot be stored', async () => {
    const { app, inbox } = start()
    inbox.isDown = true
    expect((await post(app, receipt(), { path })).status).toBe(503)
  })
})

describe('a call', () => {
  const call = { CallSid: `CA${'c'.repeat(32)}`, AccountSid: accountSid, From: '+528681110001', To: '+15550100000' }
  const path = '/hooks/twilio/voice'

  test('is stored as a voice note nobody has heard, and the caller hears what there is a voice for', async () => {
    const { app, inbox } = start()
    const response = await post(app, call, { path })
    expect(response.status).toBe(200)
    const twiml = await response.text()
    expect(twiml).toContain('<Say language="es-MX">Escríbanos un mensaje &lt;corto&gt;.</Say>')
    expect(twiml).not.toContain('mesaj')
    expect(inbox.events[0]).toMatchObject({
      providerId: call.CallSid,
      from: { channel: 'voice', value: '+528681110001' },
      payload: { text: '', media: [{ kind: 'audio' }] },
    })
  })

  test('unsigned is refused', async () => {
    const { app } = start()
    expect((await post(app, call, { path, signature: null })).status).toBe(403)
  })
})

describe('the rest of the server', () => {
  test('says whether it is up and whether it is ready', async () => {
    const { app, inbox } = start()
    expect((await app.request('/healthz')).status).toBe(200)
    expect((await app.request('/readyz')).status).toBe(200)
    inbox.isDown = true
    expect((await app.request('/healthz')).status).toBe(200)
    expect((await app.request('/readyz')).status).toBe(503)
  })

  test('every answer carries headers that allow a browser nothing', async () => {
    const { app } = start()
    for (const path of ['/healthz', '/nowhere']) {
      const { headers } = await app.request(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).not.toBeNull()
    }
  })

  test('without Twilio settings the webhooks do not exist', async () => {
    const log = createLog({ level: 'error', now: () => 0, write: () => undefined })
    const app = createApp({ store: memoryInbox(), settings: { publicUrl, twilio: null }, log, now: () => 0 })
    expect((await app.request('/hooks/twilio/message', { method: 'POST' })).status).toBe(404)
  })
})
