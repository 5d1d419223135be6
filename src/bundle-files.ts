import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { BundleFiles } from './flow/read-bundle.ts'
import type { Problem } from './problem.ts'

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

/**
 * The same for a draft that somebody is still working at: what cannot be read is told and not thrown.
 *
 * Links are not followed, since one could lead out of the folder, or round in a circle.
 */
export function readDraftFiles(root: string): { files: BundleFiles; problems: Problem[] } {
  const files: BundleFiles = {}
  const problems: Problem[] = []
  const report = (source: string, code: string, message: string) =>
    problems.push({ source, code, line: 1, column: 1, message })
  const readFolder = (folder: string): void => {
    let entries: ReturnType<typeof readEntries>
    try {
      entries = readEntries(join(root, folder))
    } catch (error) {
      report(folder, 'file/cannot-read', `The folder ${folder} cannot be read: ${reasonOf(error)}.`)
      return
    }
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`
      if (entry.isSymbolicLink()) {
        report(
          path,
          'file/link',
          `${path} is a link to another place, and links are not followed. Put the file itself here.`,
        )
        continue
      }
      if (entry.isDirectory()) readFolder(path)
      if (!entry.isFile() || !kept.test(entry.name)) continue
      try {
        const { size } = statSync(join(root, path))
        if (size > LARGEST_BYTES)
          report(path, 'file/too-large', `The file has ${size} bytes; at most ${LARGEST_BYTES} are read.`)
        else files[path] = readFileSync(join(root, path), 'utf8')
      } catch (error) {
        report(path, 'file/cannot-read', `${path} cannot be read: ${reasonOf(error)}.`)
      }
    }
  }
  for (const folder of ['dialogs', 'locales']) readFolder(folder)
  return { files: Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))), problems }
}

const readEntries = (folder: string) => readdirSync(folder, { withFileTypes: true })

/** A file of a million characters in any script is below it. */
const LARGEST_BYTES = 4_000_000

const REASONS: Record<string, string> = {
  EACCES: 'this user is not allowed to',
  EPERM: 'this user is not allowed to',
  ENOENT: 'it is not there',
  ENOTDIR: 'it is a file and not a folder',
  ELOOP: 'it is a link that leads in a circle',
}
const reasonOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException
  return REASONS[code ?? ''] ?? `the system says ${code ?? 'nothing more'}`
}

/** The content address of a bundle: the same files always have the same. */
export function bundleId(files: BundleFiles): string {
  const hash = createHash('sha256')
  for (const path of Object.keys(files).sort()) hash.update(path).update('\0').update(files[path]!).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** Of a text, short enough to be read aloud. */
export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
