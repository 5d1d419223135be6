import { readBundleOnce } from '../bundle-cache.ts'
import { readBundleFiles } from '../bundle-files.ts'
import { readLikenessModel } from '../danger-files.ts'
import { assembleFlow, type RunningBundle } from '../flow/assemble-flow.ts'
import { readLanguageModel } from '../language-files.ts'
import { renderProblem } from '../problem.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'

/** Reads dialogs/ and locales/; problems go to standard error, then it is null. */
export function loadBundle(io: CommandIo, root = projectRoot, timeScale = 1): RunningBundle | null {
  const files = readBundleFiles(root)
  const { id, parts, problems } = readBundleOnce(root, files)
  for (const problem of problems)
    io.stderr.write(`${renderProblem(problem.source ?? '', files[problem.source ?? ''] ?? '', problem)}\n\n`)
  return (
    parts && assembleFlow(parts, { id, model: readLanguageModel(root), likeness: readLikenessModel(root), timeScale })
  )
}
