import { describe, expect, test } from '@jest/globals'
import { assemble } from '../../../src/assemble-files.ts'
import { canonical } from '../../../src/flow/check/accepted.ts'
import { checkBundle } from '../../../src/flow/check/check-bundle.ts'
import type { BundleFiles } from '../../../src/flow/read-bundle.ts'
import type { Problem } from '../../../src/problem.ts'
import { broken, brokenCopies, soundCopies, warnedCopies } from './broken-copies.ts'
import { changed } from './change-files.ts'
import { smallBundle } from './small-bundle.ts'

const shipped = smallBundle()
const accepted = canonical(shipped)
const rotaFile = 'dialogs/demonstration/rota.yaml'

/** Without the proof: it has tests of its own, since each walk takes seconds. */
function check(files: BundleFiles, playsStories = false): { problems: Problem[]; warnings: Problem[] } {
  return checkBundle(files, {
    now: Date.UTC(2026, 10, 24, 12),
    rota: { file: rotaFile, text: files[rotaFile] ?? '' },
    fingerprint: (text) => (text === accepted ? acceptedMark(shipped) : 'other'),
    proves: false,
    ...(playsStories && { assemble }),
  })
}

const acceptedMark = (files: BundleFiles): string =>
  files['dialogs/promises-accepted.yaml']!.match(/fingerprint: "?(\w+)/)![1]!

describe('the publish gate', () => {
  test.each(brokenCopies.filter(({ code }) => !code.startsWith('proof/')).map((copy) => [copy.name, copy] as const))(
    'refuses %s',
    (_name, copy) => {
      const { problems } = check(broken(shipped, copy), copy.code === 'scenario/differs')
      const named = problems.filter(({ code }) => code === copy.code)
      expect(problems.map(({ code }) => code)).toContain(copy.code)
      if (copy.says) expect(named.map(({ message }) => message).join('\n')).toContain(copy.says)
    },
  )

  test.each(warnedCopies.map((copy) => [copy.name, copy] as const))('lets pass and tells of %s', (_name, copy) => {
    const { problems, warnings } = check(broken(shipped, copy))
    expect(problems).toEqual([])
    const named = warnings.filter(({ code }) => code === copy.code)
    expect(named.map(({ message }) => message).join('\n')).toContain(copy.says)
  })

  test.each(soundCopies.map((copy) => [copy.name, copy] as const))('lets pass: %s', (_name, copy) => {
    expect(check(copy.changes.reduce(changed, shipped)).problems).toEqual([])
  })

  test('finds everything at once, each with its place', () => {
    const files = brokenCopies.slice(0, 3).reduce(broken, shipped)
    const { problems } = check(files)
    expect(new Set(problems.map(({ code }) => code)).size).toBeGreaterThanOrEqual(2)
    for (const problem of problems) expect(problem.line).toBeGreaterThan(0)
  })
})
