import type { IncomingMessage, ServerResponse } from 'node:http'
import { Hono } from 'hono'
import { readBody, readIncomingBody } from './read-body.ts'
import { requestTarget } from './request-target.ts'

/** What was posted to a webhook, whichever server it came through. */
export interface HookRequest {
  /** Path and query exactly as they came over the wire. */
  target: string
  /** @param name - in lower case */
  header(name: string): string | undefined
  /** The body, or null when it is larger than `bytesMax`. */
  body(bytesMax: number): Promise<Uint8Array | null>
}

export interface HookAnswer {
  status: number
  /** Null with an empty answer that has none. */
  contentType: string | null
  text: string
  /** No further request is read from this connection. */
  closes?: boolean
}

export type Hook = (request: HookRequest) => Promise<HookAnswer>

/** Webhooks by their path, each for POST. */
export type Hooks = Record<string, Hook>

/** The webhooks as routes of an app that can be called without a server. */
export function hookRoutes(hooks: Hooks): Hono {
  const routes = new Hono()
  for (const [path, hook] of Object.entries(hooks))
    routes.post(path, async (c) => {
      const { status, contentType, text, closes } = await hook({
        target: requestTarget(c),
        header: (name) => c.req.header(name),
        body: (bytesMax) => readBody(c.req.raw, bytesMax),
      })
      if (closes) c.header('connection', 'close')
      if (contentType === null) return c.body(null, status as 204)
      return c.body(text, status as 200, { 'content-type': contentType })
    })
  return routes
}

/** Answers a request when it is for a webhook; false leaves it to others. */
export type AnswersHook = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

/**
 * The webhooks on Node's own server, without the objects of the Fetch standard in between: those cost three times as
 * much as the webhook itself, and a burst of texts is when nothing must cost much.
 *
 * @param options.headers - of every answer
 * @param options.onError - hears what a hook threw; the answer is an empty 500
 */
export function hooksOnNode(
  hooks: Hooks,
  { headers, onError }: { headers: [name: string, value: string][]; onError(error: unknown): void },
): AnswersHook {
  const fixed = headers.flat()
  return (incoming, outgoing) => {
    const target = incoming.url ?? ''
    const query = target.indexOf('?')
    const path = query === -1 ? target : target.slice(0, query)
    if (incoming.method !== 'POST' || !Object.hasOwn(hooks, path)) return false
    const request: HookRequest = {
      target,
      header: (name) => {
        const value = incoming.headers[name]
        return Array.isArray(value) ? value.join(', ') : value
      },
      body: (bytesMax) => readIncomingBody(incoming, bytesMax),
    }
    hooks[path]!(request)
      .catch((error: unknown): HookAnswer => {
        if (!incoming.errored) onError(error)
        return { status: 500, contentType: 'text/plain; charset=UTF-8', text: '' }
      })
      .then(({ status, contentType, text, closes }) => {
        const own = contentType === null ? [] : ['content-type', contentType, 'content-length', Buffer.byteLength(text)]
        outgoing.writeHead(status, [...fixed, ...own, ...(closes ? ['connection', 'close'] : [])])
        outgoing.end(text)
      })
    return true
  }
}
