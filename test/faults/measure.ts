/**
 * How long a restart with 100,000 conversations takes, how long the work of a dead process waits for another, what a
 * second process on the same PostgreSQL adds, and how long a restore takes. Numbers of one machine in one run:
 * `npm run faults:measure`, or a part of it with `-- --nodes` or `-- --restore 100000`.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { inbound, sms, turnOf } from '../store/fixtures.ts'
import { startPostgres } from '../store/postgres-server.ts'
import { type Engine, type Fleet, ourNumber, startFleet } from './fleet.ts'
import { measureRestore } from './measure-restore.ts'
import { rota } from './traffic.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const seconds = (ms: number) => (ms / 1000).toFixed(1)

async function withFleet(engine: Engine, measure: (fleet: Fleet, store: OpenedStore) => Promise<void>): Promise<void> {
  const fleet = await startFleet({ engine, nodes: 1, timeScale: 1, clockAheadMs: 0 })
  try {
    fleet.importRota(rota)
    const { databaseUrl, keyFile } = fleet
    const store = await openStore({ databaseUrl, keyFile, now: Date.now })
    await store.migrate()
    await measure(fleet, store)
  } finally {
    await fleet.end()
  }
}

async function restart(fleet: Fleet, store: OpenedStore): Promise<void> {
  const due = Date.now() + 10 * 24 * 60 * 60_000
  for (let done = 0; done < 100_000; done += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        store.acceptInbound(inbound({ id: `SM${done + index}`, from: sms(`+52555${1_000_000 + done + index}`) })),
      ),
    )
    for (;;) {
      const works = await store.claimWork(500, Date.now())
      if (works.length === 0) break
      await store.commitTurns(works.map((work) => turnOf(work, { dueAt: due })))
    }
  }
  await store.close()
  const began = performance.now()
  await fleet.nodes[0]!.start()
  const ready = performance.now() - began
  await heard(fleet, '+5255509990001')
  say(
    `  ready ${seconds(ready)} s, first answer handed to Twilio ${seconds(performance.now() - began)} s after the start`,
  )
}

async function takeOver(fleet: Fleet, store: OpenedStore): Promise<void> {
  const from = '+5255509990002'
  await store.acceptInbound(inbound({ id: `SM${'f'.repeat(32)}`, from: sms(from), at: Date.now() }))
  const held = await store.claimWork(20, Date.now())
  const began = performance.now()
  if (!held.some(({ events }) => events.length > 0)) throw new Error('the text was not claimed')
  // The process that holds it never comes back.
  await store.close()
  await fleet.nodes[0]!.start()
  await answered(fleet, from)
  say(`  taken over and answered ${seconds(performance.now() - began)} s after the lease was taken`)
}

async function heard(fleet: Fleet, from: string): Promise<void> {
  await fleet.twilio.receive({ from, to: ourNumber, body: 'hola' })
  await answered(fleet, from)
}

async function answered(fleet: Fleet, number: string): Promise<void> {
  const end = Date.now() + 60_000
  while (!fleet.twilio.outbound().some(({ resource }) => resource.to === number)) {
    if (Date.now() > end) throw new Error('no answer came')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Turns a second that so many processes finish together on one new database. */
async function turnsOf(processes: number, writersEach: number, databaseUrl: string, keyFile: string): Promise<number> {
  const script = fileURLToPath(new URL('../store/acknowledging-process.ts', import.meta.url))
  const children = Array.from({ length: processes }, (_, index) =>
    spawn(process.execPath, [script, databaseUrl, keyFile, `n${index}`, String(writersEach)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  let done = 0
  for (const child of children)
    child.stdout.on('data', (chunk) => {
      done += String(chunk).match(/^done /gm)?.length ?? 0
    })
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  const before = done
  await new Promise((resolve) => setTimeout(resolve, 15_000))
  const rate = (done - before) / 15
  for (const child of children) child.kill('SIGKILL')
  return rate
}

async function secondNode(): Promise<void> {
  const server = await startPostgres()
  try {
    // With few writers a process mostly waits for commits; with many it is as busy as it can be.
    for (const writers of [8, 64]) {
      const rates: number[] = []
      for (const processes of [1, 2]) {
        const keyFile = `${server.dataFolder}/../${processes}-${writers}.key`
        rates.push(await turnsOf(processes, writers, await server.createDatabase(), keyFile))
      }
      const [one, two] = rates as [number, number]
      const said = `one process ${Math.round(one)} turns/s, two ${Math.round(two)}: ${(two / one).toFixed(2)} times`
      say(`  ${writers} writers each: ${said}`)
    }
  } finally {
    await server.stop()
  }
}

const { values: asked } = parseArgs({ options: { nodes: { type: 'boolean' }, restore: { type: 'string' } } })
if (asked.nodes) await secondNode()
else if (asked.restore !== undefined) await measureRestore(Number(asked.restore), say)
else await all()

async function all() {
  for (const engine of ['sqlite', 'postgres'] as const) {
    say(`restart with 100,000 conversations, ${engine}`)
    await withFleet(engine, restart)
    say(`lease of a dead process, ${engine}`)
    await withFleet(engine, takeOver)
  }
  say('a second process on PostgreSQL')
  await secondNode()
  say('restore')
  await measureRestore(100_000, say)
}
