import { bundleId } from './bundle-files.ts'
import { readLikenessModel } from './danger-files.ts'
import { assembleFlow, type RunningBundle } from './flow/assemble-flow.ts'
import { readBundle } from './flow/bundle-parts.ts'
import type { BundleFiles } from './flow/read-bundle.ts'
import { readLanguageModel } from './language-files.ts'
import { projectRoot } from './project-root.ts'

/**
 * The bundle with the models of this installation.
 *
 * @param parts - the same files, where they were read already
 */
export function assemble(files: BundleFiles, parts = readBundle(files).parts): RunningBundle | null {
  if (parts === null) return null
  const [model, likeness] = [readLanguageModel(projectRoot), readLikenessModel(projectRoot)]
  return assembleFlow(parts, { id: bundleId(files), model, likeness })
}
