import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CodeSent, hearCode, newCode, triesMax } from '../../src/handoff/confirm-number.ts'
import { onCall } from '../../src/handoff/on-call.ts'
import { readRota } from '../../src/handoff/rota.ts'
import { night, rotaContext, rotaOf, rotaText } from './world.ts'

const phone = '+528681110001'
const sent: CodeSent = newCode(phone, { drawIndex: () => 40_712, now: night })

/** What each text came to, in order. */
function hear(texts: string[], from = phone, now = night): string[] {
  let state: CodeSent | null = sent
  return texts.map((text) => {
    const next = hearCode(state, text, { from, now })
    state = next.sent
    return next.heard
  })
}

describe('a code', () => {
  test('has six digits, and is read with spaces, words and digits of any script', () => {
    expect(sent.code).toBe('040712')
    for (const text of ['040712', ' 040 712 ', 'mi código: 040-712', '٠٤٠٧١٢', '０４０７１２'])
      expect([text, hear([text])]).toEqual([text, ['confirmed']])
  })

  test('is worth nothing from another number, after a week, or a second time', () => {
    expect(hear(['040712'], '+528681110009')).toEqual(['nothing'])
    expect(hear(['040712'], phone, night + 8 * 24 * 60 * 60_000)).toEqual(['nothing'])
    expect(hear(['040712', '040712'])).toEqual(['confirmed', 'nothing'])
  })

  test('is never found by more than five texts, whatever they are and in whatever order', () => {
    const text = fc.oneof(fc.string(), fc.integer({ min: 0, max: 999_999 }).map(String), fc.constant(sent.code))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const heard = hear(texts)
        const right = heard.indexOf('confirmed')
        if (right >= 0) expect(right).toBeLessThan(triesMax)
        // Nobody is answered for ever either.
        expect(heard.filter((one) => one === 'wrong' || one === 'used_up').length).toBeLessThanOrEqual(triesMax)
        expect(heard.slice(triesMax).every((one) => one === 'nothing')).toBe(true)
      }),
    )
  })
})

describe('somebody whose code has not come back', () => {
  const text = rotaText.replaceAll('name: Carla,', 'name: Carla, confirm_by_code: true,')
  test('is not on call', () => {
    const on = (rota: string) => onCall(rotaOf(rota), { line: 2, at: night }).map(({ id }) => id)
    expect([on(rotaText), on(text)]).toEqual([['carla'], []])
  })

  test('cannot be the coordinator', () => {
    const { problems } = readRota(
      rotaText.replace('name: Dora Maria,', 'name: Dora, confirm_by_code: true,'),
      rotaContext,
    )
    expect(problems.map(({ code }) => code)).toEqual(['rota/coordinator-unconfirmed'])
  })
})
