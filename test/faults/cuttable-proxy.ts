import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/** A line between a process and what it talks to, which can be cut. */
export interface CuttableProxy {
  port: number
  /** Breaks every connection in the middle of whatever it carries; new ones are possible at once. */
  cut(): void
  /** Breaks every connection, and takes none until `mend`. */
  block(): void
  mend(): void
  close(): Promise<void>
}

export async function startProxy(target: NetConnectOpts): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  let isBlocked = false
  const server = createServer((near) => {
    if (isBlocked) return void near.destroy()
    const far = connect(target)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port,
    cut,
    block() {
      isBlocked = true
      cut()
    },
    mend() {
      isBlocked = false
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
