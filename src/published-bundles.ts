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

/**
 * Publishes a bundle, or refuses it: this is the only way in, and the gate stands in it.
 *
 * The same files again are the same bundle; publishing an older one anew restores it.
 *
 * @returns `id` is null when it was refused; `problems` says why
 */
export async function publishBundle(
  store: Pick<Store, 'readDocument' | 'writeDocument'>,
  files: BundleFiles,
  note: { by: string; why: string; isUrgent: boolean },
  context: Omit<GateRequest, 'files'>,
): Promise<{ id: string | null; states: number | null; problems: Problem[]; warnings: Problem[] }> {
  const { problems, warnings, states } = await runGate({ files, ...context })
  if (problems.length > 0) return { id: null, states, problems, warnings }
  const shelf = (await store.readDocument<Shelf>('bundle'))?.body ?? emptyShelf
  const texts = { ...shelf.texts }
  const paths: Record<string, string> = {}
  for (const [file, text] of Object.entries(files)) {
    const hash = createHash('sha256').update(text).digest('hex')
    texts[hash] = text
    paths[file] = hash
  }
  const id = bundleId(files)
  const after = shelf.published.at(-1)?.id ?? null
  const entry = { id, at: context.now, ...note, after, files: paths }
  await store.writeDocument('bundle', { published: [...shelf.published, entry], texts }, context.now)
  return { id, states, problems, warnings }
}

/** What was published, newest first. */
export async function listBundles(store: Pick<Store, 'readDocument'>): Promise<PublishedBundle[]> {
  const shelf = (await store.readDocument<Shelf>('bundle'))?.body ?? emptyShelf
  return shelf.published.map(({ files: _, ...bundle }) => bundle).reverse()
}

/** The files of a published bundle; of the newest when `id` is null. Null when there is none. */
export async function readPublished(
  store: Pick<Store, 'readDocument'>,
  id: string | null,
): Promise<{ id: string; files: BundleFiles } | null> {
  const shelf = (await store.readDocument<Shelf>('bundle'))?.body ?? emptyShelf
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
  const { published } = (await store.readDocument<Shelf>('bundle'))?.body ?? emptyShelf
  const newest = published.at(-1)?.id ?? null
  if (newest === null || began === null) return newest
  const start = published.findLastIndex(({ id }) => id === began)
  // A folder that no server runs any more cannot be read again.
  if (start < 0 && began !== own) return newest
  return published.slice(start + 1).findLast(({ isUrgent }) => isUrgent)?.id ?? began
}
