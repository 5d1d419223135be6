import { expect, test } from '@jest/globals'
import { writeExposition } from '../../src/http/exposition.ts'
import { createLog } from '../../src/http/log.ts'
import { metricsRoutes } from '../../src/http/metrics-routes.ts'
import { readReadiness } from '../../src/http/readiness.ts'
import { createMeters, measure } from '../../src/metrics.ts'
import type { StoreHealth } from '../../src/store/store.ts'
import { turnOf } from '../store/fixtures.ts'

const silent = createLog({ level: 'error', now: () => 0, write: () => undefined })
const calm: StoreHealth = {
  ok: true,
  inboxOldestAt: null,
  inboxNewestAt: null,
  outboxOldestAt: null,
  parked: 0,
  dueLateMs: 0,
}

const storeOf = (over: { isDown?: boolean } = {}) => ({
  health: async () => {
    if (over.isDown) throw new Error('down')
    return { ...calm, inboxOldestAt: 60_000, dueLateMs: 2_500 }
  },
  figures: async () => ({
    inboxWaiting: 4,
    outbox: [{ priority: 0 as const, waiting: 2, expired: 0, perhapsSent: 0, oldestDueAt: 70_000 }],
    cases: [{ level: 'P1' as const, status: 'open' as const, count: 1, oldestAlertAt: 40_000 }],
    backedUpAt: null,
    providerErasures: { waiting: 3, givenUp: 1, oldestAt: 40_000 },
  }),
  isSendingPaused: async () => true,
  durableCommits: () => 9,
})

function metersWithOneNight() {
  const meters = createMeters()
  const log = meters.counted(silent)
  log.info('sent', { channel: 'sms', effectId: 'c_1.t5.r0' })
  log.error('send_failed', { channel: 'sms', code: 30003, effectId: 'c_1.t5.r1' })
  log.info('receipt_stored', { state: 'undelivered', code: 30005, providerId: `SM${'a'.repeat(32)}` })
  const page = { id: 'p', to: {}, priority: 0 } as never
  const row = { code: 'K7M2', level: 'P1', openedAt: 0, alertAt: 10_000 } as never
  const taken = { at: 100_000, actor: 'ana', action: 'taken', subject: 'K7M2' }
  meters.turnCommitted(turnOf({ id: 'c_1', events: [] } as never, { case: row, send: [page], audit: [taken] }))
  return meters
}

const measured = async (over: { isDown?: boolean } = {}) =>
  writeExposition(
    await measure({
      store: storeOf(over),
      meters: metersWithOneNight(),
      ages: { workerMs: 1_500, senderMs: null },
      now: 100_000,
      memoryBytes: 1,
      startedAt: 0,
    }),
  )

test('what waits, what was sent, and how long people waited for a human', async () => {
  const text = await measured()
  for (const line of [
    'puente_inbox_waiting 4',
    'puente_inbox_oldest_age_seconds 40',
    'puente_outbox_waiting{priority="page"} 2',
    'puente_outbox_oldest_age_seconds{priority="page"} 30',
    'puente_outbox_waiting{priority="other"} 0',
    'puente_due_late_seconds 2.5',
    'puente_sending_paused 1',
    'puente_provider_erasures{state="waiting"} 3',
    'puente_provider_erasures{state="given_up"} 1',
    'puente_untaken_oldest_age_seconds{level="P1"} 60',
    'puente_pages_total{level="P1"} 1',
    'puente_time_to_human_seconds_bucket{level="P1",le="60"} 0',
    'puente_time_to_human_seconds_bucket{level="P1",le="120"} 1',
    'puente_time_to_human_seconds_sum{level="P1"} 90',
    'puente_sends_total{outcome="failed",channel="sms",code="30003"} 1',
    'puente_receipts_total{state="undelivered",code="30005"} 1',
    'puente_worker_age_seconds 1.5',
  ])
    expect(text.split('\n')).toContain(line)
  expect(text).not.toMatch(/K7M2|ana|c_1|SMa/)
})

test('while the database is down the process still says what it knows', async () => {
  const text = await measured({ isDown: true })
  expect(text).toContain('\npuente_database_up 0\n')
  expect(text).toContain('puente_pages_total{level="P1"} 1')
  expect(text).not.toContain('puente_inbox_waiting')
})

test('Prometheus can read it: one type before each family, no sample twice, buckets that only rise', async () => {
  const lines = (await measured()).split('\n')
  expect(lines.pop()).toBe('')
  const seen = new Set<string>()
  let family = ''
  let last = 0
  for (const line of lines) {
    const type = /^# TYPE ([a-z_]+) (?:gauge|counter|histogram)$/.exec(line)
    if (type) family = type[1]!
    if (line.startsWith('#')) continue
    const sample = /^([a-z_]+)(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (-?[\d.e+]+)$/.exec(line)
    expect(sample).not.toBeNull()
    expect(sample![1]!.replace(/_(?:bucket|sum|count)$/, '')).toBe(family.replace(/_(?:bucket|sum|count)$/, ''))
    expect(seen.has(line.slice(0, line.lastIndexOf(' ')))).toBe(false)
    seen.add(line.slice(0, line.lastIndexOf(' ')))
    if (!sample![1]!.endsWith('_bucket')) continue
    if (!line.includes('le="30"')) expect(Number(sample![2])).toBeGreaterThanOrEqual(last)
    last = Number(sample![2])
  }
})

test('labels are escaped', () => {
  const samples = [{ labels: { code: 'a"b\\c\nd' }, value: 1 }]
  expect(writeExposition([{ name: 'x', help: 'y', type: 'gauge', samples }])).toContain('x{code="a\\"b\\\\c\\nd"} 1')
})

test.each([
  ['this computer', null, '127.0.0.1', {}, 200],
  ['another computer', null, '192.0.2.7', {}, 404],
  ['a proxy on this computer', null, '127.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, 404],
  ['a web page with a name that leads here', null, '127.0.0.1', { host: 'evil.example' }, 404],
  ['anybody with the token', 'a-long-enough-token', '192.0.2.7', { authorization: 'Bearer a-long-enough-token' }, 200],
  ['another token', 'a-long-enough-token', '127.0.0.1', { authorization: 'Bearer a-long-enough-tokem' }, 401],
  ['no token where one is set', 'a-long-enough-token', '127.0.0.1', {}, 401],
])('/metrics for %s', async (_, token, remote, headers, status) => {
  const routes = metricsRoutes({ measure: async () => [], token, log: silent, remoteAddressOf: () => remote })
  const answer = await routes.request('http://127.0.0.1:3000/metrics', { headers: headers as Record<string, string> })
  expect(answer.status).toBe(status)
})

test.each([
  ['all is well', { workerMs: 2_000, senderMs: 2_000 }, calm, { ok: true, worker: 'ok', sender: 'ok' }],
  ['the worker has been silent for a minute', { workerMs: 61_000, senderMs: 0 }, calm, { ok: false, worker: 'silent' }],
  ['the sender has', { workerMs: 0, senderMs: 61_000 }, calm, { ok: false, sender: 'silent' }],
  [
    'the database takes no writes',
    { workerMs: 0, senderMs: 0 },
    { ...calm, ok: false },
    { ok: false, database: false },
  ],
  ['the work is done elsewhere', { workerMs: null, senderMs: null }, calm, { ok: true, worker: 'elsewhere' }],
  [
    'somebody waits',
    { workerMs: 0, senderMs: 0 },
    { ...calm, inboxOldestAt: 5_000 },
    { ok: true, inboxAgeSeconds: 95 },
  ],
])('ready when %s', async (_, ages, health, expected) => {
  expect(await readReadiness({ health: async () => health }, ages, 100_000)).toMatchObject(expected)
})
