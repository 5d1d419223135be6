import type { MiddlewareHandler } from 'hono'

/**
 * Headers that keep a browser from doing more with our answers than it must.
 *
 * A route that serves a page sets its own `content-security-policy`; every other answer allows nothing at all.
 */
export function securityHeaders(options: { https: boolean }): [name: string, value: string][] {
  const headers: [string, string][] = [
    ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"],
    ['cache-control', 'no-store'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), microphone=(), geolocation=()'],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
  ]
  if (options.https) headers.push(['strict-transport-security', 'max-age=31536000'])
  return headers
}

/** Sets each of the headers that the route itself has not set. */
export function withHeaders(added: [name: string, value: string][]): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    for (const [name, value] of added) if (!headers.has(name)) headers.set(name, value)
  }
}
