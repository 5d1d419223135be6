/**
 * Writes what happened, one JSON object a line, and nothing that could point at a person.
 *
 * Only the fields below get through, each only in its shape; anything else is dropped or written as `withheld`. No
 * message text, number, name or token has a field, so a mistake elsewhere cannot put one into a log file.
 */
export interface Log {
  debug(event: LogEvent, fields?: LogFields): void
  info(event: LogEvent, fields?: LogFields): void
  warn(event: LogEvent, fields?: LogFields): void
  error(event: LogEvent, fields?: LogFields): void
}

export interface LogFields {
  /** Ids of ours or of the provider. Not the advocate's: in a rota file it is usually the first name. */
  eventId?: string
  effectId?: string
  conversationId?: string
  caseCode?: string
  providerId?: string
  channel?: string
  /** The pattern of the route, not the path that was asked for. */
  route?: string
  reason?: LogReason
  /** A delivery state, such as `delivered`. */
  state?: string
  /** HTTP status. */
  status?: number
  /** The provider's error code. */
  code?: number | null
  count?: number
  durationMs?: number
  attempt?: number
  port?: number
  version?: number
  /** Written as its kind and where it was thrown; its message may quote what a person said and stays out. */
  error?: unknown
}

export type LogEvent = (typeof logEvents)[number]
export type LogReason = (typeof logReasons)[number]

const logEvents = [
  'started',
  'stopping',
  'stopped',
  'listening',
  'request_refused',
  'request_failed',
  'inbound_stored',
  'inbound_duplicate',
  'receipt_stored',
  'sent',
  'send_failed',
  'send_retry',
  'send_reconciled',
  'sending_paused',
  'turns_committed',
  'turn_failed',
  'turn_refused',
  'parked',
  'due_taken',
  'read_back',
  'read_back_failed',
  'provider_erased',
  'provider_erase_failed',
  'retention_failed',
  'alarm',
  'migrated',
  'key_created',
  'rota_imported',
  'worker_failed',
  'warm_up_failed',
] as const

const logReasons = [
  'signature',
  'signature_missing',
  'content_type',
  'body_too_large',
  'body_encoding',
  'too_many_parameters',
  'doubled_parameter',
  'account',
  'message_id',
  'address',
  'own_number',
  'status',
  'not_loopback',
  'service_url',
  'activity',
  'store',
  'store_slow',
  'opted_out',
  'config',
  'credentials',
  'rate',
  'daily_limit',
  'filtered',
  'bug',
  'unreachable',
  'invalid_number',
  'window',
  'no_sender',
  'unknown_outcome',
  'provider',
  'network',
  'lease_lost',
  'signal',
  'other',
  'translator',
] as const

const levels = { debug: 10, info: 20, warn: 30, error: 40 } as const

export function createLog(options: {
  level: keyof typeof levels
  now: () => number
  /** Takes one line with its line break, such as `process.stdout.write`. */
  write: (line: string) => void
}): Log {
  const at =
    (level: keyof typeof levels) =>
    (event: LogEvent, fields: LogFields = {}) => {
      if (levels[level] < levels[options.level]) return
      const line: Record<string, unknown> = {
        at: new Date(options.now()).toISOString(),
        level,
        event: knownEvents.has(event) ? event : withheld,
      }
      for (const [name, shape] of Object.entries(shapes)) {
        const value = (fields as Record<string, unknown>)[name]
        if (value !== undefined && value !== null) line[name] = shape(value)
      }
      options.write(`${JSON.stringify(line)}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const withheld = 'withheld'
const knownEvents: ReadonlySet<string> = new Set(logEvents)
const knownReasons: ReadonlySet<string> = new Set(logReasons)

const matching = (pattern: RegExp) => (value: unknown) =>
  typeof value === 'string' && pattern.test(value) ? value : withheld
const wholeNumberBelow = (limit: number) => (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < limit ? Math.round(value) : withheld

/** An id holds letters and digits; a run of digits alone could be a phone number. */
const id = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z0-9_:.-]{1,100}$/.test(value) && !/^[\d.:_-]*$/.test(value) ? value : withheld

const shapes: Record<keyof LogFields, (value: unknown) => unknown> = {
  eventId: id,
  effectId: id,
  conversationId: id,
  caseCode: matching(/^[23456789BCDFGHJKMNPQRTVWXZ]{4}$/),
  providerId: matching(/^(?:[A-Z]{2}[0-9a-fA-F]{32}|chat-[0-9a-f]{32,64}|sim-[0-9a-z-]{1,60})$/),
  channel: matching(/^(?:sms|whatsapp|voice|chat)$/),
  route: matching(/^\/[a-z/]{0,60}$/),
  reason: (value) => (typeof value === 'string' && knownReasons.has(value) ? value : withheld),
  state: matching(
    /^(?:queued|accepted|scheduled|sending|sent|delivered|undelivered|failed|read|canceled|partially_delivered|receiving|received)$/,
  ),
  status: wholeNumberBelow(600),
  code: wholeNumberBelow(1_000_000),
  count: wholeNumberBelow(1e9),
  durationMs: wholeNumberBelow(1e9),
  attempt: wholeNumberBelow(1e6),
  port: wholeNumberBelow(65536),
  version: wholeNumberBelow(1e9),
  error: describeError,
}

/** The error's kind, its system code, and the places it passed through: file and line, without folders. */
function describeError(value: unknown): unknown {
  if (!(value instanceof Error)) return { kind: typeof value }
  // The stack begins with the message, which may be made to look like a place.
  const places = (value.stack ?? '')
    .replace(value.message, '')
    .split('\n')
    .map((line) => /^\s+at .*?([\w.-]+\.[cm]?[jt]s):(\d+):\d+\)?$/.exec(line))
    .flatMap((match) => (match ? [`${match[1]}:${match[2]}`] : []))
    .slice(0, 6)
  const code = (value as { code?: unknown }).code
  return {
    kind: matching(/^[A-Z][A-Za-z]{0,60}$/)(value.name),
    ...(typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code) ? { code } : {}),
    places,
  }
}
