import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { KeyFile } from '../../src/store/key-file.ts'
import { openStore } from '../../src/store/open-store.ts'
import { NewerSchemaError, SCHEMA_VERSION, StoreUnavailableError } from '../../src/store/schema-version.ts'
import { keyOf } from '../../src/store/sqlite/conversations.ts'
import { SqliteEngine } from '../../src/store/sqlite/engine.ts'
import { acceptInbound } from '../../src/store/sqlite/inbound.ts'
import { Vault } from '../../src/store/vault.ts'
import {
  createPostgres,
  createSqlite,
  engines,
  postgresServer,
  runSql,
  stopPostgres,
  type TestDatabase,
} from './engines.ts'
import { handClock, inbound, reply, sms, takeOneTurn, turnOf } from './fixtures.ts'

afterAll(stopPostgres)

const maria = sms('+528681110001')
let database: TestDatabase
let clock: ReturnType<typeof handClock>
beforeEach(() => {
  clock = handClock()
})
afterEach(() => database.remove())

describe.each(engines)('the store on $name', ({ create }) => {
  beforeEach(async () => {
    database = await create()
  })

  test('an older Puente stops when a newer one has changed the schema under it', async () => {
    const store = await database.open(clock.now)
    await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
    await runSql(database, "UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    await expect(store.acceptInbound(inbound({ id: 'SM2', from: maria }))).rejects.toThrow(NewerSchemaError)
    await expect(store.claimWork(1, clock.now())).rejects.toThrow(NewerSchemaError)
    await expect(database.open(clock.now)).rejects.toThrow('schema version 99')
    await runSql(database, `UPDATE meta SET value = '${SCHEMA_VERSION}' WHERE key = 'schema_version'`)
    expect(await store.claimWork(1, clock.now())).toMatchObject([{ events: [{ id: 'SM1' }] }])
  })

  test('migrating twice, also at once, is migrating once', async () => {
    const { databaseUrl, keyFile } = database
    const nodes = await Promise.all(
      [1, 2].map(() => openStore({ databaseUrl, keyFile, now: clock.now, leases: 'caller' })),
    )
    await Promise.all(nodes.map((node) => node.migrate()))
    await nodes[0]!.acceptInbound(inbound({ id: 'SM1', from: maria }))
    expect(await nodes[1]!.findConversation(maria)).toEqual(expect.any(String))
    await nodes[1]!.migrate()
    for (const node of nodes) await node.close()
  })

  test.each([
    ['a row was changed', "UPDATE audit SET actor = 'eve' WHERE seq = 2", 2],
    ['a row was removed', 'DELETE FROM audit WHERE seq = 2', 2],
    ['the last row was removed', 'DELETE FROM audit WHERE seq = 3', 3],
    ['two rows changed places', 'UPDATE audit SET seq = CASE seq WHEN 1 THEN 102 ELSE 101 END WHERE seq < 3', 1],
  ])('the audit shows that %s', async (_, sql, brokenAt) => {
    const store = await database.open(clock.now)
    const audit = ['took', 'asked', 'closed'].map((action) => ({ at: 5, actor: 'ana', action, subject: 'K7M2' }))
    await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes: () => ({ audit }) })
    expect(await store.verifyAudit()).toEqual({ ok: true, rows: 3 })
    await runSql(database, sql)
    expect(await store.verifyAudit()).toEqual({ ok: false, brokenAt })
  })
})

describe('SQLite', () => {
  beforeEach(async () => {
    database = await createSqlite()
  })
  const path = () => database.databaseUrl.slice('file:'.length)

  test('while another process holds the lock, messages wait; then they are stored', async () => {
    const store = await database.open(clock.now)
    const other = new DatabaseSync(path())
    other.exec('BEGIN IMMEDIATE')
    const answers = Promise.all([1, 2, 3].map((n) => store.acceptInbound(inbound({ id: `SM${n}`, from: maria }))))
    let isAnswered = false
    void answers.then(() => {
      isAnswered = true
    })
    // The event loop goes on meanwhile; a health check, for instance, is answered.
    for (let round = 0; round < 20; round++) await store.health(clock.now())
    expect(isAnswered).toBe(false)
    other.exec('ROLLBACK')
    expect(await answers).toEqual(['stored', 'stored', 'stored'])
    other.close()
  })

  test('a long reader does not hold messages up', async () => {
    const store = await database.open(clock.now)
    const reader = new DatabaseSync(path())
    reader.exec('BEGIN; SELECT COUNT(*) FROM events')
    expect(await store.acceptInbound(inbound({ id: 'SM1', from: maria }))).toBe('stored')
    reader.exec('COMMIT')
    reader.close()
  })

  test('a back-up made under load is whole, private, and does not send by itself', async () => {
    const store = await database.open(clock.now)
    const { id } = await takeOneTurn(store, {
      id: 'SM0',
      from: maria,
      now: clock.now(),
      changes: (work) => ({ send: [reply(work, { id: 'm1', at: clock.now() })] }),
    })
    const copy = join(database.folder, 'copy.db')
    const load = Promise.all(
      Array.from({ length: 300 }, (_, n) => store.acceptInbound(inbound({ id: `SM${n + 1}`, from: maria }))),
    )
    await store.backUp(copy)
    await load
    await expect(store.backUp(copy)).rejects.toThrow('overwrites nothing')
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const { keyFile } = database
    const restored = await openStore({ databaseUrl: `file:${copy}`, keyFile, now: clock.now })
    await restored.migrate()
    expect((await restored.readConversation(id))!.version).toBe(1)
    expect(await restored.claimOutbox(5, clock.now())).toEqual([])
    await restored.setSendingPaused(false, { by: 'ana', at: clock.now() })
    expect(await restored.claimOutbox(5, clock.now())).toHaveLength(1)
    await restored.close()
    expect(await store.claimOutbox(5, clock.now())).toHaveLength(1)
  })

  test('a full disk refuses messages, and takes them again when there is room', async () => {
    const { keyFile } = database
    await (await database.open(clock.now)).close()
    const vault = new Vault({ keys: KeyFile.read(keyFile), randomBytes })
    const engine = new SqliteEngine({ path: path(), vault, now: clock.now })
    vault.setHashKey(keyOf(engine, 'hash'))
    // SQLite gives the same answer when the file system has no more room.
    engine.db.exec('PRAGMA max_page_count = 90')
    const accepted: string[] = []
    let refusal: unknown = null
    for (let n = 0; n < 500 && !refusal; n++) {
      const event = inbound({ id: `SM${n}`, from: maria, text: 'x'.repeat(1000) })
      await acceptInbound(engine, event)
        .then(() => accepted.push(event.providerId))
        .catch((error: unknown) => {
          refusal = error
        })
    }
    expect(refusal).toBeInstanceOf(StoreUnavailableError)
    expect(String(refusal)).toContain('the disk is full')
    expect(engine.lastFailure).toContain('the disk is full')
    engine.db.exec('PRAGMA max_page_count = 1000000')
    const refused = `SM${accepted.length}`
    expect(await acceptInbound(engine, inbound({ id: refused, from: maria }))).toBe('stored')
    expect(engine.lastFailure).toBeNull()
    expect(await acceptInbound(engine, inbound({ id: accepted.at(-1)!, from: maria }))).toBe('duplicate')
    expect(engine.all('SELECT id FROM events ORDER BY seq').map((row) => (row as { id: string }).id)).toEqual([
      ...accepted,
      refused,
    ])
    await engine.close()
  })

  test('a damaged file is refused, not used', async () => {
    const store = await database.open(clock.now)
    for (let n = 0; n < 50; n++) await store.acceptInbound(inbound({ id: `SM${n}`, from: maria }))
    await store.close()
    const bytes = readFileSync(path())
    bytes.fill(0xaa, 4096 * 3, 4096 * 20)
    writeFileSync(path(), bytes)
    await expect(database.open(clock.now)).rejects.toThrow(/damaged|malformed/)
  })

  test('a log cut anywhere gives a state that was once true', async () => {
    const store = await database.open(clock.now)
    const { keyFile, folder } = database
    const before = join(folder, 'before.db')
    for (let n = 0; n < 30; n++) await store.acceptInbound(inbound({ id: `SM${n}`, from: maria }))
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), async (part, isFlipped) => {
        copyFileSync(path(), before)
        copyFileSync(`${path()}-wal`, `${before}-wal`)
        const log = readFileSync(`${before}-wal`)
        const at = Math.min(log.length - 1, Math.trunc(log.length * part))
        if (isFlipped) {
          log[at] = log[at]! ^ 0x10
          writeFileSync(`${before}-wal`, log)
        } else {
          truncateSync(`${before}-wal`, at)
        }
        const opened = await openStore({ databaseUrl: `file:${before}`, keyFile, now: clock.now }).catch(() => null)
        if (!opened) return
        try {
          await opened.migrate()
          const [work] = await opened.claimWork(1, clock.now())
          const ids = (work?.events ?? []).map(({ id }) => id)
          expect(ids).toEqual(Array.from({ length: ids.length }, (_, n) => `SM${n}`))
        } finally {
          await opened.close()
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('PostgreSQL', () => {
  beforeEach(async () => {
    database = await createPostgres()
  })

  test('a message that comes while the server is down is stored when it is back', async () => {
    const server = await postgresServer()
    const store = await database.open(clock.now)
    await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
    await server.kill()
    await expect(store.findConversation(maria)).rejects.toThrow(StoreUnavailableError)
    await expect(store.claimWork(1, clock.now())).rejects.toThrow(StoreUnavailableError)
    const answer = store.acceptInbound(inbound({ id: 'SM2', from: maria }))
    await server.start()
    expect(await answer).toBe('stored')
    const [work] = await store.claimWork(1, clock.now())
    expect(work!.events.map(({ id }) => id)).toEqual(['SM1', 'SM2'])
    expect((await store.health(clock.now())).ok).toBe(true)
  })

  test('a dump restored elsewhere starts with sending paused', async () => {
    const store = await database.open(clock.now)
    expect(await store.isSendingPaused()).toBe(false)
    await runSql(database, "UPDATE meta SET value = 'another server/5' WHERE key = 'home'")
    const restored = await database.open(clock.now)
    expect(await restored.isSendingPaused()).toBe(true)
    await restored.setSendingPaused(false, { by: 'ana', at: clock.now() })
    expect(await (await database.open(clock.now)).isSendingPaused()).toBe(false)
  })

  test('connections cut in the middle of everything lose nothing and double nothing', async () => {
    const store = await database.open(clock.now)
    let isRunning = true
    const cut = async () => {
      for (let round = 0; round < 10 && isRunning; round++) {
        await runSql(
          database,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ).catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
    const cutting = cut()
    const write = async (client: number) => {
      for (let n = 0; n < 15; n++) {
        await store.acceptInbound(inbound({ id: `SM${client}.${n}`, from: sms(`+155501010${client}0`) }))
      }
    }
    await Promise.all([1, 2, 3].map(write))
    isRunning = false
    await cutting
    const works = await store.claimWork(5, clock.now())
    const heard = works.map(({ events }) => events.length)
    expect(heard).toEqual([15, 15, 15])
    expect(await store.commitTurns(works.map((work) => turnOf(work)))).toEqual({ refused: [] })
  })

  test('other nodes are woken by a notice', async () => {
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    let woken = () => {}
    const isWoken = new Promise<void>((resolve) => {
      woken = resolve
    })
    let isListening = () => {}
    const listening = new Promise<void>((resolve) => {
      isListening = resolve
    })
    // The first waking says that the connection listens.
    let wakings = 0
    nodes[1]!.onWake(() => (++wakings === 1 ? isListening() : woken()))
    await listening
    await nodes[0]!.acceptInbound(inbound({ id: 'SM1', from: maria }))
    await isWoken
  })
})
