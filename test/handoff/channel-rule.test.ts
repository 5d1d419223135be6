import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type ChannelFacts, mayWrite, type OutgoingKind } from '../../src/handoff/channel-rule.ts'
import { night } from './world.ts'

/** Somebody who chose to be texted and wrote an hour ago. */
function factsOf(over: Partial<ChannelFacts> = {}, minutesAgo = 60): ChannelFacts {
  return {
    channel: 'sms',
    contact: 'text',
    flags: [],
    lastMessageAt: night - minutesAgo * 60_000,
    isStopped: false,
    isOptedOut: false,
    isPhoneSafe: false,
    hasChosenSince: false,
    askedForPerson: false,
    ...over,
  }
}

/** `bot advocate voice_note call`, each `yes` or why not. */
function check(over: Partial<ChannelFacts> = {}, minutesAgo = 60): string {
  const kinds: OutgoingKind[] = ['bot', 'advocate', 'voice_note', 'call']
  return kinds
    .map((kind) => mayWrite(factsOf(over, minutesAgo), kind, night))
    .map((answer) => (answer.allowed ? 'yes' : answer.why.slice(4)))
    .join(' ')
}

describe('the way that the person chose', () => {
  test('text, voice and call allow words in the thread; only call allows a call', () => {
    expect(check({ contact: 'text' })).toBe('yes yes yes no_call')
    expect(check({ contact: 'voice' })).toBe('yes yes yes no_call')
    expect(check({ contact: 'call' })).toBe('yes yes yes yes')
  })

  test('"I will write" means wait', () => {
    expect(check({ contact: 'wait' }, 1)).toBe('wait wait wait wait')
  })

  test('until they have chosen: ten minutes after their last message, and no call', () => {
    expect(check({ contact: 'asking' }, 10)).toBe('yes yes yes no_call')
    expect(check({ contact: 'asking' }, 11)).toBe('late late late no_call')
  })

  test('an alarm alone allows one neutral line of a human later', () => {
    expect(check({ contact: 'asking', flags: ['EMERG'] })).toBe('late yes late no_call')
    expect(check({ contact: 'asking', flags: ['TEXT'], categories: ['pregnancy'] })).toBe('late yes late no_call')
    expect(check({ contact: 'asking', flags: ['TEXT'], categories: ['threat'] })).toBe('late late late no_call')
    expect(check({ contact: 'asking', flags: ['EMERG', 'THREAT_NOW'] })).toBe('late late late no_call')
    expect(check({ contact: 'asking', flags: ['EMERG'], neutralLineSent: true })).toBe('late late late no_call')
  })

  test('who was promised a voice gets a voice note on WhatsApp, and no call', () => {
    expect(check({ contact: 'reply_voice', channel: 'whatsapp' })).toBe('late late yes no_call')
    expect(check({ contact: 'reply_voice' })).toBe('late late late no_call')
  })

  test('WhatsApp allows nothing after 24 hours', () => {
    expect(check({ channel: 'whatsapp' }, 24 * 60)).toBe('yes yes yes no_call')
    expect(check({ channel: 'whatsapp' }, 24 * 60 + 1)).toBe('window window window no_call')
  })
})

describe('what comes before any choice', () => {
  test('0, and a carrier’s STOP', () => {
    expect(check({ contact: 'call', isStopped: true }, 1)).toBe('stopped stopped stopped stopped')
    expect(check({ contact: 'call', isOptedOut: true }, 1)).toBe('opted_out opted_out opted_out opted_out')
  })

  test('somebody who is held: only a human, only within ten minutes of their message, never a call', () => {
    expect(check({ contact: 'call', flags: ['CAPTIVE'] }, 9)).toBe('captive yes yes captive')
    expect(check({ contact: 'call', flags: ['CAPTIVE'] }, 11)).toBe('captive captive captive captive')
  })

  test('a phone in other hands', () => {
    const unsafe = { flags: ['PHONE_UNSAFE'], contact: 'wait' as const }
    expect(check(unsafe, 1)).toBe('unsafe unsafe unsafe no_call')
    expect(check({ ...unsafe, askedForPerson: true }, 9)).toBe('unsafe yes yes no_call')
    expect(check({ ...unsafe, askedForPerson: true }, 11)).toBe('unsafe unsafe unsafe no_call')
    const chosen = { flags: ['PHONE_UNSAFE'], contact: 'call' as const, hasChosenSince: true }
    expect(check(chosen)).toBe('yes yes yes no_call')
    expect(check({ ...chosen, isPhoneSafe: true })).toBe('yes yes yes yes')
  })

  test('another writer', () => {
    expect(check({ contact: 'call', flags: ['CHANGED_WRITER'] }, 1)).toBe('writer writer writer writer')
  })
})

test('the bot never writes first to somebody who is held, stopped, opted out, unsafe or replaced', () => {
  const flag = fc.constantFrom('CAPTIVE', 'PHONE_UNSAFE', 'STOPPED', 'CHANGED_WRITER', 'EMERG', 'TEXT', 'MED_LIFE')
  fc.assert(
    fc.property(
      fc.uniqueArray(flag, { maxLength: 4 }),
      fc.constantFrom<ChannelFacts['contact']>(
        'text',
        'call',
        'voice',
        'wait',
        'reply_voice',
        'self_service',
        'asking',
      ),
      fc.record({
        isStopped: fc.boolean(),
        isOptedOut: fc.boolean(),
        isPhoneSafe: fc.boolean(),
        askedForPerson: fc.boolean(),
      }),
      fc.nat(3000),
      (flags, contact, over, minutesAgo) => {
        const { allowed } = mayWrite(factsOf({ ...over, flags, contact }, minutesAgo), 'bot', night)
        const isForbidden =
          over.isStopped ||
          over.isOptedOut ||
          contact === 'wait' ||
          flags.some((one) => ['CAPTIVE', 'PHONE_UNSAFE', 'STOPPED', 'CHANGED_WRITER'].includes(one))
        if (isForbidden) expect(allowed).toBe(false)
      },
    ),
  )
})
