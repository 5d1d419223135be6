import { join } from 'node:path'
import { z } from 'zod'
import type { TranslatorSettings } from '../channels/translation/libre-translate.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'

/** Everything that an operator may set, read and checked. */
export interface Settings {
  port: number
  host: string
  /** Without a trailing slash. */
  publicUrl: string
  dataDir: string
  database: { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }
  keyFile: string
  /** Divides waits and polling, never times that are printed or stored. */
  timeScale: number
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** What whoever reads `/metrics` must send; null: only this computer may read it. */
  metricsToken: string | null
  /** null: no Twilio account, so the phones are simulated. */
  twilio: TwilioSettings | null
  /** null: Bot Framework clients are answered on loopback only, unsigned. */
  botFramework: { appId: string; appPassword: string; tenantId: string | null } | null
  /** By which roads `puente watch` wakes somebody. */
  alarm: { sms: string[]; url: string | null; command: string | null }
  /** null: advocates read the person's words as they are. */
  translator: TranslatorSettings | null
}

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; problems: string[] }

/**
 * Reads the settings out of an environment.
 *
 * Pure: reading `.env` is the caller's. All problems are reported at once; each names the setting and where its value
 * is found, never the value itself, which may be a secret pasted into the wrong line.
 */
export function readSettings(env: Record<string, string | undefined>): SettingsResult {
  const problems: string[] = []
  const read = <Name extends keyof typeof fields>(name: Name): z.infer<(typeof fields)[Name]> | null => {
    const given = env[name]?.trim()
    const parsed = fields[name].safeParse(given === '' ? undefined : given)
    if (parsed.success) return parsed.data as z.infer<(typeof fields)[Name]>
    problems.push(`${name} ${parsed.error.issues[0]!.message}`)
    return null
  }

  const port = read('PORT') ?? 0
  const host = read('HOST') ?? ''
  const dataDir = read('PUENTE_DATA_DIR') ?? ''
  const database = read('DATABASE_URL') ?? null
  const keyFile = read('PUENTE_KEY_FILE') ?? null
  const timeScale = read('PUENTE_TIME_SCALE') ?? 1
  const logLevel = read('PUENTE_LOG_LEVEL') ?? 'info'
  const metricsToken = read('PUENTE_METRICS_TOKEN') ?? null
  const publicUrl = read('PUBLIC_URL') ?? null
  const fallbackUrl = read('PUENTE_FALLBACK_URL') ?? null
  const apiBaseUrl = read('TWILIO_API_BASE_URL') ?? null
  const accountSid = read('TWILIO_ACCOUNT_SID') ?? null
  const authToken = read('TWILIO_AUTH_TOKEN') ?? null
  const secondToken = read('TWILIO_AUTH_TOKEN_SECONDARY') ?? null
  const smsFrom = read('TWILIO_SMS_FROM') ?? null
  const whatsappFrom = read('TWILIO_WHATSAPP_FROM') ?? null
  const voiceFrom = read('TWILIO_VOICE_FROM') ?? null
  const pageTemplate = read('TWILIO_PAGE_TEMPLATE') ?? null
  const appId = read('MICROSOFT_APP_ID') ?? null
  const appPassword = read('MICROSOFT_APP_PASSWORD') ?? null
  const tenantId = read('MICROSOFT_APP_TENANT_ID') ?? null
  const translateUrl = read('PUENTE_TRANSLATE_URL') ?? null
  const translateKey = read('PUENTE_TRANSLATE_KEY') ?? null

  const alarmSms = read('PUENTE_ALARM_SMS') ?? []
  const alarmUrl = read('PUENTE_ALARM_URL') ?? null
  const alarmCommand = read('PUENTE_ALARM_COMMAND') ?? null

  const isSet = (name: string) => (env[name] ?? '').trim() !== ''
  const missing = (name: keyof typeof whereToFind) => problems.push(`${name} is not set. ${whereToFind[name]}`)

  const simulated = !twilioNames.some(isSet)
  if (!simulated) {
    // An empty token would verify every forged webhook, so half a set of Twilio settings never starts.
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'PUBLIC_URL'] as const) {
      if (!isSet(name)) missing(name)
    }
    if (!isSet('TWILIO_SMS_FROM') && !isSet('TWILIO_WHATSAPP_FROM')) missing('TWILIO_SMS_FROM')
  }
  if (isSet('TWILIO_PAGE_TEMPLATE') && !isSet('TWILIO_WHATSAPP_FROM'))
    problems.push('TWILIO_PAGE_TEMPLATE is for WhatsApp, and TWILIO_WHATSAPP_FROM is not set.')
  if (isSet('MICROSOFT_APP_ID') && !isSet('MICROSOFT_APP_PASSWORD')) missing('MICROSOFT_APP_PASSWORD')
  const twilioOnLoopback = apiBaseUrl !== null && isLoopbackUrl(apiBaseUrl)
  if (timeScale > 1 && !simulated && !twilioOnLoopback) {
    problems.push(
      'PUENTE_TIME_SCALE is for demonstrations and tests: it needs simulated phones, or a TWILIO_API_BASE_URL on ' +
        'this computer (127.0.0.1). Real pages must go out at real times; take it out of .env.',
    )
  }
  if (problems.length > 0) return { ok: false, problems }

  const ownUrl = publicUrl ?? `http://localhost:${port}`
  return {
    ok: true,
    settings: {
      port,
      host,
      publicUrl: ownUrl,
      dataDir,
      database: database ?? { kind: 'sqlite', path: join(dataDir, 'puente.db') },
      keyFile: keyFile ?? join(dataDir, 'puente.key'),
      timeScale,
      logLevel,
      metricsToken,
      twilio:
        accountSid === null || authToken === null
          ? null
          : {
              accountSid,
              authTokens: secondToken === null ? [authToken] : [authToken, secondToken],
              smsFrom,
              whatsappFrom,
              voiceFrom,
              pageTemplate,
              apiBaseUrl: apiBaseUrl ?? 'https://api.twilio.com',
              publicUrl: ownUrl,
              fallbackUrl,
            },
      botFramework: appId === null ? null : { appId, appPassword: appPassword ?? '', tenantId },
      alarm: { sms: alarmSms, url: alarmUrl, command: alarmCommand },
      translator: translateUrl === null ? null : { url: translateUrl, apiKey: translateKey },
    },
  }
}

/** Whether a URL leads to this computer and nowhere else. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname)
}

/** Whether a host name, as URL parsing leaves it, is this computer. Names that could resolve elsewhere are not. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}

const whereToFind = {
  TWILIO_ACCOUNT_SID:
    'It is in the Twilio console under Account, begins with AC; put it in .env. Without any TWILIO_ setting the phones are simulated.',
  TWILIO_AUTH_TOKEN:
    'It is in the Twilio console under Account; put it in .env. Without any TWILIO_ setting the phones are simulated.',
  TWILIO_SMS_FROM:
    'It is the number people text, in the Twilio console under Phone Numbers, such as +15550100000; put it in .env, or set TWILIO_WHATSAPP_FROM.',
  PUBLIC_URL:
    'It is the address under which Twilio reaches this server, such as https://puente.example.org; put it in .env.',
  MICROSOFT_APP_PASSWORD: 'It is in the Azure portal, at the bot under Certificates & secrets; put it in .env.',
} as const

const twilioNames = [
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_AUTH_TOKEN_SECONDARY',
  'TWILIO_SMS_FROM',
  'TWILIO_WHATSAPP_FROM',
  'TWILIO_VOICE_FROM',
  'TWILIO_PAGE_TEMPLATE',
  'TWILIO_API_BASE_URL',
]

const wholeNumber = (from: number, to: number, message: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= from && value <= to, message)

const url = (message: string) =>
  z
    .string()
    .refine((value) => {
      if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false
      const parsed = new URL(value)
      return parsed.search === '' && parsed.hash === '' && parsed.username === '' && parsed.password === ''
    }, message)
    .transform((value) => value.replace(/\/+$/, ''))

const ownNumber = (where: string) =>
  z
    .string()
    .transform((value) => value.replace(/^whatsapp:/i, ''))
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, `must be a number with + and country code. ${where}`))

const token = z
  .string()
  .regex(
    /^[\x21-\x7e]{1,200}$/,
    'is not a token: it has spaces or strange characters. Copy it again from the Twilio console.',
  )

const fields = {
  PORT: wholeNumber(0, 65535, 'must be a whole number up to 65535. It is the port to listen on.').default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:[\]-]{1,255}$/, 'must be an address of this computer, such as 127.0.0.1 or 0.0.0.0.')
    .default('127.0.0.1'),
  PUBLIC_URL: url(
    'must begin with http:// or https:// and carry no user, query or #fragment. It is the address under which Twilio reaches this server.',
  ).optional(),
  PUENTE_FALLBACK_URL: url(
    'must begin with http:// or https:// and carry no user, query or #fragment. It is the second address under which Twilio reaches this installation.',
  ).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/s, 'must be file:PATH for SQLite or postgres://… for PostgreSQL.')
    .transform((value): Settings['database'] =>
      value.startsWith('file:')
        ? { kind: 'sqlite', path: value.slice('file:'.length).replace(/^\/\/(?=\/)/, '') }
        : { kind: 'postgres', url: value },
    )
    .optional(),
  PUENTE_DATA_DIR: z.string().default('data'),
  PUENTE_KEY_FILE: z.string().optional(),
  PUENTE_TIME_SCALE: wholeNumber(
    1,
    1_000_000,
    'must be a whole number, 1 or more. 60 makes a minute of waiting a second.',
  ).default(1),
  PUENTE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error.').default('info'),
  PUENTE_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, 'must be 16 to 200 letters, digits and signs without spaces. Make one up.')
    .optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, `must be AC and 32 letters or digits. ${whereToFind.TWILIO_ACCOUNT_SID}`)
    .optional(),
  TWILIO_AUTH_TOKEN: token.optional(),
  TWILIO_AUTH_TOKEN_SECONDARY: token.optional(),
  TWILIO_SMS_FROM: ownNumber(whereToFind.TWILIO_SMS_FROM).optional(),
  TWILIO_WHATSAPP_FROM: ownNumber('It is in the Twilio console under Messaging, WhatsApp senders.').optional(),
  TWILIO_VOICE_FROM: ownNumber(
    'It is a number of yours that can call, in the Twilio console under Phone Numbers.',
  ).optional(),
  TWILIO_PAGE_TEMPLATE: z
    .string()
    .regex(
      /^HX[0-9a-fA-F]{32}$/,
      'must be HX and 32 letters or digits. It is in the Twilio console under Messaging, Content Template Builder.',
    )
    .optional(),
  TWILIO_API_BASE_URL: url('must begin with https://, or http:// on this computer.')
    .refine(
      (value) => value.startsWith('https://') || isLoopbackUrl(value),
      'must begin with https://: your token would travel unencrypted.',
    )
    .optional(),
  PUENTE_TRANSLATE_URL: url('must begin with https://, or http:// on this computer.')
    .refine(
      (value) => value.startsWith('https://') || isLoopbackUrl(value),
      'must begin with https://: what people write would travel unencrypted.',
    )
    .optional(),
  PUENTE_TRANSLATE_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'is not a key: it has spaces or strange characters.')
    .optional(),
  PUENTE_ALARM_SMS: z
    .string()
    .transform((value) => value.split(/[,\s]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be numbers with + and country code, with commas.')))
    .optional(),
  PUENTE_ALARM_URL: url('must begin with https://, or http:// on this computer.')
    .refine(
      (value) => value.startsWith('https://') || isLoopbackUrl(value),
      'must begin with https://: others could read your alarms.',
    )
    .optional(),
  PUENTE_ALARM_COMMAND: z.string().max(1000, 'is too long; put it into a script and name that.').optional(),
  MICROSOFT_APP_ID: z.string().max(200, 'is too long for an application id.').optional(),
  MICROSOFT_APP_PASSWORD: z.string().max(500, 'is too long for a client secret.').optional(),
  MICROSOFT_APP_TENANT_ID: z.string().max(200, 'is too long for a tenant id.').optional(),
}

/** The form of the database's address that the store reads. */
export function databaseUrlOf({ database }: Settings): string {
  return database.kind === 'sqlite' ? `file:${database.path}` : database.url
}
