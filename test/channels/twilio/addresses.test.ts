import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeBase64Text } from '../../../src/channels/twilio/decode-base64-text.ts'
import { meaningOf } from '../../../src/channels/twilio/error-codes.ts'
import { hasPhoneNumber, readTwilioAddress, writeTwilioAddress } from '../../../src/channels/twilio/twilio-address.ts'
import { addressForFreeText, whatsappWindowMs } from '../../../src/channels/twilio/whatsapp-window.ts'

describe('addresses', () => {
  test.each<[string, object | null]>([
    ['+528681110001', { channel: 'sms', value: '+528681110001' }],
    [' 528681110001', { channel: 'sms', value: '+528681110001' }],
    ['+5218681110001', { channel: 'sms', value: '+528681110001' }],
    ['whatsapp:+5218681110001', { channel: 'whatsapp', value: '+528681110001' }],
    ['WhatsApp:+15550100001', { channel: 'whatsapp', value: '+15550100001' }],
    ['whatsapp:MX.1234567890123456', { channel: 'whatsapp', value: 'MX.1234567890123456' }],
    ['MX.1234', null],
    ['whatsapp:', null],
    ['whatsapp:__proto__', null],
    ['+0555', null],
    ['+1555010000100000', null],
    ['+1555\u200b0100001', null],
    ['', null],
  ])('%p', (text, address) => expect(readTwilioAddress(text)).toEqual(address))

  test('are written as they are read', () => {
    for (const text of ['+528681110001', 'whatsapp:+528681110001', 'whatsapp:US.1234']) {
      expect(writeTwilioAddress(readTwilioAddress(text)!)).toBe(text)
    }
  })

  test('say whether a call or an SMS can reach them', () => {
    expect(hasPhoneNumber({ channel: 'whatsapp', value: '+15550100001' })).toBe(true)
    expect(hasPhoneNumber({ channel: 'whatsapp', value: 'US.1234' })).toBe(false)
    expect(hasPhoneNumber({ channel: 'chat', value: '+x' })).toBe(false)
  })
})

describe('the 24 hours of WhatsApp', () => {
  const address = { channel: 'whatsapp' as const, value: '+528681110001' }
  const sms = { channel: 'sms' as const, value: '+528681110001' }
  const at = (hours: number, over: object = {}) =>
    addressForFreeText({ address, lastMessageAt: 0, now: hours * 3_600_000, ...over })

  test('inside them free text goes to WhatsApp, after them by SMS', () => {
    expect(at(1)).toEqual(address)
    expect(at(23.9)).toEqual(address)
    expect(at(24)).toEqual(sms)
    expect(addressForFreeText({ address, lastMessageAt: 0, now: whatsappWindowMs - 30_000 })).toEqual(sms)
    expect(at(0, { lastMessageAt: null })).toEqual(sms)
  })

  test('somebody without a number cannot be reached after them', () => {
    expect(at(25, { address: { channel: 'whatsapp', value: 'US.1234' } })).toBeNull()
  })

  test('SMS knows no window', () => {
    expect(at(1000, { address: sms, lastMessageAt: null })).toEqual(sms)
  })
})

describe('texts packed as base64', () => {
  // The two published examples of RapidPro's gateway, which met such texts first.
  test.each([
    [
      'QmFubm9uIEV4cGxhaW5zIFRoZSBXb3JsZCAuLi4K4oCcVGhlIENhbXAgb2YgdGhlIFNhaW50c+KA\r',
      'Bannon Explains The World ...\n“The Camp of the Saints',
    ],
    [
      'dGhlIHN3ZWF0LCB0aGUgdGVhcnMgYW5kIHRoZSBzYWNyaWZpY2Ugb2Ygd29ya2luZyBBbWVyaWNh\r',
      'the sweat, the tears and the sacrifice of working America',
    ],
  ])('%p', (packed, text) => expect(decodeBase64Text(packed)).toBe(text))

  test.each([
    'Please help, my child is ill and we have nowhere to go tonight, please',
    'AYUDA',
    'a'.repeat(64),
    'Tm93',
    `${'0123456789abcdef'.repeat(5)}`,
  ])('%p stays as it is', (text) => expect(decodeBase64Text(text)).toBe(text))

  test('any text of 45 bytes and more comes back, in any script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 45, maxLength: 200 }), (text) => {
        fc.pre(!/^\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
        expect(decodeBase64Text(Buffer.from(text).toString('base64'))).toBe(text)
      }),
      { seed: 20261124 },
    )
  })
})

describe('what an error code means', () => {
  test.each<[number, string, boolean, boolean, boolean]>([
    [20429, 'rate', false, false, false],
    [20003, 'credentials', false, false, true],
    [21211, 'invalid_number', true, true, false],
    [21614, 'invalid_number', true, true, false],
    [21635, 'invalid_number', true, true, false],
    [21408, 'config', true, true, true],
    [21610, 'opted_out', true, false, true],
    [21611, 'rate', false, false, true],
    [30001, 'rate', false, false, true],
    [21612, 'unreachable', true, true, false],
    [21617, 'bug', true, false, true],
    [30002, 'config', true, true, true],
    [30032, 'config', true, true, true],
    [30034, 'config', true, true, true],
    [30003, 'unreachable', false, false, false],
    [30004, 'unreachable', true, true, false],
    [30005, 'invalid_number', true, true, false],
    [30006, 'invalid_number', true, true, false],
    [30007, 'filtered', true, true, true],
    [30008, 'provider', false, false, false],
    [30410, 'provider', false, false, false],
    [63003, 'unreachable', true, true, false],
    [63024, 'unreachable', true, true, false],
    [63032, 'unreachable', true, true, false],
    [63005, 'bug', true, true, true],
    [63041, 'bug', true, true, true],
    [63007, 'config', true, true, true],
    [63010, 'provider', false, false, false],
    [63012, 'provider', false, false, false],
    [63014, 'opted_out', true, false, false],
    [63016, 'window', true, true, false],
    [63017, 'rate', false, false, false],
    [63018, 'rate', false, false, false],
    [63038, 'daily_limit', true, true, true],
  ])('%i: %s, final %p, another channel %p, alarm %p', (code, reason, isFinal, otherChannel, alarm) => {
    expect(meaningOf(code)).toMatchObject({ reason, isFinal, otherChannel, alarm })
    expect(meaningOf(code).retryMinutes.length > 0).toBe(!isFinal)
  })

  test('an unknown code is final and loud', () => {
    for (const code of [null, 12345])
      expect(meaningOf(code)).toMatchObject({ reason: 'other', isFinal: true, alarm: true })
  })
})
