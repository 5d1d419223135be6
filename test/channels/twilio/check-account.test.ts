import { expect, test } from '@jest/globals'
import { checkAccount } from '../../../src/channels/twilio/check-account.ts'
import { TwilioError } from '../../../src/channels/twilio/request-client.ts'
import type { HttpClient } from '../../../src/channels/twilio/send.ts'

const settings = {
  accountSid: `AC${'0'.repeat(32)}`,
  authTokens: ['a-token'] as [string],
  smsFrom: '+15550100000',
  whatsappFrom: null,
  apiBaseUrl: 'https://api.twilio.com',
  publicUrl: 'https://puente.example.org',
}

const answering = (answer: () => unknown) => {
  const asked: { method: string; uri: string }[] = []
  const httpClient = {
    async request(options: { method: string; uri: string }) {
      asked.push(options)
      return { statusCode: 200, body: answer() }
    },
  } as unknown as HttpClient
  return { asked, httpClient }
}
const throwing = (outcome: TwilioError['outcome']) =>
  answering(() => {
    throw new TwilioError(outcome, { status: 401 })
  })

test('asks for our own account, and changes nothing', async () => {
  const { asked, httpClient } = answering(() => ({ sid: settings.accountSid, status: 'active' }))
  expect(await checkAccount(settings, { httpClient })).toBe('ok')
  expect(asked).toMatchObject([{ method: 'get', uri: expect.stringMatching(/\/Accounts\/AC0{32}\.json$/) }])
})

test.each([
  ['inactive', answering(() => ({ status: 'suspended' }))],
  ['refused', throwing('refused')],
  ['unreachable', throwing('not_sent')],
  ['unreachable', throwing('unknown')],
] as const)('%s', async (expected, { httpClient }) => {
  expect(await checkAccount(settings, { httpClient })).toBe(expected)
})
