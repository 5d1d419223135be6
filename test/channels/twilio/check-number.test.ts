import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkNumber } from '../../../src/channels/twilio/check-number.ts'
import { type FakeTwilio, startFakeTwilio } from '../../twilio/fake-twilio.ts'

const accountSid = `AC${'0'.repeat(32)}`
const numberUrls = { sms_url: 'https://a.example.org/x#rp=all', sms_fallback_url: 'https://b.example.org/x' }
let fake: FakeTwilio
const settings = () => ({
  accountSid,
  authTokens: ['token-1'] as [string],
  smsFrom: '+15550100000',
  whatsappFrom: null,
  apiBaseUrl: fake.baseUrl,
  publicUrl: 'https://a.example.org',
})

beforeEach(async () => {
  fake = await startFakeTwilio({ accountSid, authToken: 'token-1', numberUrls })
})
afterEach(async () => {
  await fake.close()
  expect(fake.contractProblems).toEqual([])
})

test('says where Twilio posts the texts that come to our number', async () => {
  const { sms_url: message, sms_fallback_url: fallback } = numberUrls
  expect(await checkNumber(settings())).toEqual({ message, fallback })
})

test('knows nothing where Twilio cannot be asked, or there is no number', async () => {
  expect(await checkNumber({ ...settings(), authTokens: ['another'] })).toBeNull()
  expect(await checkNumber({ ...settings(), smsFrom: null })).toBeNull()
})
