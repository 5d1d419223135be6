import type { RunPlan } from './plan-run.ts'

/**
 * Leaves out people and faults for as long as the run still breaks, and gives back the smallest plan found.
 *
 * @param isBroken - plays a plan; the same promise must break, or the smaller run tells another story
 * @param tries - how many runs it may cost
 */
export async function shrink(
  plan: RunPlan,
  isBroken: (plan: RunPlan) => Promise<boolean>,
  tries = 60,
): Promise<RunPlan> {
  let smallest = plan
  let left = tries
  for (const part of ['people', 'faults'] as const) {
    // Halves first, then quarters, down to one by one.
    for (let size = Math.ceil(smallest[part].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < smallest[part].length && left > 0; ) {
        const fewer = { ...smallest, [part]: smallest[part].toSpliced(from, size) }
        left -= 1
        if (await isBroken(fewer)) smallest = fewer
        else from += size
      }
    }
  }
  return smallest
}
