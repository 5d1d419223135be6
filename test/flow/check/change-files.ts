import type { BundleFiles } from '../../../src/flow/read-bundle.ts'

/** One change of the shipped files. */
export interface FileChange {
  file: string
  /** Text that stands there; or a pattern. A file that is not there is empty. */
  find: string | RegExp
  /** null takes the file away. */
  replace: string | null
}

/** The files with one change; every place that is found is changed. */
export function changed(files: BundleFiles, { file, find, replace }: FileChange): BundleFiles {
  const { [file]: before, ...others } = files
  if (replace === null && before !== undefined) return others
  const after =
    typeof find === 'string' ? (before ?? '').split(find).join(replace!) : (before ?? '').replace(find, replace!)
  if (after === before || replace === null) throw new Error(`${file} has nothing like ${find}`)
  return { ...files, [file]: after }
}
