import { createServer, type Server } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TwilioError, TwilioRequestClient } from '../../../src/channels/twilio/request-client.ts'

let server: Server
let base: string
let asked: string[]
let answer: { status: number; headers?: Record<string, string>; body: string }

beforeEach(async () => {
  asked = []
  answer = { status: 200, body: '{"sid":"SM1"}' }
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

const ask = (client: TwilioRequestClient, uri: string) =>
  client.request({
    method: 'post',
    uri,
    username: 'AC0',
    password: 'token-9f8e7d6c',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    data: { To: '+15550100001', Body: 'Necesito ayuda' },
  })
const failureOf = (client: TwilioRequestClient, uri = 'https://api.twilio.com/x') =>
  ask(client, uri).then(
    () => null,
    (error: unknown) => error as TwilioError,
  )

describe('requests to Twilio', () => {
  test('go to the configured address, below its path', async () => {
    await ask(new TwilioRequestClient(base), 'https://api.twilio.com/2010-04-01/x.json?To=%2B1')
    await ask(new TwilioRequestClient(`${base}/stand-in`), 'https://api.dublin.ie1.twilio.com/2010-04-01/x.json')
    expect(asked).toEqual(['POST /2010-04-01/x.json?To=%2B1', 'POST /stand-in/2010-04-01/x.json'])
  })

  test.each([
    'https://evil.example/x',
    'https://api.twilio.com.evil.example/x',
    'https://evil.example/api.twilio.com',
    'http://api.twilio.com/x',
    'https://lookups.twilio.com/x',
    'https://api.twilio.com@evil.example/x',
  ])('to %s are refused', async (uri) => {
    expect(await failureOf(new TwilioRequestClient(base), uri)).toMatchObject({ outcome: 'not_sent' })
    expect(asked).toEqual([])
  })

  test('take no proxy from the environment', () => {
    const before = process.env.HTTP_PROXY
    process.env.HTTP_PROXY = 'http://127.0.0.1:9'
    try {
      const { httpsAgent, httpAgent } = new TwilioRequestClient(base).axios.defaults
      expect(httpsAgent?.constructor).toBe(https.Agent)
      expect(httpAgent).toBeDefined()
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY
      else process.env.HTTP_PROXY = before
    }
  })

  test.each<[string, typeof answer, object]>([
    [
      'a refusal',
      { status: 400, body: '{"code":21211,"message":"+15550100001"}' },
      { outcome: 'refused', status: 400, twilioCode: 21211 },
    ],
    [
      'too many',
      { status: 429, headers: { 'retry-after': '7' }, body: '{"code":20429}' },
      { outcome: 'refused', retryAfter: '7' },
    ],
    ['a failure inside', { status: 500, body: '{"code":20500}' }, { outcome: 'unknown', status: 500 }],
    ['a code that is none', { status: 400, body: '{"code":"21211"}' }, { outcome: 'refused', twilioCode: null }],
    ['nothing', { status: 201, body: '' }, { outcome: 'unknown', status: 201 }],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }, { outcome: 'unknown' }],
    ['JSON that is no object', { status: 200, body: '"x"' }, { outcome: 'unknown' }],
    ['half of a JSON', { status: 201, body: '{"sid":' }, { outcome: 'unknown' }],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:9/' }, body: '{}' },
      { outcome: 'unknown', status: 307 },
    ],
    ['more than anybody reads', { status: 200, body: `"${'x'.repeat(6_000_000)}"` }, { outcome: 'unknown' }],
  ])('that are answered with %s fail as that', async (_name, given, expected) => {
    answer = given
    expect(await failureOf(new TwilioRequestClient(base))).toMatchObject(expected)
    expect(asked).toHaveLength(1)
  })

  test('leave nothing of themselves in an error or in the client', async () => {
    const client = new TwilioRequestClient(base)
    const errors: unknown[] = []
    for (const status of [400, 401, 429, 500]) {
      answer = { status, body: '{"code":1,"message":"the number +15550100001 is not valid"}' }
      errors.push(await failureOf(client))
    }
    server.closeAllConnections()
    server.close()
    errors.push(await failureOf(client))
    expect(errors.every((error) => error instanceof TwilioError)).toBe(true)
    expect(inspect(errors, { depth: 10 })).not.toMatch(/5550100001|Necesito|token-9f8e|VDpT/)
    expect([client.lastRequest, client.lastResponse]).toEqual([undefined, undefined])
  })
})
