import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { playable } from '../../../src/flow/check/check-bundle.ts'
import { readSubject, type Subject } from '../../../src/flow/check/subject.ts'
import type { Flow } from '../../../src/flow/compile-flow.ts'
import type { Conversation } from '../../../src/flow/conversation.ts'
import { type Proof, proveFlow } from '../../../src/flow/prove/prove-flow.ts'
import { messageOf, type Said } from '../../../src/flow/prove/said.ts'
import { beginning, interruptions, NOW } from '../../../src/flow/prove/walk.ts'
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
    // What the gate takes follows from this count; a change that doubles it is to be seen here and not by who waits.
    expect(proof.turns).toBeLessThan(130_000)
  })

  test('has been wherever a random conversation comes, with a word at any place of it', () => {
    const dice = fc.array(fc.nat(1_000_000), { minLength: 45, maxLength: 45 })
    fc.assert(
      fc.property(dice, fc.nat(30), fc.nat(1_000), (answers, place, word) => {
        let conversation = say(beginning(flow), { kind: 'hello' })
        let isPlain = true
        const told: string[] = []
        for (const [at, die] of answers.entries()) {
          const open = conversation.open?.question
          if (open === undefined) break
          const words = at >= place && isPlain ? interruptions(conversation) : []
          if (words.length > 0) isPlain = false
          const said = words[word % words.length] ?? anything(flow, open, die)
          told.push(`${open}: ${JSON.stringify(said)}`)
          conversation = say(conversation, said)
          if (!proof.walk.has(conversation, isPlain))
            throw new Error(`The proof has not been here:\n${told.join('\n')}`)
        }
      }),
      { numRuns: 1500, endOnFailure: true },
    )
  })

  test('takes two conversations for one only when nothing can tell them apart later', () => {
    const met = new Map<string, Conversation>()
    const dice = fc.array(fc.nat(1_000_000), { minLength: 45, maxLength: 45 })
    fc.assert(
      fc.property(dice, dice, fc.nat(5), (own, more, wait) => {
        let conversation = say(beginning(flow), { kind: 'hello' })
        for (const [at, die] of own.entries()) {
          if (conversation.open === null) break
          // A second try has the key of the first.
          const key = `${proof.walk.keyOf(conversation, true)} ${conversation.open.tries}`
          const other = met.get(key)
          if (other === undefined) met.set(key, conversation)
          else stayAlike(conversation, other, more.slice(at), wait)
          conversation = say(conversation, calmly(flow, conversation, die))
        }
      }),
      { numRuns: 250, endOnFailure: true },
    )
    expect(met.size).toBeGreaterThan(100)
  })

  /** Says the same to both; after `wait` answers a word, such as SOS. */
  function stayAlike(one: Conversation, other: Conversation, dice: number[], wait: number): void {
    const from = [one.answers, other.answers]
    const told: string[] = []
    let pair = [one, other] as const
    let isPlain = true
    for (const [at, die] of dice.entries()) {
      const open = pair[0].open?.question
      if (open === undefined) break
      const words = at >= wait && isPlain ? interruptions(pair[0]) : []
      if (words.length > 0) isPlain = false
      const said = words[die % words.length] ?? calmly(flow, pair[0], die)
      told.push(`${open}: ${JSON.stringify(said)}`)
      pair = [say(pair[0], said), say(pair[1], said)]
      // Whom a page goes to depends on whom one went to before; which flags call for one does not.
      const [left, right] = pair.map(
        ({ level, paged, ended, later, open: next }) => `${level} ${paged?.level} ${ended} ${later} ${next?.question}`,
      )
      if (left !== right || proof.walk.keyOf(pair[0], isPlain) !== proof.walk.keyOf(pair[1], isPlain))
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

  // What nobody is asked in one conversation, unless a word comes between: E2 after the questions about papers.
  test.each([
    [
      'a danger that counts no more after SOS',
      '{ question: E2, includes: selfharm }',
      '{ all: [{ question: E2, includes: selfharm }, { not: { question: LEG, includes: legal_question } }] }',
      'proof/promise SELFHARM_NOW',
      ['SOS', 'selfharm'],
    ],
    [
      'a wish for a person that counts no more after an answer',
      '{ event: person_word }',
      '{ all: [{ event: person_word }, { not: { question: LEG, includes: legal_question } }] }',
      'proof/at-any-time person',
      ['PERSON'],
    ],
  ])('shows %s', (_name, from, to, about, last) => {
    const files = smallBundle()
    const before = files['dialogs/rules.yaml']!
    files['dialogs/rules.yaml'] = before.replace(from, to)
    expect(files['dialogs/rules.yaml']).not.toBe(before)
    const weakened = readSubject(files).subject!
    const { broken } = proveFlow(playable(weakened), weakened.dialogs, weakened.promises)
    const found = broken.find(({ code, subject: what }) => `${code} ${what}` === about)
    expect(broken.map(({ code, subject: what }) => `${code} ${what}`)).toContain(about)
    const said = found!.conversation.filter((line) => line.startsWith('They:')).join('\n')
    expect(said).toMatch(new RegExp(['legal_question', ...last].join('[^]*')))
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
