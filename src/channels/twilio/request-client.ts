import http from 'node:http'
import https from 'node:https'
import twilio from 'twilio'

/**
 * The HTTP client that the `twilio` package is given.
 *
 * It sends to the configured address and nowhere else, waits 10 s at most, uses no proxy of the environment, keeps
 * and logs nothing of a request, and turns every answer that is no plain success into a `TwilioError`: the package's
 * own errors drop `Retry-After` and quote phone numbers in their message.
 */
export class TwilioRequestClient extends twilio.RequestClient {
  readonly #base: URL

  constructor(apiBaseUrl: string, timeoutMs: number = requestTimeoutMs) {
    super({ timeout: timeoutMs })
    this.#base = new URL(apiBaseUrl)
    // The parent's agent goes through HTTP_PROXY when that is set, and then knows no time limit.
    const agentOptions = { keepAlive: true, maxSockets: 20, maxFreeSockets: 5, timeout: timeoutMs }
    this.axios.defaults.httpsAgent = new https.Agent(agentOptions)
    this.axios.defaults.httpAgent = new http.Agent(agentOptions)
    this.axios.defaults.maxContentLength = answerBytesMax
    this.axios.interceptors.request.use((config) => {
      // The parent's limit starts anew with every byte; this one does not.
      config.signal = AbortSignal.timeout(timeoutMs)
      return config
    })
  }

  override async request<TData>(options: RequestOptions<TData>): Promise<TwilioResponse<TData>> {
    const { logLevel: _never, ...rest } = options
    let response: TwilioResponse<TData>
    try {
      response = await super.request<TData>({ ...rest, uri: this.#redirect(options.uri) })
    } catch (error) {
      if (error instanceof TwilioError) throw error
      // The parent's error carries the whole request with its text and token, so it is not kept as the cause.
      throw new TwilioError(neverLeft(error) ? 'not_sent' : 'unknown', {})
    } finally {
      this.lastRequest = undefined
      this.lastResponse = undefined
    }
    const { statusCode: status, body } = response
    if (status >= 400) throw refusal(status, body, (response as { headers?: unknown }).headers)
    const isAnswer = typeof body === 'object' && body !== null
    // Success with an empty page or HTML comes from something in between; whether Twilio acted is unknown.
    if (status >= 300 || (status !== 204 && !isAnswer)) throw new TwilioError('unknown', { status })
    return response
  }

  #redirect(uri: string): string {
    const url = new URL(uri)
    const isTwilio = url.protocol === 'https:' && /^api\.(?:[a-z0-9-]+\.){0,2}twilio\.com$/.test(url.hostname)
    if (!isTwilio) throw new TwilioError('not_sent', {})
    const path = this.#base.pathname.replace(/\/+$/, '')
    return `${this.#base.origin}${path}${url.pathname}${url.search}`
  }
}

/** Why a request to Twilio did not end in a plain success. Holds numbers only: nothing of request or answer. */
export class TwilioError extends Error {
  override name = 'TwilioError'
  /**
   * `refused`: Twilio answered and did not act. `not_sent`: it never reached Twilio. `unknown`: it may have acted.
   */
  readonly outcome: 'refused' | 'not_sent' | 'unknown'
  readonly status: number | null
  readonly twilioCode: number | null
  readonly retryAfter: string | null

  constructor(
    outcome: TwilioError['outcome'],
    details: { status?: number; twilioCode?: number | null; retryAfter?: string | null },
  ) {
    super(`Twilio: ${outcome}, status ${details.status ?? 'none'}, code ${details.twilioCode ?? 'none'}`)
    this.outcome = outcome
    this.status = details.status ?? null
    this.twilioCode = details.twilioCode ?? null
    this.retryAfter = details.retryAfter ?? null
  }
}

type RequestOptions<TData> = Parameters<typeof twilio.RequestClient.prototype.request<TData>>[0]
type TwilioResponse<TData> = Awaited<ReturnType<typeof twilio.RequestClient.prototype.request<TData>>>

const requestTimeoutMs = 10_000
const answerBytesMax = 5_000_000

function refusal(status: number, body: unknown, headers: unknown): TwilioError {
  const code = (body as { code?: unknown } | null)?.code
  const twilioCode = typeof code === 'number' && Number.isSafeInteger(code) ? code : null
  const given = (headers as Record<string, unknown> | undefined)?.['retry-after']
  const retryAfter = typeof given === 'string' && given.length < 60 ? given : null
  // 408 and 5xx: the request was read, so Twilio may have acted on it before it failed.
  return new TwilioError(status >= 500 || status === 408 ? 'unknown' : 'refused', { status, twilioCode, retryAfter })
}

/** Whether an error of the network happened before anything of the request could have reached the other side. */
function neverLeft(error: unknown): boolean {
  const { code = '', syscall } = error as { code?: string; syscall?: string }
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$|CERT|TLS|SSL/.test(code)
}
