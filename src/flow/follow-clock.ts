import type { Conversation, OpenQuestion } from './conversation.ts'

/**
 * The conversation as it is when the machine's clock was set back: what is noted as later than now counts as now, so
 * that no silence is waited for an hour or a day too long. The same conversation when nothing lies ahead.
 */
export function followClock(conversation: Conversation, now: number): Conversation {
  const { lastMessageAt, open, behind } = conversation
  if (Math.max(lastMessageAt, open?.at ?? 0, behind?.at ?? 0) <= now) return conversation
  const notAhead = (question: OpenQuestion | null) => question && { ...question, at: Math.min(question.at, now) }
  return {
    ...conversation,
    lastMessageAt: Math.min(lastMessageAt, now),
    open: notAhead(open),
    behind: notAhead(behind),
  }
}
