import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { playable } from '../../../src/flow/check/check-bundle.ts'
import { readSubject, type Subject } from '../../../src/flow/check/subject.ts'
import type { Flow } from '../../../src/flow/compile-flow.ts'
import type { Conversation } from '../../../src/flow/conversation.ts'
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
    expect(proof.states).toBeGreaterThan(4000)
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
          if (!proof.walk.has(conversation)) throw new Error(`The proof has not been here:\n${told.join('\n')}`)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('takes two conversations for one only when nothing can tell them apart later', () => {
    const met = new Map<string, Conversation>()
    const dice = fc.array(fc.nat(1_000_000), { minLength: 45, maxLength: 45 })
    fc.assert(
      fc.property(dice, dice, (own, more) => {
        let conversation = say(beginning(flow), { kind: 'hello' })
        for (const [at, die] of own.entries()) {
          if (conversation.open === null) break
          // A second try has the key of the first.
          const key = `${proof.walk.keyOf(conversation)} ${conversation.open.tries}`
          const other = met.get(key)
          if (other === undefined) met.set(key, conversation)
          else stayAlike(conversation, other, more.slice(at))
          conversation = say(conversation, calmly(flow, conversation, die))
        }
      }),
      { numRuns: 250 },
    )
    expect(met.size).toBeGreaterThan(100)
  })

  function stayAlike(one: Conversation, other: Conversation, dice: number[]): void {
    const from = [one.answers, other.answers]
    const told: string[] = []
    let pair = [one, other] as const
    for (const die of dice) {
      const open = pair[0].open?.question
      if (open === undefined) break
      const said = calmly(flow, pair[0], die)
      told.push(`${open}: ${JSON.stringify(said)}`)
      pair = [say(pair[0], said), say(pair[1], said)]
      const [left, right] = pair.map(
        ({ level, paged, ended, later, open: next }) =>
          `${level} ${paged?.level} ${paged?.roles.toSorted()} ${ended} ${later} ${next?.question}`,
      )
      if (left !== right || proof.walk.keyOf(pair[0]) !== proof.walk.keyOf(pair[1]))
        throw new Error(`${JSON.stringify(from)}\nwere one, and differ after\n${told.join('\n')}\n${left}\n${right}`)
    }
  }

  const say = (conversation: Conversation, said: Said): Conversation =>
    takeTurn(flow, conversation, messageOf(said, NOW), NOW).conversation

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
    expect(conversation).toContain('They: 2 = last_month')
    expect(conversation.filter((line) => line.startsWith('They:')).length).toBeLessThan(20)
  })
})

/** Any answer, but of some the one after which there is more to ask: few random conversations see the later questions. */
function calmly(flow: Flow, conversation: Conversation, die: number): Said {
  for (let again = 0; again < 3; again++) {
    const said = anything(flow, conversation.open!.question, die + again * 7919)
    const next = takeTurn(flow, conversation, messageOf(said, NOW), NOW).conversation
    if (next.level !== 'P1' && next.ended === null) return said
  }
  return anything(flow, conversation.open!.question, die)
}

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
