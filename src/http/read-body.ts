import type { IncomingMessage } from 'node:http'

/**
 * The body of a request, or null when it is larger than `bytesMax`.
 *
 * What is declared larger is not read at all; what lies about its length is cut off at the limit.
 */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return null
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength
    if (size > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The same of a request as Node's server has it.
 *
 * @throws when the connection ends before the body does
 */
export function readIncomingBody(incoming: IncomingMessage, bytesMax: number): Promise<Uint8Array | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve(null)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      chunks.push(chunk)
      if (size <= bytesMax) return
      incoming.removeAllListeners('data')
      resolve(null)
    })
    incoming.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    incoming.once('error', reject)
  })
}
