import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { restoreBackUp, writeBackUp } from '../../src/store/back-up-file.ts'
import type { OpenedStore } from '../../src/store/open-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { readSnapshot } from '../../src/store/snapshot.ts'
import { createPostgres, createSqlite, engines, stopPostgres, type TestDatabase } from './engines.ts'
import { advocateId, caseCode, handClock, importRota, inbound, reply, sms, takeOneTurn } from './fixtures.ts'

afterAll(stopPostgres)

const maria = sms('+528681110001')
const passphrase = 'seven words that only two people know'

describe.each(
  engines.flatMap(({ name, create }) => [
    { from: name, create, to: 'SQLite', createOther: createSqlite },
    { from: name, create, to: 'PostgreSQL', createOther: createPostgres },
  ]),
)('a back-up of $from restored into $to', ({ create, createOther }) => {
  let source: TestDatabase
  let target: TestDatabase
  let store: OpenedStore
  let clock: ReturnType<typeof handClock>
  const path = () => join(source.folder, 'night.puente')

  beforeEach(async () => {
    clock = handClock()
    source = await create()
    target = await createOther()
    store = await source.open(clock.now)
  })
  afterEach(async () => {
    await source.remove()
    await target.remove()
  })

  const backUp = () => writeBackUp({ databaseUrl: source.databaseUrl, path: path(), passphrase, now: clock.now() })

  /** As the command does it: the schema first, with the key file of the source. */
  async function restore(words = passphrase): Promise<OpenedStore> {
    const options = { databaseUrl: target.databaseUrl, keyFile: source.keyFile, now: clock.now }
    const empty = await openStore(options)
    await empty.migrate()
    await empty.close()
    await restoreBackUp({
      databaseUrl: target.databaseUrl,
      path: path(),
      passphrase: words,
    })
    const restored = await openStore(options)
    await restored.migrate()
    return restored
  }

  async function converse() {
    await importRota(store, [{ advocate: advocateId('ana'), addresses: [sms('+528681119001')] }], clock.now())
    return takeOneTurn(store, {
      id: 'SM1',
      from: maria,
      text: 'no respira',
      now: clock.now(),
      changes: (work) => ({
        dueAt: clock.now() + 300_000,
        send: [reply(work, { id: 'm1', at: clock.now(), ratherTwice: true })],
        audit: [{ at: clock.now(), actor: 'puente', action: 'alert', subject: 'K7M2' }],
        case: {
          code: caseCode('K7M2'),
          conversation: work.id,
          level: 'P1',
          roles: [],
          status: 'open',
          takenBy: [],
          openedAt: clock.now(),
          alertAt: clock.now(),
        },
      }),
    })
  }

  test('made under load holds one instant; all of it is there again, and nothing is sent until a human says so', async () => {
    const { id } = await converse()
    const load = Promise.all(
      Array.from({ length: 200 }, (_, n) => store.acceptInbound(inbound({ id: `SMx${n}`, from: maria }))),
    )
    await backUp()
    await load
    const restored = await restore()
    try {
      expect((await restored.readConversation(id))!.state).toEqual({ turns: 1 })
      expect(await restored.findConversation(maria)).toBe(id)
      expect(await restored.openCases()).toMatchObject([{ code: 'K7M2', level: 'P1', status: 'open' }])
      expect((await restored.readThread(id))[0]).toMatchObject({ direction: 'in', text: 'no respira' })
      expect(await restored.verifyAudit()).toEqual({ ok: true, rows: 1 })
      expect(await restored.acceptInbound(inbound({ id: 'SM1', from: maria }))).toBe('duplicate')
      expect(await restored.isSendingPaused()).toBe(true)
      expect(await restored.claimOutbox(5, clock.now())).toEqual([])
      await restored.setSendingPaused(false, { by: 'ana', at: clock.now() })
      // It may have gone out since the back-up, so the provider is asked before.
      expect(await restored.claimOutbox(5, clock.now())).toMatchObject([{ id: 'm1', unknownOutcome: true }])
    } finally {
      await restored.close()
    }
  }, 30_000)

  test('more rows than one statement takes are all there again, in their order', async () => {
    await converse()
    await Promise.all(
      Array.from({ length: 1_203 }, (_, n) => store.acceptInbound(inbound({ id: `SMx${n}`, from: maria }))),
    )
    await backUp()
    await (await restore()).close()
    expect(await rowsOf(target)).toEqual(await rowsOf(source))
  }, 30_000)

  test('a database that holds something is left as it is', async () => {
    await converse()
    await backUp()
    const other = await target.open(clock.now)
    await other.acceptInbound(inbound({ id: 'SM9', from: maria }))
    await expect(restoreBackUp({ databaseUrl: target.databaseUrl, path: path(), passphrase })).rejects.toThrow(
      'holds data already',
    )
    expect(await other.acceptInbound(inbound({ id: 'SM9', from: maria }))).toBe('duplicate')
  })
})

/** But what a restore changes on purpose: messages that waited, and whether sending is held. */
async function rowsOf({ databaseUrl }: TestDatabase): Promise<unknown[]> {
  const rows = []
  for await (const { table, values } of readSnapshot(databaseUrl))
    if (table !== 'outbox')
      rows.push([table, ...values.map((value) => (value instanceof Uint8Array ? [...value] : value))])
  return rows
}

describe('a back-up file', () => {
  test('shows nothing, opens with no other passphrase, and not when a byte was changed or it was cut short', async () => {
    const clock = handClock()
    const source = await createSqlite()
    const target = await createSqlite()
    const store = await source.open(clock.now)
    await takeOneTurn(store, { id: 'SM_visible', from: maria, now: clock.now() })
    const path = join(source.folder, 'b.puente')
    await writeBackUp({ databaseUrl: source.databaseUrl, path, passphrase, now: 0 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(source.folder).filter((name) => name.endsWith('.part'))).toEqual([])
    const whole = readFileSync(path)
    expect(whole.toString('latin1')).not.toMatch(/SM_visible|conversations|\+52/)
    await target.open(clock.now)
    const restore = (words: string) => restoreBackUp({ databaseUrl: target.databaseUrl, path, passphrase: words })
    await expect(restore('another')).rejects.toThrow('the passphrase is another one')
    for (const at of [10, 30, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1
      writeFileSync(path, changed)
      await expect(restore(passphrase)).rejects.toThrow()
    }
    writeFileSync(path, whole.subarray(0, -3))
    await expect(restore(passphrase)).rejects.toThrow('cut short')
    writeFileSync(path, Buffer.concat([whole, Buffer.from('x')]))
    await expect(restore(passphrase)).rejects.toThrow('added')
    writeFileSync(path, whole)
    expect(await restore(passphrase)).toBeGreaterThan(3)
    await source.remove()
    await target.remove()
  }, 30_000)

  test('what a killed back-up left behind stops nothing and is taken away; one that is under way is left alone', async () => {
    const source = await createSqlite()
    await source.open(handClock().now)
    const path = join(source.folder, 'b.puente')
    const [killed, underWay] = [`${path}.0a1b2c3d.part`, `${path}.4e5f6a7b.part`]
    for (const part of [killed, underWay]) writeFileSync(part, 'half')
    const anHourAgo = Date.now() / 1000 - 3600
    utimesSync(killed, anHourAgo, anHourAgo)
    await writeBackUp({ databaseUrl: source.databaseUrl, path, passphrase, now: 0 })
    expect(existsSync(path)).toBe(true)
    expect(existsSync(killed)).toBe(false)
    expect(existsSync(underWay)).toBe(true)
    await source.remove()
  }, 30_000)
})
