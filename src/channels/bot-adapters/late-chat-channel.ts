import type { Send } from '../sender.ts'
import type { ChatChannel, ChatParts } from './chat-adapter.ts'

/**
 * The channel for Bot Framework clients, loaded when the first of them writes or is written to: botbuilder takes half
 * a second to load, and most installations never need it.
 */
export function lateChatChannel(parts: ChatParts): { chat: () => Promise<ChatChannel>; send: Send } {
  let loaded: Promise<ChatChannel> | undefined
  const chat = () => {
    loaded ??= import('./chat-adapter.ts').then(({ createChatChannel }) => createChatChannel(parts))
    return loaded
  }
  return { chat, send: async (message) => (await chat()).send(message) }
}
