import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/**
 * Path and query exactly as they came over the wire, which is what a webhook's signature covers; parsing and writing
 * a URL again may change its escapes.
 */
export function requestTarget(c: Context): string {
  const target = incoming(c)?.url ?? c.req.raw.url
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
}

/** Where the connection comes from; undefined when the app is called without a server. Headers are not asked. */
export function remoteAddress(c: Context): string | undefined {
  return incoming(c)?.socket?.remoteAddress
}

function incoming(c: Context): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
}
