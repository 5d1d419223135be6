import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beside dialogs/ and locales/; no part of the bundle. */
const NAME = '.puente-base'

/** The published bundle that the files of a folder were made from, or null when the folder does not say. */
export function readDraftBase(root: string): string | null {
  const path = join(root, NAME)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || null : null
}

/** Notes it, so that publishing the folder cannot undo what others publish meanwhile. */
export function writeDraftBase(root: string, id: string): void {
  writeFileSync(join(root, NAME), `${id}\n`)
}
