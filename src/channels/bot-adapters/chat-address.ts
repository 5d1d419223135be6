import type { Address } from '../../types.ts'

/** What it takes to write into a conversation of a Bot Framework client. */
export interface ChatReference {
  serviceUrl: string
  channelId: string
  conversationId: string
  userId: string
  botId: string
  /** Teams needs it back. */
  tenantId: string | null
}

/** A reference as an address: always the same text for the same conversation, so that it can be looked up. */
export function writeChatAddress(reference: ChatReference): Address {
  const { serviceUrl, channelId, conversationId, userId, botId, tenantId } = reference
  return { channel: 'chat', value: JSON.stringify([serviceUrl, channelId, conversationId, userId, botId, tenantId]) }
}

/** The reference in an address of the channel `chat`, or null when it is an address of the simulated phones. */
export function readChatAddress(address: Address): ChatReference | null {
  if (address.channel !== 'chat' || !address.value.startsWith('[')) return null
  const [serviceUrl, channelId, conversationId, userId, botId, tenantId] = JSON.parse(address.value)
  return { serviceUrl, channelId, conversationId, userId, botId, tenantId }
}
