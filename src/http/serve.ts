import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'

export interface RunningServer {
  port: number
  /** Takes no new connections, lets answers under way finish, and cuts what is left after 8 s. */
  close(): Promise<void>
}

/**
 * Starts to listen; resolves when the port is open.
 *
 * @param where.port - 0 takes a free one
 * @throws when the port is taken or the address is not of this computer
 */
export function serve(app: Hono, where: { port: number; host: string }): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  if ('requestTimeout' in server) {
    // A sender that dribbles its request keeps a connection no longer than this.
    server.requestTimeout = 20_000
    server.headersTimeout = 10_000
    server.keepAliveTimeout = 65_000
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where.port, where.host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : where.port, close })
    })
  })

  function close(): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), closeWaitMs)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      if ('closeIdleConnections' in server) server.closeIdleConnections()
    })
  }
}

/** The process has 10 s from SIGTERM to its end; the worker and the database need the rest. */
const closeWaitMs = 8_000
