import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createReadBack } from '../../../src/channels/twilio/read-back.ts'
import { memoryInbox } from '../../http/memory-inbox.ts'
import { type FakeTwilio, startFakeTwilio } from '../../twilio/fake-twilio.ts'

const accountSid = `AC${'0'.repeat(32)}`
const ours = '+15550100000'
const person = '+528681110001'

let fake: FakeTwilio
let now: number
let inbox: ReturnType<typeof memoryInbox>
let readBack: ReturnType<typeof createReadBack>

beforeEach(async () => {
  now = Date.UTC(2026, 10, 24, 12)
  fake = await startFakeTwilio({ accountSid, authToken: 'token-1', now: () => now })
  inbox = memoryInbox()
  readBack = createReadBack({
    settings: {
      accountSid,
      authTokens: ['token-1'],
      smsFrom: ours,
      whatsappFrom: '+15550100009',
      apiBaseUrl: fake.baseUrl,
      publicUrl: 'https://puente.example.org',
    },
    store: inbox,
    now: () => now,
    timeoutMs: 20_000,
  })
})
afterEach(async () => {
  expect(fake.contractProblems).toEqual([])
  await fake.close()
})

const lose = (body: string, over: { from?: string; to?: string; extra?: Record<string, string> } = {}) =>
  fake.receive({ from: person, to: ours, body, lost: true, ...over })

describe('reading the list of messages back', () => {
  test('finds texts whose webhook was lost, oldest first, on both channels', async () => {
    const since = now
    const first = await lose('Hola')
    now += 5_000
    await lose('Ayuda')
    await lose('Bonjou', { from: `whatsapp:${person}`, to: 'whatsapp:+15550100009' })
    now += 60_000
    expect(await readBack(since)).toEqual({ found: 3, readUntil: now - 30_000 })
    expect(inbox.events.map(({ payload }) => payload.text)).toEqual(['Hola', 'Ayuda', 'Bonjou'])
    expect(inbox.events[0]).toMatchObject({
      providerId: first.sid,
      from: { channel: 'sms', value: person },
      at: Date.UTC(2026, 10, 24, 12),
    })
  })

  test('adds nothing that the inbox has, and nothing twice', async () => {
    const since = now
    const { sid } = await lose('Hola')
    await inbox.acceptInbound({
      providerId: sid,
      from: { channel: 'sms', value: person },
      to: { channel: 'sms', value: ours },
      at: now,
      payload: { text: 'Hola', media: [] },
    })
    now += 60_000
    const { found, readUntil } = await readBack(since)
    expect(found).toBe(0)
    now += 60_000
    expect((await readBack(readUntil)).found).toBe(0)
    expect(inbox.events).toHaveLength(1)
  })

  test('leaves the last half minute to the webhook', async () => {
    const since = now
    await lose('Hola')
    now += 10_000
    expect((await readBack(since)).found).toBe(0)
    now += 60_000
    expect((await readBack(since)).found).toBe(1)
  })

  test('within two minutes of a lost webhook the text is in the inbox', async () => {
    let mark = now
    now += 20_000
    await lose('Hola')
    const lostAt = now
    while (inbox.events.length === 0 && now < lostAt + 600_000) {
      now += 60_000
      mark = (await readBack(mark)).readUntil
    }
    expect(now - lostAt).toBeLessThanOrEqual(120_000)
  })

  test('leaves alone what was written before, what we sent, and what nobody could answer', async () => {
    await lose('long ago')
    now += 3_600_000
    const since = now
    await lose('menu', { from: '72345' })
    await fake.receive({ from: person, to: ours, body: 'STOP', lost: true })
    now += 60_000
    await readBack(since)
    expect(inbox.events.map(({ payload }) => payload.text)).toEqual(['STOP'])
  })

  test('reads many pages', async () => {
    const since = now
    for (let index = 0; index < 250; index += 1) await lose(`text ${index}`)
    now += 60_000
    expect((await readBack(since)).found).toBe(250)
    expect(inbox.events.map(({ payload }) => payload.text)).toEqual(
      Array.from({ length: 250 }, (_, index) => `text ${index}`),
    )
  })

  test('finds out which media came along', async () => {
    const since = now
    const { sid } = await lose('', { extra: { NumMedia: '1', MediaContentType0: 'audio/ogg' } })
    now += 60_000
    await readBack(since)
    expect(inbox.events[0]!.payload.media).toEqual([
      { kind: 'audio', url: expect.stringContaining(`/Messages/${sid}/Media/ME`) },
    ])
  })

  test('fails as a whole when Twilio cannot be asked or the inbox is down, and finds it the next time', async () => {
    const since = now
    await lose('Hola')
    now += 60_000
    fake.fail({ kind: 'refuse', status: 500, on: 'list' })
    await expect(readBack(since)).rejects.toThrow('Twilio: unknown, status 500')
    inbox.isDown = true
    await expect(readBack(since)).rejects.toThrow()
    inbox.isDown = false
    expect((await readBack(since)).found).toBe(1)
  })
})
