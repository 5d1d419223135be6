import type { OwnWords } from './flow/case-view.ts'
import { mostUrgent } from './flow/turn.ts'
import type { HandoffInput } from './handoff/handoff-state.ts'
import type { PersonState } from './person-state.ts'
import type { AdvocateId, CaseCode, ConversationId, FlagId, Level, MessageId, RoleId } from './types.ts'

/**
 * Another phone that sent the word of a case, as the case keeps it. It stays a conversation of its own, answered like
 * any stranger's, so that whoever holds it cannot find out whether the word was right. What it says that matters goes
 * on to the case as an event, and people on call are told that it may not be the person.
 */
export interface OtherPhone {
  conversation: ConversationId
  /** When it last wrote. */
  at: number
  /** A case that it opened before the word came, and that goes on by itself. */
  ownCode: CaseCode | null
  level: Level
  flags: FlagId[]
  roles: RoleId[]
  said: OwnWords[]
}

/** The case that a phone goes on with, as that phone keeps it. */
export interface ContinuedCase {
  conversation: ConversationId
  code: CaseCode
}

/** Whom to page, as the flow of the other phone decided. */
export interface OtherPhoneAlert {
  level: Level
  roles: RoleId[]
}

/** From another phone's conversation to the case. */
export interface FromOtherPhone {
  kind: 'other_phone'
  phone: OtherPhone
  alerts: OtherPhoneAlert[]
  did: OtherPhoneDeed[]
}
export type OtherPhoneDeed = 'joined' | 'wrote' | 'wrote_to_advocate' | 'stopped' | 'asked_to_erase' | 'left'

/** From the case to another phone's conversation. */
export type ToOtherPhone =
  /** The case was closed or erased meanwhile: what was to be told is the phone's own to page. */
  | { kind: 'case_gone'; alerts: OtherPhoneAlert[] }
  | { kind: 'case_is'; status: 'open' | 'taken' | 'closed'; takenBy: AdvocateId[] }
  /** A text of the handoff that concerns whoever waits there too. */
  | { kind: 'case_tells'; message: MessageId; word: string }
  | { kind: 'say_here'; advocate: AdvocateId; text: string; code: CaseCode; word: string }

/** Keys of locales/…/advocate.json. */
export type OtherPhoneNotice =
  | 'other_phone'
  | 'other_phone_own'
  /** To those who have the case that the other phone had opened itself. */
  | 'other_phone_of'
  | 'other_phone_stopped'
  | 'other_phone_erase'

/** Somebody looks after this case, or is being looked for. */
export const isCaseLive = ({ code, dialog, eraseAt }: PersonState): boolean =>
  code !== null && (dialog.caseStatus === 'open' || dialog.caseStatus === 'taken') && eraseAt === null

/** So many phones of one person; more are somebody else's doing, and page by themselves. */
const phonesMax = 4

/**
 * What the case makes of news from another phone.
 *
 * @param eraseAt - when everything goes at the latest if the phone asked for that
 * @returns the state as it is then, news for the handoff, what those who have the case are told, and an answer
 */
export function hearOtherPhone(
  before: PersonState,
  { phone, alerts, did }: FromOtherPhone,
  { now, eraseAt }: { now: number; eraseAt: number },
): { state: PersonState; inputs: HandoffInput[]; notices: OtherPhoneNotice[]; answer: ToOtherPhone | null } {
  const others = before.phones.filter(({ conversation }) => conversation !== phone.conversation)
  if (!isCaseLive(before) || others.length >= phonesMax) {
    const answer: ToOtherPhone | null = did.includes('left') ? null : { kind: 'case_gone', alerts }
    return { state: before, inputs: [], notices: [], answer }
  }
  const state: PersonState = { ...before, phones: did.includes('left') ? others : [...others, phone] }
  const inputs: HandoffInput[] = alerts.map((alert) => ({ kind: 'alert', ...alert, isFromOtherPhone: true }))
  if (alerts.length > 0) state.dialog = { ...state.dialog, firstAlertAt: state.dialog.firstAlertAt ?? now }
  if (did.includes('wrote') || did.includes('wrote_to_advocate'))
    inputs.push({ kind: 'person_wrote', isRelayed: did.includes('wrote_to_advocate') })
  const notices: OtherPhoneNotice[] = []
  if (did.includes('joined')) notices.push(phone.ownCode === null ? 'other_phone' : 'other_phone_own')
  if (did.includes('stopped')) notices.push('other_phone_stopped')
  if (did.includes('asked_to_erase')) {
    // Never at once: it may be somebody who wants the traces gone.
    state.wantsErasure = true
    state.dialog = { ...state.dialog, eraseAt: Math.min(state.dialog.eraseAt ?? eraseAt, eraseAt) }
    notices.push('other_phone_erase')
  }
  return { state, inputs, notices, answer: null }
}

/** Level of the case with all its phones: the most urgent. */
export const caseLevel = ({ dialog, phones }: PersonState): Level =>
  phones.reduce((level, phone) => mostUrgent(level, phone.level), dialog.level)

/** Roles of the case with all its phones. */
export const caseRoles = ({ dialog, phones }: PersonState): RoleId[] => [
  ...new Set([...dialog.roles, ...phones.flatMap(({ roles }) => roles)]),
]

/** Flags of the case with all its phones. */
export const caseFlags = ({ dialog, phones }: PersonState): FlagId[] => [
  ...new Set([...Object.keys(dialog.flags), ...phones.flatMap(({ flags }) => flags)]),
]

/** The phone as the case keeps it. */
export function phoneAsSeen(state: PersonState, conversation: ConversationId): OtherPhone {
  const { dialog, said, code } = state
  return {
    conversation,
    at: dialog.lastMessageAt,
    ownCode: code,
    level: dialog.level,
    flags: Object.keys(dialog.flags),
    roles: dialog.roles,
    said,
  }
}
