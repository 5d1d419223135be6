import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleId } from './bundle-files.ts'
import { type BundleParts, readBundle } from './flow/bundle-parts.ts'
import type { BundleFiles } from './flow/read-bundle.ts'
import type { Problem } from './problem.ts'
import { indexWords } from './triage/danger-words.ts'

/**
 * Reads a bundle, or takes what an earlier start read from the very same files with the very same code: reading YAML
 * with the place of every word costs a second, which a restart in the middle of a night should not.
 *
 * @throws RangeError if a phrase of a lexicon of danger words cannot be read
 * @param root - the project's folder; what is kept lies in node_modules/.cache, and may be deleted at any time
 */
export function readBundleOnce(
  root: string,
  files: BundleFiles,
): { id: string; parts: BundleParts | null; problems: Problem[] } {
  const id = bundleId(files)
  const folder = join(root, 'node_modules/.cache/puente')
  const path = join(folder, `${id}-${codeHash(root)}.json`)
  try {
    return { id, parts: JSON.parse(readFileSync(path, 'utf8')) as BundleParts, problems: [] }
  } catch {
    const read = readBundle(files)
    if (read.parts !== null) {
      // Built late when it runs, so a phrase that cannot be read has to be found here.
      for (const { value } of read.parts.lexicons) indexWords(value)
      keep(folder, path, read.parts)
    }
    return { id, ...read }
  }
}

/** Keeping is a help, not a need: a folder that cannot be written to changes nothing but the time of the next start. */
function keep(folder: string, path: string, parts: BundleParts): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const old of readdirSync(folder)) rmSync(join(folder, old), { force: true })
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, JSON.stringify(parts))
    renameSync(draft, path)
  } catch {
    return
  }
}

/** Changes with every source file that reads or checks: what another version of the code read is not believed. */
function codeHash(root: string): string {
  const hash = createHash('sha256')
  for (const folder of ['flow', 'triage', 'language', 'handoff'])
    for (const entry of readdirSync(join(root, 'src', folder), { withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
      const { size, mtimeMs } = statSync(join(entry.parentPath, entry.name))
      hash.update(`${entry.name}:${size}:${mtimeMs}\n`)
    }
  return hash.digest('hex').slice(0, 12)
}
