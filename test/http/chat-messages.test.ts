import { afterEach, describe, expect, test } from '@jest/globals'
import { type ChatChannel, ChatTurnAdapter, createChatChannel } from '../../src/channels/bot-adapters/chat-adapter.ts'
import { readChatAddress } from '../../src/channels/bot-adapters/chat-address.ts'
import { createApp } from '../../src/http/app.ts'
import { chatMessages } from '../../src/http/chat-messages.ts'
import { createLog } from '../../src/http/log.ts'
import { serve } from '../../src/http/serve.ts'
import type { NewInbound, OutboxMessage } from '../../src/store/store.ts'
import type { ConversationId, EffectId, EventId } from '../../src/types.ts'
import { startBotFrameworkClient } from '../channels/bot-adapters/bot-framework-client.ts'
import { memoryInbox } from './memory-inbox.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const outboxMessage = (event: NewInbound, text: string, over: Partial<OutboxMessage> = {}): OutboxMessage => ({
  id: `${event.providerId}.1` as EffectId,
  lease: 'lease-1',
  conversation: 'c1' as ConversationId,
  to: { conversation: 'c1' as ConversationId },
  address: event.from,
  text,
  priority: 1,
  at: 0,
  expiresAt: null,
  ratherTwice: false,
  repeat: false,
  attempts: 0,
  unknownOutcome: false,
  ...over,
})

/** A server whose worker is an echo, in a real turn: what comes in is answered through the channel's sender. */
async function start(how: { signed?: boolean; echo?: boolean; timeoutMs?: number } = {}) {
  const inbox = memoryInbox()
  const lines: string[] = []
  const outcomes: unknown[] = []
  const log = createLog({ level: 'debug', now: () => 0, write: (line) => lines.push(line) })
  let chat: ChatChannel
  const store = {
    async acceptInbound(event: NewInbound) {
      const result = await inbox.acceptInbound(event)
      if (result === 'stored' && how.echo !== false) {
        setImmediate(async () => {
          const [reply] = await new ChatTurnAdapter().runTurn(
            {
              conversation: 'c1' as ConversationId,
              event: { kind: 'message', id: 'e1' as EventId, at: 0, from: event.from, to: event.to, ...event.payload },
            },
            async (context) => void (await context.sendActivity(`echo ${context.activity.text}`)),
          )
          outcomes.push(await chat.send(outboxMessage(event, reply!)))
        })
      }
      return result
    },
  }
  chat = createChatChannel({
    store,
    now: () => 0,
    random: () => 0,
    credentials: how.signed ? { appId: 'app-1', appPassword: 'p', tenantId: null } : null,
    inlineWaitMs: { first: how.echo === false ? 100 : 20_000, further: 20 },
    timeoutMs: how.timeoutMs ?? 20_000,
  })
  const routes = [chatMessages({ chat: async () => chat, isSigned: how.signed ?? false, log })]
  const app = createApp({
    store: inbox,
    settings: { publicUrl: 'https://puente.example.org', twilio: null },
    log,
    now: () => 0,
    routes,
  })
  const server = await serve(app, { port: 0, host: '127.0.0.1' })
  const client = await startBotFrameworkClient(`http://127.0.0.1:${server.port}/api/messages`)
  closing.push(client.close, server.close)
  return { inbox, client, chat, lines, outcomes, app, port: server.port }
}

describe('a Bot Framework client', () => {
  test('writes, and receives the reply at its own address', async () => {
    const { client, inbox, outcomes } = await start()
    const response = await client.post(client.activity('Hola'))
    expect(response.status).toBe(200)
    await client.untilReceived(1)
    expect(client.received[0]).toMatchObject({
      path: '/v3/conversations/conversation-1/activities',
      activity: { type: 'message', text: 'echo Hola', conversation: { id: 'conversation-1' } },
    })
    expect(inbox.events[0]).toMatchObject({
      from: { channel: 'chat' },
      to: { channel: 'chat', value: 'puente' },
      payload: { text: 'Hola', media: [] },
    })
    expect(inbox.events[0]!.providerId).toMatch(/^chat-[0-9a-f]{40}$/)
    while (outcomes.length === 0) await new Promise((done) => setImmediate(done))
    expect(outcomes).toMatchObject([{ kind: 'accepted', status: 'delivered' }])
  })

  test('that wants its replies in the answer gets them there', async () => {
    const { client } = await start()
    const response = await client.post(client.activity('Hola', { deliveryMode: 'expectReplies' }))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ activities: [{ type: 'message', text: 'echo Hola' }] })
    expect(client.received).toEqual([])
  })

  test('that wants them there when there are none gets an empty list', async () => {
    const { client } = await start({ echo: false })
    const response = await client.post(client.activity('0', { deliveryMode: 'expectReplies' }))
    expect(await response.json()).toEqual({ activities: [] })
  })

  test('is one conversation, whatever it writes; the same activity again is one event', async () => {
    const { client, inbox } = await start()
    const first = client.activity('Hola')
    await client.post(first)
    await client.post(first)
    await client.post(client.activity('1'))
    await client.post(client.activity('Hola', { conversation: { id: 'conversation-2' } }))
    expect(inbox.events.map(({ from }) => readChatAddress(from)?.conversationId)).toEqual([
      'conversation-1',
      'conversation-1',
      'conversation-2',
    ])
    expect(inbox.events[0]!.from).toEqual(inbox.events[1]!.from)
  })

  test('may say that it joined or types, which is no message', async () => {
    const { client, inbox } = await start()
    for (const type of ['conversationUpdate', 'typing', 'endOfConversation']) {
      expect((await client.post(client.activity('', { type, membersAdded: [{ id: 'user-1' }] }))).status).toBe(200)
    }
    expect(inbox.events).toEqual([])
  })

  test('is asked to try again when nothing can be stored', async () => {
    const { client, inbox, lines } = await start()
    inbox.isDown = true
    expect((await client.post(client.activity('Hola, soy Yolanda'))).status).toBe(503)
    expect(lines.join('')).not.toMatch(/Yolanda|1555/)
  })

  test('taps and attachments arrive as option and media', async () => {
    const { client, inbox } = await start({ echo: false })
    const attachments = [
      { contentType: 'audio/ogg', contentUrl: 'http://169.254.169.254/x' },
      { contentType: 'text/html', content: '<p>1</p>' },
      { contentType: 'application/pdf' },
    ]
    await client.post(client.activity('1', { value: 'yes', attachments }))
    expect(inbox.events[0]!.payload).toEqual({
      text: '1',
      optionId: 'yes',
      media: [{ kind: 'audio' }, { kind: 'document' }],
    })
  })
})

describe('without an application id', () => {
  test.each<[string, Record<string, string>]>([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['through a proxy that says so otherwise', { forwarded: 'for=203.0.113.9' }],
  ])('a request %s finds nothing', async (_name, headers) => {
    const { client, inbox } = await start()
    expect((await client.post(client.activity('Hola'), headers)).status).toBe(404)
    expect(inbox.events).toEqual([])
  })

  test('a request from another computer, or called by a public name, finds nothing', async () => {
    const log = createLog({ level: 'error', now: () => 0, write: () => undefined })
    const post = (remote: string | undefined, host: string) => {
      const chat = async () => ({
        receive: async () => ({ status: 200 as const, body: null }),
        send: async () => null as never,
      })
      const app = chatMessages({ chat, isSigned: false, log, remoteAddressOf: () => remote })
      const body = JSON.stringify({ type: 'message', serviceUrl: 'http://localhost:1' })
      return app.request(`http://${host}/api/messages`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
    }
    expect((await post('127.0.0.1', 'localhost:3000')).status).toBe(200)
    expect((await post('::1', '[::1]:3000')).status).toBe(200)
    expect((await post('::ffff:127.0.0.1', '127.0.0.1:3000')).status).toBe(200)
    expect((await post('10.0.0.7', 'localhost:3000')).status).toBe(404)
    expect((await post(undefined, 'localhost:3000')).status).toBe(404)
    expect((await post('127.0.0.1', 'puente.example.org')).status).toBe(404)
  })

  test.each([
    'http://169.254.169.254/',
    'https://evil.example',
    'http://127.0.0.1.evil.example',
    'file:///etc/passwd',
    '',
    undefined,
  ])('a reply address of %p is refused', async (serviceUrl) => {
    const { client, inbox } = await start()
    expect((await client.post(client.activity('Hola', { serviceUrl }))).status).toBe(400)
    expect(inbox.events).toEqual([])
  })

  test('a web page that somebody has open cannot post: its content type is not ours', async () => {
    const { client } = await start()
    expect((await client.post(client.activity('Hola'), { 'content-type': 'text/plain' })).status).toBe(415)
  })

  test.each(['', '[]', 'null', '{', '{"type":7}', '"x"', '{"type":"message","serviceUrl":"http://localhost"}'])(
    'a body of %p is refused',
    async (body) => {
      const { client } = await start()
      expect((await client.post(body)).status).toBe(400)
    },
  )

  test('a body of 1 MB is refused', async () => {
    const { client } = await start()
    expect((await client.post(client.activity('x'.repeat(1_000_000)))).status).toBe(413)
  })
})

describe('with an application id', () => {
  test('an unsigned request is refused', async () => {
    const { client, inbox } = await start({ signed: true })
    expect((await client.post(client.activity('Hola'))).status).toBe(401)
    expect((await client.post(client.activity('Hola'), { authorization: 'Bearer x.y.z' })).status).toBe(401)
    expect((await client.post(client.activity('', { type: 'typing' }))).status).toBe(401)
    expect(inbox.events).toEqual([])
  })
})

describe('sending to a client', () => {
  const prepare = async (timeoutMs?: number) => {
    const { client, inbox, chat } = await start({ echo: false, timeoutMs })
    await client.post(client.activity('Hola'))
    return {
      client,
      send: (over: Partial<OutboxMessage> = {}) => chat.send(outboxMessage(inbox.events[0]!, 'Reply', over)),
    }
  }

  test.each<[number | null, object]>([
    [429, { kind: 'retry', unknown: false }],
    [500, { kind: 'retry', unknown: true }],
    [404, { kind: 'failed' }],
    [403, { kind: 'failed' }],
    [null, { kind: 'retry', unknown: true }],
  ])('that answers %p', async (status, outcome) => {
    const { client, send } = await prepare(status === null ? 300 : undefined)
    client.answers.push(status)
    expect(await send()).toMatchObject(outcome)
    expect(client.received).toEqual([])
  })

  test('after an unknown outcome: once more if that is better than never, else given up', async () => {
    const { client, send } = await prepare()
    expect(await send({ unknownOutcome: true, attempts: 1 })).toMatchObject({ kind: 'failed' })
    expect(await send({ unknownOutcome: true, attempts: 1, ratherTwice: true })).toMatchObject({ kind: 'accepted' })
    expect(await send({ unknownOutcome: true, attempts: 3, ratherTwice: true })).toMatchObject({ kind: 'failed' })
    expect(client.received).toHaveLength(1)
  })

  test('that is gone: tried again for a while, then given up', async () => {
    const { client, send } = await prepare()
    await client.close()
    expect(await send()).toMatchObject({ kind: 'retry', unknown: false })
    expect(await send({ attempts: 8 })).toMatchObject({ kind: 'failed' })
  })
})
