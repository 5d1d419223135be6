import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, until } from '../end-to-end/installation.ts'
import { startPostgres } from '../store/postgres-server.ts'
import { type FakeTwilio, startFakeTwilio } from '../twilio/fake-twilio.ts'
import { type CuttableProxy, startProxy } from './cuttable-proxy.ts'
import { inUse, type Limit, liftLimit, setLimit, withChildren } from './process-limits.ts'

export type Engine = 'sqlite' | 'postgres'

/** Real processes of Puente on one database, behind a balancer, with a stand-in for Twilio. */
export interface Fleet {
  nodes: FleetNode[]
  twilio: FakeTwilio
  databaseUrl: string
  keyFile: string
  /** Every try to hand in a text of a phone; `status` null when no answer came. */
  webhooks: { sid: string; at: number; status: number | null }[]
  /** Where PostgreSQL keeps its data; null on SQLite, whose disk is that of the node. */
  serverDisk: Disk | null
  logs(): string
  importRota(text: string): void
  end(): Promise<void>
}

export interface FleetNode {
  start(): Promise<void>
  isUp(): boolean
  /** SIGKILL, SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
  disk: Disk
  /** Holds its event loop up for five seconds. */
  block(): void
  /** It gets no more of it than it has: of memory, or of handles of files and connections. False where that cannot be. */
  takeAway(what: 'as' | 'nofile'): boolean
  giveBack(what: 'as' | 'nofile'): void
  toDatabase: CuttableProxy | null
  toTwilio: CuttableProxy
}

export interface Disk {
  /** No file may grow from here on, as on a full disk; false where that cannot be brought about. */
  fill(): boolean
  empty(): Promise<void>
}

export interface FleetOptions {
  engine: Engine
  nodes: number
  timeScale: number
  /** By how much the clock of the last node is ahead. */
  clockAheadMs: number
}

const command = fileURLToPath(new URL('../../bin/puente.mjs', import.meta.url))
const preload = (file: string) => `--import=${new URL(file, import.meta.url).href}`
const accountSid = 'AC00000000000000000000000000000001'
const authToken = 'a-token-for-tests-only'
export const ourNumber = '+15550100000'
const publicUrl = 'http://puente.invalid'

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-faults-'))
  const keyFile = join(folder, 'puente.key')
  const postgres = options.engine === 'postgres' ? await startPostgres() : null
  const databaseUrl = postgres ? await postgres.createDatabase() : `file:${join(folder, 'puente.db')}`
  const webhooks: Fleet['webhooks'] = []
  const ports: number[] = []
  let turnOf = 0
  let logs = ''

  /** What a balancer does: the next node that answers, in turn. */
  async function post(url: string, init: RequestInit): Promise<Response> {
    const sid = new URLSearchParams(String(init.body)).get('MessageSid') ?? ''
    const isText = url.includes('/hooks/twilio/message')
    for (let tries = 0; tries < retries; tries++) {
      const port = ports[turnOf++ % ports.length]!
      const call = { sid, at: Date.now(), status: null as number | null }
      if (isText) webhooks.push(call)
      const response = await fetch(url.replace(publicUrl, `http://127.0.0.1:${port}`), {
        ...init,
        signal: AbortSignal.timeout(3_000),
      }).catch(() => null)
      call.status = response?.status ?? null
      if (response && response.status < 500) return response
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return new Response(null, { status: 502 })
  }

  const twilio = await startFakeTwilio({ accountSid, authToken, messageUrl: `${publicUrl}/hooks/twilio/message`, post })
  const nodes: FleetNode[] = []
  const ending: (() => Promise<unknown>)[] = []
  const environment = (nodePort: number, database: string, twilioPort: number) => ({
    PATH: process.env.PATH ?? '',
    PORT: String(nodePort),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: database,
    PUENTE_DATA_DIR: folder,
    PUENTE_KEY_FILE: keyFile,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_SMS_FROM: ourNumber,
    TWILIO_API_BASE_URL: `http://127.0.0.1:${twilioPort}`,
    PUENTE_TIME_SCALE: String(options.timeScale),
  })

  for (let index = 0; index < options.nodes; index++) {
    const port = await freePort()
    ports.push(port)
    const toTwilio = await startProxy({ host: '127.0.0.1', port: Number(new URL(twilio.baseUrl).port) })
    const toDatabase = postgres ? await startProxy({ path: socketOf(databaseUrl) }) : null
    ending.push(toTwilio.close, async () => toDatabase?.close())
    const isSkewed = options.clockAheadMs !== 0 && index > 0 && index === options.nodes - 1
    const env: Record<string, string> = {
      ...environment(port, toDatabase ? overTcp(databaseUrl, toDatabase.port) : databaseUrl, toTwilio.port),
      NODE_OPTIONS: `${preload('./block-on-signal.mjs')} ${preload('./skewed-clock.mjs')}`,
      FAULTS_CLOCK_AHEAD_MS: String(isSkewed ? options.clockAheadMs : 0),
    }
    nodes.push(
      createNode({
        port,
        env,
        folder,
        toDatabase,
        toTwilio,
        databaseUrl,
        hear: (text) => (logs += `[${index}] ${text}`),
      }),
    )
  }

  return {
    nodes,
    twilio,
    databaseUrl,
    keyFile,
    webhooks,
    serverDisk: postgres && {
      fill() {
        const [server, ...children] = withChildren(postgres.pid)
        const isFull = setLimit(server!, 'fsize', 0)
        // One of them may have ended over it already.
        for (const child of children) setLimit(child, 'fsize', 0)
        return isFull
      },
      // It has stopped by itself, as PostgreSQL does when its log finds no room, and whoever runs it starts it again.
      async empty() {
        await postgres.kill()
        await postgres.start()
      },
    },
    logs: () => logs,
    importRota(text) {
      const file = join(folder, 'rota.yaml')
      writeFileSync(file, text)
      const env = environment(0, databaseUrl, Number(new URL(twilio.baseUrl).port))
      const { status, stderr } = spawnSync(process.execPath, [command, 'rota', 'import', file], {
        env,
        cwd: folder,
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(stderr)
    },
    async end() {
      for (const node of nodes) if (node.isUp()) node.signal('SIGKILL')
      await Promise.all(ending.map((end) => end()))
      await twilio.close()
      await postgres?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface NodeParts {
  port: number
  env: Record<string, string>
  folder: string
  databaseUrl: string
  toDatabase: CuttableProxy | null
  toTwilio: CuttableProxy
  hear(text: string): void
}

function createNode({ port, env, folder, databaseUrl, toDatabase, toTwilio, hear }: NodeParts): FleetNode {
  let child: ChildProcess | null = null
  const isUp = () => child !== null && child.exitCode === null && child.signalCode === null
  const lift = (limit: Limit) => isUp() && liftLimit(child!.pid!, limit)
  return {
    toDatabase,
    toTwilio,
    isUp,
    async start() {
      child = spawn(process.execPath, [command, 'start'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => hear(String(chunk)))
      await until(
        async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true || !isUp(),
        60_000,
        () => 'the node did not become ready',
      )
    },
    signal: (signal) => void child?.kill(signal),
    async stop() {
      if (!isUp()) return null
      const ended = new Promise<number | null>((resolve) => child!.once('exit', resolve))
      child!.kill('SIGTERM')
      return ended
    },
    // Node ignores SIGXFSZ, so a write beyond the limit fails (EFBIG), as one on a full disk does (ENOSPC).
    disk: {
      fill: () => setLimit(child!.pid!, 'fsize', sizeOf(`${databaseUrl.slice('file:'.length)}-wal`)),
      empty: async () => void lift('fsize'),
    },
    block: () => void child?.kill('SIGUSR2'),
    takeAway: (what) => existsSync(`/proc/${child!.pid}/fd`) && setLimit(child!.pid!, what, inUse(child!.pid!, what)),
    giveBack: (what) => void lift(what),
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Twilio tries again when our address asks it to. */
const retries = 6

const socketOf = (databaseUrl: string) =>
  join(decodeURIComponent(/host=([^&]+)/.exec(databaseUrl)![1]!), '.s.PGSQL.5432')
const overTcp = (databaseUrl: string, port: number) =>
  databaseUrl.replace('@/', `@127.0.0.1:${port}/`).replace(/\?host=.*/, '')
