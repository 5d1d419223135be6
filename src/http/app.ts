import { Hono } from 'hono'
import type { SpokenNotice } from '../channels/twilio/answer-call.ts'
import type { Store } from '../store/store.ts'
import { type AnswersHook, type Hooks, hookRoutes, hooksOnNode } from './hook.ts'
import type { Log } from './log.ts'
import { type PartAges, readReadiness } from './readiness.ts'
import { securityHeaders, withHeaders } from './security-headers.ts'
import type { Settings } from './settings.ts'
import { type TwilioHookParts, twilioHooks } from './twilio-hooks.ts'

export interface AppParts {
  store: Pick<Store, 'acceptInbound' | 'recordReceipt' | 'health'>
  settings: Pick<Settings, 'publicUrl' | 'twilio'>
  log: Log
  now: () => number
  /** What a caller hears on `/hooks/twilio/voice`. */
  spokenNotices?: () => SpokenNotice[]
  callWords?: TwilioHookParts['callWords']
  calls?: TwilioHookParts['calls']
  /** How the worker and the sender of this process get on; without it they run elsewhere. */
  ages?: () => PartAges
  /** Whether people and clients are answered here; false on a machine that only works. */
  isWeb?: boolean
  /** More routes, such as the Bot Framework's, the simulated phones and the console. */
  routes?: Hono[]
}

/** The HTTP side of Puente; what comes to a webhook on Node's server may go past the routes, to the same end. */
export type App = Hono & { answersHook: AnswersHook }

/** The whole HTTP side of Puente as one app, which a server or a test can call. */
export function createApp(parts: AppParts): App {
  const { store, settings, log, now } = parts
  const app = new Hono()
  const headers = securityHeaders({ https: settings.publicUrl.startsWith('https:') })
  // The message of an error may quote what a person wrote, so neither the answer nor the log carries it.
  const onError = (error: unknown) => log.error('request_failed', { status: 500, error })
  app.use(withHeaders(headers))

  app.get('/healthz', (c) => c.json({ ok: true }))
  app.get('/readyz', async (c) => {
    const readiness = await readReadiness(store, parts.ages?.() ?? { workerMs: null, senderMs: null }, now())
    return c.json(readiness, readiness.ok ? 200 : 503)
  })

  let hooks: Hooks = {}
  if (settings.twilio !== null && parts.isWeb !== false) {
    const spokenNotices = parts.spokenNotices ?? (() => [])
    const { callWords, calls } = parts
    hooks = twilioHooks({ store, twilio: settings.twilio, log, now, spokenNotices, callWords, calls })
    app.route('/', hookRoutes(hooks))
  }
  for (const routes of parts.routes ?? []) app.route('/', routes)

  app.notFound((c) => c.text('Not found', 404))
  app.onError((error, c) => {
    onError(error)
    return c.text('', 500)
  })
  return Object.assign(app, { answersHook: hooksOnNode(hooks, { headers, onError }) })
}
