import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { purge } from '../../src/commands/purge.ts'
import { openStore } from '../../src/store/open-store.ts'
import { sms, takeOneTurn } from '../store/fixtures.ts'

const maria = sms('+528681110001')
const before = { ...process.env }
let folder: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'puente-purge-'))
  Object.assign(process.env, { PUENTE_DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'puente.db')}` })
  await withStore(async (store) => {
    await takeOneTurn(store, { id: 'SM1', from: maria, now: Date.now() })
    await takeOneTurn(store, { id: 'SM2', from: sms('+528681110002'), now: Date.now() })
  })
})
afterEach(() => {
  process.env = { ...before }
  rmSync(folder, { recursive: true, force: true })
})

async function withStore<T>(work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
  const databaseUrl = `file:${join(folder, 'puente.db')}`
  const store = await openStore({ databaseUrl, keyFile: join(folder, 'puente.key'), now: Date.now })
  await store.migrate()
  const result = await work(store)
  await store.close()
  return result
}

async function run(args: string[], answer = ''): Promise<{ code: number; out: string }> {
  const stdin = new PassThrough()
  stdin.end(answer)
  const stdout = new PassThrough()
  const code = await purge(args, { stdin, stdout, stderr: stdout })
  return { code, out: String(stdout.read() ?? '') }
}

const isThere = () => withStore(async (store) => (await store.findConversation(maria)) !== null)

// The fixtures write on 5 January 2026.
test('a dry run says what would go and erases nothing', async () => {
  const { code, out } = await run(['--days', '1', '--dry-run'])
  expect(code).toBe(0)
  expect(out).toContain('2 persons have not written for 1 day:')
  expect(out).toContain('Nothing was erased')
  expect(await isThere()).toBe(true)
})

test.each(['', 'no\n', 'y\n'])('the answer %j is no yes', async (answer) => {
  expect((await run(['--days', '1'], answer)).code).toBe(1)
  expect(await isThere()).toBe(true)
})

test('yes erases, and then nothing is left to erase', async () => {
  expect(await run(['--days', '1'], 'yes\n')).toMatchObject({ code: 0, out: expect.stringContaining('It is erased') })
  expect(await isThere()).toBe(false)
  expect((await run(['--days', '1', '--yes'])).out).toContain('0 persons have')
})

test('who erased how much stands in the audit; a dry run and a no leave nothing there', async () => {
  await run(['--days', '1', '--dry-run'])
  await run(['--days', '1'], 'no\n')
  const purges = () =>
    withStore(async (store) => (await store.readAudit(0, 10)).filter(({ action }) => action === 'purged'))
  expect(await purges()).toEqual([])
  await run(['--days', '1', '--yes', '--by', 'marta'])
  expect(await purges()).toMatchObject([{ actor: 'marta', subject: 'conversations 2, advocate messages 0, days 1' }])
  expect(await withStore((store) => store.verifyAudit())).toMatchObject({ ok: true })
})

test('the time is that of the dialogs unless told otherwise; a call that makes no sense is refused', async () => {
  expect((await run(['--dry-run'])).out).toContain('30 days')
  expect((await run(['--days', '0'])).code).toBe(2)
  expect((await run(['--yes', '--dry-run'])).code).toBe(2)
})
