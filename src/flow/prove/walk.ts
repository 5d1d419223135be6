import type { Facts } from '../../triage/condition.ts'
import type { DangerCategory, QuestionId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import { type Conversation, newConversation } from '../conversation.ts'
import { takeTurn } from '../take-turn.ts'
import { factsFor, type Turn } from '../turn.ts'
import type { AnswerClasses } from './answer-classes.ts'
import { messageOf, type Said } from './said.ts'
import { END_OF_PLACE, type StateKey } from './state-key.ts'

/** One turn of the walk: what was said in which state, and what came of it. */
export interface Move {
  from: Conversation
  said: Said
  turn: Turn
  /** What conditions see after it. */
  facts: Facts
}

export interface Walk {
  /** Number of states that were told apart. */
  states: number
  turns: number
  isComplete: boolean
  /** What was said from the beginning to this state. */
  trailTo(state: number): Said[]
  /** @param isPlain - nothing but answers has been said so far */
  has(conversation: Conversation, isPlain: boolean): boolean
}

/** A walk ends here, so that a flow with far too many ways through it is refused and not waited for. */
const MOST_STATES = 100_000

/**
 * Walks every conversation that conditions can tell apart, through the engine that answers people: all answers, SKIP
 * and words that fit nothing, and at every place one interruption (0, SOS, PERSON, words of danger, a voice note) with
 * all that may be answered after it.
 *
 * @param look - sees every turn; `state` is where it comes from
 */
export function walk(
  flow: Flow,
  classes: ReadonlyMap<QuestionId, AnswerClasses>,
  keyOf: StateKey,
  look: (move: Move, state: number) => void,
  start: Conversation = beginning(flow),
): Walk {
  const seen = new Set<string>()
  const parents: number[] = []
  const saids: Said[] = []
  let turns = 0
  const queue: { conversation: Conversation; state: number; key: string | null }[] = []
  const interrupted = new Set<string>()
  const go = (from: Conversation, state: number, said: Said, isPlain: boolean) => {
    turns++
    const turn = takeTurn(flow, from, messageOf(said, NOW), NOW)
    const facts = factsFor(flow, turn.conversation)
    look({ from, said, turn, facts }, state)
    // Who comes back after a silence starts at the first question; that it is asked is seen here, and "yes" is walked on.
    if (isReturn(flow, from, said)) return
    const key = (isPlain ? 'plain ' : 'after ') + keyOf(turn.conversation, isPlain, facts)
    if (seen.has(key)) return
    seen.add(key)
    parents.push(state)
    saids.push(said)
    if (turn.conversation.ended !== null && sayable(flow, turn.conversation, classes).length === 0) return
    queue.push({ conversation: turn.conversation, state: parents.length - 1, key: isPlain ? key : null })
  }
  go(start, -1, { kind: 'hello' }, true)
  for (let at = 0; at < queue.length && seen.size <= MOST_STATES; at++) {
    const { conversation, state, key } = queue[at]!
    queue[at] = undefined as never
    for (const said of sayable(flow, conversation, classes))
      go(conversation, state, said, key !== null && conversation.ended === null)
    if (key === null) continue
    // What an interruption does depends on where the path stands, the level, the pages and the flags, not on answers.
    const place = key.slice(0, key.indexOf(END_OF_PLACE))
    if (interrupted.has(place)) continue
    interrupted.add(place)
    for (const said of interruptions(conversation)) go(conversation, state, said, false)
  }
  return {
    states: seen.size,
    turns,
    isComplete: seen.size <= MOST_STATES,
    trailTo: (state) => {
      const trail: Said[] = []
      for (let at = state; at >= 0; at = parents[at]!) trail.unshift(saids[at]!)
      return trail
    },
    has: (conversation, isPlain) =>
      seen.has((isPlain ? 'plain ' : 'after ') + keyOf(conversation, isPlain, factsFor(flow, conversation))),
  }
}

const isReturn = (flow: Flow, from: Conversation, said: Said): boolean =>
  from.ended !== null && said.kind === 'answer' && said.answer !== flow.data.sos.answer.is

/** An instant like any other; the proof is about what is said, waits are proven apart. */
export const NOW = Date.UTC(2026, 0, 5, 18)

/** A conversation whose language is known: that question is asked outside of every path. */
export const beginning = (flow: Flow): Conversation => ({
  ...newConversation(flow.bundle, flow.data.sos.path, 'sms'),
  language: flow.data.bridge_languages[0]!,
})

const DANGERS: DangerCategory[] = ['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm']

/** The answers that a person may give here, one example of each kind; also SKIP and words that fit nothing. */
export function sayable(
  flow: Flow,
  conversation: Conversation,
  classes: ReadonlyMap<QuestionId, AnswerClasses>,
): Said[] {
  const { open } = conversation
  if (conversation.ended !== null) {
    if (conversation.later !== 'first_question') return conversation.later === 'nothing' ? [{ kind: 'noise' }] : []
    return classes.get(flow.data.first_question)!.examples.map((answer) => ({ kind: 'answer', answer }))
  }
  if (open === null) return []
  const examples = classes.get(open.question)?.examples ?? []
  // A second try is read like the first: one answer shows that it goes on, the others come to the same states.
  const tried = open.tries > 0 ? examples.slice(0, 1) : examples
  const said: Said[] = tried.map((answer) => ({ kind: 'answer', answer }))
  if (open.tries === 0) said.push({ kind: 'skip' })
  said.push({ kind: 'noise' })
  return said
}

/** What may come at any time beside an answer. */
export function interruptions(conversation: Conversation): Said[] {
  if (conversation.ended !== null || conversation.open === null || conversation.open.tries > 0) return []
  const said: Said[] = (['stop', 'sos', 'person'] as const).map((word) => ({ kind: 'word', word }))
  for (const category of DANGERS) said.push({ kind: 'danger', category })
  said.push({ kind: 'danger', captive: true }, { kind: 'danger', changedWriter: true }, { kind: 'voice' })
  return said
}
