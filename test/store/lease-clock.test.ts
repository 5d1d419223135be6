import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { createPostgres, runSql, stopPostgres, type TestDatabase } from './engines.ts'
import { inbound, reply, sms, turnOf } from './fixtures.ts'

afterAll(stopPostgres)

const minute = 60_000

/** Nodes on machines whose clocks are apart, as they are when one of them lost its time server. */
describe.each([
  ['a minute ahead', minute],
  ['a minute behind', -minute],
  ['an hour ahead', 60 * minute],
  ['an hour behind', -60 * minute],
])('two nodes, the second %s', (_, apart) => {
  let database: TestDatabase
  const opened: OpenedStore[] = []
  beforeEach(async () => {
    database = await createPostgres()
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    await database.remove()
  })

  async function node(offset: number) {
    const now = () => Date.now() + offset
    const { databaseUrl, keyFile } = database
    const store = await openStore({ databaseUrl, keyFile, now })
    opened.push(store)
    await store.migrate()
    return { store, now }
  }

  /** What was due long before either clock says it is now. */
  async function nodesWithWork() {
    const [one, other] = [await node(0), await node(apart)]
    const at = Date.now() - 3 * 60 * minute
    await one.store.acceptInbound(inbound({ id: 'SM1', from: sms('+15550101000'), at }))
    return { one, other }
  }

  test('one holds a conversation', async () => {
    const { one, other } = await nodesWithWork()
    const [work] = await one.store.claimWork(5, one.now())
    expect(await other.store.claimWork(5, other.now())).toEqual([])
    expect((await one.store.commitTurns([turnOf(work!, { state: {} })])).refused).toEqual([])
  })

  test('one sends a page, and the other takes it over when the lease is over', async () => {
    const { one, other } = await nodesWithWork()
    const [work] = await one.store.claimWork(5, one.now())
    const at = Date.now() - 2 * 60 * minute
    await one.store.commitTurns([turnOf(work!, { state: {}, send: [{ ...reply(work!, { id: 'page' }), at }] })])
    const [held] = await one.store.claimOutbox(5, one.now())
    expect(await other.store.claimOutbox(5, other.now())).toEqual([])
    expect((await one.store.startAttempts([held!], one.now())).refused).toEqual([])
    expect(await other.store.claimOutbox(5, other.now())).toEqual([])

    await runSql(database, 'UPDATE outbox SET lease_until = lease_until - 26000')
    const [taken] = await other.store.claimOutbox(5, other.now())
    expect(taken).toMatchObject({ id: 'page', unknownOutcome: true })
    // The first comes back: what it does now is refused (fencing).
    expect((await one.store.startAttempts([held!], one.now())).refused).toEqual(['page'])
    expect((await other.store.startAttempts([taken!], other.now())).refused).toEqual([])
  })
})
