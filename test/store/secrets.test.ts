import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { createPostgres, createSqlite, postgresServer, stopPostgres, type TestDatabase } from './engines.ts'
import { advocateId, handClock, inbound, reply, sms, takeOneTurn, turnOf } from './fixtures.ts'

afterAll(stopPostgres)

const PLANTED = {
  number: '+528681117742',
  digits: '8681117742',
  advocate: '+528681119953',
  text: 'Mi hijo Xochipilli Quetzalcoyotl tiene fiebre',
  name: 'Xochipilli',
  answer: 'Una abogada llamada Citlalmina te va a llamar',
  state: 'zona-del-puente-viejo',
  rota: 'Guadalupe Tonantzin',
  failure: 'fallo en la calle Matamoros 1742',
}

describe.each([
  { name: 'SQLite', create: createSqlite, folderOf: async (database: TestDatabase) => database.folder },
  { name: 'PostgreSQL', create: createPostgres, folderOf: async () => (await postgresServer()).dataFolder },
])('what is written to disk by $name', ({ create, folderOf }) => {
  let database: TestDatabase
  const clock = handClock()

  beforeEach(async () => {
    database = await create()
  })
  afterEach(() => database.remove())

  test('holds nothing in the clear, and after an erasure not even the ciphertext in the database', async () => {
    const store = await database.open(clock.now)
    const notices: string[] = []
    const listener = await listen(database, (notice) => notices.push(notice))
    await store.replaceRota(
      { people: [{ name: PLANTED.rota, phone: PLANTED.advocate }] },
      [{ advocate: advocateId('a1'), addresses: [sms(PLANTED.advocate)] }],
      clock.now(),
    )
    await store.commitTurns((await store.claimWork(1, clock.now())).map((work) => turnOf(work)))
    const { id } = await takeOneTurn(store, {
      id: 'SM1',
      from: sms(PLANTED.number),
      text: PLANTED.text,
      now: clock.now(),
      changes: (work) => ({
        state: { place: PLANTED.state },
        send: [
          reply(work, { id: 'm1', text: PLANTED.answer }),
          reply(work, { id: 'm2', text: PLANTED.text, to: { advocate: advocateId('a1'), channel: 'sms' } }),
        ],
        forward: [{ id: 'f1' as never, to: advocateId('a1'), body: { says: PLANTED.text }, at: clock.now() }],
        audit: [{ at: clock.now(), actor: 'a1', action: 'took', subject: 'K7M2' }],
      }),
    })
    await store.acceptInbound(inbound({ id: 'SM2', from: sms(PLANTED.number), text: PLANTED.text }))
    for (const work of await store.claimWork(5, clock.now())) await store.releaseWork(work, PLANTED.failure)
    await store.verifyAudit()

    const folder = await folderOf(database)
    expect(findPlanted(folder)).toEqual([])
    // The search itself is right: what must be readable is found.
    expect(find(folder, ['K7M2']).length).toBeGreaterThan(0)

    await store.eraseConversation(id, clock.now())
    expect(await store.findConversation(sms(PLANTED.number))).toBeNull()
    await store.close()
    expect(findPlanted(folder)).toEqual([])
    await listener.close()
    expect(notices.filter((notice) => notice !== '')).toEqual([])
  })

  test('an erased conversation leaves no ciphertext in the SQLite file or its log', async () => {
    if (!database.databaseUrl.startsWith('file:')) return
    const store = await database.open(clock.now)
    await takeOneTurn(store, { id: 'SM0', from: sms('+15550101000'), now: clock.now() })
    const { id } = await takeOneTurn(store, {
      id: 'SM1',
      from: sms(PLANTED.number),
      now: clock.now(),
      changes: (work) => ({ send: [reply(work, { id: 'mm1' })] }),
    })
    expect(find(database.folder, [id, 'mm1']).length).toBeGreaterThan(0)
    await store.eraseConversation(id, clock.now())
    expect(find(database.folder, [id, 'mm1'])).toEqual([])
  })
})

function findPlanted(folder: string): string[] {
  return find(folder, Object.values(PLANTED))
}

/** The planted words found in any file, as UTF-8, UTF-16, hexadecimal or base64. */
function find(folder: string, words: string[]): string[] {
  const forms = words.flatMap((word) => {
    const bytes = Buffer.from(word)
    return [
      bytes,
      Buffer.from(word, 'utf16le'),
      Buffer.from(bytes.toString('hex')),
      Buffer.from(bytes.toString('base64')),
    ]
  })
  const found: string[] = []
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file)
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue
    const content = readFileSync(path)
    for (const [index, form] of forms.entries()) {
      if (content.includes(form)) found.push(`${words[Math.trunc(index / 4)]} in ${file}`)
    }
  }
  return found
}

/** Every notice that goes over LISTEN and NOTIFY; none on SQLite. */
async function listen(database: TestDatabase, hear: (notice: string) => void): Promise<{ close(): Promise<void> }> {
  if (database.databaseUrl.startsWith('file:')) return { close: async () => {} }
  const client = new pg.Client({ connectionString: database.databaseUrl })
  await client.connect()
  client.on('notification', ({ payload }) => hear(payload ?? ''))
  await client.query('LISTEN puente_work')
  return { close: () => client.end() }
}
