import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { OpenAPIBackend } from 'openapi-backend'

/** Checks requests and answers against Twilio's own description of its API. See NOTICE.md for where it is from. */
const file = new URL('./twilio_api_v2010.mock.json', import.meta.url)
let loaded: Promise<OpenAPIBackend> | undefined

function contract(): Promise<OpenAPIBackend> {
  loaded ??= (async () => {
    const api = new OpenAPIBackend({
      definition: JSON.parse(readFileSync(file, 'utf8')),
      quick: true,
      // Twilio's own formats, such as phone-number, are unknown to the checker and not checked.
      ajvOpts: { strict: false, logger: false },
    })
    await api.init()
    return api
  })()
  return loaded
}

/** Compiles what sending and listing need, so that the first request of a test is not slower than the others. */
export async function prepareContract(): Promise<void> {
  const url = new URL(`http://fake.invalid/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`)
  for (const method of ['POST', 'GET']) {
    await checkRequest({ method, url, headers: {}, body: '' })
    await checkResponse({ method, url, status: method === 'POST' ? 201 : 200, body: {} })
  }
}

interface Request {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: string
}

/** What is wrong with a request, one sentence each; empty when it keeps the contract. */
export async function checkRequest({ method, url, headers, body }: Request): Promise<string[]> {
  const api = await contract()
  const form: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(body)) form[name] = typed(name, value)
  const query: Record<string, string> = {}
  for (const [name, value] of url.searchParams) query[name] = value
  const request = { method, path: url.pathname, headers: headers as Record<string, string>, query, body: form }
  const operation = api.matchOperation(request)
  if (operation === undefined) return [`${method} ${url.pathname} is no address of Twilio's`]
  const { errors } = api.validateRequest(request, operation)
  const known = new Set(
    Object.keys(
      (
        operation.requestBody as
          | { content: Record<string, { schema: { properties?: Record<string, unknown> } }> }
          | undefined
      )?.content['application/x-www-form-urlencoded']?.schema.properties ?? {},
    ),
  )
  const unknown = Object.keys(form).filter((name) => !known.has(name))
  return [
    ...(errors ?? []).map(({ instancePath, message }) => `request ${operation.operationId} ${instancePath} ${message}`),
    ...unknown.map((name) => `request ${operation.operationId} has the unknown field ${name}`),
  ]
}

/** What is wrong with an answer of the fake. */
export async function checkResponse(of: {
  method: string
  url: URL
  status: number
  body: unknown
}): Promise<string[]> {
  const api = await contract()
  const operation = api.matchOperation({ method: of.method, path: of.url.pathname, headers: {} })
  if (operation === undefined) return []
  const { errors } = api.validateResponse(of.body, operation, of.status)
  return (errors ?? []).map(({ instancePath, message }) => `answer ${operation.operationId} ${instancePath} ${message}`)
}

/** Form fields are text; the schema of these asks for numbers. */
function typed(name: string, value: string): unknown {
  return ['ValidityPeriod', 'Attempt', 'MaxPrice', 'Timeout'].includes(name) ? Number(value) : value
}
