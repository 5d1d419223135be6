import type { TurnInput } from './turn-adapter.ts'

export type RunTurn = (
  input: TurnInput,
  logic: (say: (texts: string[]) => Promise<void>) => Promise<void>,
) => Promise<string[]>

/**
 * Runs turns in botbuilder's `TurnContext`, with the adapter of the channel that the message came on. The library is
 * loaded at the first turn: it costs half a second, before which the server is to be ready, and a quarter of the
 * memory of a process that nobody has written to.
 */
export function lateTurnRunner(): RunTurn {
  let loading: Promise<{ chat: Runner; text: Runner }> | undefined
  const load = async () => {
    const [{ ChatTurnAdapter }, { TwilioAdapter }] = await Promise.all([
      import('./chat-adapter.ts'),
      import('./twilio-adapter.ts'),
    ])
    return { chat: new ChatTurnAdapter(), text: new TwilioAdapter() }
  }
  return async (input, logic) => {
    loading ??= load()
    const { chat, text } = await loading
    const adapter = input.event.from.channel === 'chat' ? chat : text
    return adapter.runTurn(input, (context) =>
      logic(async (texts) => {
        await context.sendActivities(texts.map((each) => ({ type: 'message', text: each })))
      }),
    )
  }
}

interface Runner {
  runTurn(input: TurnInput, logic: (context: Context) => Promise<void>): Promise<string[]>
}
interface Context {
  sendActivities(activities: { type: string; text: string }[]): Promise<unknown>
}
