import { connect, type Socket } from 'node:net'
import type { SignedWebhook } from './webhooks.ts'

export interface LoadResult {
  seconds: number
  /** Milliseconds from when a request was due to its answer. */
  latencies: number[]
  /** When each was due, in milliseconds since 1970. */
  dueAt: Map<string, number>
}

/**
 * Sends requests over so many connections, one at a time on each.
 *
 * @param perSecond - sends them at this rate and counts the wait for a free connection too; without it, as fast as
 * answers come
 * @throws Error when any answer is not 200
 */
export async function sendAll(
  port: number,
  requests: SignedWebhook[],
  { inFlight, perSecond }: { inFlight: number; perSecond?: number },
): Promise<LoadResult> {
  const latencies: number[] = []
  const dueAt = new Map<string, number>()
  const lanes = await Promise.all(Array.from({ length: inFlight }, () => openLane(port)))
  const began = performance.now()
  let next = 0
  const run = async (lane: Lane): Promise<void> => {
    while (next < requests.length) {
      const place = next++
      const due = perSecond === undefined ? performance.now() : began + (place * 1000) / perSecond
      const wait = due - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      const request = requests[place]!
      dueAt.set(request.id, performance.timeOrigin + Math.max(due, began))
      const status = await lane.send(request.bytes)
      if (status !== 200) throw new Error(`A webhook was answered with ${status}.`)
      latencies.push(performance.now() - due)
    }
  }
  await Promise.all(lanes.map(run))
  for (const lane of lanes) lane.close()
  return { seconds: (performance.now() - began) / 1000, latencies, dueAt }
}

interface Lane {
  send(bytes: Buffer): Promise<number>
  close(): void
}

/** One connection that is kept. A client library would cost more than some of the servers that are measured. */
function openLane(port: number): Promise<Lane> {
  return new Promise((opened, failed) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let answer = ''
    let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null
    socket.setEncoding('latin1')
    socket.once('error', failed)
    socket.on('close', () => waiting?.reject(new Error('The server closed a connection.')))
    socket.on('data', (chunk: string) => {
      answer += chunk
      const status = wholeAnswer(answer)
      if (status === null) return
      answer = ''
      const { resolve } = waiting!
      waiting = null
      resolve(status)
    })
    socket.once('connect', () =>
      opened({
        send: (bytes) =>
          new Promise((resolve, reject) => {
            waiting = { resolve, reject }
            socket.write(bytes)
          }),
        close: () => socket.destroy(),
      }),
    )
  })
}

/** @returns the status once the answer is complete, else null */
function wholeAnswer(text: string): number | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const head = text.slice(0, end).toLowerCase()
  const length = /content-length: (\d+)/.exec(head)?.[1]
  const isWhole = length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length)
  return isWhole ? Number(text.slice(9, 12)) : null
}
