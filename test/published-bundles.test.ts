import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { bundleId, readBundleFiles } from '../src/bundle-files.ts'
import type { RunningBundle } from '../src/flow/assemble-flow.ts'
import type { runGate } from '../src/gate.ts'
import { projectRoot } from '../src/project-root.ts'
import { listBundles, publishBundle, readPublished } from '../src/published-bundles.ts'
import { runningBundles } from '../src/running-bundles.ts'
import type { Store } from '../src/store/store.ts'
import { createSqlite, engines, stopPostgres, type TestDatabase } from './store/engines.ts'
import { sms, takeOneTurn } from './store/fixtures.ts'

// The whole gate runs here, with its proof.
jest.setTimeout(300_000)

const now = Date.parse('2026-11-24T08:00:00Z')
const files = readBundleFiles(projectRoot)
const note = { by: 'Ana', why: 'the first one', isUrgent: false, after: null }
const context = { now, rota: null }

describe('the gate', () => {
  test('a refused draft leaves nothing behind; what is let through is proven', async () => {
    const database = await createSqlite()
    const store = await database.open(() => now)
    const draft = { ...files, 'dialogs/roles.yaml': files['dialogs/roles.yaml']!.replace('id: medical', 'id: medic') }
    const refused = await publishBundle(store, draft, note, context)
    expect(refused.id).toBeNull()
    expect(refused.problems.length).toBeGreaterThan(0)
    expect(await listBundles(store)).toEqual([])

    const { id, problems, states } = await publishBundle(store, files, note, context)
    expect(problems).toEqual([])
    expect(states).toBeGreaterThan(0)
    expect(id).toBe(bundleId(files))
    await database.remove()
  })

  test('stands on every road: nothing else writes a published bundle', () => {
    const writers = readdirSync(join(projectRoot, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => /(replaceDocument|writeDocument)(<[^>]*>)?\(\s*'bundle'/.test(readFileSync(path, 'utf8')))
      .map((path) => relative(projectRoot, path))
    expect(writers).toEqual([join('src', 'published-bundles.ts')])
  })
})

describe.each(engines)('publishing into $name', ({ create }) => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await create()
    store = await database.open(() => now)
  })
  afterEach(() => database.remove())

  const bundle = (text: string) => ({ 'dialogs/intake.yaml': text, 'locales/es/messages.json': '{}' })
  const letsThrough: typeof runGate = async () => ({ problems: [], warnings: [], states: 1 })
  const publish = (
    text: string,
    after: string | null,
    by = 'Ana',
    isUrgent = false,
    into = store,
    gate = letsThrough,
  ) => publishBundle(into, bundle(text), { by, why: `${text}, says ${by}`, isUrgent, after }, context, gate)
  const [a, b, c] = ['a', 'b', 'c'].map((text) => bundleId(bundle(text))) as [string, string, string]

  test('every bundle stays as it was, byte for byte, with who, when and why; an older one comes back', async () => {
    await publish('a', null)
    await publish('b', a, 'Ben')
    expect(await readPublished(store, a)).toEqual({ id: a, files: bundle('a') })
    expect(await readPublished(store, null)).toEqual({ id: b, files: bundle('b') })
    expect(await readPublished(store, 'unknown')).toBeNull()
    await publish('a', b, 'Cleo', true)
    expect(await readPublished(store, null)).toEqual({ id: a, files: bundle('a') })
    expect(await listBundles(store)).toEqual([
      { id: a, at: now, by: 'Cleo', why: 'a, says Cleo', isUrgent: true, after: b },
      { id: b, at: now, by: 'Ben', why: 'b, says Ben', isUrgent: false, after: a },
      { id: a, at: now, by: 'Ana', why: 'a, says Ana', isUrgent: false, after: null },
    ])
    const audit = (await store.readAudit(0, 10)).map(({ actor, action, subject }) => [actor, action, subject])
    expect(audit).toEqual([
      ['Ana', 'published', a],
      ['Ben', 'published', b],
      ['Cleo', 'published_urgent', a],
    ])
  })

  test('two at once: one is published, the other is told by whom it was overtaken, and nothing is lost', async () => {
    await publish('a', null)
    const other = await database.open(() => now)
    let waiting = 0
    let open = () => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    // Each is past the first look, and neither has written, when both go on.
    const gate: typeof runGate = async (request) => {
      if (++waiting === 2) open()
      await both
      return letsThrough(request)
    }
    const results = await Promise.all([
      publish('b', a, 'Ben', false, store, gate),
      publish('c', a, 'Cleo', false, other, gate),
    ])
    const [winner, loser] = results[0].id === null ? [results[1], results[0]] : [results[0], results[1]]
    expect([b, c]).toContain(winner.id)
    expect(loser).toMatchObject({ id: null, overtakenBy: [{ id: winner.id }] })
    expect((await listBundles(other)).map(({ id }) => id)).toEqual([winner.id, a])
    // Made anew from what is in use by now, it goes in.
    expect((await publish('d', winner.id, 'Cleo', false, other)).id).not.toBeNull()
  })

  test('whoever began before others published is told of each, without waiting for the gate', async () => {
    await publish('a', null)
    await publish('b', a, 'Ben')
    await publish('c', b, 'Cleo')
    const never: typeof runGate = async () => {
      throw new Error('The gate was asked')
    }
    const late = await publish('d', a, 'Ana', false, store, never)
    expect(late).toMatchObject({ id: null, overtakenBy: [{ by: 'Ben' }, { by: 'Cleo' }] })
    const blind = await publish('d', null, 'Ana', false, store, never)
    expect(blind.overtakenBy).toHaveLength(3)
    expect(await listBundles(store)).toHaveLength(3)
  })

  test('an urgent one gives every conversation a turn at once, a quiet one none', async () => {
    const phone = sms('+528681110001')
    await takeOneTurn(store, { id: 'SM1', from: phone, now, changes: () => ({ dueAt: now + 3_600_000 }) })
    await publish('a', null)
    expect(await store.claimWork(5, now)).toEqual([])
    await publish('b', a, 'Ben', true)
    expect(await store.claimWork(5, now)).toHaveLength(1)
  })
})

afterAll(stopPostgres)

describe('the bundle that a conversation runs on', () => {
  const cases: [what: string, published: string, began: string | null, runs: string][] = [
    ['nothing was published: the folder', '', null, 'own'],
    ['a new conversation: the newest', 'A B', null, 'B'],
    ['one under way stays', 'A B', 'A', 'A'],
    ['an urgent one moves it', 'A B!', 'A', 'B'],
    ['an urgent one moves it, a quiet one after that does not', 'A B! C', 'A', 'B'],
    ['one that began after the urgent one stays', 'A! B C', 'B', 'B'],
    ['restored: new conversations have the old one again', 'A B A', null, 'A'],
    ['restored in a hurry: those on the mistake are moved back', 'A B A!', 'B', 'A'],
    ['began on the folder, nothing urgent since: the folder', 'A B', 'own', 'own'],
    ['began on the folder: the urgent one, not the quiet one after it', 'A B! C', 'own', 'B'],
    ['the folder itself was published: it stays on it', 'own B', 'own', 'own'],
    ['the folder itself was published, then an urgent one', 'own B!', 'own', 'B'],
    ['began on a folder that is gone: the newest', 'A B', 'gone', 'B'],
  ]

  test.each(cases)('%s', async (_, published, began, runs) => {
    const texts = { text: 'version: 1' }
    const shelf = published
      .split(' ')
      .filter((id) => id !== '')
      .map((id) => ({ id: id.replace('!', ''), isUrgent: id.endsWith('!'), files: { file: 'text' } }))
    const store: Pick<Store, 'readDocument'> = {
      readDocument: async <T>() =>
        shelf.length === 0 ? null : { version: 1, body: { published: shelf, texts } as unknown as T },
    }
    const bundleNamed = (bundle: string) => ({ flow: { bundle } }) as RunningBundle
    const bundleOf = runningBundles({ store, own: bundleNamed('own'), load: (_, id) => bundleNamed(id) })
    expect((await bundleOf(began)).flow.bundle).toBe(runs)
  })
})
