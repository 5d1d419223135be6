import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ChannelFacts } from '../../src/handoff/channel-rule.ts'
import { hideNumbers, type RelayOut, relayToAdvocate, relayToPerson, withTranslation } from '../../src/handoff/relay.ts'
import { code, night } from './world.ts'

const person = '+5215512340000'
const advocate = '+528681110001'
const facts: ChannelFacts = {
  channel: 'sms',
  contact: 'text',
  flags: [],
  lastMessageAt: night,
  isStopped: false,
  isOptedOut: false,
  isPhoneSafe: true,
  hasChosenSince: false,
  askedForPerson: false,
}

function out(text: string, over: Partial<RelayOut> = {}) {
  return relayToPerson({
    text,
    isTaker: true,
    word: 'mango',
    isFirstLine: false,
    advocateLanguage: 'es',
    personLanguage: 'ht',
    phrases: { 3: 'Èske ou ka ekri kounye a? 1 = Wi. 2 = Non.' },
    numbers: [person, advocate],
    facts,
    now: night,
    ...over,
  })
}

describe('to the person', () => {
  test('free text goes with what a translator would need', () => {
    expect(out('Voy en camino')).toEqual({
      kind: 'send',
      text: 'Voy en camino',
      translate: { text: 'Voy en camino', from: 'es', to: 'ht' },
    })
    expect(out('Voy', { personLanguage: 'es' })).toMatchObject({ translate: null })
  })

  test('the first line says the word that the person was told', () => {
    expect(out('Soy Ana', { isFirstLine: true })).toMatchObject({ text: 'mango: Soy Ana' })
    expect(out('Mango. Soy Ana', { isFirstLine: true })).toMatchObject({ text: 'Mango. Soy Ana' })
  })

  test('a number is a phrase in their language', () => {
    expect(out('3')).toEqual({ kind: 'send', text: 'Èske ou ka ekri kounye a? 1 = Wi. 2 = Non.', translate: null })
    expect(out('44')).toEqual({ kind: 'refuse', why: 'why_no_phrase' })
  })

  test('only from the one who has the case, only where the rule lets a human write, and not endless', () => {
    expect(out('hola', { isTaker: false })).toEqual({ kind: 'refuse', why: 'why_not_yours' })
    expect(out('hola', { facts: { ...facts, isStopped: true } })).toEqual({ kind: 'refuse', why: 'why_stopped' })
    expect(out('hola', { facts: { ...facts, contact: 'wait' } })).toEqual({ kind: 'refuse', why: 'why_wait' })
    expect(out(' ')).toEqual({ kind: 'refuse', why: 'why_empty' })
    expect(out('x'.repeat(601))).toEqual({ kind: 'refuse', why: 'why_too_long' })
  })
})

describe('to the advocate', () => {
  const back = {
    code: code('K7QF'),
    personLanguage: 'ht',
    advocateLanguage: 'es',
    numbers: [person, advocate],
    mediaNote: 'en la consola',
  }
  test('with the code in front, and media only named', () => {
    expect(relayToAdvocate({ ...back, text: 'Mèsi', media: ['image'] })).toEqual({
      kind: 'send',
      text: 'K7QF: Mèsi [1: en la consola]',
      translate: { text: 'Mèsi', from: 'ht', to: 'es' },
    })
    expect(relayToAdvocate({ ...back, text: '', media: ['audio'] })).toMatchObject({ translate: null })
  })

  test('a translation is marked and never replaces the words', () => {
    expect(withTranslation('K7QF: Mèsi', 'Gracias', 'traducción automática')).toBe(
      'K7QF: Mèsi\n[traducción automática] Gracias',
    )
    expect(withTranslation('K7QF: Mèsi', null, 'x')).toBe('K7QF: Mèsi')
  })
})

describe('numbers', () => {
  test.each(['llama 5512340000', 'llama +52 1 55 1234 0000', 'llama (55) 1234-0000', 'llama 52-55-1234-0000'])(
    '%j',
    (text) => {
      expect(hideNumbers(text, [person])).toBe('llama …')
    },
  )

  test('of others stay', () => {
    expect(hideNumbers('clinica 8688120000, 911, 15 min', [person, advocate])).toBe('clinica 8688120000, 911, 15 min')
  })

  test('are never passed on, however much stands around them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        (before, after) => {
          const decision = out(`${before} 5512340000 ${after}`)
          if (decision.kind === 'send') expect(decision.text).not.toContain('5512340000')
        },
      ),
    )
  })
})
