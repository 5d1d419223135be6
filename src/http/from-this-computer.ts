import type { Context } from 'hono'
import { isLoopbackHost, isLoopbackUrl } from './settings.ts'

/**
 * Whether a request was made on this computer and for it: not through a proxy, and not by a web page that somebody has
 * open and that leads a name of its own here.
 *
 * @param remote - where the connection comes from
 */
export function isFromThisComputer(c: Context, remote: string | undefined): boolean {
  const peer = (remote ?? '').replace(/^::ffff:/, '')
  const isLocalPeer = peer === '::1' || isLoopbackHost(peer)
  // A proxy on this computer is a local peer too; it gives itself away by these headers or by the name it was called.
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some((name) =>
    c.req.header(name),
  )
  const host = c.req.header('host') ?? new URL(c.req.url).host
  return isLocalPeer && !isForwarded && isLoopbackUrl(`http://${host}`)
}
