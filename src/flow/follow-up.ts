import type { IncomingMessage, Level } from '../types.ts'
import { readAs } from './answer-question.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { beginDraft, type Turn } from './turn.ts'

/** "Did a person reach you?", after a case was closed. The shell asks it only where the channel rule allows it. */
export function askFollowUp(flow: Flow, before: Conversation, now: number): Turn {
  const { turn, conversation } = beginDraft(flow, before, null, now)
  const question = flow.data.follow_up_question
  conversation.open = { question, step: -1, at: now, tries: 0, isSilenceNoted: false }
  conversation.behind = null
  turn.replies.push({ parts: [{ kind: 'question', id: question }] })
  return turn
}

/**
 * The answer to it. "No" opens the case again, one level above what it was: taken and closed is not yet helped.
 *
 * @returns null when something else was open, or the text is no answer; then it is a message like any other
 */
export function hearFollowUp(flow: Flow, before: Conversation, message: IncomingMessage, now: number): Turn | null {
  const question = flow.data.follow_up_question
  if (before.open?.question !== question || before.caseStatus !== 'closed') return null
  const draft = beginDraft(flow, before, message, now)
  const answer = readAs(draft, question, message.text)
  if (answer === undefined) return null
  const { turn, conversation } = draft
  const [, no] = flow.questions[question]!.options!
  conversation.messages++
  conversation.lastMessageAt = now
  conversation.channel = message.channel
  conversation.open = null
  if (answer !== no?.id) {
    turn.replies.push({ parts: [{ kind: 'text', id: flow.texts.quiet }] })
    return turn
  }
  conversation.level = above[conversation.level]
  conversation.caseStatus = 'open'
  turn.reopens = conversation.level
  turn.replies.push({ parts: [{ kind: 'text', id: flow.texts.reopened }] })
  return turn
}

const above: Record<Level, Level> = { P1: 'P1', P2: 'P1', P3: 'P2', P4: 'P3' }
