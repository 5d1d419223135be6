import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { BundleFiles } from './flow/read-bundle.ts'

const kept = /\.(ya?ml|json)$/

/**
 * Reads all that coordinators edit: dialogs/ and locales/ below a folder.
 *
 * @returns path with forward slashes, below the folder, to content; sorted by path
 */
export function readBundleFiles(root: string): BundleFiles {
  const files: BundleFiles = {}
  for (const folder of ['dialogs', 'locales'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !kept.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      files[relative(root, path).split(sep).join('/')] = readFileSync(path, 'utf8')
    }
  return Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The content address of a bundle: the same files always have the same. */
export function bundleId(files: BundleFiles): string {
  const hash = createHash('sha256')
  for (const path of Object.keys(files).sort()) hash.update(path).update('\0').update(files[path]!).update('\0')
  return hash.digest('hex').slice(0, 16)
}
