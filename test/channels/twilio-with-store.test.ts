import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createOutboxSender } from '../../src/channels/outbox-sender.ts'
import { createTwilioSender } from '../../src/channels/twilio/send.ts'
import { pageGatherer } from '../../src/gather-pages.ts'
import { createApp } from '../../src/http/app.ts'
import { createLog } from '../../src/http/log.ts'
import { type RunningServer, serve } from '../../src/http/serve.ts'
import type { OpenedStore } from '../../src/store/open-store.ts'
import type { NewOutbox, Work } from '../../src/store/store.ts'
import type { ConversationId, EffectId } from '../../src/types.ts'
import { levels } from '../handoff/world.ts'
import { createSqlite, type TestDatabase } from '../store/engines.ts'
import { type FakeTwilio, startFakeTwilio } from '../twilio/fake-twilio.ts'

/** Webhook, database, outbox, Twilio and receipts together; only the turn itself is made up here. */
const accountSid = `AC${'0'.repeat(32)}`
const ours = '+15550100000'
const person = '+528681110001'

let database: TestDatabase
let store: OpenedStore
let fake: FakeTwilio
let server: RunningServer
let now: number
let logged: string[]
let sendDue: () => Promise<number>

beforeEach(async () => {
  now = Date.now()
  logged = []
  database = await createSqlite()
  store = await database.open(() => now)
  await store.migrate()
  // The two need each other's address: the fake posts to the server, the server sends to the fake.
  fake = await startFakeTwilio({
    accountSid,
    authToken: 'token-1',
    now: () => now,
    messageUrl: 'https://puente.example.org/hooks/twilio/message#rc=5&rp=all',
    post: (url, init) => fetch(url.replace('https://puente.example.org', `http://127.0.0.1:${server.port}`), init),
  })
  const settings = {
    publicUrl: 'https://puente.example.org',
    twilio: {
      accountSid,
      authTokens: ['token-1'] as [string],
      smsFrom: ours,
      whatsappFrom: '+15550100009',
      apiBaseUrl: fake.baseUrl,
      publicUrl: 'https://puente.example.org',
    },
  }
  const log = createLog({ level: 'debug', now: () => now, write: (line) => logged.push(line) })
  server = await serve(createApp({ store, settings, log, now: () => now }), { port: 0, host: '127.0.0.1' })
  const send = createTwilioSender({ settings: settings.twilio, now: () => now, random: () => 0, timeoutMs: 20_000 })
  const gather = pageGatherer({ levels: async () => levels, now: () => now, timeScale: 1 })
  const senders = { sms: send, whatsapp: send }
  const sender = createOutboxSender({ store, senders, now: () => now, random: () => 0, gather })
  sendDue = sender.sendDue
})

afterEach(async () => {
  expect(fake.contractProblems).toEqual([])
  expect(logged.join('')).not.toMatch(/868111|5550100|Hola|menu/)
  await server.close()
  await fake.close()
  await store.close()
  await database.remove()
})

const write = (body: string) => fake.receive({ from: person, to: ours, body })

async function claimOne(): Promise<Work> {
  const [work] = await store.claimWork(1, now)
  return work as Work
}

async function answer(work: Work, send: { id: string; text: string; over?: Partial<NewOutbox> }[]) {
  await store.commitTurns([
    {
      conversation: work.id,
      version: work.version,
      lease: work.lease,
      state: {},
      done: work.events.map(({ id }) => id),
      send: send.map(({ id, text, over }) => ({
        id: id as EffectId,
        to: { conversation: work.id },
        text,
        priority: 1,
        at: now,
        expiresAt: null,
        ratherTwice: false,
        repeat: false,
        ...over,
      })),
      forward: [],
      dueAt: null,
      case: null,
      openPages: [],
      audit: [],
      cancel: [],
    },
  ])
}

async function statusOf(conversation: ConversationId, effect: string) {
  const thread = await store.readThread(conversation)
  return thread.find(({ effectId }) => effectId === effect)?.status
}

describe('one text and its answer', () => {
  test('in, out, delivered; doubled webhooks and receipts in any order change nothing', async () => {
    const { response } = await write('Hola')
    expect(response?.status).toBe(200)
    const work = await claimOne()
    expect(work.events).toMatchObject([{ kind: 'message', text: 'Hola', from: { channel: 'sms', value: person } }])
    await answer(work, [{ id: 'e1', text: 'menu' }])
    expect(await sendDue()).toBe(1)
    const [sent] = fake.outbound()
    expect(sent!.parameters).toMatchObject({ To: person, From: ours, Body: 'menu' })

    await fake.report(sent!.resource.sid, 'delivered')
    await fake.report(sent!.resource.sid, 'sent')
    await fake.report(sent!.resource.sid, 'delivered')
    expect(await statusOf(work.id, 'e1')).toBe('delivered')
    expect(await sendDue()).toBe(0)
    expect(await store.claimWork(5, now)).toEqual([])
  })

  test('a lost answer and a receipt: the receipt says that it is out, and nothing goes out again', async () => {
    await write('Hola')
    const work = await claimOne()
    await answer(work, [{ id: 'e1', text: 'menu' }])
    fake.fail({ kind: 'reset_after_acting' })
    await sendDue()
    await fake.report(fake.outbound()[0]!.resource.sid, 'sent')
    now += 60_000
    expect(await sendDue()).toBe(0)
    expect(fake.outbound()).toHaveLength(1)
    expect(await statusOf(work.id, 'e1')).toBe('sent')
  })

  test('a lost answer and no receipt: Twilio is asked, and nothing goes out again', async () => {
    await write('Hola')
    const work = await claimOne()
    await answer(work, [{ id: 'e1', text: 'menu' }])
    fake.fail({ kind: 'empty_answer' })
    await sendDue()
    now += 60_000
    expect(await sendDue()).toBe(1)
    expect(fake.outbound()).toHaveLength(1)
    expect(await statusOf(work.id, 'e1')).toBe('queued')
  })

  test('a receipt that comes before the answer to the sending is kept', async () => {
    await write('Hola')
    const work = await claimOne()
    await answer(work, [{ id: 'e1', text: 'menu' }])
    fake.fail({ kind: 'later', status: 'undelivered', code: 30006 })
    await sendDue()
    // The callback is a request of its own; it is over when its line is in the log.
    while (!logged.some((line) => line.includes('receipt_stored'))) await new Promise((next) => setTimeout(next, 5))
    expect(await statusOf(work.id, 'e1')).toMatch(/undelivered|failed/)
    const failed = await claimOne()
    expect(failed.events).toMatchObject([{ kind: 'delivery_failed', effectId: 'e1', code: 30006 }])
  })

  test('pages that share a text share its receipt', async () => {
    await write('Hola')
    const work = await claimOne()
    const page = (code: string) =>
      `L1 ${code} / A / ES / city M / by text / 02:14 / 5 min left / Reply 1 ${code} TAKE, 2 ${code} PASS`
    const codes = ['K7QF', 'M4TD', 'B2C3', 'D4F5', 'X7X7', 'Z2Z2']
    const over = { priority: 0, ratherTwice: true } as const
    await answer(
      work,
      codes.map((code) => ({ id: code, text: page(code), over })),
    )
    expect(await sendDue()).toBe(1)
    const [sent] = fake.outbound()
    expect(sent!.parameters.Body!.split('\n')).toHaveLength(7)
    await fake.report(sent!.resource.sid, 'undelivered', 30003)
    const failed = await claimOne()
    expect(failed.events.map((event) => (event.kind === 'delivery_failed' ? event.effectId : null)).sort()).toEqual(
      [...codes].sort(),
    )
  })

  test('a receipt for a message nobody knows is taken, and harms nobody', async () => {
    await write('Hola')
    const before = await claimOne()
    await answer(before, [{ id: 'e1', text: 'menu' }])
    await sendDue()
    const message = fake.outbound()[0]!
    message.statusCallback = 'https://puente.example.org/hooks/twilio/status?effect=unknown'
    const response = await fake.report(message.resource.sid, 'delivered')
    expect(response?.status).toBe(204)
    expect(await statusOf(before.id, 'e1')).toBe('delivered')
  })

  test('a process that dies between sending and writing it down: the next one asks Twilio first', async () => {
    await write('Hola')
    const work = await claimOne()
    await answer(work, [{ id: 'e1', text: 'menu' }])
    const claimed = await store.claimOutbox(1, now)
    await store.startAttempts(claimed, now)
    await fetch(`${fake.baseUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      body: new URLSearchParams({ To: person, From: ours, Body: 'menu' }),
      headers: { authorization: `Basic ${Buffer.from(`${accountSid}:token-1`).toString('base64')}` },
    })
    now += 31_000
    expect(await sendDue()).toBe(1)
    expect(fake.outbound()).toHaveLength(1)
    expect(await statusOf(work.id, 'e1')).toBe('queued')
  })

  test('STOP reaches us, and what we send after it fails where a human sees it', async () => {
    await write('Hola')
    await answer(await claimOne(), [])
    await write('STOP')
    const work = await claimOne()
    expect(work.events).toMatchObject([{ text: 'STOP' }])
    await answer(work, [{ id: 'e1', text: 'menu' }])
    await sendDue()
    expect((await claimOne()).events).toMatchObject([{ kind: 'delivery_failed', effectId: 'e1', code: 21610 }])
  })

  test('a burst: each text is one event, answered in well under a second', async () => {
    const bodies = Array.from({ length: 100 }, (_, index) => `Hola ${index}`)
    const started = performance.now()
    const slowest = await Promise.all(
      bodies.map(async (body) => {
        const { response } = await write(body)
        expect(response?.status).toBe(200)
        return performance.now() - started
      }),
    )
    expect(Math.max(...slowest)).toBeLessThan(5_000)
    const texts: string[] = []
    for (let work = await claimOne(); work !== undefined; work = await claimOne()) {
      texts.push(...work.events.map((event) => (event.kind === 'message' ? event.text : '')))
      await answer(work, [])
    }
    expect(texts.sort()).toEqual(bodies.sort())
  })
})
