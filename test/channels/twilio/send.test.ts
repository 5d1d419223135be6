import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { SendReport } from '../../../src/channels/sender.ts'
import { createTwilioSender, retryAfterMs } from '../../../src/channels/twilio/send.ts'
import type { OutboxMessage } from '../../../src/store/store.ts'
import type { AdvocateId, ConversationId, EffectId } from '../../../src/types.ts'
import { type FakeTwilio, type Fault, startFakeTwilio } from '../../twilio/fake-twilio.ts'

const accountSid = `AC${'0'.repeat(32)}`
const publicUrl = 'https://puente.example.org'

let fake: FakeTwilio
let now: number
let reports: SendReport[]

beforeAll(async () => {
  fake = await startFakeTwilio({ accountSid, authToken: 'token-1', now: () => now, post: async () => new Response() })
})
afterAll(() => fake.close())
beforeEach(() => {
  // Each test lives an hour later, so that no list of an earlier one is taken for its own.
  now = (now ?? Date.UTC(2026, 10, 24)) + 3_600_000
  reports = []
  fake.messages.length = 0
  fake.calls.length = 0
})
afterEach(() => expect(fake.contractProblems).toEqual([]))

function sender(
  over: {
    authToken?: string
    apiBaseUrl?: string
    smsFrom?: string | null
    voiceFrom?: string
    pageTemplate?: string
    timeScale?: number
    timeoutMs?: number
  } = {},
) {
  return createTwilioSender({
    settings: {
      accountSid,
      authTokens: [over.authToken ?? 'token-1'],
      smsFrom: over.smsFrom === undefined ? '+15550100000' : over.smsFrom,
      whatsappFrom: '+15550100009',
      voiceFrom: over.voiceFrom,
      pageTemplate: over.pageTemplate,
      apiBaseUrl: over.apiBaseUrl ?? fake.baseUrl,
      publicUrl,
    },
    now: () => now,
    random: () => 0,
    timeScale: over.timeScale,
    report: (report) => reports.push(report),
    // Patient, because other tests run at the same time; those about silence wait less.
    timeoutMs: over.timeoutMs ?? 20_000,
  })
}

function message(over: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    id: 'e1.page' as EffectId,
    lease: 'lease-1',
    conversation: 'c1' as ConversationId,
    to: { conversation: 'c1' as ConversationId },
    address: { channel: 'sms', value: '+528681110001' },
    text: 'L1 K7QF / A / es / city M',
    priority: 2,
    at: now,
    expiresAt: null,
    ratherTwice: false,
    repeat: false,
    attempts: 0,
    unknownOutcome: false,
    ...over,
  }
}
const page = (over: Partial<OutboxMessage> = {}) => message({ priority: 0, ratherTwice: true, ...over })
const again = (over: Partial<OutboxMessage> = {}) => page({ attempts: 1, unknownOutcome: true, ...over })

/** Sends while this goes wrong. */
function attempt(fault: Fault, which: OutboxMessage) {
  fake.fail(fault)
  return sender(fault.kind.startsWith('hang') ? { timeoutMs: 300 } : {})(which)
}

describe('a text', () => {
  test('goes out with our number and a callback that names the effect', async () => {
    const outcome = await sender()(message())
    const [sent] = fake.outbound()
    expect(outcome).toEqual({
      id: 'e1.page',
      lease: 'lease-1',
      kind: 'accepted',
      providerId: sent!.resource.sid,
      status: 'queued',
    })
    expect(sent!.parameters).toEqual({
      To: '+528681110001',
      From: '+15550100000',
      Body: 'L1 K7QF / A / es / city M',
      StatusCallback: `${publicUrl}/hooks/twilio/status?effect=e1.page`,
    })
  })

  test('over WhatsApp carries the prefix, also to an id without a number', async () => {
    const send = sender()
    await send(message({ address: { channel: 'whatsapp', value: '+528681110001' } }))
    await send(message({ address: { channel: 'whatsapp', value: 'US.1234' } }))
    expect(fake.outbound().map(({ parameters }) => [parameters.To, parameters.From])).toEqual([
      ['whatsapp:+528681110001', 'whatsapp:+15550100009'],
      ['whatsapp:US.1234', 'whatsapp:+15550100009'],
    ])
  })

  test('that Twilio answers slowly is sent once', async () => {
    fake.fail({ kind: 'slow', ms: 100 })
    expect(await sender()(message())).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound()).toHaveLength(1)
  })

  test('that is a page does not wait in a queue until its minutes are over', async () => {
    const send = sender()
    await send(page())
    await send(page({ expiresAt: now + 90_500 }))
    await send(message())
    expect(fake.outbound().map(({ parameters }) => parameters.ValidityPeriod)).toEqual(['900', '91', undefined])
  })

  test('sent again on purpose says so in its callback', async () => {
    await sender()(page({ repeat: true }))
    expect(fake.outbound()[0]!.statusCallback).toMatch(/\?effect=e1\.page&repeat=1$/)
  })

  test('on a channel that this installation does not have fails at once', async () => {
    expect(await sender({ smsFrom: null })(message())).toMatchObject({ kind: 'failed', code: null })
    const call = { address: { channel: 'voice' as const, value: '+528681110001' }, text: '[es K7QF] Marque 1.' }
    const to = { advocate: 'ana' as AdvocateId, channel: 'voice' as const }
    expect(await sender()(page({ ...call, to }))).toMatchObject({ kind: 'failed' })
    expect(fake.calls).toEqual([])
    expect(reports.map(({ reason }) => reason)).toEqual(['config', 'config'])
  })

  test('to somebody who sent STOP is final, and is told to whoever runs this', async () => {
    await fake.receive({ from: '+528681110001', to: '+15550100000', body: ' stop ' })
    expect(await sender()(message())).toMatchObject({ kind: 'failed', code: 21610 })
    expect(reports).toMatchObject([{ kind: 'alarm', reason: 'opted_out', code: 21610 }])
    await fake.receive({ from: '+528681110001', to: '+15550100000', body: 'START' })
    expect(await sender()(message())).toMatchObject({ kind: 'accepted' })
  })

  test('that is too long for Twilio is our mistake', async () => {
    expect(await sender()(message({ text: 'x'.repeat(1601) }))).toMatchObject({ kind: 'failed', code: 21617 })
    expect(reports).toMatchObject([{ kind: 'alarm', reason: 'bug' }])
  })
})

describe('when Twilio refuses', () => {
  test.each<[Fault, object, string[]]>([
    [{ kind: 'refuse', status: 429 }, { kind: 'retry', code: 20429, unknown: false }, []],
    [
      { kind: 'refuse', status: 401 },
      { kind: 'retry', code: 20003, unknown: false },
      ['alarm credentials', 'paused credentials'],
    ],
    [{ kind: 'refuse', status: 400, code: 21211 }, { kind: 'failed', code: 21211 }, []],
    [{ kind: 'refuse', status: 400, code: 21408 }, { kind: 'failed', code: 21408 }, ['alarm config']],
    [{ kind: 'refuse', status: 400, code: 21611 }, { kind: 'retry', code: 21611, unknown: false }, ['alarm rate']],
    [{ kind: 'refuse', status: 400, code: 63007 }, { kind: 'failed', code: 63007 }, ['alarm config']],
    [{ kind: 'refuse', status: 400, code: 63016 }, { kind: 'failed', code: 63016 }, []],
    [{ kind: 'refuse', status: 400, code: 63038 }, { kind: 'failed', code: 63038 }, ['alarm daily_limit']],
    [{ kind: 'refuse', status: 400, code: 99999 }, { kind: 'failed', code: 99999 }, ['alarm other']],
    [{ kind: 'html', status: 404, acts: false }, { kind: 'retry', code: null, unknown: false }, ['alarm other']],
  ])('%j', async (fault, outcome, told) => {
    fake.fail(fault)
    expect(await sender()(page())).toMatchObject(outcome)
    expect(reports.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(told)
    expect(fake.outbound()).toEqual([])
  })

  test('a page is tried again within seconds, anything else later, and Retry-After is kept', async () => {
    const send = sender()
    const waits: number[] = []
    for (const [attempts, retryAfter] of [[0], [1], [2], [9], [0, '7'], [0, 'soon']] as [number, string?][]) {
      fake.fail({ kind: 'refuse', status: 429, retryAfter })
      const outcome = await send(page({ attempts }))
      waits.push(outcome.kind === 'retry' ? outcome.retryAt - now : -1)
    }
    expect(waits).toEqual([500, 1_000, 2_000, 10_000, 7_000, 500])
    fake.fail({ kind: 'refuse', status: 429 })
    expect(await send(message())).toMatchObject({ retryAt: now + 2_500 })
  })

  test('wrong credentials stop all sending for half a minute', async () => {
    const send = sender({ authToken: 'wrong' })
    await send(page())
    expect(await send(page())).toMatchObject({ kind: 'retry', retryAt: now + 30_000 })
    expect(fake.calls).toHaveLength(1)
    now += 30_000
    await send(page())
    expect(fake.calls).toHaveLength(2)
  })

  test('reads Retry-After as seconds or as a date, up to a quarter of an hour', () => {
    const at = Date.UTC(2026, 10, 24)
    expect(retryAfterMs('30', at)).toBe(30_000)
    expect(retryAfterMs('Tue, 24 Nov 2026 00:00:10 GMT', at)).toBe(10_000)
    expect(retryAfterMs('86400', at)).toBe(900_000)
    for (const odd of [null, '', '-5', 'x']) expect(retryAfterMs(odd, at)).toBe(0)
  })
})

describe('when it is unknown whether Twilio acted', () => {
  const notActed: Fault[] = [
    { kind: 'refuse', status: 500 },
    { kind: 'refuse', status: 503 },
    { kind: 'hang' },
    { kind: 'reset' },
  ]
  const acted: Fault[] = [
    { kind: 'hang_after_acting' },
    { kind: 'reset_after_acting' },
    { kind: 'empty_answer' },
    { kind: 'html', status: 201, acts: true },
    { kind: 'html', status: 502, acts: true },
    { kind: 'error_after_acting', status: 500 },
  ]

  test.each([...notActed, ...acted])('%j is an unknown outcome', async (fault) => {
    expect(await attempt(fault, message())).toMatchObject({ kind: 'retry', unknown: true })
  })

  test.each(acted)('%j: the next attempt finds the message at Twilio and sends nothing', async (fault) => {
    await attempt(fault, page())
    now += 1_000
    const outcome = await sender()(again({ at: now - 1_000 }))
    expect(outcome).toMatchObject({ kind: 'accepted', providerId: fake.outbound()[0]!.resource.sid })
    expect(fake.outbound()).toHaveLength(1)
    expect(reports).toMatchObject([{ kind: 'reconciled' }])
  })

  test.each(notActed)('%j: the next attempt sends it, marked as a repeat', async (fault) => {
    await attempt(fault, page())
    expect(await sender()(again())).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound().map(({ statusCallback }) => statusCallback)).toEqual([
      `${publicUrl}/hooks/twilio/status?effect=e1.page&repeat=1`,
    ])
  })

  test('a page goes out once more when Twilio cannot be asked, and only once', async () => {
    const send = sender()
    fake.fail({ kind: 'reset_after_acting' }, { kind: 'refuse', status: 500, on: 'list' })
    await send(page())
    fake.fail({ kind: 'reset_after_acting' })
    expect(await send(again())).toMatchObject({ kind: 'retry', unknown: true })
    expect(fake.outbound()).toHaveLength(2)
    fake.fail({ kind: 'refuse', status: 500, on: 'list' })
    expect(await send(again({ attempts: 2 }))).toMatchObject({ kind: 'retry', unknown: true })
    expect(fake.outbound()).toHaveLength(2)
    expect(await send(again({ attempts: 3 }))).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound()).toHaveLength(2)
    expect(fake.outbound()[1]!.statusCallback).toMatch(/&repeat=1$/)
  })

  test('anything that must not arrive twice waits until Twilio can be asked', async () => {
    const send = sender()
    fake.fail({ kind: 'reset_after_acting' })
    expect(await send(message())).toMatchObject({ retryAt: now + 15_000 })
    fake.fail(
      { kind: 'refuse', status: 500, on: 'list' },
      { kind: 'reset', on: 'list' },
      { kind: 'html', status: 200, acts: false, on: 'list' },
    )
    for (let attempts = 1; attempts <= 3; attempts += 1) {
      expect(await send(message({ attempts, unknownOutcome: true }))).toMatchObject({ kind: 'retry', unknown: true })
    }
    expect(await send(message({ attempts: 4, unknownOutcome: true }))).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound()).toHaveLength(1)
  })

  test('and is given up when that stays so, where a human sees it', async () => {
    fake.fail({ kind: 'refuse', status: 500, on: 'list' })
    expect(await sender()(message({ attempts: 30, unknownOutcome: true }))).toMatchObject({
      kind: 'failed',
      code: null,
    })
    expect(fake.outbound()).toEqual([])
  })

  test('what it sent itself is found again when the database could not write that down', async () => {
    const send = sender()
    const first = await send(message())
    expect(first).toMatchObject({ kind: 'accepted' })
    const second = await send(message({ attempts: 1, unknownOutcome: true }))
    expect(second).toEqual(first)
    expect(fake.outbound()).toHaveLength(1)
  })

  test('the same words sent earlier are not taken for it', async () => {
    const send = sender()
    await send(page({ id: 'e0.page' as EffectId }))
    fake.fail({ kind: 'reset' })
    await send(page())
    expect(await send(again())).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound()).toHaveLength(2)
    // A sender that remembers nothing, as after a restart, goes by the time.
    now += 60_000
    expect(await sender()(again({ id: 'e2.page' as EffectId }))).toMatchObject({ kind: 'accepted' })
    expect(fake.outbound()).toHaveLength(3)
  })

  test('two lost answers of the same words find one message each', async () => {
    const send = sender()
    fake.fail({ kind: 'reset_after_acting' }, { kind: 'reset_after_acting' })
    await send(page())
    await send(page({ id: 'e2.page' as EffectId }))
    const outcomes = [await send(again()), await send(again({ id: 'e2.page' as EffectId }))]
    expect(new Set(outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.providerId : '')))).toHaveProperty(
      'size',
      2,
    )
    expect(fake.outbound()).toHaveLength(2)
  })

  test('a message found failed has failed', async () => {
    const send = sender()
    fake.fail({ kind: 'reset_after_acting' })
    await send(page())
    await fake.report(fake.outbound()[0]!.resource.sid, 'undelivered', 30003)
    expect(await send(again())).toMatchObject({ kind: 'failed', code: 30003 })
  })

  test('an address where nobody listens is no unknown outcome', async () => {
    const send = sender({ apiBaseUrl: 'http://127.0.0.1:9' })
    expect(await send(page())).toMatchObject({ kind: 'retry', unknown: false, code: null })
  })
})

describe('the client', () => {
  test('ignores a proxy of the environment, and says nothing on the console', async () => {
    const said: string[] = []
    const before = {
      log: console.log,
      HTTP_PROXY: process.env.HTTP_PROXY,
      TWILIO_LOG_LEVEL: process.env.TWILIO_LOG_LEVEL,
    }
    console.log = (line: string) => void said.push(line)
    process.env.HTTP_PROXY = 'http://127.0.0.1:9'
    process.env.TWILIO_LOG_LEVEL = 'debug'
    try {
      expect(await sender()(message())).toMatchObject({ kind: 'accepted' })
    } finally {
      console.log = before.log
      for (const name of ['HTTP_PROXY', 'TWILIO_LOG_LEVEL'] as const) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
    expect(said).toEqual([])
  })

  test('with a scale of time waits a fraction', async () => {
    fake.fail({ kind: 'refuse', status: 429 })
    expect(await sender({ timeScale: 60 })(message({ attempts: 3 }))).toMatchObject({ retryAt: now + 20_000 / 60 })
  })
})

describe('a page by voice', () => {
  const voiceFrom = '+15550100005'
  const call = (over: Partial<OutboxMessage> = {}) =>
    page({
      to: { advocate: 'ana' as AdvocateId, channel: 'voice' },
      address: { channel: 'voice', value: '+528681110001' },
      text: '[es K7QF] Algo urgente espera. Marque 1.',
      ...over,
    })
  beforeEach(() => {
    fake.rung.length = 0
  })

  test('rings, reads it twice in its language, and asks for a key', async () => {
    expect(await sender({ voiceFrom })(call())).toMatchObject({ kind: 'accepted', status: 'queued' })
    expect(fake.rung.map(({ parameters }) => parameters)).toEqual([
      {
        To: '+528681110001',
        From: voiceFrom,
        Timeout: '25',
        StatusCallback: `${publicUrl}/hooks/twilio/status?effect=e1.page`,
        Twiml:
          '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" numDigits="1" timeout="8" ' +
          `action="${publicUrl}/hooks/twilio/key?code=K7QF&amp;language=es" method="POST">` +
          '<Say language="es-MX">Algo urgente espera. Marque 1.</Say><Pause length="2"/>' +
          '<Say language="es-MX">Algo urgente espera. Marque 1.</Say></Gather><Hangup/></Response>',
      },
    ])
  })

  test('whose answer was lost is looked for at Twilio, and rings once', async () => {
    fake.fail({ on: 'ring', kind: 'reset_after_acting' })
    const send = sender({ voiceFrom })
    expect(await send(call())).toMatchObject({ kind: 'retry', unknown: true })
    expect(await send(call({ attempts: 1, unknownOutcome: true }))).toMatchObject({ kind: 'accepted' })
    expect(fake.rung).toHaveLength(1)
  })

  test('rings nobody with words that are no page, and never somebody who rang us', async () => {
    const send = sender({ voiceFrom })
    expect(await send(call({ text: 'L1 K7QF / A' }))).toMatchObject({ kind: 'failed' })
    await send(message({ address: { channel: 'voice', value: '+528681110001' }, text: 'Gracias.' }))
    expect(fake.rung).toEqual([])
    expect(fake.outbound().map(({ parameters }) => [parameters.To, parameters.Body])).toEqual([
      ['+528681110001', 'Gracias.'],
    ])
  })
})

test('a page on WhatsApp is one line in the approved template; other texts are not', async () => {
  const send = sender({ pageTemplate: `HX${'a'.repeat(32)}` })
  const whatsapp = { channel: 'whatsapp' as const, value: '+528681110001' }
  const text = 'L1 K7QF / A\nL1 M3RT / B'
  await send(page({ address: whatsapp, text }))
  await send(message({ address: whatsapp }))
  const [first, second] = fake.outbound().map(({ parameters }) => parameters)
  expect(first).toMatchObject({
    ContentSid: `HX${'a'.repeat(32)}`,
    ContentVariables: '{"1":"L1 K7QF / A / L1 M3RT / B"}',
  })
  expect(first).not.toHaveProperty('Body')
  expect(second).toMatchObject({ Body: 'L1 K7QF / A / es / city M' })
  // Found again among what Twilio sent, with the words of the template around it.
  expect(await sender()(again({ address: whatsapp, text }))).toMatchObject({ kind: 'accepted' })
})
