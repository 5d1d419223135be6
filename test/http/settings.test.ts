import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { isLoopbackUrl, readSettings } from '../../src/http/settings.ts'

const twilio = {
  PUBLIC_URL: 'https://puente.example.org/',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'secret-token-value',
  TWILIO_SMS_FROM: '+15550100000',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+15550100009',
}

const good = (env: Record<string, string | undefined>) => {
  const result = readSettings(env)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.settings
}
const problems = (env: Record<string, string | undefined>) => {
  const result = readSettings(env)
  return result.ok ? [] : result.problems
}

describe('settings', () => {
  test('nothing set: simulated phones, a database and a key in the data folder', () => {
    expect(good({})).toEqual({
      alarm: { sms: [], url: null, command: null },
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      dataDir: 'data',
      database: { kind: 'sqlite', path: 'data/puente.db' },
      keyFile: 'data/puente.key',
      timeScale: 1,
      logLevel: 'info',
      metricsToken: null,
      twilio: null,
      botFramework: null,
      translator: null,
    })
  })

  test('empty lines of a copied .env.example count as not set', () => {
    const names = [
      ...readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm),
    ]
    expect(names.length).toBeGreaterThan(12)
    expect(good(Object.fromEntries(names.map(([, name]) => [name, ' ']))).twilio).toBeNull()
  })

  test('a Twilio account', () => {
    expect(good({ ...twilio, TWILIO_AUTH_TOKEN_SECONDARY: 'other-token' }).twilio).toEqual({
      accountSid: twilio.TWILIO_ACCOUNT_SID,
      authTokens: ['secret-token-value', 'other-token'],
      smsFrom: '+15550100000',
      whatsappFrom: '+15550100009',
      voiceFrom: null,
      pageTemplate: null,
      apiBaseUrl: 'https://api.twilio.com',
      publicUrl: 'https://puente.example.org',
      fallbackUrl: null,
    })
  })

  test('a number to ring from and a template for pages are optional; a template needs a WhatsApp sender', () => {
    const template = `HX${'a'.repeat(32)}`
    const ways = { TWILIO_VOICE_FROM: '+15550100000', TWILIO_PAGE_TEMPLATE: template }
    expect(good({ ...twilio, ...ways }).twilio).toMatchObject({ voiceFrom: '+15550100000', pageTemplate: template })
    expect(problems({ ...twilio, ...ways, TWILIO_WHATSAPP_FROM: '' })).toEqual([
      'TWILIO_PAGE_TEMPLATE is for WhatsApp, and TWILIO_WHATSAPP_FROM is not set.',
    ])
    expect(problems({ ...twilio, TWILIO_PAGE_TEMPLATE: 'page' })[0]).toMatch(/^TWILIO_PAGE_TEMPLATE must be HX/)
  })

  test.each(['PUBLIC_URL', 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'])(
    '%s missing or empty beside others: refused, named',
    (name) => {
      for (const value of [undefined, '', '  ']) {
        const found = problems({ ...twilio, [name]: value })
        expect(found).toHaveLength(1)
        expect(found[0]).toMatch(new RegExp(`^${name} is not set\\. It is `))
      }
    },
  )

  test('either number will do, none is refused, and an address for the API alone is half an account', () => {
    expect(good({ ...twilio, TWILIO_SMS_FROM: '' }).twilio?.smsFrom).toBeNull()
    expect(problems({ ...twilio, TWILIO_SMS_FROM: '', TWILIO_WHATSAPP_FROM: '' })[0]).toMatch(
      /^TWILIO_SMS_FROM is not set/,
    )
    expect(problems({ TWILIO_API_BASE_URL: 'http://127.0.0.1:4010' })).toHaveLength(4)
  })

  test('all problems come at once, and none quotes a value', () => {
    const found = problems({
      PORT: 'swordfish-1',
      PUBLIC_URL: 'swordfish-2',
      TWILIO_ACCOUNT_SID: 'swordfish-3',
      TWILIO_AUTH_TOKEN: 'swordfish 4',
      TWILIO_SMS_FROM: 'swordfish-5',
      TWILIO_API_BASE_URL: 'http://swordfish-6.example',
      DATABASE_URL: 'swordfish-7',
      PUENTE_TIME_SCALE: '0.5',
      PUENTE_LOG_LEVEL: 'swordfish-8',
      MICROSOFT_APP_ID: 'swordfish-9',
    })
    expect(found.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'MICROSOFT_APP_PASSWORD',
      'PORT',
      'PUBLIC_URL',
      'PUENTE_LOG_LEVEL',
      'PUENTE_TIME_SCALE',
      'TWILIO_ACCOUNT_SID',
      'TWILIO_API_BASE_URL',
      'TWILIO_AUTH_TOKEN',
      'TWILIO_SMS_FROM',
    ])
    expect(found.join()).not.toMatch(/swordfish/)
  })

  test('time runs faster only where no real phone rings', () => {
    expect(good({ PUENTE_TIME_SCALE: '60' }).timeScale).toBe(60)
    expect(good({ ...twilio, PUENTE_TIME_SCALE: '60', TWILIO_API_BASE_URL: 'http://127.0.0.1:4010' }).timeScale).toBe(
      60,
    )
    expect(good({ ...twilio, PUENTE_TIME_SCALE: '1' }).timeScale).toBe(1)
    for (const base of [
      undefined,
      'https://api.twilio.com',
      'https://127.0.0.1.example.org',
      'https://localhost.example.org',
    ]) {
      expect(problems({ ...twilio, PUENTE_TIME_SCALE: '60', TWILIO_API_BASE_URL: base })[0]).toMatch(
        /^PUENTE_TIME_SCALE /,
      )
    }
    for (const scale of ['0', '-1', '1.5', '1e3', 'NaN']) expect(problems({ PUENTE_TIME_SCALE: scale })).toHaveLength(1)
  })

  test('a database is a file or PostgreSQL', () => {
    expect(good({ DATABASE_URL: 'file:/var/lib/puente/p.db' }).database).toEqual({
      kind: 'sqlite',
      path: '/var/lib/puente/p.db',
    })
    expect(good({ DATABASE_URL: 'file:data/p.db' }).database).toEqual({ kind: 'sqlite', path: 'data/p.db' })
    const url = 'postgres://u:p@db/puente'
    expect(good({ DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url })
    expect(problems({ DATABASE_URL: 'mysql://x' })).toHaveLength(1)
  })

  test('knows which addresses are this computer', () => {
    for (const url of [
      'http://127.0.0.1:1',
      'http://localhost',
      'http://[::1]:3000/x',
      'http://127.1.2.3',
      'http://2130706433',
    ]) {
      expect([url, isLoopbackUrl(url)]).toEqual([url, true])
    }
    for (const url of [
      'http://127.0.0.1.nip.io',
      'http://0.0.0.0',
      'http://10.0.0.1',
      'http://user@localhost.example',
      'x',
    ]) {
      expect([url, isLoopbackUrl(url)]).toEqual([url, false])
    }
  })
})
