import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals'
import { bundleId, readBundleFiles } from '../src/bundle-files.ts'
import { projectRoot } from '../src/commands/load-bundle.ts'
import type { RunningBundle } from '../src/flow/assemble-flow.ts'
import { listBundles, publishBundle, readPublished } from '../src/published-bundles.ts'
import { runningBundles } from '../src/running-bundles.ts'
import type { Store } from '../src/store/store.ts'
import { engines, stopPostgres, type TestDatabase } from './store/engines.ts'

// The whole gate runs here, with its proof, once for each engine.
jest.setTimeout(300_000)

const now = Date.parse('2026-11-24T08:00:00Z')
const files = readBundleFiles(projectRoot)
const note = { by: 'Ana', why: 'the first one', isUrgent: false }
const context = { now, rota: null }

describe.each(engines)('publishing into $name', ({ create }) => {
  let database: TestDatabase
  afterEach(() => database.remove())

  test('a refused draft leaves nothing behind; what is let through comes back byte for byte', async () => {
    database = await create()
    const store = await database.open(() => now)
    await store.migrate()
    const draft = { ...files, 'dialogs/roles.yaml': files['dialogs/roles.yaml']!.replace('id: medical', 'id: medic') }
    const refused = await publishBundle(store, draft, note, context)
    expect(refused.id).toBeNull()
    expect(refused.problems.length).toBeGreaterThan(0)
    expect(await listBundles(store)).toEqual([])

    const { id, problems } = await publishBundle(store, files, note, context)
    expect(problems).toEqual([])
    expect(id).toBe(bundleId(files))
    expect(await readPublished(store, null)).toEqual({ id, files })
    expect(await readPublished(store, 'unknown')).toBeNull()
    expect(await listBundles(store)).toEqual([{ id, at: now, ...note, after: null }])
    await store.close()
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
