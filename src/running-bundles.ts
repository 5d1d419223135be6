import type { RunningBundle } from './flow/assemble-flow.ts'
import type { BundleFiles } from './flow/read-bundle.ts'
import { bundleFor, readPublished } from './published-bundles.ts'
import type { Store } from './store/store.ts'

/**
 * Finds the bundle that a conversation runs on; each is made ready once. Before anything was published that is the
 * folder with which the server was started.
 *
 * @param parts.load - makes published files run
 */
export function runningBundles(parts: {
  store: Pick<Store, 'readDocument'>
  own: RunningBundle
  load(files: BundleFiles, id: string): RunningBundle
}): (began: string | null) => Promise<RunningBundle> {
  const { store, own, load } = parts
  const ready = new Map([[own.flow.bundle, own]])
  return async (began) => {
    const id = await bundleFor(store, began, own.flow.bundle)
    if (id === null || id === own.flow.bundle) return own
    const known = ready.get(id)
    if (known) return known
    const found = await readPublished(store, id)
    if (found === null) return own
    const bundle = load(found.files, id)
    ready.set(id, bundle)
    return bundle
  }
}
