import type { RunningBundle } from './flow/assemble-flow.ts'
import { type CaseReader, caseView, type OwnWords } from './flow/case-view.ts'
import { channelFacts as channelFactsOf, contactNow as wayOfContact } from './flow/channel-facts.ts'
import { type Conversation, newConversation } from './flow/conversation.ts'
import type { CallAsked } from './handoff/call-person.ts'
import { type ChannelFacts, type ChannelRule, mayWrite, protocolChannelRule } from './handoff/channel-rule.ts'
import type { CaseFacts, HandoffState } from './handoff/handoff-state.ts'
import { type ContinuedCase, caseFlags, caseLevel, caseRoles, type OtherPhone } from './other-phone.ts'
import type { RecordConsent } from './person/request-record.ts'
import type { AdvocateId, CaseCode, Channel, Contact, EffectId } from './types.ts'

/** All that is kept of one person's conversation: the dialog, the case and who looks after it. JSON, encrypted at rest. */
export interface PersonState {
  dialog: Conversation
  /** How the answers to the open question were numbered when it was sent; see move-conversation.ts. */
  shownAs: string | null
  handoff: HandoffState | null
  code: CaseCode | null
  /** The word by which the person knows the advocate. */
  word: string | null
  /** How many cases this conversation has had; numbers their messages. */
  cases: number
  openedAt: number | null
  /** The latest question, so that a stale one never arrives after the next. */
  lastQuestion: EffectId | null
  /** What advocates wrote down about the case. */
  notes: { at: number; advocate: AdvocateId; text: string }[]
  /** What the person wrote that was no digit, the newest last; without the two numbers. */
  said: OwnWords[]
  /** Who writes with the person through us. */
  relay: { advocate: AdvocateId } | null
  /** The latest call that an advocate asked for. */
  call: CallAsked | null
  /** Hash of the word that makes everything quiet; see quiet-word.ts. */
  quietWord: string | null
  /** Whether a record for a lawyer may be made; null while nobody has asked. */
  recordConsent: RecordConsent | null
  /** There is a word by which the case goes on from another phone; the store has its hash. */
  hasCaseWord: boolean
  /** Phones that sent the word. */
  phones: OtherPhone[]
  /** The other way round: this phone sent the word of a case. */
  continues: ContinuedCase | null
  /** An advocate wrote when the person had been silent for long; not again before they write. */
  neutralLineSent: boolean
  /** The person asked to be erased; what must stay until the case is closed goes then. */
  wantsErasure: boolean
  /** What was said so far is to be taken away now, while the case goes on. */
  forgetNow: boolean
  /** Everything is to be erased at this instant, once the last answer is out. */
  eraseAt: number | null
}

/** A conversation before its first message. */
export function newPersonState(bundle: RunningBundle, channel: Channel): PersonState {
  return {
    dialog: newConversation(bundle.flow.bundle, bundle.flow.data.sos.path, channel),
    shownAs: null,
    handoff: null,
    code: null,
    word: null,
    cases: 0,
    openedAt: null,
    lastQuestion: null,
    notes: [],
    said: [],
    relay: null,
    call: null,
    hasCaseWord: false,
    phones: [],
    continues: null,
    neutralLineSent: false,
    quietWord: null,
    recordConsent: null,
    wantsErasure: false,
    forgetNow: false,
    eraseAt: null,
  }
}

/** How the person may be reached; `asking` until they have said so. */
export const contactNow = ({ flow }: RunningBundle, dialog: Conversation): Contact | 'asking' =>
  wayOfContact(flow, dialog)

/** What the channel rule looks at. */
export const channelFacts = ({ flow }: RunningBundle, { dialog, neutralLineSent }: PersonState): ChannelFacts =>
  channelFactsOf(flow, dialog, neutralLineSent)

/** Whether the bot may send something that the person did not ask for. */
export function botMayWrite(bundle: RunningBundle, state: PersonState, now: number, timeScale: number): boolean {
  return mayWrite(channelFacts(bundle, state), 'bot', now, channelRuleAt(timeScale)).allowed
}

/** The channel rule of a trial at another speed; WhatsApp's window stays real. */
export function channelRuleAt(timeScale: number): ChannelRule {
  const { replyWithinMinutes, whatsappWindowMinutes } = protocolChannelRule
  return {
    replyWithinMinutes: replyWithinMinutes / timeScale,
    whatsappWindowMinutes,
  }
}

/**
 * The case as the handoff knows it.
 *
 * @param reader - the advocate who reads the details
 */
export function caseFacts(bundle: RunningBundle, state: PersonState, reader: CaseReader, timeScale: number): CaseFacts {
  const { dialog } = state
  const { flow } = bundle
  return {
    code: state.code!,
    level: caseLevel(state),
    flags: caseFlags(state),
    roles: caseRoles(state).map((id) => ({ id, letter: flow.roleLetters.get(id) ?? '?' })),
    language: dialog.language,
    cityInitial: dialog.city === null ? null : ([...dialog.city.trim()][0]?.toUpperCase() ?? null),
    contact: contactNow(bundle, dialog),
    mayWrite: botMayWrite(bundle, state, reader.now, timeScale),
    firstAlertAt: dialog.firstAlertAt,
    medicalOnly: dialog.roles.every((role) => role === 'medical'),
    textSource: Object.keys(dialog.danger).length > 0,
    summary: caseView(flow, bundle.texts, dialog, state.said, reader, state.phones),
    word: state.word ?? '',
    hasOtherPhones: state.phones.length > 0,
  }
}
