import { createHash } from 'node:crypto'
import { bundleId } from './bundle-files.ts'
import type { BundleFiles } from './flow/read-bundle.ts'
import { type GateRequest, runGate } from './gate.ts'
import type { Problem } from './problem.ts'
import type { Store } from './store/store.ts'

/** One bundle that was published. It never changes. */
export interface PublishedBundle {
  id: string
  at: number
  by: string
  why: string
  /** Conversations under way were moved to it; otherwise they stay on the one they began with. */
  isUrgent: boolean
  /** The one in use before. */
  after: string | null
}

/** All that was ever published, oldest first, with each text kept once. The body of the document `bundle`. */
interface Shelf {
  published: (PublishedBundle & { files: Record<string, string> })[]
  texts: Record<string, string>
}
const emptyShelf: Shelf = { published: [], texts: {} }

/** What came of trying to publish. `id` is null when it was refused: by the gate, or because others were faster. */
export interface Publishing {
  id: string | null
  states: number | null
  problems: Problem[]
  warnings: Problem[]
  /** Published since the draft was begun, oldest first; the draft would undo what they changed. */
  overtakenBy: PublishedBundle[]
}

/**
 * Publishes a bundle, or refuses it: this is the only way in, and the gate stands in it.
 *
 * The same files again are the same bundle; publishing an older one anew restores it. Of two coordinators who began with
 * the same bundle the second is refused, however close together they are.
 *
 * @param note.after - the bundle that the draft was made from; null when it was made before anything was published
 */
export async function publishBundle(
  store: Pick<Store, 'readDocument' | 'replaceDocument' | 'addAudit' | 'hastenDue'>,
  files: BundleFiles,
  { by, why, isUrgent, after }: { by: string; why: string; isUrgent: boolean; after: string | null },
  context: Omit<GateRequest, 'files'>,
  gate: typeof runGate = runGate,
): Promise<Publishing> {
  const id = bundleId(files)
  const early = publishedSince((await readShelf(store)).shelf, after, id)
  if (early.length > 0) return { id: null, states: null, problems: [], warnings: [], overtakenBy: early }
  const { problems, warnings, states } = await gate({ files, ...context })
  if (problems.length > 0) return { id: null, states, problems, warnings, overtakenBy: [] }
  for (;;) {
    const { shelf, version } = await readShelf(store)
    const overtakenBy = publishedSince(shelf, after, id)
    if (overtakenBy.length > 0) return { id: null, states, problems, warnings, overtakenBy }
    const before = shelf.published.at(-1)?.id ?? null
    const { texts, paths } = shelve(shelf, files)
    const entry = { id, at: context.now, by, why, isUrgent, after: before, files: paths }
    const next: Shelf = { published: [...shelf.published, entry], texts }
    const isStored = await store.replaceDocument('bundle', next, { after: version, now: context.now })
    if (isStored !== null) break
  }
  await store.addAudit([
    { at: context.now, actor: by, action: isUrgent ? 'published_urgent' : 'published', subject: id },
  ])
  // Each conversation moves with its next turn, and each has its next turn now.
  if (isUrgent) await store.hastenDue(context.now)
  return { id, states, problems, warnings, overtakenBy: [] }
}

async function readShelf(store: Pick<Store, 'readDocument'>): Promise<{ shelf: Shelf; version: number }> {
  const document = await store.readDocument<Shelf>('bundle')
  return { shelf: document?.body ?? emptyShelf, version: document?.version ?? 0 }
}

/**
 * What others published since a draft was begun, oldest first: publishing the draft would undo it.
 *
 * @param after - the bundle that the draft was made from
 */
export async function overtaking(
  store: Pick<Store, 'readDocument'>,
  draft: BundleFiles,
  after: string | null,
): Promise<PublishedBundle[]> {
  return publishedSince((await readShelf(store)).shelf, after, bundleId(draft))
}

/** Nothing when the newest is the one that the draft was made from, or is the draft itself. */
function publishedSince({ published }: Shelf, after: string | null, id: string): PublishedBundle[] {
  const newest = published.at(-1)
  if (!newest || newest.id === after || newest.id === id) return []
  const start = published.findLastIndex((one) => one.id === after)
  return published.slice(start + 1).map(withoutFiles)
}

function shelve(shelf: Shelf, files: BundleFiles): { texts: Shelf['texts']; paths: Record<string, string> } {
  const texts = { ...shelf.texts }
  const paths: Record<string, string> = {}
  for (const [file, text] of Object.entries(files)) {
    const hash = createHash('sha256').update(text).digest('hex')
    texts[hash] = text
    paths[file] = hash
  }
  return { texts, paths }
}

const withoutFiles = ({ files: _, ...bundle }: Shelf['published'][number]): PublishedBundle => bundle

/** What was published, newest first. */
export async function listBundles(store: Pick<Store, 'readDocument'>): Promise<PublishedBundle[]> {
  const { shelf } = await readShelf(store)
  return shelf.published.map(withoutFiles).reverse()
}

/** The files of a published bundle; of the newest when `id` is null. Null when there is none. */
export async function readPublished(
  store: Pick<Store, 'readDocument'>,
  id: string | null,
): Promise<{ id: string; files: BundleFiles } | null> {
  const { shelf } = await readShelf(store)
  const found = id === null ? shelf.published.at(-1) : shelf.published.findLast((one) => one.id === id)
  if (!found) return null
  const files = Object.fromEntries(Object.entries(found.files).map(([file, hash]) => [file, shelf.texts[hash]!]))
  return { id: found.id, files }
}

/**
 * Which bundle a conversation runs on: the one that it began with, unless an urgent one was published after it; the
 * newest for a new conversation. Null before anything was published.
 *
 * @param own - the folder that the server runs until something is published; it comes before all that was published
 */
export async function bundleFor(
  store: Pick<Store, 'readDocument'>,
  began: string | null,
  own: string,
): Promise<string | null> {
  const { published } = (await readShelf(store)).shelf
  const newest = published.at(-1)?.id ?? null
  if (newest === null || began === null) return newest
  const start = published.findLastIndex(({ id }) => id === began)
  // A folder that no server runs any more cannot be read again.
  if (start < 0 && began !== own) return newest
  return published.slice(start + 1).findLast(({ isUrgent }) => isUrgent)?.id ?? began
}
