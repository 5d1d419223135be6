import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addressKey } from '../../src/store/address-key.ts'
import { Vault } from '../../src/store/vault.ts'
import type { Channel } from '../../src/types.ts'

function newVault() {
  const keys = new Map([1, 2].map((id) => [`k${id}`, createSecretKey(randomBytes(32))]))
  const vault = new Vault({ keys: { key: (id) => keys.get(id)! }, randomBytes })
  vault.setHashKey(createSecretKey(randomBytes(32)))
  return vault
}

describe('sealing', () => {
  const vault = newVault()
  const { key, wrapped } = vault.newDataKey('k1')

  test('any text comes back, and no two sealed forms are equal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const utf8 = Buffer.from(text, 'utf8').toString('utf8')
        const sealed = vault.seal(key, text, 'event:SM1')
        expect(vault.open(key, sealed, 'event:SM1')).toBe(utf8)
        expect(Buffer.compare(sealed, vault.seal(key, text, 'event:SM1'))).not.toBe(0)
      }),
    )
  })

  test('a changed bit, another place or another key does not open', () => {
    const other = vault.newDataKey('k1').key
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, at) => {
        const sealed = vault.seal(key, text, 'event:SM1')
        const changed = Buffer.from(sealed)
        const index = at % changed.length
        changed[index] = changed[index]! ^ (1 << (at % 8))
        expect(() => vault.open(key, changed, 'event:SM1')).toThrow()
        expect(() => vault.open(key, sealed, 'event:SM2')).toThrow()
        expect(() => vault.open(other, sealed, 'event:SM1')).toThrow()
      }),
    )
  })

  test('a wrapped key opens what it sealed, also after it was wrapped anew', () => {
    const sealed = vault.seal(key, 'hola', 'x')
    const rewrapped = vault.rewrap(wrapped, 'k2')
    expect(rewrapped.keyId).toBe('k2')
    expect(vault.open(vault.unwrap(wrapped), sealed, 'x')).toBe('hola')
    expect(vault.open(vault.unwrap(rewrapped), sealed, 'x')).toBe('hola')
  })

  test('the pool of random bytes never gives the same nonce twice', () => {
    const nonces = Array.from({ length: 1000 }, () =>
      Buffer.from(vault.seal(key, '', '').subarray(1, 13)).toString('hex'),
    )
    expect(new Set(nonces).size).toBe(nonces.length)
  })
})

describe('addresses', () => {
  const channel = fc.constantFrom<Channel>('sms', 'whatsapp', 'voice')
  const tenDigits = fc.stringMatching(/^[1-9]\d{9}$/)

  test('+52 and +521 with ten digits are one identity on every channel', () => {
    const vault = newVault()
    fc.assert(
      fc.property(channel, tenDigits, (on, digits) => {
        const one = { channel: on, value: `+52${digits}` }
        const other = { channel: on, value: `+521${digits}` }
        expect(addressKey(one)).toBe(addressKey(other))
        expect(vault.hashAddress(one)).toEqual(vault.hashAddress(other))
      }),
    )
  })

  test('different numbers and different channels are different identities', () => {
    fc.assert(
      fc.property(channel, tenDigits, tenDigits, (on, a, b) => {
        fc.pre(a !== b)
        expect(addressKey({ channel: on, value: `+52${a}` })).not.toBe(addressKey({ channel: on, value: `+52${b}` }))
        expect(addressKey({ channel: 'sms', value: a })).not.toBe(addressKey({ channel: 'whatsapp', value: a }))
      }),
    )
  })

  test.each([
    ['+521868111000', '+521868111000'],
    ['+5218681110001', '+528681110001'],
    ['+52 1 868 111 0001', '+528681110001'],
    ['+15551110001', '+15551110001'],
    ['US.1234', 'US.1234'],
    ['conversation|5218681110001', 'conversation|5218681110001'],
  ])('%s is looked up as %s', (value, expected) => {
    expect(addressKey({ channel: 'whatsapp', value })).toBe(`whatsapp:${expected}`)
  })

  test('a hash says nothing without the key', () => {
    const address = { channel: 'sms' as const, value: '+528681110001' }
    expect(newVault().hashAddress(address)).not.toEqual(newVault().hashAddress(address))
  })
})
