import type { Facts, TurnEvent } from '../triage/condition.ts'
import { isAtLeast } from '../triage/condition.ts'
import { type Assessment, assess } from '../triage/rules.ts'
import type {
  DangerCategory,
  FlagId,
  IncomingMessage,
  Language,
  Level,
  MessageId,
  QuestionId,
  RoleId,
} from '../types.ts'
import type { Flow, Path } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'

/** One piece of a reply. Parts of one reply are joined by a line break, since two SMS may arrive in either order. */
export type Part =
  | { kind: 'question'; id: QuestionId; language?: Language }
  | { kind: 'text'; id: MessageId; language?: Language }
  /** Names of likely languages in their own scripts, with digits. */
  | { kind: 'language_choice'; languages: Language[] }
export interface Reply {
  parts: Part[]
}

/** Who is to be paged now; protocol section 5, Pages. */
export interface Alert {
  reason: 'first' | 'rise' | 'second_role' | 'more_words'
  level: Level
  roles: RoleId[]
}

/** What one message, or the passing of time, comes to. A value: the shell carries it out. */
export interface Turn {
  conversation: Conversation
  replies: Reply[]
  alerts: Alert[]
  /** Words that are no answer: they go to the case and to whoever has it. */
  isForTheCase: boolean
  /** The path ended in this turn, and why. */
  ended: string | null
  /** The person asked for a person although somebody has the case. */
  asksForSomeoneElse: boolean
  /** `now` everything, `words` what was said while the case goes on, `later` when the case closes. */
  erase: 'now' | 'words' | 'later' | null
  /** "Nobody reached me": the case opens again at this level. */
  reopens: Level | null
  /** The answer to "may I write it down for a lawyer?". */
  agreesToRecord: boolean | null
}

/** A turn while it is being worked out. */
export interface Draft {
  flow: Flow
  conversation: Conversation
  /** As it was before. */
  before: Conversation
  now: number
  message: IncomingMessage | null
  events: Set<TurnEvent>
  /** Categories that this message's own words named. */
  heard: DangerCategory[]
  answered: QuestionId | null
  /** The question that was open when the message came. */
  openQuestion: QuestionId | null
  /** Place in the path: of the open question first, then of the next one. */
  position: number
  assessment: Assessment
  turn: Turn
}

export const END_OF_PATH = Number.POSITIVE_INFINITY

/** Copies what a turn changes, so that the conversation that came in stays as it was. */
export function beginDraft(flow: Flow, before: Conversation, message: IncomingMessage | null, now: number): Draft {
  const conversation: Conversation = {
    ...before,
    answers: { ...before.answers },
    kept: { ...before.kept },
    danger: { ...before.danger },
    open: before.open && { ...before.open },
  }
  return {
    flow,
    conversation,
    before,
    now,
    message,
    events: new Set(),
    heard: [],
    answered: null,
    openQuestion: (before.behind ?? before.open)?.question ?? null,
    position: (before.behind ?? before.open)?.step ?? -1,
    assessment: { flags: before.flags, level: before.level, roles: before.roles, wakes: [] },
    turn: {
      conversation,
      replies: [],
      alerts: [],
      isForTheCase: false,
      ended: null,
      asksForSomeoneElse: false,
      erase: null,
      reopens: null,
      agreesToRecord: null,
    },
  }
}

/** What conditions look at, in this turn. */
export function factsOf(draft: Draft): Facts {
  const { conversation, before } = draft
  const path = pathOf(draft)
  return {
    answers: conversation.answers,
    flags: draft.assessment.flags,
    level: mostUrgent(conversation.level, draft.assessment.level),
    danger: conversation.danger,
    events: draft.events,
    open: draft.openQuestion,
    isLeft: (question) => conversation.ended !== null || isPast(path, question, draft.position),
    caseRoles: draft.assessment.roles,
    taken: before.caseStatus === 'taken',
    unclearRoles: conversation.unclearRoles,
    firstMessageMediaOnly: conversation.firstMessageMediaOnly,
  }
}

/** What conditions look at, between turns. */
export function factsFor(flow: Flow, conversation: Conversation): Facts {
  const open = conversation.behind ?? conversation.open
  const path = flow.paths[conversation.path]!
  return {
    answers: conversation.answers,
    flags: conversation.flags,
    level: conversation.level,
    danger: conversation.danger,
    events: NO_EVENTS,
    open: open?.question ?? null,
    isLeft: (question) => conversation.ended !== null || isPast(path, question, open?.step ?? -1),
    caseRoles: conversation.roles,
    taken: conversation.caseStatus === 'taken',
    unclearRoles: conversation.unclearRoles,
    firstMessageMediaOnly: conversation.firstMessageMediaOnly,
  }
}

const NO_EVENTS: ReadonlySet<TurnEvent> = new Set()

/**
 * Works out flags, level, roles and the next place in the path until they agree with each other: a higher level leaves
 * questions out, and a question that is left may count as an answer.
 */
export function settle(draft: Draft): void {
  const { flow, conversation, before } = draft
  const path = pathOf(draft)
  const facts = factsOf(draft)
  const wondered: QuestionId[] = []
  const { isLeft } = facts
  facts.isLeft = (question) => {
    wondered.push(question)
    return isLeft(question)
  }
  for (let round = 0; round < 8; round++) {
    facts.flags = before.flags
    wondered.length = 0
    const assessment = assess(flow.rules, facts, conversation.kept, conversation.messages)
    draft.assessment = assessment
    facts.level = mostUrgent(conversation.level, assessment.level)
    facts.caseRoles = assessment.roles
    const next = conversation.ended === null ? nextStep(path, facts) : END_OF_PATH
    const { position } = draft
    draft.position = next
    if (next === position) break
    // The new place says nothing new to anything that was asked: another round would come to the same.
    const isSame = (question: QuestionId) => isPast(path, question, position) === isPast(path, question, next)
    if (!flow.rules.lookAtCase && wondered.every(isSame)) break
  }
  for (const rule of flow.rules.flags)
    if (rule.events.length > 0 && draft.assessment.flags[rule.id] !== undefined)
      conversation.kept[rule.id] = draft.assessment.flags[rule.id]!
}

/** Keeps every flag that there is now, because answers are about to be asked anew. */
export function keepFlags(draft: Draft): void {
  for (const id in draft.before.flags) draft.conversation.kept[id] = draft.before.flags[id]!
}

/** Whether this very message raised the flag, or raised it again. */
export function isSignalled(draft: Draft, id: FlagId, facts: Facts): boolean {
  if (draft.assessment.flags[id] === undefined) return false
  if (draft.before.flags[id] === undefined) return true
  const rule = draft.flow.rules.byId.get(id)
  if (!rule) return false
  const isTouched =
    rule.events.some((event) => draft.events.has(event)) ||
    (draft.answered !== null && rule.questions.includes(draft.answered))
  return isTouched && rule.when(facts)
}

export const mostUrgent = (one: Level, other: Level): Level => (isAtLeast(one, other) ? one : other)

/** The first question of the path that has no answer, and its place; null when the path has none left. */
export function nextQuestion(flow: Flow, conversation: Conversation): { question: QuestionId; step: number } | null {
  const path = flow.paths[conversation.path]!
  const step = nextStep(path, factsFor(flow, conversation))
  return step === END_OF_PATH ? null : { question: path.steps[step]!.question, step }
}

const isPast = (path: Path, question: QuestionId, position: number): boolean =>
  (path.lastStepOf.get(question) ?? -1) < position

const pathOf = ({ flow, conversation }: Draft): Path => flow.paths[conversation.path]!

function nextStep(path: Path, facts: Facts): number {
  for (let index = 0; index < path.steps.length; index++) {
    const step = path.steps[index]!
    if (facts.answers[step.question] === undefined && step.when(facts)) return index
  }
  return END_OF_PATH
}
