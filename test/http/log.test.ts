import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLog, type LogEvent, type LogFields } from '../../src/http/log.ts'

const planted = [
  '+528681110001',
  '15550100001',
  'Yolanda',
  'Necesito ayuda',
  'whatsapp:+528681110001',
  'token-9f8e7d6c',
]

function write(event: string, fields: Record<string, unknown>): string {
  const lines: string[] = []
  const log = createLog({ level: 'debug', now: () => 0, write: (line) => lines.push(line) })
  log.info(event as LogEvent, fields as LogFields)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/\n$/)
  return lines[0]!
}

const fields = [
  'eventId',
  'effectId',
  'conversationId',
  'caseCode',
  'providerId',
  'channel',
  'route',
  'reason',
  'state',
  'status',
  'code',
  'count',
  'error',
  'text',
  'from',
  'message',
]

describe('the log', () => {
  test('writes one object a line, with the time, the event and its fields', () => {
    const line = write('sent', { effectId: '01J9Z-page.1', channel: 'sms', durationMs: 12.4, code: null })
    expect(JSON.parse(line)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'sent',
      effectId: '01J9Z-page.1',
      channel: 'sms',
      durationMs: 12,
    })
  })

  test('lets no number, text or token through, whatever field it is put into', () => {
    for (const name of fields) {
      for (const secret of planted) {
        // Ids are free text of letters and digits; a name alone cannot be told from one, so names are not tried there.
        if (/Id$/.test(name) && /^[A-Za-z0-9-]+$/.test(secret) && !/^\d+$/.test(secret)) continue
        expect(write('sent', { [name]: secret })).not.toContain(secret)
      }
    }
    for (const secret of planted) expect(write(secret, {})).not.toContain(secret)
  })

  test('writes of an error its kind and places, not its words', () => {
    const error = new TypeError('cannot send "Necesito ayuda" to +528681110001\n    at Yolanda (Yolanda.ts:1:1)')
    const line = write('request_failed', { error })
    expect(JSON.parse(line).error).toMatchObject({ kind: 'TypeError' })
    expect(JSON.parse(line).error.places[0]).toMatch(/^log\.test\.ts:\d+$/)
    for (const secret of planted) expect(line).not.toContain(secret)
    expect(write('request_failed', { error: 'Yolanda' })).not.toContain('Yolanda')
  })

  test('holds nothing of any text with a space or a letter beyond English in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string({ minLength: 6, unit: 'grapheme' }), (name, text) => {
        fc.pre(/[^\x21-\x7e]/.test(text) && !/"/.test(text))
        expect(write('sent', { [name]: text })).not.toContain(JSON.stringify(text).slice(1, -1))
      }),
      { seed: 20261124 },
    )
  })

  test('keeps quiet below its level', () => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', now: () => 0, write: (line) => lines.push(line) })
    log.debug('sent')
    log.info('sent')
    log.warn('alarm')
    log.error('worker_failed')
    expect(lines).toHaveLength(2)
  })
})
