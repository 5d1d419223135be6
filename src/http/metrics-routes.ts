import { createHash, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { expositionType, type MetricFamily, writeExposition } from './exposition.ts'
import { isFromThisComputer } from './from-this-computer.ts'
import type { Log } from './log.ts'
import { remoteAddress } from './request-target.ts'

/**
 * `GET /metrics`, for Prometheus. Counts of cases tell an outsider how busy a night is, so without a token it exists for
 * this computer only, and never through a proxy; with one it asks for it from everybody.
 */
export function metricsRoutes(parts: {
  measure: () => Promise<MetricFamily[]>
  /** What a scraper sends as `Authorization: Bearer …`. */
  token: string | null
  log: Log
  /** Where a request comes from; for tests without a server. */
  remoteAddressOf?: (c: Context) => string | undefined
}): Hono {
  const { measure, token, log, remoteAddressOf = remoteAddress } = parts
  const routes = new Hono()
  routes.get('/metrics', async (c) => {
    const refuse = (status: 401 | 404) => {
      log.warn('request_refused', {
        route: '/metrics',
        status,
        reason: status === 401 ? 'credentials' : 'not_loopback',
      })
      return c.text('', status, status === 401 ? { 'www-authenticate': 'Bearer' } : {})
    }
    if (token === null && !isFromThisComputer(c, remoteAddressOf(c))) return refuse(404)
    if (token !== null && !isSame(c.req.header('authorization') ?? '', `Bearer ${token}`)) return refuse(401)
    return c.text(writeExposition(await measure()), 200, {
      'content-type': expositionType,
      'cache-control': 'no-store',
    })
  })
  return routes
}

/** Takes the same time whatever the two have in common. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
