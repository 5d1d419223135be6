import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { libreTranslate } from '../../../src/channels/translation/libre-translate.ts'
import { type StubTranslator, startStubTranslator } from './stub-libre-translate.ts'

let stub: StubTranslator
let clock = 0
let failures = 0
beforeEach(async () => {
  stub = await startStubTranslator()
  failures = 0
})
afterEach(() => stub.close())

const rounds = (apiKey: string | null = null) =>
  libreTranslate({ settings: { url: stub.url, apiKey }, now: () => clock, report: () => failures++, waitMs: 300 })

describe('LibreTranslate', () => {
  test('is asked in its own form, with the key only where there is one', async () => {
    expect(await rounds()()('Mèsi', 'ht', 'es')).toBe('es for "Mèsi"')
    await rounds('k-1')()('Mèsi', 'ht', 'es')
    const plain = { q: 'Mèsi', source: 'ht', target: 'es', format: 'text' }
    expect(stub.asked).toEqual([plain, { ...plain, api_key: 'k-1' }])
    expect(failures).toBe(0)
  })

  test('a pair that it does not have is no failure: the next pair is asked', async () => {
    const begin = rounds()
    expect(await begin()('hola', 'es', 'mam')).toBeNull()
    expect(await begin()('hola', 'es', 'en')).toBe('en for "hola"')
    expect(failures).toBe(0)
  })

  test.each(['breaks', 'not_json'] as const)('when it %s it is left alone for a minute', async (mode) => {
    const begin = rounds()
    stub.mode = mode
    expect(await begin()('hola', 'es', 'en')).toBeNull()
    stub.mode = 'works'
    expect(await begin()('hola', 'es', 'en')).toBeNull()
    expect([stub.asked.length, failures]).toEqual([1, 1])
    clock += 60_001
    expect(await begin()('hola', 'es', 'en')).toBe('en for "hola"')
  })

  test('when it hangs, the texts of one round wait no longer together than one would', async () => {
    const translate = rounds()()
    stub.mode = 'hangs'
    expect(await translate('hola', 'es', 'en')).toBeNull()
    expect(await translate('otra vez', 'es', 'en')).toBeNull()
    expect([stub.asked.length, failures]).toEqual([1, 1])
  })

  test('nobody there is a failure like any other', async () => {
    await stub.close()
    expect(await rounds()()('hola', 'es', 'en')).toBeNull()
    expect(failures).toBe(1)
    stub = await startStubTranslator()
  })
})
