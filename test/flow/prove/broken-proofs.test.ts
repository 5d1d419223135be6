import { describe, expect, test } from '@jest/globals'
import { proveDialogs } from '../../../src/flow/check/check-bundle.ts'
import { readSubject } from '../../../src/flow/check/subject.ts'
import { broken, brokenCopies } from '../check/broken-copies.ts'
import { smallBundle } from '../check/small-bundle.ts'

/** One copy for each code, since each walk takes seconds. */
const copies = new Map(
  brokenCopies.filter(({ code }) => code.startsWith('proof/')).map((copy) => [copy.code, copy] as const),
)

describe('the proof', () => {
  const shipped = smallBundle()

  test.each([...copies])('says %s of a copy that breaks it', (code, copy) => {
    const { dialogs, promises } = readSubject(broken(shipped, copy)).subject!
    const found = proveDialogs({ dialogs, promises, labels: {} }).broken.filter((one) => one.code === code)
    expect(found.map(({ subject, message }) => `${subject}: ${message}`).join('\n')).toContain(copy.says ?? '')
    expect(found.length).toBeGreaterThan(0)
  })
})
