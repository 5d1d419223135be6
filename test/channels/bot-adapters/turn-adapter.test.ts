import { describe, expect, test } from '@jest/globals'
import { MessageFactory, type TurnContext } from 'botbuilder'
import { ChatTurnAdapter } from '../../../src/channels/bot-adapters/chat-adapter.ts'
import type { TurnInput } from '../../../src/channels/bot-adapters/turn-adapter.ts'
import { TwilioAdapter } from '../../../src/channels/bot-adapters/twilio-adapter.ts'
import type { Channel, ConversationId, EventId } from '../../../src/types.ts'

const input = (channel: Channel = 'sms'): TurnInput => ({
  conversation: 'c-1' as ConversationId,
  event: {
    kind: 'message',
    id: 'e-1' as EventId,
    at: 1_000,
    from: { channel, value: '+528681110001' },
    to: { channel, value: '+15550100000' },
    text: 'Hola',
    media: [{ kind: 'audio' }],
    optionId: 'yes',
  },
})

describe('a turn in botbuilder', () => {
  test('sees the message, and never a number', async () => {
    const seen: unknown[] = []
    await new TwilioAdapter().runTurn(input('whatsapp'), (context) => void seen.push(context.activity))
    expect(seen).toMatchObject([
      {
        type: 'message',
        id: 'e-1',
        channelId: 'whatsapp',
        text: 'Hola',
        value: 'yes',
        from: { id: 'c-1' },
        conversation: { id: 'c-1' },
        attachments: [{ contentType: 'audio/*' }],
      },
    ])
    expect(JSON.stringify(seen)).not.toMatch(/\d{7}/)
  })

  test('hands its replies back in order; typing signs are no reply', async () => {
    const replies = await new ChatTurnAdapter().runTurn(input('chat'), async (context) => {
      await context.sendActivity({ type: 'typing' })
      await context.sendActivity('one')
      await context.sendActivities([MessageFactory.text('two'), { text: 'three' }])
    })
    expect(replies).toEqual(['one', 'two', 'three'])
  })

  test('may change or take back a reply of its own only', async () => {
    const replies = await new TwilioAdapter().runTurn(input(), async (context) => {
      const first = await context.sendActivity('first')
      const second = await context.sendActivity('second')
      await context.updateActivity({ id: first!.id, text: 'changed' })
      await context.deleteActivity(second!.id)
      await expect(context.deleteActivity('elsewhere')).rejects.toThrow('same turn')
      await expect(context.updateActivity({ id: 'elsewhere', text: 'x' })).rejects.toThrow('same turn')
    })
    expect(replies).toEqual(['changed'])
  })

  test('that fails sends nothing, and the next one starts clean', async () => {
    const adapter = new TwilioAdapter()
    const failing = adapter.runTurn(input(), async (context) => {
      await context.sendActivity('half')
      throw new Error('bug')
    })
    await expect(failing).rejects.toThrow('bug')
    expect(await adapter.runTurn(input(), () => undefined)).toEqual([])
  })

  test('passes through middleware, as bots expect', async () => {
    const order: string[] = []
    const adapter = new TwilioAdapter()
    adapter.use(async (_context: TurnContext, next: () => Promise<void>) => {
      order.push('before')
      await next()
      order.push('after')
    })
    await adapter.runTurn(input(), () => void order.push('turn'))
    expect(order).toEqual(['before', 'turn', 'after'])
  })

  test('cannot write first', async () => {
    await expect(new TwilioAdapter().continueConversation()).rejects.toThrow('outbox')
  })
})
