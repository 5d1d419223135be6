import type { ChannelFacts } from '../handoff/channel-rule.ts'
import { contactOf } from '../triage/rules.ts'
import type { Contact, DangerCategory } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { factsFor } from './turn.ts'

/** How the person may be reached; `asking` until they have said so. */
export function contactNow(flow: Flow, dialog: Conversation): Contact | 'asking' {
  const way = contactOf(flow.rules, factsFor(flow, dialog))
  const isChosen = typeof dialog.answers[flow.data.contact_question] === 'string'
  return way === 'wait' || way === 'reply_voice' || isChosen ? way : 'asking'
}

/** What the channel rule looks at. */
export function channelFacts(flow: Flow, dialog: Conversation, neutralLineSent: boolean): ChannelFacts {
  const facts = factsFor(flow, dialog)
  const stoppedIn = Math.max(...['PHONE_UNSAFE', 'STOPPED'].map((flag) => dialog.flags[flag] ?? 0))
  const chosen = dialog.answers[flow.data.contact_question]
  const hasChosenSince = dialog.contactChosenIn !== null && dialog.contactChosenIn > stoppedIn
  return {
    channel: dialog.channel,
    contact: hasChosenSince && typeof chosen === 'string' ? (chosen as Contact) : contactNow(flow, dialog),
    flags: Object.keys(dialog.flags),
    categories: Object.keys(dialog.danger) as DangerCategory[],
    neutralLineSent,
    lastMessageAt: dialog.lastMessageAt,
    isStopped: dialog.ended !== null && dialog.later === 'first_question' && dialog.flags.STOPPED !== undefined,
    isOptedOut: dialog.isOptedOut,
    isPhoneSafe: flow.isPhoneSafe(facts),
    hasChosenSince,
    askedForPerson: dialog.flags.HUMAN_REQ !== undefined,
  }
}
