import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Shell } from '../handle-incoming.ts'
import type { Rota } from '../handoff/rota.ts'
import { countSegments } from '../language/count-segments.ts'
import type { PersonState } from '../person-state.ts'
import type { Store, ThreadEntry } from '../store/store.ts'
import { type StoryLine, tellTurn } from '../story.ts'
import type { Address, ConversationId } from '../types.ts'

/** The bot's own number on the simulated phones. */
const ownNumber = '+15550109999'

const phone = z.string().regex(/^\+1555020\d{4}$/)
const sayBody = z.strictObject({
  phone,
  channel: z.enum(['sms', 'whatsapp']),
  text: z.string().max(1600),
  media: z.enum(['audio', 'image', 'location']).optional(),
})
const replyBody = z.strictObject({ advocate: z.string().max(64), text: z.string().max(1600) })
const clockBody = z.union([
  z.strictObject({
    minutes: z
      .number()
      .positive()
      .max(60 * 24 * 40),
  }),
  z.strictObject({ to: z.literal('next_due') }),
])

/**
 * The simulated phones: a page at `/` and what it talks to. Everything goes through the same inbox, worker and outbox
 * as with a real provider; only the radio is missing. Exists only without Twilio settings.
 */
export function simulatedPhones(parts: {
  store: Store
  shell: Shell
  clock: Clock
  nudge: () => void
  root: string
}): Hono {
  const { store, shell, clock, nudge, root } = parts
  const app = new Hono()
  const stories = new Map<ConversationId, StoryLine[]>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  store.onWake(tell)
  shell.onTurn = (work, turn) => {
    if (work.kind !== 'person') return
    void Promise.all([shell.bundleOf(null), shell.rota()]).then(([bundle, rota]) => {
      const lines = tellTurn(bundle, rota, work, turn, clock.now())
      stories.set(work.id, [...(stories.get(work.id) ?? []), ...lines].slice(-200))
      tell()
    })
  }

  app.get('/api/simulated/state', async (c) => {
    const parsed = phone.safeParse(c.req.query('phone'))
    const channel = c.req.query('channel') === 'whatsapp' ? 'whatsapp' : 'sms'
    if (!parsed.success) return c.json({ error: 'phone' }, 400)
    const id = await store.findConversation({ channel, value: parsed.data })
    const [rota, stored] = await Promise.all([shell.rota(), id === null ? null : store.readConversation(id)])
    const state = (stored?.state as PersonState | null) ?? null
    return c.json({
      now: clock.now(),
      zone: rota.zone,
      nextDueAt: await store.nextDueAt(),
      person: {
        thread: id === null ? [] : (await store.readThread(id)).map(shown),
        story: id === null ? [] : (stories.get(id) ?? []).map((line, index) => ({ ...line, id: index })),
        case: state && caseOf(state),
      },
      advocates: await Promise.all(rota.people.map((person) => advocateOf(store, rota, person.id))),
    })
  })

  app.post('/api/simulated/say', (c) =>
    withBody(c, sayBody, async ({ phone: value, channel, text, media }) => {
      await accept({ channel, value }, text, media === undefined ? [] : [{ kind: media }])
      return c.json({ ok: true })
    }),
  )

  app.post('/api/simulated/reply', (c) =>
    withBody(c, replyBody, async ({ advocate, text }) => {
      const person = (await shell.rota()).people.find(({ id }) => id === advocate)
      if (!person) return c.json({ error: 'advocate' }, 404)
      await accept({ channel: 'sms', value: person.phone }, text, [])
      return c.json({ ok: true })
    }),
  )

  app.post('/api/simulated/clock', (c) =>
    withBody(c, clockBody, async (body) => {
      if ('minutes' in body) clock.advance(body.minutes * 60_000)
      else {
        const due = await store.nextDueAt()
        if (due !== null && due > clock.now()) clock.advance(due - clock.now() + 50)
      }
      nudge()
      tell()
      return c.json({ now: clock.now() })
    }),
  )

  app.get('/api/simulated/events', (c) =>
    streamSSE(c, async (stream) => {
      let isOpen = true
      const listener = () => void stream.writeSSE({ event: 'changed', data: String(clock.now()) })
      listeners.add(listener)
      stream.onAbort(() => {
        isOpen = false
        listeners.delete(listener)
      })
      while (isOpen) {
        await stream.writeSSE({ event: 'tick', data: String(clock.now()) })
        await stream.sleep(15_000)
      }
    }),
  )

  const built = join(root, 'src/console/dist')
  app.get('/', (c) => page(c, join(built, 'index.html')))
  app.get('/assets/*', (c) => file(c, join(built, normalize(c.req.path))))

  async function accept(from: Address, text: string, media: { kind: string }[]): Promise<void> {
    await store.acceptInbound({
      providerId: `sim-${randomUUID()}`,
      from,
      to: { channel: from.channel, value: ownNumber },
      at: clock.now(),
      payload: { text, media },
    })
  }
  return app
}

/** A message as a phone shows it. */
function shown({ direction, at, text, status, effectId }: ThreadEntry, index: number) {
  return { id: effectId ?? `in-${index}`, direction, at, text, status, segments: text === '' ? 0 : countSegments(text) }
}

function caseOf({ dialog, code, handoff, word }: PersonState) {
  return {
    code,
    word: handoff !== null && handoff.takers.length > 0 ? word : null,
    level: dialog.level,
    flags: Object.keys(dialog.flags),
    roles: dialog.roles,
    status: dialog.caseStatus,
    language: dialog.language,
    open: dialog.open?.question ?? null,
    ended: dialog.ended,
    alertMessage: dialog.firstAlertMessage,
  }
}

async function advocateOf(store: Store, rota: Rota, advocate: Rota['people'][number]['id']) {
  const person = rota.people.find(({ id }) => id === advocate)!
  const conversation = await store.findConversation({ channel: 'sms', value: person.phone })
  return {
    id: person.id,
    name: person.name,
    roles: person.roles,
    languages: person.languages,
    lines: [...new Set(rota.shifts.filter((shift) => shift.person === person.id).map(({ line }) => line))],
    isCoordinator: rota.coordinator === person.id,
    openPages: (await store.openPagesOf(person.id)).map(({ code, level }) => ({ code, level })),
    thread: conversation === null ? [] : (await store.readThread(conversation)).map(shown),
  }
}

async function withBody<T>(c: Context, schema: z.ZodType<T>, act: (body: T) => Promise<Response>): Promise<Response> {
  const json: unknown = await c.req.json().catch(() => null)
  const parsed = schema.safeParse(json)
  if (!parsed.success) return c.json({ error: parsed.error.issues[0]?.message ?? 'body' }, 400)
  return act(parsed.data)
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  json: 'application/json',
}

/** The page itself. Styles that its parts write at run time carry this answer's nonce; nothing else inline is let in. */
function page(c: Context, path: string): Response {
  if (!existsSync(path)) return c.text('The page is not built yet. Run: npm run build', 404)
  const nonce = randomUUID()
  return new Response(readFileSync(path, 'utf8').replaceAll('NONCE', nonce), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join('; '),
    },
  })
}

function file(c: Context, path: string): Response {
  if (!existsSync(path)) return c.text('The page is not built. Run: npm run build', 404)
  const type = types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const isHashed = path.includes('assets')
  return new Response(readFileSync(path), {
    headers: { 'content-type': type, 'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' },
  })
}
