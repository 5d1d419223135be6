import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A Bot Framework client as a bot sees one: it posts activities and takes replies at its own `serviceUrl`. */
export async function startBotFrameworkClient(botUrl: string) {
  const received: { path: string; activity: { type: string; text?: string; conversation?: { id: string } } }[] = []
  /** HTTP statuses to answer the next replies with; null leaves one without an answer. */
  const answers: (number | null)[] = []
  let wake: () => void = () => undefined
  let count = 0

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const status = answers.length > 0 ? answers.shift()! : 200
    if (status === null) return
    if (status < 300) received.push({ path: request.url!, activity: JSON.parse(Buffer.concat(chunks).toString()) })
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: `r${received.length}` }))
    wake()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const serviceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    received,
    answers,
    serviceUrl,
    activity(text: string, over: Record<string, unknown> = {}) {
      count += 1
      return {
        type: 'message',
        id: `a${count}`,
        timestamp: new Date(0).toISOString(),
        channelId: 'emulator',
        serviceUrl,
        from: { id: 'user-1', name: 'User' },
        recipient: { id: 'bot-1', name: 'Bot' },
        conversation: { id: 'conversation-1' },
        text,
        ...over,
      }
    },
    post(activity: unknown, headers: Record<string, string> = {}): Promise<Response> {
      const body = typeof activity === 'string' ? activity : JSON.stringify(activity)
      return fetch(botUrl, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    },
    async untilReceived(number: number): Promise<void> {
      while (received.length < number) await new Promise<void>((next) => (wake = next))
    },
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
