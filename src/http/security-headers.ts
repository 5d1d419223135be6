import type { MiddlewareHandler } from 'hono'

/**
 * Headers that keep a browser from doing more with our answers than it must.
 *
 * A route that serves a page sets its own `content-security-policy`; every other answer allows nothing at all.
 */
export function securityHeaders(options: { https: boolean }): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const headers = c.res.headers
    const setUnlessSet = (name: string, value: string) => {
      if (!headers.has(name)) headers.set(name, value)
    }
    setUnlessSet(
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    )
    setUnlessSet('cache-control', 'no-store')
    setUnlessSet('cross-origin-opener-policy', 'same-origin')
    setUnlessSet('cross-origin-resource-policy', 'same-origin')
    setUnlessSet('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    setUnlessSet('referrer-policy', 'no-referrer')
    setUnlessSet('x-content-type-options', 'nosniff')
    setUnlessSet('x-frame-options', 'DENY')
    if (options.https) setUnlessSet('strict-transport-security', 'max-age=31536000')
  }
}
