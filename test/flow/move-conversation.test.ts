import { describe, expect, test } from '@jest/globals'
import type { Flow } from '../../src/flow/compile-flow.ts'
import { moveConversation, numberingOf } from '../../src/flow/move-conversation.ts'
import { nextSilenceAt, passTime } from '../../src/flow/pass-time.ts'
import { takeTurn } from '../../src/flow/take-turn.ts'
import type { EventId } from '../../src/types.ts'
import { bundle, Talk } from './conversation.ts'

/** The shipped flow as another bundle, with some of its questions changed. */
function changed(change: (data: Flow) => Partial<Flow>): Flow {
  return { ...bundle.flow, bundle: 'urgent', ...change(bundle.flow) }
}
const withoutQuestion = (id: string) =>
  changed(({ questions, paths }) => {
    const { [id]: _, ...left } = questions
    const kept = Object.entries(paths).map(([name, path]) => {
      const steps = path.steps.filter(({ question }) => question !== id)
      return [name, { steps, lastStepOf: new Map(steps.map(({ question }, index) => [question, index])) }] as const
    })
    return { questions: left, paths: Object.fromEntries(kept) }
  })
const withOptions = (id: string, digits: Record<string, number>) =>
  changed(({ questions }) => {
    const options = questions[id]!.options!.flatMap((option) =>
      digits[option.id] === undefined ? [] : [{ ...option, digit: digits[option.id]! }],
    )
    return { questions: { ...questions, [id]: { ...questions[id]!, options } } }
  })

/** Past the first questions, where somebody who falls silent is looked for. */
function atTheMedicalQuestion(): Talk {
  const talk = new Talk()
  talk.say('hello', '2', '1', '30', '1')
  expect(talk.open).toBe('MED_WHO')
  return talk
}
const shown = (talk: Talk) => numberingOf(bundle.flow, talk.open ?? undefined)
const move = (talk: Talk, flow: Flow) => moveConversation(flow, talk.conversation, shown(talk))
const say = (talk: Talk, flow: Flow, text: string) => {
  const message = { id: 'next' as EventId, at: talk.now, channel: 'sms' as const, text, media: [] }
  return takeTurn(flow, move(talk, flow).conversation, message, talk.now)
}

describe('a conversation that an urgent bundle takes over', () => {
  test('on its own bundle nothing is moved', () => {
    const talk = atTheMedicalQuestion()
    talk.conversation.bundle = bundle.flow.bundle
    expect(move(talk, bundle.flow)).toEqual({ conversation: talk.conversation, rule: null })
  })

  test('a question that stays is still open, and the answer counts', () => {
    const talk = atTheMedicalQuestion()
    const flow = changed(() => ({}))
    expect(move(talk, flow)).toMatchObject({
      rule: 'stays',
      conversation: { bundle: 'urgent', open: { question: 'MED_WHO', at: talk.conversation.open!.at } },
    })
    expect(say(talk, flow, '1').conversation.answers.MED_WHO).toBeDefined()
  })

  test('a question that is gone: the next message is no answer, and the next question comes', () => {
    const talk = atTheMedicalQuestion()
    const flow = withoutQuestion('MED_WHO')
    const { rule, conversation } = move(talk, flow)
    expect(rule).toBe('gone')
    expect(conversation.open).toBeNull()
    const turn = say(talk, flow, '1')
    expect(Object.keys(turn.conversation.answers)).toEqual(Object.keys(conversation.answers))
    expect(turn.conversation.open!.question).toBe(conversation.behind!.question)
    expect(turn.replies[0]!.parts.at(-1)).toEqual({ kind: 'question', id: conversation.behind!.question })
  })

  test('a question whose digits mean something else is asked anew: the digit was meant for the old text', () => {
    const talk = new Talk()
    talk.say('hello')
    expect(talk.open).toBe('E1')
    const [first, second] = bundle.flow.questions.E1!.options!
    const flow = withOptions('E1', { [first!.id]: 2, [second!.id]: 1 })
    expect(move(talk, flow).rule).toBe('renumbered')
    const turn = say(talk, flow, '1')
    expect(turn.conversation.answers.E1).toBeUndefined()
    expect(turn.conversation.open!.question).toBe('E1')
    // From here on the digit is meant for the new text.
    const message = { id: 'after' as EventId, at: talk.now, channel: 'sms' as const, text: '1', media: [] }
    expect(takeTurn(flow, turn.conversation, message, talk.now).conversation.answers.E1).toBe(second!.id)
  })

  test('what was shown is not known, as before this was kept: asked anew', () => {
    const talk = atTheMedicalQuestion()
    expect(
      moveConversation(
        changed(() => ({})),
        talk.conversation,
        null,
      ).rule,
    ).toBe('renumbered')
  })

  test('danger in the message that meets it is heard', () => {
    const talk = atTheMedicalQuestion()
    const turn = say(talk, withoutQuestion('MED_WHO'), 'my son is not breathing')
    expect(turn.conversation.level).toBe('P1')
    expect(turn.alerts).not.toEqual([])
  })

  test('whoever falls silent is looked for, counted from when they were last asked', () => {
    const talk = atTheMedicalQuestion()
    const flow = withoutQuestion('MED_WHO')
    const { conversation } = move(talk, flow)
    const before = nextSilenceAt(bundle.flow, talk.conversation)!
    expect(nextSilenceAt(flow, conversation)).toBe(before)
    const turn = passTime(flow, conversation, before)
    expect(turn.alerts).toMatchObject([{ level: 'P2' }])
    expect(turn.replies).toEqual([])
    // Once, and not with every turn after it.
    expect(passTime(flow, turn.conversation, before + 60_000).alerts).toEqual([])
  })

  test('answers to questions and options that are gone are dropped, the others stay', () => {
    const talk = atTheMedicalQuestion()
    const { answers } = talk.conversation
    expect(Object.keys(move(talk, withoutQuestion('AGE')).conversation.answers)).toEqual(
      Object.keys(answers).filter((id) => id !== 'AGE'),
    )
    const others = Object.fromEntries(
      bundle.flow.questions
        .MED!.options!.filter(({ id }) => id !== answers.MED && !(answers.MED as string[]).includes(id))
        .map(({ id, digit }) => [id, digit]),
    )
    expect(move(talk, withOptions('MED', others)).conversation.answers.MED).toBeUndefined()
  })

  test('flags and level stay, whatever the new rules make of the old answers', () => {
    const talk = new Talk()
    talk.say('hello', '1')
    expect(talk.conversation.level).toBe('P1')
    const flow = withoutQuestion('E2')
    const { conversation } = move(talk, flow)
    expect(conversation.level).toBe('P1')
    expect(Object.keys(conversation.kept)).toEqual(expect.arrayContaining(talk.flags))
    const turn = say(talk, flow, 'ok')
    expect(turn.conversation.level).toBe('P1')
    expect(Object.keys(turn.conversation.flags)).toEqual(expect.arrayContaining(talk.flags))
  })

  test('a path that is gone is left for the one that every conversation begins with', () => {
    const talk = atTheMedicalQuestion()
    talk.conversation.path = 'gone'
    const { conversation } = move(
      talk,
      changed(() => ({})),
    )
    expect(conversation.path).toBe(bundle.flow.data.sos.path)
  })

  test('the question behind a menu is kept, and left when it is gone', () => {
    const talk = atTheMedicalQuestion()
    talk.say('LANGUAGE')
    expect(talk.conversation.behind?.question).toBe('MED_WHO')
    const same = move(
      talk,
      changed(() => ({})),
    )
    expect(same).toMatchObject({ rule: 'stays', conversation: { behind: { question: 'MED_WHO' } } })
    const { rule, conversation } = move(talk, withoutQuestion('MED_WHO'))
    expect(rule).toBe('stays')
    expect(conversation.behind).toBeNull()
    expect(say(talk, withoutQuestion('MED_WHO'), '2').conversation.open).not.toBeNull()
  })

  test('a path that has ended stays ended', () => {
    const talk = new Talk()
    talk.say('hello', '0')
    const { conversation } = move(
      talk,
      changed(() => ({})),
    )
    expect(conversation).toMatchObject({ ended: talk.conversation.ended, open: null, behind: null })
  })
})
