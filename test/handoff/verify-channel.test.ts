import { expect, test } from '@jest/globals'
import { channelsOf } from '../../src/handoff/rota.ts'
import { type ChannelCheck, checkChannel, withVerifiedChannel } from '../../src/handoff/verify-channel.ts'
import { id, night, rota } from './world.ts'

const check: ChannelCheck = { channel: 'whatsapp', code: '204816', sentAt: night, tries: 0 }
const result = (text: string, over: Partial<ChannelCheck> = {}, now = night) =>
  checkChannel({ ...check, ...over }, text, now).result

test('a channel is verified by sending its code back in time', () => {
  expect(result('204816')).toBe('verified')
  expect(result(' 204 816.')).toBe('verified')
  expect(result('204817')).toBe('wrong')
  expect(result('1 K7QF')).toBe('waiting')
  expect(result('204816', {}, night + 16 * 60_000)).toBe('expired')
})

test('five wrong codes lock it, also for the right one', () => {
  let state: ChannelCheck = check
  for (let count = 0; count < 5; count++) state = checkChannel(state, '111111', night).check!
  expect(checkChannel(state, '204816', night)).toEqual({ result: 'locked', check: null })
})

test('pages go only to verified channels', () => {
  const unsure = {
    ...rota,
    people: rota.people.map((person) =>
      person.id === id('carla') ? { ...person, verified: ['sms' as const] } : person,
    ),
  }
  expect(channelsOf(unsure.people[2]!)).toEqual(['sms'])
  expect(channelsOf(withVerifiedChannel(unsure, id('carla'), 'whatsapp').people[2]!)).toEqual(['sms', 'whatsapp'])
  expect(withVerifiedChannel(rota, id('carla'), 'whatsapp').people[2]!.verified).toBeUndefined()
})
