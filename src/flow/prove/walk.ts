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
  /** Names the state of a conversation; `isPlain` says that nothing but answers has been said so far. */
  keyOf(conversation: Conversation, isPlain: boolean): string
  /** Whether the walk has been at such a conversation. */
  has(conversation: Conversation, isPlain: boolean): boolean
}

/** A state from which nothing has been said yet. */
interface Waiting {
  conversation: Conversation
  state: number
  isPlain: boolean
  /** The question was asked before in the same state, and answered in every way. */
  isAskedAgain: boolean
  /** Words are tried once at each; null where none is. */
  place: string | null
}

/** A walk ends here, so that a flow with far too many ways through it is refused and not waited for. */
const MOST_STATES = 100_000

/**
 * Walks every conversation that conditions can tell apart, through the engine that answers people: all answers, SKIP
 * and words that fit nothing; in every state that answers lead to also each word that may come at any time (0, SOS,
 * PERSON, words of danger, a voice note, a language that we cannot write), and all that may be answered after it.
 * After a word the words are said again once at every place, level and set of flags that turn the path, not in every
 * state: that would be three times as many turns.
 *
 * After each turn it is forgotten who was paged, so that each turn must page by itself whoever its flags need. That asks
 * for more than people have, never for less: pages of before only keep a role from being paged twice, and nothing but
 * the choice of pages looks at them.
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
  const sayable = sayings(flow, classes)
  const parents: number[] = []
  const saids: Said[] = []
  let turns = 0
  const queue: Waiting[] = []
  const interrupted = new Set<string>()
  const go = (from: Conversation, state: number, said: Said, isPlain: boolean) => {
    turns++
    const turn = takeTurn(flow, from, messageOf(said, NOW), NOW)
    const { conversation } = turn
    const facts = factsFor(flow, conversation)
    look({ from, said, turn, facts }, state)
    // Who comes back after a silence starts at the first question; that it is asked is seen here, and "yes" is walked on.
    if (isReturn(flow, from, said)) return
    let place: string | null = null
    // Asked once more after words that fit nothing: goes with the first try, since nothing else has changed.
    const isAskedAgain = said.kind === 'noise' && isSecondTry(conversation)
    if (!isAskedAgain) {
      const key = keyOf(conversation, isPlain, facts)
      if (seen.has(key)) return
      seen.add(key)
      place = isPlain ? key : key.slice(0, key.indexOf(END_OF_PLACE))
    }
    parents.push(state)
    saids.push(said)
    if (conversation.ended !== null && sayable(conversation, isAskedAgain).length === 0) return
    queue.push({
      conversation: { ...conversation, paged: null },
      state: parents.length - 1,
      isPlain: isPlain && conversation.ended === null,
      isAskedAgain,
      place,
    })
  }
  const nameOf = (conversation: Conversation, isPlain: boolean) =>
    keyOf(conversation, isPlain, factsFor(flow, conversation))
  const atFirstTry = (conversation: Conversation): Conversation =>
    isSecondTry(conversation) ? { ...conversation, open: { ...conversation.open!, tries: 0 } } : conversation
  go(start, -1, { kind: 'hello' }, true)
  for (let at = 0; at < queue.length && seen.size <= MOST_STATES; at++) {
    const { conversation, state, isPlain, isAskedAgain, place } = queue[at]!
    queue[at] = undefined as never
    for (const said of sayable(conversation, isAskedAgain)) go(conversation, state, said, isPlain)
    if (place === null || interrupted.has(place)) continue
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
    keyOf: (conversation, isPlain) => nameOf(atFirstTry(conversation), isPlain),
    has: (conversation, isPlain) =>
      seen.has(nameOf(atFirstTry(conversation), isPlain)) || seen.has(nameOf(conversation, isPlain)),
  }
}

/** Asked once more. */
const isSecondTry = ({ ended, open }: Conversation): boolean => ended === null && open?.tries === 1

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

const SKIP: Said = { kind: 'skip' }
const NOISE: Said = { kind: 'noise' }

/** What a person may say in a conversation: the answers, one example of each kind, SKIP and words that fit nothing. */
function sayings(
  flow: Flow,
  classes: ReadonlyMap<QuestionId, AnswerClasses>,
): (conversation: Conversation, isAskedAgain: boolean) => readonly Said[] {
  const answers = new Map<QuestionId, Said[]>()
  for (const [id, { examples }] of classes)
    answers.set(
      id,
      examples.map((answer) => ({ kind: 'answer', answer })),
    )
  const atFirst = new Map([...answers].map(([id, own]) => [id, [...own, SKIP, NOISE]]))
  // Asked again nothing else is read: one answer shows that it goes on, the others come to the same states.
  const onceMore = new Map([...answers].map(([id, own]) => [id, [...own.slice(0, 1), NOISE]]))
  return ({ ended, later, open }, isAskedAgain) => {
    if (ended !== null) {
      if (later === 'first_question') return answers.get(flow.data.first_question)!
      return later === 'nothing' ? [NOISE] : []
    }
    if (open === null) return []
    return (isAskedAgain ? onceMore : atFirst).get(open.question) ?? [NOISE]
  }
}

/**
 * What may come at any time beside an answer, and changes more than the language or a text: whoever has chosen another
 * language goes on where they were, and so does whoever asks WHY or DATA.
 */
const INTERRUPTIONS: readonly Said[] = [
  ...(['stop', 'sos', 'person'] as const).map((word): Said => ({ kind: 'word', word })),
  ...DANGERS.map((category): Said => ({ kind: 'danger', category })),
  { kind: 'danger', captive: true },
  { kind: 'danger', changedWriter: true },
  { kind: 'voice' },
  { kind: 'unwritten_language' },
]

/** Words come where a question is open for the first time; at a second try they do the same, since no word counts tries. */
export const interruptions = ({ ended, open }: Conversation): readonly Said[] =>
  ended !== null || open === null || open.tries > 0 ? [] : INTERRUPTIONS
