import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { createPostgres, stopPostgres, type TestDatabase } from '../store/engines.ts'
import { accountSid, type Installation, install, smsNumber, until } from './installation.ts'

const command = fileURLToPath(new URL('../../bin/puente.mjs', import.meta.url))
let here: Installation | null = null
let database: TestDatabase | null = null
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  await here?.end()
  await database?.remove()
  await stopPostgres()
  here = null
  database = null
})

test('one process takes in and only that; another works and only that', async () => {
  database = await createPostgres()
  here = await install({ env: { DATABASE_URL: database.databaseUrl } })
  const { folder, twilio, url } = here
  mkdirSync(join(folder, 'data'), { recursive: true })
  here.importRota(`version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "+528681110001", languages: [es], roles: [medical, protection, general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
coordinator: ana
`)
  copyFileSync(join(folder, 'data/puente.key'), join(folder, 'shared.key'))
  const begin = async (role: string, port: number) => {
    const env = {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      PUBLIC_URL: url,
      PUENTE_DATA_DIR: join(folder, role),
      PUENTE_KEY_FILE: join(folder, 'shared.key'),
      DATABASE_URL: database!.databaseUrl,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: 'a-token-for-tests-only',
      TWILIO_SMS_FROM: smsNumber,
      TWILIO_API_BASE_URL: twilio.baseUrl,
    }
    const child = spawn(process.execPath, [command, 'start', '--role', role], { env, cwd: folder, stdio: 'ignore' })
    children.push(child)
    const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    await until(
      async () => (await ready())?.ok === true,
      30_000,
      () => role,
    )
    return (await (await ready())!.json()) as { worker: string }
  }

  expect(await begin('web', Number(new URL(url).port))).toMatchObject({ worker: 'elsewhere' })
  expect(await here.text('+525550200001', 'no respira mi bebe')).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(twilio.outbound()).toEqual([])

  const port = await freePort()
  expect(await begin('worker', port)).toMatchObject({ worker: 'ok' })
  await here.waitFor('+528681110001', /^L1 /)
  const refused = await fetch(`http://127.0.0.1:${port}/hooks/twilio/message`, { method: 'POST' })
  expect(refused.status).toBe(404)
}, 90_000)

test('SQLite is for one process: the sentence says so', async () => {
  here = await install()
  expect(here.run('start', '--role', 'web')).toMatchObject({ code: 1, err: expect.stringContaining('postgres://') })
  expect(here.run('start', '--role', 'wbe')).toMatchObject({ code: 2 })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
