import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Installation, install } from './installation.ts'

const command = fileURLToPath(new URL('../../bin/puente.mjs', import.meta.url))
const operator = '+528681119009'
let here: Installation
let watchdog: ChildProcess | null = null
const alarms = () => {
  const file = join(here.folder, 'alarms')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

beforeEach(async () => {
  here = await install({ env: { PUENTE_ALARM_SMS: operator, PUENTE_ALARM_COMMAND: 'cat >> alarms' } })
  await here.start()
}, 60_000)
afterEach(async () => {
  watchdog?.kill('SIGKILL')
  await here.end()
})

function startWatching(): void {
  const args = [command, 'watch', '--every', '1', '--after', '2']
  watchdog = spawn(process.execPath, args, { env: here.env, cwd: here.folder, stdio: 'ignore' })
}

describe('the watchdog outside the process wakes the operator by SMS and by command, when the server', () => {
  test('is killed; and says so when it is back', async () => {
    startWatching()
    await here.kill()
    expect(await here.waitFor(operator, /nobody answers/, 30_000)).toMatch(/since \d\d:\d\d UTC/)
    await here.start()
    await here.waitFor(operator, /works again/, 30_000)
    expect(here.inboxOf(operator)).toHaveLength(2)
    expect(alarms()).toMatch(/nobody answers.*\n.*works again/)
  }, 120_000)

  test('stands still', async () => {
    startWatching()
    process.kill(here.pid(), 'SIGSTOP')
    await here.waitFor(operator, /no answer within 10 s/, 60_000)
    process.kill(here.pid(), 'SIGCONT')
    await here.waitFor(operator, /works again/, 30_000)
  }, 120_000)

  test('has no room on its disk', async () => {
    startWatching()
    // As many bytes as the files have by now: the next write finds the disk full.
    expect(spawnSync('prlimit', [`--pid=${here.pid()}`, '--fsize=1000:']).status).toBe(0)
    expect(await here.text('+525550200001', 'hola')).toBe(503)
    await here.waitFor(operator, /takes no writes/, 30_000)
    expect(spawnSync('prlimit', [`--pid=${here.pid()}`, '--fsize=unlimited:']).status).toBe(0)
    expect(await here.text('+525550200001', 'hola')).toBe(200)
    await here.waitFor(operator, /works again/, 30_000)
  }, 120_000)
})

test('one look for cron', async () => {
  expect(here.run('watch', '--once')).toMatchObject({ code: 0, out: 'All is well.\n' })
  expect(here.run('watch', '--once', '--url', 'http://127.0.0.1:1/readyz')).toMatchObject({ code: 1 })
  expect(here.run('watch', '--every', '0').code).toBe(2)
}, 60_000)
