import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A loopback server with the form of LibreTranslate's `POST /translate`; its words are made up. */
export interface StubTranslator {
  url: string
  /** What it was asked, oldest first. */
  asked: Record<string, unknown>[]
  mode: 'works' | 'hangs' | 'breaks' | 'not_json'
  close(): Promise<void>
}

export async function startStubTranslator(languages = ['es', 'en', 'ht', 'fr']): Promise<StubTranslator> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      const answer = (status: number, value: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(stub.mode === 'not_json' ? '<html>' : JSON.stringify(value))
      }
      const asked = JSON.parse(body) as Record<string, string>
      stub.asked.push(asked)
      if (stub.mode === 'hangs') return
      if (stub.mode === 'breaks') return answer(500, { error: 'Cannot translate text' })
      if (request.method !== 'POST' || request.url !== '/translate') return answer(404, { error: 'Not found' })
      for (const name of ['q', 'source', 'target'])
        if (!asked[name]) return answer(400, { error: `Invalid request: missing ${name} parameter` })
      for (const language of [asked.source!, asked.target!])
        if (!languages.includes(language)) return answer(400, { error: `${language} is not supported` })
      answer(200, { translatedText: `${asked.target} for "${asked.q}"` })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stub: StubTranslator = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    mode: 'works',
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return stub
}
