import { describe, expect, test } from '@jest/globals'
import { checkBundle } from '../../../src/flow/check/check-bundle.ts'
import { badInputs } from './bad-inputs.ts'
import { smallBundle } from './small-bundle.ts'

const shipped = smallBundle()

describe('bad input', () => {
  test.each(badInputs.map((one) => [one.name, one] as const))(
    '%s is told, or read',
    (_name, { change, code, says }) => {
      const { problems } = checkBundle(change(shipped), { now: Date.UTC(2026, 10, 24, 12), rota: null, proves: false })
      if (code === null) {
        expect(problems).toEqual([])
        return
      }
      const named = problems.filter((problem) => problem.code === code)
      expect(problems.map((problem) => problem.code)).toContain(code)
      if (says) expect(named.map(({ message }) => message).join('\n')).toContain(says)
    },
  )
})
