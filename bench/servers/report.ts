/** What a measured server tells about itself; sent over the channel to its parent when asked. */
export interface ServerReport {
  /** Turns that are durable. */
  turns: number
  durableCommits: number
  /** Live objects and buffers in bytes, after a collection; asked for by `memory` only, since it takes a while. */
  liveBytes: number
  /** When each reply was handed over, by the id of the message that it answers; milliseconds since 1970. */
  handedAt: [id: string, at: number][]
}

/** Tells the parent the port, then answers each of its questions. */
export function reportTo(port: number, report: () => Partial<ServerReport>): void {
  process.send!({ port })
  process.on('message', (question) => {
    const liveBytes = question === 'memory' ? measureLive() : 0
    process.send!({ turns: 0, durableCommits: 0, handedAt: [], liveBytes, ...report() })
  })
  process.on('disconnect', () => process.exit(0))
}

function measureLive(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
