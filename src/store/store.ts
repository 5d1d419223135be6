import type {
  Address,
  AdvocateId,
  CaseCode,
  Channel,
  ConversationId,
  EffectId,
  EventId,
  Level,
  RoleId,
} from '../types.ts'
import type { CaseWordLimits, CaseWordTry } from './case-word-tries.ts'

/**
 * What the rest of the shell asks of the database. Two engines keep this contract: SQLite (embedded) and
 * PostgreSQL (several machines); one suite of tests runs on both.
 *
 * Everything a person or an advocate said, every address and every state is encrypted with that conversation's own
 * key. The key is wrapped by the key file. What stays readable are ids, times, levels, roles and codes.
 */
export interface Store {
  /** Brings the schema up to date under a lock; refuses to work on a newer schema than it knows. */
  migrate(): Promise<void>
  close(): Promise<void>

  // ── in ──
  /**
   * Stores what came in; resolves after the durable commit, which many calls share. The same `providerId` again is
   * `duplicate` and stores nothing. An address seen for the first time starts a conversation (kind `person`);
   * an address of the current rota belongs to that advocate's conversation (kind `advocate`). SMS, WhatsApp and calls
   * of one number are one person; what goes out goes to the address last written from.
   */
  acceptInbound(event: NewInbound): Promise<'stored' | 'duplicate'>
  /**
   * Takes up to `limit` conversations that have something to do — events not done, in order of acceptance, or a due
   * time at or before `now` — and locks each with a lease of at most 30 s. While sending is paused due times wait.
   */
  claimWork(limit: number, now: number): Promise<Work[]>
  /**
   * Commits turns, all in one durable transaction, which several calls may share. A turn whose `version` or lease is
   * no longer its own is refused (its id is in `refused`) without touching the others; its work is claimed again later.
   * So is a turn whose case code or case word is that of another case that is not closed: the next try draws anew.
   * What is forwarded or sent to a conversation that was erased goes nowhere.
   */
  commitTurns(turns: TurnCommit[]): Promise<{ refused: ConversationId[] }>
  /** A turn failed: gives the lease back, counts the try; after the third try the events are parked and shown. */
  releaseWork(work: Work, failure: string | null): Promise<void>
  /**
   * Frees what an earlier process held when it died, so that its work does not wait for the lease to end. Only for an
   * engine that one process works on; where others may be alive it does nothing.
   */
  freeLeases(): Promise<void>
  /**
   * The clock of the machine was set back: whatever is due later than `now` is due now, so that each conversation works
   * out anew what it waits for. Otherwise a page could wait for a time that the clock showed by mistake.
   */
  hastenDue(now: number): Promise<void>
  /** Who is on call has changed: conversations with a case that is not closed are due now. Others have nobody to ask. */
  hastenCases(now: number): Promise<void>
  /** Wakes when there is (or may be) work or something to send: a commit here, a NOTIFY from another node. */
  onWake(listener: () => void): () => void
  /** The earliest due time of any conversation or unsent message, or null. */
  nextDueAt(): Promise<number | null>

  // ── out ──
  /**
   * Takes up to `limit` messages that may go now, most urgent first (priority, then age), with a lease of at most 30 s.
   * Expired ones are not sent late: their status becomes `dropped`. Gives nothing while sending is paused.
   */
  claimOutbox(limit: number, now: number): Promise<OutboxMessage[]>
  /**
   * Writes "attempt n started" durably before the provider is called, so that a crash leaves an unknown outcome.
   * A message that was cancelled, or whose lease went to another worker, is in `refused` and must not be sent.
   */
  startAttempts(messages: { id: EffectId; lease: string }[], now: number): Promise<{ refused: EffectId[] }>
  /**
   * The outcome of an attempt, written after the provider answered. An `accepted` of a worker that lost its lease
   * still counts, because the message is out; its `retry` and `failed` do not.
   */
  finishAttempts(outcomes: AttemptOutcome[], now: number): Promise<void>
  /**
   * A delivery receipt: states move forward only, by rank. An unknown id is kept and matched later. A final failure
   * becomes an event of the conversation that owns the message (`kind: 'delivery_failed'`).
   */
  recordReceipt(receipt: DeliveryReceipt, now: number): Promise<void>
  /**
   * While paused nothing is claimed for sending, on any node, and nobody's wait ends: an escalation that moves on while
   * no page can leave would count as asked whoever was never asked. A restored back-up starts paused.
   *
   * @param change.by - who decided it; stands in the audit
   */
  setSendingPaused(paused: boolean, change: { by: string; at: number }): Promise<void>
  isSendingPaused(): Promise<boolean>

  // ── look-ups ──
  findConversation(address: Address): Promise<ConversationId | null>
  /** The decrypted state and its version, or null when it was erased or never was. */
  readConversation(id: ConversationId): Promise<StoredConversation | null>
  findCase(code: CaseCode): Promise<CaseRow | null>
  openCases(): Promise<CaseRow[]>
  openPagesOf(advocate: AdvocateId): Promise<OpenPage[]>
  /**
   * Whose case it is that a phone names by its word. A wrong word is counted against the phone and against all phones,
   * by the clock hour; when either has used up its tries nothing is looked up. Counts outlive an erasing, which would
   * otherwise give new tries.
   */
  tryCaseWord(guess: { word: string; from: Address; limits: CaseWordLimits }, now: number): Promise<CaseWordTry>
  /** What was said and answered, decrypted, oldest first: for the simulated phones and the taker's screen. */
  readThread(id: ConversationId): Promise<ThreadEntry[]>

  // ── documents: rota, whom of it nothing may be sent, published bundles, settings ──
  /** Stores a new version of a document (encrypted). Other processes see it at their next `readDocument`. */
  writeDocument(kind: DocumentKind, body: unknown, now: number): Promise<number>
  /**
   * Stores a document that was made from its version `after` (0: there was none), in place of that one. Two who made
   * theirs from the same version cannot undo each other: for the second nothing is stored, and null comes back.
   */
  replaceDocument(kind: DocumentKind, body: unknown, from: { after: number; now: number }): Promise<number | null>
  /** The newest version, read again from the database only when it changed. */
  readDocument<T>(kind: DocumentKind): Promise<{ version: number; body: T } | null>
  /**
   * Replaces which addresses belong to which advocate; in one transaction with the rota document. Each of their
   * conversations is due at once.
   */
  replaceRota(rota: unknown, addresses: { advocate: AdvocateId; addresses: Address[] }[], now: number): Promise<number>

  // ── erasing and retention ──
  /**
   * Destroys the conversation's key and with it everything it protected, also messages not sent yet; keeps the
   * anonymous count. The provider's copies of its messages are queued to be erased too.
   */
  eraseConversation(id: ConversationId, now: number): Promise<void>
  /**
   * Takes away what was said so far in a conversation that must go on, because somebody is still being looked for. Its
   * key stays until the case is closed.
   */
  forgetMessages(id: ConversationId, now: number): Promise<void>
  /**
   * Takes up to `limit` messages that were erased here and whose copy at the provider is to be erased now. Erasing
   * twice does no harm, so a claim only puts the next try a minute off.
   */
  claimProviderErasures(limit: number, now: number): Promise<ProviderErasure[]>
  finishProviderErasures(outcomes: ProviderErasureOutcome[]): Promise<void>
  /** What is older than `before` and no longer needed. */
  findAged(before: number): Promise<AgedWords>
  /**
   * Takes away what advocates wrote to us and what we answered them, when it is older than `before`: what they passed on
   * is the person's too. Their conversations go on.
   */
  forgetAdvocates(before: number, now: number): Promise<void>
  /** Ids of messages erased here that the provider would not erase, and the code of its last refusal. */
  readNotErasable(): Promise<{ providerId: string; code: number | null }[]>
  /** How many conversations were erased. */
  countErased(): Promise<number>
  /** Makes a new key in the key file, wraps every conversation's key with it and forgets the old one. */
  rotateKeys(): Promise<{ keyId: string; rewrapped: number }>

  /**
   * Copies the database to a new file at `path` while everything goes on; in the copy sending is paused. SQLite only:
   * PostgreSQL has pg_dump, and a dump that is restored into another server finds sending paused too.
   */
  backUp(path: string): Promise<void>
  /** A back-up of this database was written somewhere. */
  noteBackUp(at: number): Promise<void>

  // ── audit ──
  /** Adds rows for what a command did outside of any turn; resolves after the durable commit. */
  addAudit(entries: AuditEntry[]): Promise<void>
  /** The rows of the audit, oldest first, after `afterSeq`. */
  readAudit(afterSeq: number, limit: number): Promise<(AuditEntry & { seq: number })[]>
  /** Checks every hash from the first row to the last. */
  verifyAudit(): Promise<{ ok: true; rows: number } | { ok: false; brokenAt: number }>

  // ── health ──
  /** The database's own time, or null where the database is on this machine and has no other. */
  readClock(): Promise<number | null>
  health(now: number): Promise<StoreHealth>
  /** How much waits where; for metrics and for whoever looks after an installation. */
  figures(now: number): Promise<StoreFigures>
  /** Events given up after three tries, with the reason, for a human. */
  readParked(): Promise<ParkedEvent[]>
  /** Durable commits of this process so far: the measure of group commit. */
  durableCommits(): number
}

/** `seal_key`: the installation's own, by which its records for lawyers are known. */
export type DocumentKind = 'rota' | 'reach' | 'bundle' | 'settings' | 'seal_key'

export interface NewInbound {
  /** The provider's own id of the message (MessageSid), or ours for the simulated phones; unique. */
  providerId: string
  from: Address
  to: Address
  at: number
  /** JSON of what came (text, media kinds, provider fields that are used); encrypted as it is. */
  payload: InboundPayload
}
export interface InboundPayload {
  text: string
  media: { kind: string; url?: string }[]
  optionId?: string
}

export interface StoredConversation {
  id: ConversationId
  kind: 'person' | 'advocate'
  /** Set when kind is `advocate`. */
  advocate: AdvocateId | null
  version: number
  /** null before the first turn. */
  state: unknown
}

/** One conversation, locked for this worker, with everything there is to do for it. */
export interface Work extends StoredConversation {
  lease: string
  /** In order of acceptance. Empty when only the due time has come. */
  events: WorkEvent[]
  dueAt: number | null
  address: Address
  failures: number
}
export type WorkEvent =
  | ({ kind: 'message'; id: EventId; at: number; from: Address; to: Address } & InboundPayload)
  /** Sent by another conversation's turn, such as an advocate's reply to the case of a person. */
  | { kind: 'internal'; id: EventId; at: number; body: unknown }
  /** `advocate`: to whom it went, when it was for somebody of the rota. */
  | {
      kind: 'delivery_failed'
      id: EventId
      at: number
      effectId: EffectId
      code: number | null
      advocate?: AdvocateId
    }

/** Everything one turn changes. */
export interface TurnCommit {
  conversation: ConversationId
  /** The version that was read; the commit writes version + 1. */
  version: number
  lease: string
  state: unknown
  done: EventId[]
  send: NewOutbox[]
  /** Events for other conversations; `id` is stable, so that doing the turn again does not repeat them. */
  forward: { id: EventId; to: ConversationId | AdvocateId; body: unknown; at: number }[]
  dueAt: number | null
  /** The case as lists and look-ups need it, or null when there is none. Replaces the row of this conversation. */
  case: CaseRow | null
  /** All pages of this case that can still be answered. Replaces the rows of this conversation. */
  openPages: OpenPage[]
  audit: AuditEntry[]
  /** The word by which the case goes on from another phone: a new one, or null to take it back. Left out: as it was. */
  caseWord?: string | null
  /** Ids of messages that must no longer go out, such as a question that is stale or a page of a taken case. */
  cancel: EffectId[]
}

export interface NewOutbox {
  id: EffectId
  to: { conversation: ConversationId } | { advocate: AdvocateId; channel: Channel }
  text: string
  /** 0 pages, 1 safety answers, 2 everything else. Lower goes first. */
  priority: 0 | 1 | 2
  at: number
  /** Dropped, not sent late, after this instant. */
  expiresAt: number | null
  /** "Rather twice than silence": after an unknown outcome it may go out again, marked as a repeat. */
  ratherTwice: boolean
  /** A copy sent on purpose of a message that may have arrived. */
  repeat: boolean
}
export interface OutboxMessage extends NewOutbox {
  /** Whose turn made it. */
  conversation: ConversationId
  address: Address
  attempts: number
  /** An attempt was started and its outcome is unknown. */
  unknownOutcome: boolean
  lease: string
  /** Other messages for which this one's text goes out too; their receipts are its own. */
  also?: EffectId[]
}
export type AttemptOutcome =
  | { id: EffectId; lease: string; kind: 'accepted'; providerId: string; status: string }
  /** Not processed by the provider: try again at `retryAt`. */
  | { id: EffectId; lease: string; kind: 'retry'; retryAt: number; code: number | null; unknown: boolean }
  | { id: EffectId; lease: string; kind: 'failed'; code: number | null }
export interface DeliveryReceipt {
  /** Our own effect id from the callback's query, or null. */
  effectId: EffectId | null
  providerId: string
  status: string
  code: number | null
}

export interface AgedWords {
  /** Persons who last wrote before that and have no case that is open or taken. */
  conversations: ConversationId[]
  /** Persons who last wrote before that, but whose case is still open or taken. */
  needed: number
  /** Messages from and to advocates. */
  advocateMessages: number
}
export interface ProviderErasure {
  providerId: string
  /** With this one. */
  attempts: number
}
export type ProviderErasureOutcome =
  | { providerId: string; kind: 'erased' }
  | { providerId: string; kind: 'retry'; retryAt: number; code: number | null }
  /** It stays in the list of what could not be erased. */
  | { providerId: string; kind: 'given_up'; code: number | null }

export interface CaseRow {
  code: CaseCode
  conversation: ConversationId
  level: Level
  roles: RoleId[]
  status: 'open' | 'taken' | 'closed'
  takenBy: AdvocateId[]
  openedAt: number
  alertAt: number | null
}
export interface OpenPage {
  advocate: AdvocateId
  code: CaseCode
  conversation: ConversationId
  level: Level
  role: RoleId
  at: number
}
export interface ThreadEntry {
  direction: 'in' | 'out'
  at: number
  text: string
  address: Address
  /** queued, sent, delivered, failed …; null for what came in. */
  status: string | null
  effectId: EffectId | null
}
export interface ParkedEvent {
  id: EventId
  conversation: ConversationId
  at: number
  failure: string | null
}
export interface AuditEntry {
  at: number
  actor: string
  action: string
  subject: string
}
export interface StoreHealth {
  ok: boolean
  inboxOldestAt: number | null
  /** When the newest message came in; null before the first. */
  inboxNewestAt: number | null
  outboxOldestAt: number | null
  parked: number
  dueLateMs: number
}
/** Counts and instants; nothing in it points at a person. */
export interface StoreFigures {
  /** Events that no worker has done yet. */
  inboxWaiting: number
  /**
   * Messages not sent yet, by priority. `expired` will be dropped, not sent late; `perhapsSent` may be out already, so
   * the provider is asked first; `oldestDueAt` is of those that may go now.
   */
  outbox: { priority: 0 | 1 | 2; waiting: number; expired: number; perhapsSent: number; oldestDueAt: number | null }[]
  /** Cases that are not closed. */
  cases: { level: Level; status: 'open' | 'taken'; count: number; oldestAlertAt: number | null }[]
  /** Messages erased here whose copy at the provider is still there; `givenUp` cannot be erased by us. */
  providerErasures: { waiting: number; givenUp: number; oldestAt: number | null }
  /** When the last back-up was noted. */
  backedUpAt: number | null
}
