import type { AdvocateId, CaseCode, Contact, FlagId, Language, Level, MessageId, RoleId } from '../types.ts'
import type { RotaChannel } from './rota.ts'

/** A role of dialogs/roles.yaml and the letter that stands for it in pages. */
export interface RoleInfo {
  id: RoleId
  letter: string
}

/** What the engine knows about a case, at the moment of the call. */
export interface CaseFacts {
  code: CaseCode
  level: Level
  flags: FlagId[]
  roles: RoleInfo[]
  language: Language | null
  /** First letter of the city; null while unknown. */
  cityInitial: string | null
  /** `asking` until the person has said how they may be reached. */
  contact: Contact | 'asking'
  /** What the channel rule says now; see channel-rule.ts. Nothing that nobody asked for goes out without it. */
  mayWrite: boolean
  firstAlertAt: number | null
  /** Only medical flags. */
  medicalOnly: boolean
  /** The alarm came from the person's own words. */
  textSource: boolean
  /** "Answers suggest …" in lines, the worst first, in no particular advocate's language; sent only when asked for. */
  summary: string[]
  /** Told to the person and to the taker, so that each knows the other. */
  word: string
  /** Somebody of this gender is asked for; only order, nobody waits for it. */
  genderWanted?: 'woman' | 'man' | null
  isDrill?: boolean
  /** Other phones have sent the case's word. */
  hasOtherPhones?: boolean
}

/** What can happen to a handoff. Advocates' inputs come from text (`read-advocate-reply.ts`) or from the console. */
export type HandoffInput =
  /** P1 or P2 for the first time, a rise from P2 to P1 (all roles), or a second role (that role). */
  | {
      kind: 'alert'
      level: Level
      roles: RoleId[]
      /** From a phone that sent the case's word: whoever has the case is paged, since their contact is elsewhere. */
      isFromOtherPhone?: boolean
    }
  /** The roles that the case has now; chains of others take no further step. */
  | { kind: 'roles_now'; roles: RoleId[] }
  | { kind: 'taken'; advocate: AdvocateId; via: 'text' | 'console'; note?: string }
  | { kind: 'pass'; advocate: AdvocateId; note?: string }
  /** Without `role`: the roles of the case that this advocate does not have. */
  | { kind: 'other_role'; advocate: AdvocateId; role: RoleId | null }
  | { kind: 'note'; advocate: AdvocateId; text: string }
  | { kind: 'close'; advocate: AdvocateId; outcome: string | null }
  /** Only a human lowers a level; a P1, and what closing needs two for, only two humans. */
  | { kind: 'lower'; advocate: AdvocateId; level: Level }
  /** The taker looked at the case, in the console or by asking for details. */
  | { kind: 'opened'; advocate: AdvocateId }
  /** The taker wrote to, called or met the person. */
  | { kind: 'contact'; advocate: AdvocateId }
  | { kind: 'details'; advocate: AdvocateId }
  /** A message failed for good; `key` is the effect's. Delivered or read never count as an answer. */
  | { kind: 'page_failed'; key: string; isOptedOut?: boolean }
  /** The person wrote after the alert. `isRelayed`: the taker reads the words themselves, through the relay. */
  | { kind: 'person_wrote'; isRelayed?: boolean }
  | { kind: 'path_ended' }
  /** "Did someone reach you?" was answered with no, or the person came back with a new danger. */
  | { kind: 'reopened'; level: Level; roles: RoleId[] }
  /** The person asks for a human although one has the case. */
  | { kind: 'asks_other' }
  /** The person sent 0. */
  | { kind: 'stopped' }
  /** Time has passed; may be left out, due things are looked for in every call. */
  | { kind: 'due' }

/** What is to be done, in the order in which it is to be queued. `key` is unique in the case and stable on a replay. */
export type HandoffEffect =
  | {
      kind: 'page'
      key: string
      advocate: AdvocateId
      channel: RotaChannel
      level: Level
      roles: RoleId[]
      text: string
      ratherTwice: true
      /** This advocate had a page for the case at this level before. */
      repeat: boolean
    }
  | { kind: 'notice'; key: string; advocate: AdvocateId; channel: RotaChannel; about: NoticeKind; text: string }
  | { kind: 'tell_person'; message: MessageId; params: Record<string, string> }
  /** The same for whoever wrote from other phones, whose own channel rule decides. */
  | { kind: 'tell_others'; message: MessageId }
  /** The case was closed; ask "did someone reach you?", where the channel rule allows it. */
  | { kind: 'ask_if_reached' }
  /** Two humans agreed that the case is less urgent than the answers say; the flow keeps that level from now on. */
  | { kind: 'lowered'; level: Level }
  /** Messages that must not go out any more if they have not yet; keys of earlier effects. */
  | { kind: 'cancel'; keys: string[] }
  /** For the case's thread, not for the log. */
  | { kind: 'note'; advocate: AdvocateId; text: string }
  | { kind: 'audit'; action: AuditAction; advocate: AdvocateId | null }

export type NoticeKind =
  | 'taken'
  | 'you_took'
  | 'already_taken'
  | 'passed'
  | 'given_back'
  | 'role_paged'
  | 'noted'
  | 'update'
  | 'wrote'
  | 'stopped'
  | 'reminder'
  | 'lapsed'
  | 'confirmed'
  | 'details'
  | 'close_ask'
  | 'close_waits'
  | 'close_refused'
  | 'closed'
  | 'not_open'
  | 'opened_other'
  | 'asks_other'
  | 'lower_ask'
  | 'lowered'

export type AuditAction =
  | 'alert'
  | 'rise'
  | 'second_role'
  | 'taken'
  | 'joined'
  | 'second_acknowledgement'
  | 'passed'
  | 'given_back'
  | 'other_role'
  | 'asks_other'
  | 'page_failed'
  | 'out_of_reach'
  | 'reminded'
  | 'lapsed'
  | 'close_asked'
  | 'closed'
  | 'closed_alone'
  | 'reopened'
  | 'details_sent'
  | 'opened_untaken'
  | 'lower_asked'
  | 'lowered'

/** One conversation's handoff. Plain JSON; the shell stores it with the conversation. */
export interface HandoffState {
  version: 1
  /** How many messages this case has made; numbers their keys. */
  count: number
  /** The latest time that was handed in; an earlier one means that the clock was set back. */
  seenAt: number
  level: Level
  levelSince: number
  chains: Chain[]
  pages: PageRecord[]
  /** Who has the case: the first took it, others joined. Empty: nobody. */
  takers: Taker[]
  /** Roles that an advocate or the person asked for; they stay whatever the answers say. */
  addedRoles: RoleId[]
  /** Texts that really went to the person; each goes once in a conversation. */
  told: MessageId[]
  /** Waits for a second person's yes: to close, or with `lowerTo` to lower the level. */
  closing: {
    advocate: AdvocateId
    second: AdvocateId
    outcome: string | null
    askedAt: number
    lowerTo?: Level
  } | null
  closed: { by: AdvocateId; second: AdvocateId | null; outcome: string | null; at: number } | null
  /** The taker was told of new words at `sentAt`; more came since. */
  update: { sentAt: number; isWaiting: boolean } | null
}

/** The asking for one role, step by step, until a human takes the case. */
export interface Chain {
  role: RoleId
  startAt: number
  /** Positions of the steps that have run. */
  stepsRun: number[]
  /** The last step was run early, because everybody before had passed; it runs again at its own time. */
  ranLastEarly: boolean
  repeatsRun: number
  /** When the last step or a repeat ran; shift starts after it count. */
  repeatedAt: number | null
  /** Texts to the person that this chain is done with, sent or not allowed. */
  tellsDone: MessageId[]
  paged: AdvocateId[]
  isActive: boolean
}

/** What one advocate was asked. */
export interface PageRecord {
  advocate: AdvocateId
  roles: RoleId[]
  level: Level
  /** Of the latest page. */
  at: number
  status: 'open' | 'passed' | 'failed' | 'closed'
  /** Channels of the latest page; `failed` for good. */
  tried: { channel: RotaChannel; key: string; isFailed: boolean }[]
  /** How many pages at this level. */
  times: number
}

export interface Taker {
  advocate: AdvocateId
  takenAt: number
  via: 'text' | 'console'
  openedAt: number | null
  contactAt: number | null
  remindedAt: number | null
  /** They answered the reminder: from here a new time for contact runs. */
  confirmedAt: number | null
}
