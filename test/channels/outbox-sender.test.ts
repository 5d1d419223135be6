import { describe, expect, test } from '@jest/globals'
import { createOutboxSender } from '../../src/channels/outbox-sender.ts'
import type { Send } from '../../src/channels/sender.ts'
import { createTwilioSender } from '../../src/channels/twilio/send.ts'
import type { OutboxMessage } from '../../src/store/store.ts'
import { startFakeTwilio } from '../twilio/fake-twilio.ts'
import { memoryOutbox } from './memory-outbox.ts'

const acceptIt: Send = async ({ id, lease }) => ({
  id,
  lease,
  kind: 'accepted',
  providerId: `SM-${id}`,
  status: 'queued',
})

function start(send: Send = acceptIt, over: { atOnce?: number; now?: () => number; steadyMs?: () => number } = {}) {
  const outbox = memoryOutbox()
  const sent: string[] = []
  const sender = createOutboxSender({
    store: outbox,
    senders: {
      sms: (message) => {
        sent.push(message.id)
        return send(message)
      },
    },
    now: over.now ?? (() => 0),
    random: () => 0,
    atOnce: over.atOnce,
    steadyMs: over.steadyMs,
  })
  return { outbox, sender, sent }
}

/** A sender whose answers the test gives by hand. */
function byHand() {
  const waiting = new Map<string, () => void>()
  const send: Send = (message) =>
    new Promise((answer) => waiting.set(message.id, () => answer(acceptIt(message) as never)))
  return { send, waiting, answer: (id: string) => waiting.get(id)!() }
}
const settle = () => new Promise((done) => setImmediate(done))

describe('the outbox', () => {
  test('is emptied, pages first, each attempt written down before it starts', async () => {
    const { outbox, sender, sent } = start(acceptIt, { atOnce: 1 })
    outbox.add('menu')
    outbox.add('page', { priority: 0 })
    outbox.add('answer', { priority: 1 })
    expect(await sender.sendDue()).toBe(3)
    expect(sent).toEqual(['page', 'answer', 'menu'])
    expect(outbox.log.slice(0, 2)).toEqual(['started page', 'accepted page'])
    expect(await sender.sendDue()).toBe(0)
  })

  test('a process that was held still between taking a message and sending it gives it back unsent', async () => {
    let steady = 0
    const { outbox, sender, sent } = start(acceptIt, { steadyMs: () => steady })
    outbox.add('page', { priority: 0 })
    const { startAttempts } = outbox
    outbox.startAttempts = async (...given) => {
      const started = await startAttempts(...given)
      if (steady === 0) steady = 40_000
      return started
    }
    await sender.sendDue()
    expect(outbox.log).toEqual(['started page', 'retry page', 'started page', 'accepted page'])
    expect(sent).toEqual(['page'])
  })

  test('holds no more requests at once than the pool has places', async () => {
    const { send, waiting, answer } = byHand()
    const { outbox, sender, sent } = start(send, { atOnce: 3 })
    for (let index = 0; index < 7; index += 1) outbox.add(`m${index}`)
    const done = sender.sendDue()
    await settle()
    expect(sent).toEqual(['m0', 'm1', 'm2'])
    answer('m1')
    await settle()
    expect(sent).toEqual(['m0', 'm1', 'm2', 'm3'])
    // What is not under way is not claimed: another process could take it.
    expect(outbox.rows.filter(({ leased }) => leased)).toHaveLength(3)
    for (let index = 0; index < 7; index += 1) {
      if (index !== 1) answer(`m${index}`)
      await settle()
    }
    expect(await done).toBe(7)
    expect(waiting.size).toBe(7)
  })

  test('a page that comes while others are slow takes the first free place', async () => {
    const { send, answer } = byHand()
    const { outbox, sender, sent } = start(send, { atOnce: 2 })
    for (const id of ['a', 'b', 'c']) outbox.add(id)
    const first = sender.sendDue()
    await settle()
    outbox.add('page', { priority: 0 })
    const second = sender.sendDue()
    await settle()
    answer('a')
    await settle()
    expect(sent).toEqual(['a', 'b', 'page'])
    for (const id of ['b', 'page']) answer(id)
    await settle()
    answer('c')
    expect((await first) + (await second)).toBe(4)
    expect(outbox.rows.every(({ status }) => status === 'sent')).toBe(true)
  })

  test('a message that was cancelled in between is not sent', async () => {
    const { outbox, sender, sent } = start()
    outbox.add('stale')
    outbox.add('fresh')
    outbox.refuse.add('stale')
    expect(await sender.sendDue()).toBe(1)
    expect(sent).toEqual(['fresh'])
  })

  test('of messages that share a text each has its own outcome; one that was cancelled is not in it', async () => {
    const texts: string[] = []
    const outbox = memoryOutbox()
    const sender = createOutboxSender({
      store: outbox,
      senders: {
        sms: (message) => {
          texts.push(message.text)
          return acceptIt(message)
        },
      },
      now: () => 0,
      random: () => 0,
      gather: async ([first, ...others]) => ({ go: [{ message: { ...first!, text: 'all' }, others }], wait: [] }),
    })
    for (const id of ['a', 'b', 'c']) outbox.add(id, { text: id })
    expect(await sender.sendDue()).toBe(1)
    expect(texts).toEqual(['all'])
    expect(outbox.log.slice(3)).toEqual(['accepted a', 'accepted b', 'accepted c'])
    for (const id of ['d', 'e', 'f']) outbox.add(id, { text: id })
    outbox.refuse.add('e')
    await sender.sendDue()
    expect(texts.slice(1)).toEqual(['d', 'f'])
  })

  test('a channel nobody sends on fails, so that the case shows it', async () => {
    const { outbox, sender } = start()
    outbox.add('call', { address: { channel: 'voice', value: '+15550100001' } })
    await sender.sendDue()
    expect(outbox.rows[0]!.status).toBe('failed')
  })

  test('a sender that throws leaves an unknown outcome and stops nobody', async () => {
    const { outbox, sender } = start(async (message) => {
      if (message.id === 'bad') throw new Error('bug')
      return acceptIt(message)
    })
    outbox.add('bad')
    outbox.add('good')
    await sender.sendDue()
    expect(outbox.rows.map(({ status, unknownOutcome }) => [status, unknownOutcome])).toEqual([
      ['waiting', true],
      ['sent', true],
    ])
  })

  test('a database that fails at the end leaves the message to the next claim, and the rest goes on', async () => {
    const { outbox, sender } = start()
    const finish = outbox.finishAttempts
    let failures = 1
    outbox.finishAttempts = async (outcomes, now) => {
      if (failures-- > 0) throw new Error('database is locked')
      await finish(outcomes, now)
    }
    outbox.add('a')
    outbox.add('b')
    await expect(sender.sendDue()).rejects.toThrow('database is locked')
    expect(outbox.rows.filter(({ status }) => status === 'sent')).toHaveLength(1)
    expect(outbox.rows.filter(({ unknownOutcome, status }) => unknownOutcome && status === 'waiting')).toHaveLength(1)
  })
})

describe('the outbox against a failing Twilio', () => {
  // Every fault of reliability.md F8, drawn from a seed, on both kinds of message.
  const kinds = [
    { kind: 'refuse', status: 429 },
    { kind: 'refuse', status: 429, retryAfter: '3' },
    { kind: 'refuse', status: 500 },
    { kind: 'refuse', status: 503 },
    { kind: 'refuse', status: 401 },
    { kind: 'hang' },
    { kind: 'hang_after_acting' },
    { kind: 'reset' },
    { kind: 'reset_after_acting' },
    { kind: 'empty_answer' },
    { kind: 'html', status: 200, acts: true },
    { kind: 'html', status: 502, acts: false },
    { kind: 'error_after_acting', status: 503 },
    { kind: 'refuse', status: 500, on: 'list' },
    { kind: 'hang', on: 'list' },
  ] as const

  test.each([1, 2, 3, 4])(
    'seed %i: nothing is lost, nothing doubles without the mark, pages double once at most',
    async (seed) => {
      let state = seed
      const random = () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        return state / 2 ** 32
      }
      let now = Date.UTC(2026, 10, 24)
      const accountSid = `AC${'0'.repeat(32)}`
      const fake = await startFakeTwilio({
        accountSid,
        authToken: 'token-1',
        now: () => now,
        post: async () => new Response(),
      })
      const settings = {
        accountSid,
        authTokens: ['token-1'] as [string],
        smsFrom: '+15550100000',
        whatsappFrom: null,
        apiBaseUrl: fake.baseUrl,
        publicUrl: 'https://puente.example.org',
      }
      const outbox = memoryOutbox()
      for (let index = 0; index < 30; index += 1) {
        const isPage = index % 3 === 0
        outbox.add(`e${index}`, { at: now, priority: isPage ? 0 : 2, ratherTwice: isPage })
      }
      for (let index = 0; index < 40; index += 1) fake.fail(kinds[Math.floor(random() * kinds.length)]!)

      const send = createTwilioSender({ settings, now: () => now, random, timeoutMs: 150 })
      const started = new Map<string, number>()
      const watched = (message: OutboxMessage) => {
        if (message.priority === 0 && !started.has(message.id)) started.set(message.id, now)
        return send(message)
      }
      const sender = createOutboxSender({ store: outbox, senders: { sms: watched }, now: () => now, random })
      for (let pass = 0; pass < 400 && outbox.rows.some(({ status }) => status === 'waiting'); pass += 1) {
        await sender.sendDue()
        now += 1_000
      }
      await sender.idle()
      const { outbound, contractProblems, atOnceMax } = fake
      await fake.close()

      expect(outbox.rows.map(({ status }) => status)).toEqual(Array(30).fill('sent'))
      for (const row of outbox.rows) {
        const copies = outbound().filter(({ parameters }) => parameters.Body === row.text)
        const unmarked = copies.filter(({ statusCallback }) => !statusCallback!.includes('repeat=1'))
        expect(copies.length).toBeGreaterThanOrEqual(1)
        expect(unmarked.length).toBeLessThanOrEqual(1)
        expect(copies.length).toBeLessThanOrEqual(row.ratherTwice ? 2 : 1)
      }
      expect(contractProblems).toEqual([])
      expect(atOnceMax()).toBeLessThanOrEqual(10)
    },
  )
})
