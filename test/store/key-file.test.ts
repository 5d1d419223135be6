import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStore } from '../../src/store/open-store.ts'
import { engines, stopPostgres, type TestDatabase } from './engines.ts'
import { handClock, inbound, sms } from './fixtures.ts'

afterAll(stopPostgres)

describe.each(engines)('the key file beside $name', ({ create }) => {
  let database: TestDatabase
  const { now } = handClock()

  beforeEach(async () => {
    database = await create()
  })
  afterEach(() => database.remove())

  const fill = async () => {
    const store = await database.open(now)
    await store.acceptInbound(inbound({ id: 'SM1', from: sms('+528681110001') }))
    await store.close()
    return store
  }
  const open = () => openStore({ databaseUrl: database.databaseUrl, keyFile: database.keyFile, now })

  test('is made at the first start, for its owner only, and never overwritten', async () => {
    expect((await fill()).isKeyFileNew).toBe(true)
    expect(statSync(database.keyFile).mode & 0o777).toBe(0o600)
    const before = readFileSync(database.keyFile, 'utf8')
    const again = await database.open(now)
    expect(again.isKeyFileNew).toBe(false)
    expect(readFileSync(database.keyFile, 'utf8')).toBe(before)
    expect(await again.claimWork(1, now())).toHaveLength(1)
  })

  test('missing beside a filled database is refused, and no new one is made', async () => {
    await fill()
    renameSync(database.keyFile, `${database.keyFile}.away`)
    await expect(open()).rejects.toThrow(`its key file ${database.keyFile} is missing`)
    expect(existsSync(database.keyFile)).toBe(false)
  })

  test('of another database is refused', async () => {
    await fill()
    const other = await create()
    await (await other.open(now)).close()
    writeFileSync(database.keyFile, readFileSync(other.keyFile))
    await other.remove()
    await expect(open()).rejects.toThrow('is not the one this database was written with')
  })

  test('with the right id and the wrong key is refused', async () => {
    await fill()
    const content = JSON.parse(readFileSync(database.keyFile, 'utf8'))
    content.keys[content.current] = Buffer.alloc(32, 7).toString('base64')
    writeFileSync(database.keyFile, JSON.stringify(content))
    await expect(open()).rejects.toThrow('is not the one this database was written with')
  })
})

describe('a key file that cannot be read', () => {
  test.each([
    ['not JSON', '{"version":1,"current":"k1","keys":{"k1":"c2VjcmV0LWtleS1tYXRlcmlhbA=='],
    ['a short key', JSON.stringify({ version: 1, current: 'k1', keys: { k1: 'c2VjcmV0LWtleS1tYXRlcmlhbA==' } })],
    ['no current key', JSON.stringify({ version: 1, current: 'k2', keys: {} })],
  ])('%s is named without its content', async (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), 'puente-key-'))
    const keyFile = join(folder, 'puente.key')
    writeFileSync(keyFile, content)
    const opening = openStore({ databaseUrl: `file:${join(folder, 'puente.db')}`, keyFile, now: () => 0 })
    const error = await opening.catch((reason: unknown) => reason)
    rmSync(folder, { recursive: true })
    expect(String(error)).toContain(keyFile)
    expect(String(error)).not.toContain('c2VjcmV0')
    expect((error as Error).cause).toBeUndefined()
  })
})

test('a database address of another kind is refused', async () => {
  const opening = openStore({ databaseUrl: 'mysql://here', keyFile: '/nowhere', now: () => 0 })
  await expect(opening).rejects.toThrow('DATABASE_URL must be file:PATH or postgres://…')
})
