import { describe, expect, test } from '@jest/globals'
import { GroupCommit, rejectOverdue, type Waiting } from '../../src/store/group-commit.ts'

describe('group commit', () => {
  test('jobs that wait together share one commit, and each has its own answer', async () => {
    const batches: number[][] = []
    const group = new GroupCommit<number>(async (batch) => {
      batches.push(batch.map(({ job }) => job))
      for (const { job, resolve } of batch) resolve(job * 10)
    })
    const answers = await Promise.all([1, 2, 3].map((job) => group.add<number>(job)))
    expect(answers).toEqual([10, 20, 30])
    expect(batches).toEqual([[1, 2, 3]])
  })

  test('what comes in during a commit is in the next one', async () => {
    const batches: number[][] = []
    let finishFirst = () => {}
    const first = new Promise<void>((resolve) => {
      finishFirst = resolve
    })
    const group = new GroupCommit<number>(async (batch) => {
      batches.push(batch.map(({ job }) => job))
      if (batches.length === 1) {
        for (const job of [2, 3, 4]) void group.add(job)
        finishFirst()
      }
      for (const { resolve } of batch) resolve(undefined)
    })
    await group.add(1)
    await first
    await group.idle()
    expect(batches).toEqual([[1], [2, 3, 4]])
  })

  test('a commit that fails fails its jobs and not the next', async () => {
    let isBroken = true
    const group = new GroupCommit<number>(async (batch) => {
      if (isBroken) throw new Error('disk')
      for (const { resolve } of batch) resolve('done')
    })
    await expect(group.add(1)).rejects.toThrow('disk')
    isBroken = false
    expect(await group.add(2)).toBe('done')
  })

  test('only what has waited too long is rejected', () => {
    const rejected: number[] = []
    const entry = (job: number, waitedMs: number): Waiting<number> => ({
      job,
      resolve: () => {},
      reject: () => rejected.push(job),
      since: performance.now() - waitedMs,
    })
    const left = rejectOverdue([entry(1, 9000), entry(2, 10)], 5000, new Error('late'))
    expect(left.map(({ job }) => job)).toEqual([2])
    expect(rejected).toEqual([1])
  })
})
