import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { BundleFiles } from '../flow/read-bundle.ts'
import type { Rota } from '../handoff/rota.ts'
import type { Store } from '../store/store.ts'

/** A rota as the gate looks at it. */
export interface RotaText {
  /** A path, or what else names it to its reader. */
  file: string
  text: string
}

/** A rota file that somebody named; null when it cannot be read. */
export function readRotaFile(file: string): RotaText | null {
  try {
    return { file, text: readFileSync(file, 'utf8') }
  } catch {
    return null
  }
}

/**
 * Whoever is on call where a bundle is published: the rota of that database; where it has none yet, the one that the
 * bundle is demonstrated with.
 */
export async function rotaInUse(store: Pick<Store, 'readDocument'>, files: BundleFiles): Promise<RotaText | null> {
  const found = await store.readDocument<Rota>('rota')
  if (found !== null) return { file: `the rota in use (version ${found.version})`, text: stringify(found.body) }
  const own = 'dialogs/demonstration/rota.yaml'
  return files[own] === undefined ? null : { file: own, text: files[own] }
}
