import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectRoot } from '../src/project-root.ts'
import { interleaved, type Measured, median } from './measure.ts'
import { account } from './webhooks.ts'

export interface Start {
  /** Milliseconds. Ours comes first. */
  times: Measured[]
  /** Megabytes that the process holds ten seconds after it was ready, nobody having written. */
  idleMegabytes: number
}

/** From the start of the process until `/readyz` answers, with a Twilio account set, against loading two libraries. */
export async function measureStart(rounds: number): Promise<Start> {
  const idle: number[] = []
  const times = await interleaved(
    [
      { name: 'Puente, ready for webhooks', round: () => startOurs(idle) },
      { name: 'node loading botbuilder and twilio', round: loadLibraries },
    ],
    rounds,
  )
  return { times, idleMegabytes: median(idle) }
}

async function startOurs(idle: number[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-bench-'))
  const port = await freePort()
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    PUENTE_DATA_DIR: folder,
    PUENTE_LOG_LEVEL: 'error',
    TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authTokens[0],
    TWILIO_SMS_FROM: account.smsFrom,
    TWILIO_API_BASE_URL: account.apiBaseUrl,
    PUBLIC_URL: account.publicUrl,
  }
  const began = performance.now()
  const child = spawn(process.execPath, ['bin/puente.mjs', 'start'], { cwd: projectRoot, env, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`Puente ended with ${child.exitCode} instead of starting.`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const took = performance.now() - began
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    const megabytes = residentMegabytes(child.pid!)
    if (megabytes !== null) idle.push(megabytes)
    return took
  } finally {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

function loadLibraries(): Promise<number> {
  const began = performance.now()
  const code = "require('botbuilder'); require('twilio')"
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const child = spawn(process.execPath, ['-e', code], { cwd, stdio: 'ignore' })
  return new Promise((resolve) => child.once('exit', () => resolve(performance.now() - began)))
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )

/** Linux tells; elsewhere it is left out. */
function residentMegabytes(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
  } catch {
    return null
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
