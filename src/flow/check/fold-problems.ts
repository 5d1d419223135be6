import type { Problem } from '../../problem.ts'

/** More of one kind in one file have one cause, which a reader would not find among them. */
const MOST = 20

/**
 * Of many problems of one kind in one file only the first three are told, with how many more there are.
 *
 * @param problems - in the order in which they are told
 */
export function folded(problems: readonly Problem[]): Problem[] {
  const kindOf = ({ source, code }: Problem) => `${source} ${code}`
  const counts = new Map<string, number>()
  for (const problem of problems) counts.set(kindOf(problem), (counts.get(kindOf(problem)) ?? 0) + 1)
  const told = new Map<string, number>()
  return problems.flatMap((problem) => {
    const count = counts.get(kindOf(problem))!
    if (count <= MOST) return [problem]
    const at = (told.get(kindOf(problem)) ?? 0) + 1
    told.set(kindOf(problem), at)
    if (at > 3) return []
    if (at < 3) return [problem]
    return [
      {
        ...problem,
        message: `${problem.message}\n… and ${count - 3} more of this kind (${problem.code}) in this file.`,
      },
    ]
  })
}
