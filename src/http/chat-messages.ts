import { type Context, Hono } from 'hono'
import type { ChatChannel } from '../channels/bot-adapters/chat-adapter.ts'
import { isFromThisComputer } from './from-this-computer.ts'
import type { Log, LogReason } from './log.ts'
import { readBody } from './read-body.ts'
import { remoteAddress } from './request-target.ts'
import { isLoopbackUrl } from './settings.ts'
import { bodyBytesMax } from './twilio-hooks.ts'

export interface ChatMessageParts {
  /** Loads the channel on the first request: botbuilder takes half a second, which nobody else should wait for. */
  chat: () => Promise<ChatChannel>
  /** Whether requests are signed by Microsoft, because this installation has an application id. */
  isSigned: boolean
  log: Log
  /** Where a request comes from; for tests without a server. */
  remoteAddressOf?: (c: Context) => string | undefined
}

/**
 * `POST /api/messages`, for Bot Framework clients.
 *
 * Without an application id nothing proves who is asking, and the reply goes to an address that the request names. So
 * the address then exists for this computer only, and only for clients on it: not through a proxy, not for a web page
 * that somebody has open, and never towards another host.
 */
export function chatMessages(parts: ChatMessageParts): Hono {
  const { isSigned, log, remoteAddressOf = remoteAddress } = parts
  const routes = new Hono()

  routes.post('/api/messages', async (c) => {
    const refuse = (status: 400 | 401 | 404 | 413 | 415, reason: LogReason) => {
      log.warn('request_refused', { route: '/api/messages', status, reason })
      // What is left of a body that was not read must not be taken for the next request.
      if (status === 413) c.header('connection', 'close')
      return c.text('', status)
    }
    if (!isSigned && !isFromThisComputer(c, remoteAddressOf(c))) return refuse(404, 'not_loopback')
    if (!/^application\/json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) return refuse(415, 'content_type')
    const body = await readBody(c.req.raw, bodyBytesMax)
    if (body === null) return refuse(413, 'body_too_large')
    const activity = parseObject(body)
    if (activity === null || typeof activity.type !== 'string') return refuse(400, 'activity')
    if (!isSigned && !isLoopbackUrl(String(activity.serviceUrl))) return refuse(400, 'service_url')

    const chat = await parts.chat()
    const answer = await chat.receive(c.req.header('authorization') ?? '', activity)
    if (answer.status === 503) log.error('request_failed', { route: '/api/messages', status: 503, error: answer.error })
    if (answer.status === 400) return refuse(400, 'activity')
    if (answer.status === 401) return refuse(401, 'signature')
    return answer.body === null ? c.body(null, answer.status) : c.json(answer.body as object, answer.status)
  })

  return routes
}

function parseObject(body: Uint8Array): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
