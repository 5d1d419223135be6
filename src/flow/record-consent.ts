import type { IncomingMessage } from '../types.ts'
import { readAs } from './answer-question.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { beginDraft, type Turn } from './turn.ts'

/**
 * "May I write it down for a lawyer?", because an advocate wants to. What was open waits behind it. The shell asks only
 * where the channel rule allows it.
 */
export function askForRecord(flow: Flow, before: Conversation, now: number): Turn {
  const { turn, conversation } = beginDraft(flow, before, null, now)
  const question = flow.data.record_question
  if (before.open?.question !== question) conversation.behind = before.behind ?? before.open
  conversation.open = { question, step: -1, at: now, tries: 0, isSilenceNoted: false }
  turn.replies.push({ parts: [{ kind: 'question', id: question }] })
  return turn
}

/**
 * The answer to it.
 *
 * @returns null when something else was open, when the text is no answer, or when it tells of danger; then it is a
 *   message like any other
 */
export function hearRecordAnswer(flow: Flow, before: Conversation, message: IncomingMessage, now: number): Turn | null {
  const question = flow.data.record_question
  if (before.open?.question !== question) return null
  if (flow.ears.scanDanger(message.text, before.language).categories.length > 0) return null
  const draft = beginDraft(flow, before, message, now)
  const answer = readAs(draft, question, message.text)
  if (answer === undefined) return null
  const { turn } = draft
  const conversation = withoutRecordQuestion(flow, draft.conversation)
  turn.conversation = { ...conversation, messages: before.messages + 1, lastMessageAt: now }
  turn.agreesToRecord = answer === flow.questions[question]!.options![0]!.id
  const { open, isHumanTalking } = conversation
  if (open !== null && !isHumanTalking) {
    turn.conversation.open = { ...open, at: now }
    turn.replies.push({ parts: [{ kind: 'question', id: open.question }] })
  } else turn.replies.push({ parts: [{ kind: 'text', id: flow.texts.quiet }] })
  return turn
}

/** What was open before it was asked is open again. */
export function withoutRecordQuestion(flow: Flow, conversation: Conversation): Conversation {
  if (conversation.open?.question !== flow.data.record_question) return conversation
  return { ...conversation, open: conversation.behind, behind: null }
}
