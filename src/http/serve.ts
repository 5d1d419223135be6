import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { App } from './app.ts'

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
export function serve(app: Hono | App, where: { port: number; host: string }): Promise<RunningServer> {
  const toRoutes = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const answersHook = 'answersHook' in app ? app.answersHook : () => false
  const server = createServer((incoming, outgoing) => {
    if (!answersHook(incoming, outgoing)) void toRoutes(incoming, outgoing)
  })
  // A sender that dribbles its request keeps a connection no longer than this.
  server.requestTimeout = 20_000
  server.headersTimeout = 10_000
  server.keepAliveTimeout = 65_000
  let answersUnderWay = 0
  let onLastAnswer: () => void = () => undefined
  server.on('request', (_request, response) => {
    answersUnderWay += 1
    response.once('close', () => {
      answersUnderWay -= 1
      if (answersUnderWay === 0) onLastAnswer()
    })
  })

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
      // A connection on which nobody waits for an answer holds nothing up: what was not answered was not promised.
      const cutAll = () => server.closeAllConnections()
      const cut = setTimeout(cutAll, closeWaitMs)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      onLastAnswer = cutAll
      if (answersUnderWay === 0) cutAll()
    })
  }
}

/** The process has 10 s from SIGTERM to its end; the worker and the database need the rest. */
const closeWaitMs = 8_000
