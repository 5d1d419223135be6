import { createHash, randomUUID } from 'node:crypto'
import {
  type Activity,
  ActivityTypes,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationReference,
  DeliveryModes,
  type TurnContext,
} from 'botbuilder'
import type { AttemptOutcome, InboundPayload, NewInbound, OutboxMessage, Store } from '../../store/store.ts'
import { retryDelayMs } from '../retry-delay.ts'
import type { Send } from '../sender.ts'
import { type ChatReference, readChatAddress, writeChatAddress } from './chat-address.ts'
import { TurnAdapter, type TurnInput } from './turn-adapter.ts'
import { messageActivity } from './twilio-adapter.ts'

export interface ChatParts {
  store: Pick<Store, 'acceptInbound'>
  now: () => number
  random: () => number
  /** null: requests are not signed, and the caller lets nobody in but this computer. */
  credentials: { appId: string; appPassword: string; tenantId: string | null } | null
  /** How long a client that wants its replies in the answer is kept waiting, for the first one and for further ones. */
  inlineWaitMs?: { first: number; further: number }
  /** How long a client may take to accept a reply. */
  timeoutMs?: number
}

export interface ChatAnswer {
  status: 200 | 400 | 401 | 503
  body: unknown
  error?: unknown
}

export interface ChatChannel {
  /** One activity of a Bot Framework client: stored in the inbox like any text, then answered. */
  receive(authorization: string, activity: Partial<Activity>): Promise<ChatAnswer>
  /** Sends from the outbox to the client's own address, or into the answer that the client is waiting for. */
  send: Send
}

/**
 * Speaks with Bot Framework clients: Direct Line, the Emulator, Microsoft 365 Agents Playground, Teams.
 *
 * Replies come from the outbox later, by the client's `serviceUrl`; with the delivery mode `expectReplies` they go
 * into the answer of the request.
 */
export function createChatChannel(parts: ChatParts): ChatChannel {
  const { store, now, credentials } = parts
  const { first = 8_000, further = 150 } = parts.inlineWaitMs ?? {}
  const adapter = new InboxAdapter(
    new ConfigurationBotFrameworkAuthentication(
      credentials === null
        ? {}
        : {
            MicrosoftAppId: credentials.appId,
            MicrosoftAppPassword: credentials.appPassword,
            ...(credentials.tenantId === null
              ? { MicrosoftAppType: 'MultiTenant' }
              : { MicrosoftAppType: 'SingleTenant', MicrosoftAppTenantId: credentials.tenantId }),
          },
    ),
  )
  const waiting = new Map<string, InlineReplies>()

  async function receive(authorization: string, activity: Partial<Activity>): Promise<ChatAnswer> {
    if (activity.type !== ActivityTypes.Message) {
      // Greetings and typing signs need no turn, but the sender must be who they say.
      return adapter.receive(authorization, activity, async () => undefined)
    }
    const event = readActivity(activity, now())
    if (event === null) return { status: 400, body: null }
    return adapter.receive(authorization, activity, async (context) => {
      if (activity.deliveryMode !== DeliveryModes.ExpectReplies) {
        await store.acceptInbound(event)
        return
      }
      const replies = new InlineReplies()
      waiting.set(event.from.value, replies)
      try {
        await store.acceptInbound(event)
        await replies.untilQuiet({ firstMs: first, furtherMs: further })
      } finally {
        if (waiting.get(event.from.value) === replies) waiting.delete(event.from.value)
      }
      if (replies.texts.length > 0) await context.sendActivities(replies.texts.map(textActivity))
    })
  }

  async function send(message: OutboxMessage): Promise<AttemptOutcome> {
    const { id, lease } = message
    const accepted: AttemptOutcome = {
      id,
      lease,
      kind: 'accepted',
      providerId: `chat-${hash(id)}`,
      status: 'delivered',
    }
    const reference = readChatAddress(message.address)
    if (reference === null) return { id, lease, kind: 'failed', code: null }
    const inline = waiting.get(message.address.value)
    if (inline !== undefined) {
      inline.add(message.text)
      return accepted
    }
    // A client has no list that could be asked. What may arrive twice goes out once more; the rest is given up.
    if (message.unknownOutcome && !(message.ratherTwice && message.attempts <= 2)) {
      return { id, lease, kind: 'failed', code: null }
    }
    try {
      await withinMs(
        adapter.continueConversationAsync(
          credentials?.appId ?? '',
          conversationReference(reference),
          async (context) => {
            sendOnceOnly(context, adapter)
            // Else the reply would name an activity that botbuilder made up, which strict clients do not know.
            delete (context.activity as Partial<Activity>).id
            await context.sendActivity(textActivity(message.text))
          },
        ),
        parts.timeoutMs ?? 10_000,
      )
      return accepted
    } catch (error) {
      return failure(message, error)
    }
  }

  function failure(message: OutboxMessage, error: unknown): AttemptOutcome {
    const { id, lease } = message
    const { statusCode, code } = error as { statusCode?: number; code?: string }
    const isRefused = statusCode !== undefined && statusCode >= 400 && statusCode < 500
    const neverLeft = isRefused || isConnectError(error, code)
    const isOver = isRefused && ![401, 408, 429].includes(statusCode)
    if (isOver || (neverLeft && message.attempts >= attemptsMax)) return { id, lease, kind: 'failed', code: null }
    const isPage = message.priority === 0
    const waitMs = retryDelayMs({ attempts: message.attempts + 1, isPage, chance: parts.random() })
    return { id, lease, kind: 'retry', retryAt: now() + waitMs, code: null, unknown: !neverLeft }
  }

  return { receive, send }
}

/** Turns of the channel `chat`, as botbuilder sees them. */
export class ChatTurnAdapter extends TurnAdapter {
  protected override activityOf(input: TurnInput): Partial<Activity> {
    return messageActivity(input, 'directline')
  }
}

/** A client that is gone for some minutes is gone. */
const attemptsMax = 8

/** CloudAdapter without its Express-like `process`, which writes errors to the console as they are. */
class InboxAdapter extends CloudAdapter {
  async receive(
    authorization: string,
    activity: Partial<Activity>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<ChatAnswer> {
    try {
      const answer = await this.processActivity(authorization, activity as Activity, logic)
      return { status: 200, body: answer?.body ?? null }
    } catch (error) {
      const isForged = (error as { statusCode?: number }).statusCode === 401
      return { status: isForged ? 401 : 503, body: null, error }
    }
  }
}

/**
 * Takes the parts out of a connector that send a reply again by themselves, follow redirects to where a client should
 * not lead us, and go through a proxy of the environment. The outbox does the first, and knows when not to.
 */
function sendOnceOnly(context: TurnContext, adapter: CloudAdapter): void {
  const connector = context.turnState.get(adapter.ConnectorClientKey) as {
    client: { pipeline: { removePolicy(policy: { name: string }): unknown } }
  }
  for (const name of ['defaultRetryPolicy', 'throttlingRetryPolicy', 'redirectPolicy', 'proxyPolicy']) {
    connector.client.pipeline.removePolicy({ name })
  }
}

/** Replies that a client takes in the answer to its own request. */
class InlineReplies {
  readonly texts: string[] = []
  #wake: () => void = () => undefined

  add(text: string): void {
    this.texts.push(text)
    this.#wake()
  }

  async untilQuiet({ firstMs, furtherMs }: { firstMs: number; furtherMs: number }): Promise<void> {
    let seen = -1
    while (seen < this.texts.length) {
      seen = this.texts.length
      await this.#next(seen === 0 ? firstMs : furtherMs)
    }
  }

  #next(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** What the inbox stores of an activity, or null when it says not whom to answer. */
function readActivity(activity: Partial<Activity>, now: number): NewInbound | null {
  const { serviceUrl, channelId, conversation, from, recipient } = activity
  const ids = [serviceUrl, channelId, conversation?.id, from?.id]
  if (!ids.every((id) => typeof id === 'string' && id !== '' && id.length < 2_000)) return null
  const reference: ChatReference = {
    serviceUrl: serviceUrl!,
    channelId: channelId!,
    conversationId: conversation!.id,
    userId: from!.id,
    botId: typeof recipient?.id === 'string' ? recipient.id : 'puente',
    tenantId: typeof conversation!.tenantId === 'string' ? conversation!.tenantId : null,
  }
  const address = writeChatAddress(reference)
  // Ids of activities are unique within their conversation only.
  const providerId = `chat-${hash(`${address.value} ${activity.id || randomUUID()}`)}`
  const text = typeof activity.text === 'string' ? activity.text : ''
  const attachments = Array.isArray(activity.attachments) ? activity.attachments : []
  const payload: InboundPayload = {
    text: text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ''),
    media: attachments
      .map((attachment) => String(attachment?.contentType ?? ''))
      // The web chat sends every text a second time as HTML.
      .filter((type) => type !== 'text/html')
      .map((type) => ({ kind: /^(?:image|audio|video)(?=\/)/.exec(type)?.[0] ?? 'document' })),
  }
  if (typeof activity.value === 'string' && activity.value.length <= 200) payload.optionId = activity.value
  return { providerId, from: address, to: { channel: 'chat', value: 'puente' }, at: now, payload }
}

function conversationReference(reference: ChatReference): Partial<ConversationReference> {
  const { serviceUrl, channelId, conversationId, userId, botId, tenantId } = reference
  return {
    serviceUrl,
    channelId,
    user: { id: userId, name: '' },
    bot: { id: botId, name: 'Puente' },
    conversation: {
      id: conversationId,
      name: '',
      isGroup: false,
      conversationType: 'personal',
      ...(tenantId === null ? {} : { tenantId }),
    },
  }
}

const textActivity = (text: string): Partial<Activity> => ({ type: ActivityTypes.Message, text, textFormat: 'plain' })

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40)

function isConnectError(error: unknown, code: string | undefined): boolean {
  const cause = (error as { cause?: { code?: string } }).cause?.code
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(`${code} ${cause} ${(error as Error).message}`)
}

function withinMs<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${limitMs} ms`)), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
