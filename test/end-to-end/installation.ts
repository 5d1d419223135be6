import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FakeTwilio, startFakeTwilio } from '../twilio/fake-twilio.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const command = join(root, 'bin/puente.mjs')
export const accountSid = 'AC00000000000000000000000000000001'
const authToken = 'a-token-for-tests-only'
export const smsNumber = '+15550100000'

/** One installation of Puente as an operator has it: a real process, a data folder, and a stand-in for Twilio. */
export interface Installation {
  twilio: FakeTwilio
  folder: string
  /** What its commands and its server are started with. */
  env: Record<string, string>
  /** Of the server that runs now. */
  pid(): number
  start(): Promise<void>
  /** SIGKILL: nothing is put away. */
  kill(): Promise<void>
  stop(): Promise<number | null>
  run(...args: string[]): { code: number; out: string; err: string }
  importRota(text: string): void
  /** A signed webhook, as Twilio sends it. */
  text(from: string, body: string, extra?: Record<string, string>): Promise<number>
  /** What a phone has received so far, oldest first. */
  inboxOf(number: string): string[]
  /** Resolves when the phone has a message that the pattern fits; fails after `ms`. */
  waitFor(number: string, pattern: RegExp, ms?: number): Promise<string>
  logs(): string
  url: string
  end(): Promise<void>
}

export async function install(
  options: { timeScale?: number; env?: Record<string, string> } = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const twilio = await startFakeTwilio({ accountSid, authToken, messageUrl: `${url}/hooks/twilio/message` })
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    PUBLIC_URL: url,
    PUENTE_DATA_DIR: join(folder, 'data'),
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_SMS_FROM: smsNumber,
    TWILIO_WHATSAPP_FROM: smsNumber,
    TWILIO_API_BASE_URL: twilio.baseUrl,
    PUENTE_TIME_SCALE: String(options.timeScale ?? 1),
    ...options.env,
  }
  let child: ChildProcess | null = null
  let logs = ''

  const inboxOf = (number: string) =>
    twilio
      .outbound()
      .filter(({ resource }) => resource.to === number)
      .map(({ resource }) => resource.body)

  const here: Installation = {
    twilio,
    folder,
    env,
    pid: () => child!.pid!,
    url,
    inboxOf,
    logs: () => logs,
    async start() {
      child = spawn(process.execPath, [command, 'start'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (logs += String(chunk)))
      await until(
        async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok === true,
        30_000,
        () => logs,
      )
    },
    async kill() {
      const ended = new Promise((resolve) => child!.once('exit', resolve))
      child!.kill('SIGKILL')
      await ended
    },
    async stop() {
      const ended = new Promise<number | null>((resolve) => child!.once('exit', resolve))
      child!.kill('SIGTERM')
      return ended
    },
    run(...args) {
      const result = spawnSync(process.execPath, [command, ...args], { env, cwd: folder, encoding: 'utf8' })
      return { code: result.status ?? -1, out: result.stdout, err: result.stderr }
    },
    importRota(text) {
      const file = join(folder, 'rota.yaml')
      writeFileSync(file, text)
      const { code, err } = here.run('rota', 'import', file)
      if (code !== 0) throw new Error(err)
    },
    async text(from, body, extra = {}) {
      const { response } = await twilio.receive({
        from,
        to: from.startsWith('whatsapp:') ? `whatsapp:${smsNumber}` : smsNumber,
        body,
        extra,
      })
      return response?.status ?? 0
    },
    async waitFor(number, pattern, ms = 15_000) {
      const found = () => inboxOf(number).find((body) => pattern.test(body))
      await until(
        async () => found() !== undefined,
        ms,
        () => `${number} has ${JSON.stringify(inboxOf(number))}\n${logs}`,
      )
      return found()!
    },
    async end() {
      if (child && child.exitCode === null && child.signalCode === null) await here.kill()
      await twilio.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return here
}

/** Asks again and again until it holds; real processes have no clock that a test could move. */
export async function until(holds: () => Promise<boolean>, ms: number, describe: () => string): Promise<void> {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It did not come within ${ms} ms.\n${describe()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
