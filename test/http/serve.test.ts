import { connect } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Hono } from 'hono'
import { createApp } from '../../src/http/app.ts'
import { createLog } from '../../src/http/log.ts'
import { type RunningServer, serve } from '../../src/http/serve.ts'
import { formBody, sign } from '../twilio/sign.ts'
import { memoryInbox } from './memory-inbox.ts'

const publicUrl = 'https://puente.example.org/behind'
const accountSid = `AC${'0'.repeat(32)}`
let server: RunningServer | undefined
afterEach(() => server?.close())

async function start(routes: Hono[] = []) {
  const inbox = memoryInbox()
  const log = createLog({ level: 'error', now: () => 0, write: () => undefined })
  const twilio = {
    accountSid,
    authTokens: ['token-1'] as [string],
    smsFrom: '+15550100000',
    whatsappFrom: null,
    apiBaseUrl: 'https://api.twilio.com',
    publicUrl,
  }
  const app = createApp({ store: inbox, settings: { publicUrl, twilio }, log, now: () => 0, routes })
  server = await serve(app, { port: 0, host: '127.0.0.1' })
  return { inbox, server }
}

/** Sends bytes as they are, and gives the first line of the answer. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(request))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer.split('\r\n')[0]!))
  })
}

const parameters = {
  MessageSid: `SM${'a'.repeat(32)}`,
  AccountSid: accountSid,
  From: '+528681110001',
  To: '+15550100000',
  Body: 'Hola',
}

function request(target: string, over: { signedPath?: string; length?: number; more?: string } = {}): string {
  const body = formBody(parameters)
  const signature = sign('token-1', publicUrl + (over.signedPath ?? target), parameters)
  return [
    `POST ${target} HTTP/1.1`,
    'Host: anything.example',
    'Content-Type: application/x-www-form-urlencoded',
    `X-Twilio-Signature: ${signature}`,
    `Content-Length: ${over.length ?? body.length}`,
    ...(over.more ? [over.more] : []),
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

describe('over the wire', () => {
  test('the signed address is the public one plus what was asked for, escapes and all', async () => {
    const { server, inbox } = await start()
    for (const query of ['', '?a=%7E~&b=%2f%2F', "?q='%27", '?']) {
      inbox.events.length = 0
      expect([query, await raw(server.port, request(`/hooks/twilio/message${query}`))]).toEqual([
        query,
        'HTTP/1.1 200 OK',
      ])
      expect(inbox.events).toHaveLength(1)
    }
  })

  test('a proxy may ask with the whole address; only path and query count', async () => {
    const { server } = await start()
    const target = 'http://elsewhere.example/hooks/twilio/message?x=1'
    expect(await raw(server.port, request(target, { signedPath: '/hooks/twilio/message?x=1' }))).toBe('HTTP/1.1 200 OK')
  })

  test('requests that are no HTTP, or lie about their length, are refused or cut off, and the server lives', async () => {
    const { server, inbox } = await start()
    expect(await raw(server.port, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400|^$/)
    expect(await raw(server.port, 'POST /hooks/twilio/message HTTP/1.1\r\nHost: x\r\nX: \u0000\r\n\r\n')).toMatch(
      /400|^$/,
    )
    await raw(server.port, request('/hooks/twilio/message', { length: 20 }))
    await raw(server.port, request('/hooks/twilio/message', { length: 100_000 }))
    expect(await raw(server.port, request('/hooks/twilio/message', { length: 10_000_000 }))).toMatch(/413/)
    expect(await raw(server.port, request('/hooks/twilio/message', { more: 'Transfer-Encoding: chunked' }))).toMatch(
      /400|^$/,
    )
    expect(inbox.events).toEqual([])
    expect(await raw(server.port, request('/hooks/twilio/message'))).toBe('HTTP/1.1 200 OK')
  })

  test('the end waits for answers under way, then closes', async () => {
    let release: () => void = () => undefined
    const slow = new Hono().get('/slow', async (c) => {
      await new Promise<void>((done) => (release = done))
      return c.text('done')
    })
    const { server } = await start([slow])
    const answer = fetch(`http://127.0.0.1:${server.port}/slow`)
    const idle = connect(server.port, '127.0.0.1')
    await new Promise((done) => setTimeout(done, 50))
    const closed = server.close()
    release()
    expect(await (await answer).text()).toBe('done')
    await closed
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow()
    idle.destroy()
  })

  test('a port that is taken is an error, not a silent start', async () => {
    const { server } = await start()
    await expect(serve(new Hono(), { port: server.port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
