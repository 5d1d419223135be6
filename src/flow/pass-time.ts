import { isAtLeast } from '../triage/condition.ts'
import type { QuestionId } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { raiseAlerts } from './raise-alerts.ts'
import { writeDown } from './take-turn.ts'
import { beginDraft, type Draft, factsFor, settle, type Turn } from './turn.ts'

/** One thing that silence will bring. */
interface Awaited {
  at: number
  act(draft: Draft): void
}

/**
 * What the passing of time means for a conversation: silence after a danger answer pages, a nudge goes out where it
 * cannot harm, a path that stopped in the middle opens its case. Nothing happens when nothing is due.
 */
export function passTime(flow: Flow, before: Conversation, now: number): Turn {
  const draft = beginDraft(flow, before, null, now)
  const due = awaited(flow, before).filter(({ at }) => at <= now)
  for (const { act } of due) act(draft)
  if (due.length > 0) {
    settle(draft)
    raiseAlerts(draft)
    writeDown(draft)
  }
  return draft.turn
}

/** When `passTime` has something to do next, or null. */
export function nextSilenceAt(flow: Flow, conversation: Conversation): number | null {
  let next: number | null = null
  for (const { at } of awaited(flow, conversation)) if (next === null || at < next) next = at
  return next
}

function awaited(flow: Flow, conversation: Conversation): Awaited[] {
  const found: Awaited[] = []
  if (conversation.messages > 0) found.push({ at: retainedUntil(flow, conversation), act: erase })
  if (conversation.eraseAt !== null) found.push({ at: conversation.eraseAt, act: eraseWords })
  if (conversation.ended !== null || conversation.isOptedOut || conversation.isHumanTalking) return found
  if (conversation.caseStatus === 'none' && Object.keys(conversation.flags).length > 0)
    found.push({
      at: conversation.lastMessageAt + flow.waitMs(flow.data.unfinished_case_after_minutes),
      act: (draft) => {
        draft.conversation.caseStatus = 'open'
      },
    })
  const open = conversation.behind ?? conversation.open
  if (open === null) return found
  const facts = factsFor(flow, conversation)
  if (!open.isSilenceNoted)
    for (const entry of flow.silence)
      if (entry.at.includes(open.question) && entry.when(facts))
        found.push({
          at: open.at + flow.waitMs(entry.afterMinutes),
          act: (draft) => noteSilence(draft, open.question, entry.raise),
        })
  const mayNudge =
    !conversation.sent.includes(flow.data.nudge_question) &&
    !flow.data.never_nudge_after.some((flag) => conversation.flags[flag] !== undefined)
  if (mayNudge)
    for (const nudge of flow.nudges)
      if (nudge.when(facts))
        found.push({ at: conversation.lastMessageAt + flow.waitMs(nudge.afterMinutes), act: sendNudge })
  return found
}

/** Protocol section 10: answers and messages go 30 days after the last message, a P1 or P2 case up to 90. */
function retainedUntil(flow: Flow, conversation: Conversation): number {
  const { retention_days, retention_days_with_case } = flow.data
  const days = isNeeded(conversation) ? retention_days_with_case : retention_days
  return conversation.lastMessageAt + flow.waitMs(days * 24 * 60)
}

/** Silence where an answer decides is a signal. It pages and writes nothing: the phone may be in other hands by now. */
function noteSilence(draft: Draft, question: QuestionId, raise: 'UNCLEAR' | 'LANG_BARRIER'): void {
  const { flow, conversation } = draft
  const open = conversation.behind ?? conversation.open!
  const noted = { ...open, isSilenceNoted: true }
  if (conversation.behind) conversation.behind = noted
  else conversation.open = noted
  if (raise === 'UNCLEAR') {
    draft.events.add('unclear')
    conversation.unclearRoles = [flow.questions[question]!.role ?? flow.rules.fallbackRole]
  } else draft.events.add('language_barrier')
}

function sendNudge(draft: Draft): void {
  const { flow, conversation, turn, now } = draft
  const question = flow.data.nudge_question
  conversation.sent = [...conversation.sent, question]
  conversation.behind ??= conversation.open
  conversation.open = { question, step: -1, at: now, tries: 0, isSilenceNoted: false }
  turn.replies.push({ parts: [{ kind: 'question', id: question }] })
}

function erase(draft: Draft): void {
  draft.turn.erase = 'now'
}

/** A day after the wish to be erased. Paging goes on while somebody is needed: then only what was said goes. */
function eraseWords({ turn, conversation }: Draft): void {
  turn.erase = isNeeded(conversation) ? 'words' : 'now'
  conversation.eraseAt = null
}

const isNeeded = ({ caseStatus, level }: Conversation): boolean =>
  (caseStatus === 'open' || caseStatus === 'taken') && isAtLeast(level, 'P2')
