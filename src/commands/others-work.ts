import { diffBundles } from '../flow/diff-bundles.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import { type PublishedBundle, readPublished } from '../published-bundles.ts'
import type { Store } from '../store/store.ts'
import type { CommandIo } from './io.ts'

/**
 * What others published since a folder was made.
 *
 * @param work.after - the bundle that the folder was made from; null when it does not say
 */
export async function tellOthersWork(
  store: Pick<Store, 'readDocument'>,
  io: CommandIo,
  { files, after, overtakenBy }: { files: BundleFiles; after: string | null; overtakenBy: PublishedBundle[] },
): Promise<void> {
  const newest = overtakenBy.at(-1)!
  const theirs = (await readPublished(store, newest.id))!.files
  const base = after === null ? null : await readPublished(store, after)
  if (base === null) {
    io.stdout.write('This folder does not say which published bundle it was made from. In use is\n')
    io.stdout.write(`  ${nameOf(newest)}\nPublishing this folder would change:\n`)
  } else {
    io.stdout.write('Published since this folder was made:\n')
    for (const bundle of overtakenBy) io.stdout.write(`  ${nameOf(bundle)}\n`)
    io.stdout.write('That changed:\n')
  }
  for (const line of base === null ? diffBundles(theirs, files) : diffBundles(base.files, theirs))
    io.stdout.write(`  ${line}\n`)
}

export const nameOf = ({ id, at, by, why }: PublishedBundle): string =>
  `${id}  ${new Date(at).toISOString().slice(0, 16)}  ${by}: ${why}`
