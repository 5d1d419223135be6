import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lateTurnRunner } from '../../src/channels/bot-adapters/run-turn.ts'
import { createOutboxSender, type OutboxSender } from '../../src/channels/outbox-sender.ts'
import type { Send } from '../../src/channels/sender.ts'
import type { Rota } from '../../src/handoff/rota.ts'
import { advocateWords } from '../../src/handoff/words.ts'
import { createApp } from '../../src/http/app.ts'
import { createLog } from '../../src/http/log.ts'
import { serve } from '../../src/http/serve.ts'
import { projectRoot } from '../../src/project-root.ts'
import { importRota } from '../../src/rota-import.ts'
import { runningBundles } from '../../src/running-bundles.ts'
import { openStore } from '../../src/store/open-store.ts'
import { runWorker } from '../../src/worker.ts'
import { loadShipped } from '../triage.ts'
import { account } from '../webhooks.ts'
import { reportTo } from './report.ts'

/**
 * Puente as main.ts puts it together, with a stand-in for Twilio that takes every message at once.
 *
 * BENCH_DATABASE and BENCH_KEY name the database and the key file. With BENCH_SENDING=off replies stay in the outbox,
 * so that what is measured ends where the peers end.
 */
const bundle = loadShipped()
const now = Date.now
const store = await openStore({ databaseUrl: process.env.BENCH_DATABASE!, keyFile: process.env.BENCH_KEY!, now })
await store.migrate()
await importRota(store, bundle, readFileSync(join(projectRoot, 'dialogs/demonstration/rota.yaml'), 'utf8'), now())

let turns = 0
let commitsBefore = store.durableCommits()
const handedAt: [string, number][] = []
const english = JSON.parse(readFileSync(join(projectRoot, 'locales/en/advocate.json'), 'utf8')) as Record<
  string,
  string
>
const send: Send = async ({ id, lease }) => {
  handedAt.push([id.split('.')[0]!, performance.timeOrigin + performance.now()])
  return { id, lease, kind: 'accepted', providerId: `SM${id}`, status: 'queued' }
}
const keepInOutbox: OutboxSender = { sendDue: async () => 0, sinceProgressMs: () => 0, idle: async () => undefined }
const outbox =
  process.env.BENCH_SENDING === 'off'
    ? keepInOutbox
    : createOutboxSender({ store, senders: { sms: send, whatsapp: send }, now, random: Math.random })
const fail = (error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
}
runWorker(
  {
    store,
    now,
    random: Math.random,
    timeScale: 1,
    isDemonstration: false,
    words: advocateWords({ en: english }),
    bundleOf: runningBundles({ store, own: bundle, load: () => bundle }),
    rota: async () => (await store.readDocument<Rota>('rota'))!.body,
    runTurn: lateTurnRunner(),
    onTurn: (work) => {
      turns += work.events.filter(({ kind }) => kind === 'message').length
    },
    onFailure: (_, error) => fail(error),
  },
  outbox,
  fail,
)
const app = createApp({
  store,
  settings: { publicUrl: account.publicUrl, twilio: account },
  log: createLog({ level: 'error', now, write: (line) => process.stderr.write(line) }),
  now,
})
const { port } = await serve(app, { port: 0, host: '127.0.0.1' })
bundle.danger.indexes.buildAll()
reportTo(port, () => {
  const durableCommits = store.durableCommits() - commitsBefore
  commitsBefore += durableCommits
  return { turns, durableCommits, handedAt: handedAt.splice(0) }
})
