import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { playable } from '../../../src/flow/check/check-bundle.ts'
import { readSubject, type Subject } from '../../../src/flow/check/subject.ts'
import type { Flow } from '../../../src/flow/compile-flow.ts'
import { type Proof, proveFlow } from '../../../src/flow/prove/prove-flow.ts'
import { messageOf, type Said } from '../../../src/flow/prove/said.ts'
import { beginning, NOW } from '../../../src/flow/prove/walk.ts'
import { takeTurn } from '../../../src/flow/take-turn.ts'
import { smallBundle } from '../check/small-bundle.ts'

describe('the proof of the shipped protocol', () => {
  let subject: Subject
  let flow: Flow
  let proof: Proof
  beforeAll(() => {
    subject = readSubject(smallBundle()).subject!
    flow = playable(subject)
    proof = proveFlow(flow, subject.dialogs, subject.promises)
  })

  test('finds nothing that breaks a promise, and walks all of it', () => {
    expect(proof.broken).toEqual([])
    expect(proof.isComplete).toBe(true)
    expect(proof.states).toBeGreaterThan(10_000)
  })

  test('has been wherever a random conversation of answers comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 45, maxLength: 45 }), (dice) => {
        let conversation = takeTurn(flow, beginning(flow), messageOf({ kind: 'hello' }, NOW), NOW).conversation
        const told: string[] = []
        for (const die of dice) {
          const open = conversation.open?.question
          if (open === undefined) break
          const said = anything(flow, open, die)
          told.push(`${open}: ${JSON.stringify(said)}`)
          conversation = takeTurn(flow, conversation, messageOf(said, NOW), NOW).conversation
          if (!proof.walk.has(conversation, true)) throw new Error(`The proof has not been here:\n${told.join('\n')}`)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('shows the shortest conversation that breaks a promise', () => {
    const files = smallBundle()
    files['dialogs/rules.yaml'] = files['dialogs/rules.yaml']!.replace(
      '    when: { question: SH, is: last_month }',
      '    when: { all: [{ question: SH, is: last_month }, { not: { question: TR2, is: before } }] }',
    )
    const weakened = readSubject(files).subject!
    const { broken } = proveFlow(playable(weakened), weakened.dialogs, weakened.promises)
    expect(broken.map(({ code, subject: about }) => `${code} ${about}`)).toEqual(['proof/promise SELFHARM'])
    const { conversation } = broken[0]!
    expect(conversation).toContain('They: last_month')
    expect(conversation.filter((line) => line.startsWith('They:')).length).toBeLessThan(20)
  })
})

/** Any answer that the question takes, SKIP, or words that fit nothing. */
function anything(flow: Flow, question: string, die: number): Said {
  const data = flow.questions[question]!
  if (die % 11 === 0) return { kind: 'skip' }
  if (die % 13 === 0) return { kind: 'noise' }
  if (data.answer === 'number') {
    const { min, max } = data.number!
    return { kind: 'answer', answer: min + (die % (max - min + 1)) }
  }
  const options = data.options!.map(({ id }) => id)
  if (data.answer === 'one') return { kind: 'answer', answer: options[die % options.length]! }
  const chosen = options.filter((_, index) => (die >> index) & 1)
  return { kind: 'answer', answer: chosen.length > 0 ? chosen : [options[die % options.length]!] }
}
