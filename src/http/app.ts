import { Hono } from 'hono'
import type { SpokenNotice } from '../channels/twilio/answer-call.ts'
import type { Store } from '../store/store.ts'
import type { Log } from './log.ts'
import { securityHeaders } from './security-headers.ts'
import type { Settings } from './settings.ts'
import { twilioHooks } from './twilio-hooks.ts'

export interface AppParts {
  store: Pick<Store, 'acceptInbound' | 'recordReceipt' | 'health'>
  settings: Pick<Settings, 'publicUrl' | 'twilio'>
  log: Log
  now: () => number
  /** What a caller hears on `/hooks/twilio/voice`. */
  spokenNotices?: () => SpokenNotice[]
  /** Whether start-up is over and the worker runs; the database is asked apart. */
  isReady?: () => boolean
  /** The text of `/metrics`, in the Prometheus format. Without it the address does not exist. */
  metrics?: () => string | Promise<string>
  /** More routes, such as the Bot Framework's, the simulated phones and the console. */
  routes?: Hono[]
}

/** The whole HTTP side of Puente as one app, which a server or a test can call. */
export function createApp(parts: AppParts): Hono {
  const { store, settings, log, now } = parts
  const app = new Hono()
  app.use(securityHeaders({ https: settings.publicUrl.startsWith('https:') }))

  app.get('/healthz', (c) => c.json({ ok: true }))
  app.get('/readyz', async (c) => {
    const health = await store.health(now()).catch(() => null)
    const ok = health?.ok === true && (parts.isReady?.() ?? true)
    return c.json({ ok }, ok ? 200 : 503)
  })
  app.get('/metrics', async (c) => {
    if (parts.metrics === undefined) return c.notFound()
    return c.text(await parts.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })

  if (settings.twilio !== null) {
    const spokenNotices = parts.spokenNotices ?? (() => [])
    app.route('/', twilioHooks({ store, twilio: settings.twilio, log, now, spokenNotices }))
  }
  for (const routes of parts.routes ?? []) app.route('/', routes)

  app.notFound((c) => c.text('Not found', 404))
  app.onError((error, c) => {
    // The message of an error may quote what a person wrote, so neither the answer nor the log carries it.
    log.error('request_failed', { status: 500, error })
    return c.text('', 500)
  })
  return app
}
