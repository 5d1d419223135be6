import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/store/postgres-server.ts'
import { sendAll } from './load.ts'
import { interleaved, type Measured, quantile } from './measure.ts'
import { type MeasuredServer, runServer } from './servers/run-server.ts'
import { signedWebhooks } from './webhooks.ts'

export interface DurableTurns {
  /** Turns a second. */
  rates: Measured[]
  commitsPerTurn: Measured
  /** Milliseconds at half of the most that it can do. */
  answered: { p50: number; p99: number }
  handedOver: { p50: number; p99: number }
  /** The rate of these latencies, turns a second. */
  perSecond: number
}

/** The first six messages of a triage, so that every turn is one. */
const texts = ['hola', '2', '1', '30', '2', '3']
const inFlight = 32
const people = 400

/**
 * Signed webhooks over real HTTP, 32 in flight, to turns that are durable. Ours counts a turn when it is committed
 * with its replies in the outbox, which is after the webhook was answered.
 */
export async function measureDurableTurns(engine: 'sqlite' | 'postgres', rounds: number): Promise<DurableTurns> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-bench-'))
  const postgres = engine === 'postgres' ? await startPostgres() : null
  const open: MeasuredServer[] = []
  let databases = 0
  const newDatabase = async () =>
    postgres === null ? join(folder, `${++databases}.db`) : await postgres.createDatabase()
  const start = async (file: string, env: Record<string, string>) => {
    const server = await runServer(file, env)
    open.push(server)
    return server
  }
  const bare = async (BENCH_STORE: string) => start('./bare.ts', { BENCH_STORE, BENCH_DATABASE: await newDatabase() })
  const puente = async (BENCH_SENDING: 'on' | 'off') => {
    const database = await newDatabase()
    const BENCH_DATABASE = postgres === null ? `file:${database}` : database
    return start('./puente.ts', { BENCH_DATABASE, BENCH_KEY: join(folder, `${++databases}.key`), BENCH_SENDING })
  }
  try {
    const ours = await puente('off')
    const commitsPerTurn: Measured = { name: 'durable commits a turn', values: [] }
    const rate = (server: MeasuredServer) => async () => {
      const before = await server.report()
      const { turns, durableCommits, seconds } = await runThrough(server, before.turns)
      if (server === ours) commitsPerTurn.values.push(durableCommits / turns)
      return turns / seconds
    }
    const contenders = [
      { name: 'Puente: encrypted, in order, replies in the outbox', round: rate(ours) },
      { name: 'bare turn, group commit', round: rate(await bare(`${engine}-group`)) },
      { name: 'bare turn, one commit each', round: rate(await bare(`${engine}-each`)) },
      { name: 'bare HTTP, nothing stored', round: rate(await bare('nothing')) },
      { name: "botbuilder's sample, nothing stored", round: rate(await start('./botbuilder-sample.ts', {})) },
    ]
    const rates = await interleaved(contenders, rounds)
    commitsPerTurn.values.shift()
    const sending = await puente('on')
    // The most that it can do when it also sends, which is what it does in earnest.
    const sends = async () => {
      const requests = signedWebhooks(people, texts)
      const { dueAt } = await sendAll(sending.port, requests, { inFlight })
      const handed = await handedOver(sending)
      return (handed.size * 1000) / (Math.max(...handed.values()) - Math.min(...dueAt.values()))
    }
    await sends()
    const perSecond = (await sends()) / 2
    const requests = signedWebhooks(people, texts)
    const paced = await sendAll(sending.port, requests, { inFlight: 64, perSecond })
    // A question that the person has answered before it left is not sent any more.
    const toHandOver = [...(await handedOver(sending))].map(([id, at]) => at - paced.dueAt.get(id)!)
    return { rates, commitsPerTurn, answered: spread(paced.latencies), handedOver: spread(toHandOver), perSecond }
  } finally {
    for (const server of open) await server.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Sends everybody's messages and waits until the last turn is durable. */
async function runThrough(server: MeasuredServer, turnsBefore: number) {
  const requests = signedWebhooks(people, texts)
  const began = performance.now()
  await sendAll(server.port, requests, { inFlight })
  const durableCommits = await until(server, turnsBefore + requests.length)
  return { turns: requests.length, durableCommits, seconds: (performance.now() - began) / 1000 }
}

/** @returns the commits that were reported on the way */
async function until(server: MeasuredServer, turns: number): Promise<number> {
  let commits = 0
  await poll(async () => {
    const report = await server.report()
    commits += report.durableCommits
    return report.turns >= turns
  })
  return commits
}

/** When the first reply to each message was handed over, once nothing more comes. */
async function handedOver(server: MeasuredServer): Promise<Map<string, number>> {
  const handed = new Map<string, number>()
  let newsAt = performance.now()
  await poll(async () => {
    for (const [id, at] of (await server.report()).handedAt) {
      newsAt = performance.now()
      if (!handed.has(id)) handed.set(id, at)
    }
    return performance.now() - newsAt > 1_500
  })
  return handed
}

async function poll(isDone: () => Promise<boolean>): Promise<void> {
  const latest = performance.now() + 120_000
  while (!(await isDone())) {
    if (performance.now() > latest) throw new Error('The turns were not done within two minutes.')
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}

const spread = (values: number[]) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) })
