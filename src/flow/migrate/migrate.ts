import { parse, parseDocument } from 'yaml'
import { formatOf } from '../file-formats.ts'
import { patchYaml } from '../patch-yaml.ts'
import type { BundleFiles } from '../read-bundle.ts'
import { toVersion1 } from './to-version-1.ts'

/** One step from a version of the files to the next. */
export interface Migration {
  /** Why the format was changed, for coordinators. */
  why: string
  /** By name of the format, such as `texts`: plain data of the old version to that of the new one. Pure. */
  change: Record<string, (data: Record<string, unknown>) => Record<string, unknown>>
}

/** The step from each version to the next: the first leads from 0 to 1. */
export const migrations: readonly Migration[] = [toVersion1]

/** What this Puente reads and writes. */
export const NEWEST_VERSION = migrations.length

/** One file that was brought up. */
export interface Migrated {
  path: string
  from: number
  text: string
  /** Why its content changed, one line a step; none when only its version did. */
  why: string[]
}

/**
 * Brings old files up to the version that this Puente reads. Comments and layout stay where nothing changes.
 *
 * A file that cannot be read, or that is newer, is left as it is: reading it says what is wrong.
 */
export function migrateBundle(files: BundleFiles): Migrated[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const format = formatOf(path)
    const from = oldVersion(text)
    // A rota is no part of a bundle; it is read and kept on its own.
    if (format === undefined || format.name === 'rota' || from === null) return []
    let data = parse(text, { version: '1.2' }) as Record<string, unknown>
    const why: string[] = []
    for (const step of migrations.slice(from)) {
      const change = step.change[format.name]
      if (!change) continue
      data = change(data)
      why.push(step.why)
    }
    return [{ path, from, text: patchYaml(text, { ...data, version: NEWEST_VERSION }), why }]
  })
}

/** The files as this Puente reads them: those that are old are brought up, the others are the same texts. */
export function upToDate(files: BundleFiles): BundleFiles {
  const migrated = migrateBundle(files)
  return migrated.length === 0
    ? files
    : { ...files, ...Object.fromEntries(migrated.map(({ path, text }) => [path, text])) }
}

/** The version of a file that is older than the newest; null for every other text. Reads the file only if it looks old. */
function oldVersion(text: string): number | null {
  const written = text.match(/^version: *(\d+)[ \r]*(?:#.*)?$/m)?.[1]
  if (written === undefined || Number(written) >= NEWEST_VERSION) return null
  const document = parseDocument(text, { version: '1.2', uniqueKeys: true, logLevel: 'silent' })
  return document.errors.length === 0 && document.get('version') === Number(written) ? Number(written) : null
}
