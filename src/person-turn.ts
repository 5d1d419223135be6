import { type RecordConsent, requestRecord } from './agree-on-record.ts'
import type { RunningBundle } from './flow/assemble-flow.ts'
import type { CaseReader } from './flow/case-view.ts'
import { withoutWords } from './flow/conversation.ts'
import { followClock } from './flow/follow-clock.ts'
import { askFollowUp } from './flow/follow-up.ts'
import { moveConversation } from './flow/move-conversation.ts'
import { nextSilenceAt, passTime } from './flow/pass-time.ts'
import { type Rendering, renderMessage, renderReply } from './flow/render-reply.ts'
import { takeTurn } from './flow/take-turn.ts'
import type { Turn } from './flow/turn.ts'
import { drawCaseWord, readCaseWord } from './handoff/case-word.ts'
import { advanceHandoff } from './handoff/handoff.ts'
import type { HandoffEffect, HandoffInput } from './handoff/handoff-state.ts'
import { hideNumbers } from './handoff/relay.ts'
import type { Rota } from './handoff/rota.ts'
import type { RelayInput } from './handoff/route-advocate-reply.ts'
import type { AdvocateWords } from './handoff/words.ts'
import { isOptOut, optOutOf } from './opt-out.ts'
import {
  type ContinuedCase,
  caseLevel,
  caseRoles,
  type FromOtherPhone,
  hearOtherPhone,
  isCaseLive,
  type OtherPhone,
  type OtherPhoneAlert,
  type OtherPhoneDeed,
  type OtherPhoneNotice,
  phoneAsSeen,
  type ToOtherPhone,
} from './other-phone.ts'
import { botMayWrite, caseFacts, channelRuleAt, newPersonState, type PersonState } from './person-state.ts'
import { hashQuietWord, whyUnfitAsQuietWord } from './quiet-word.ts'
import { advocateLanguage, casePhone, ownCase, type RelayedCase, relayIn, relayOut } from './relay-words.ts'
import type { CaseWordTry } from './store/case-word-tries.ts'
import type { AuditEntry, CaseRow, NewOutbox, OpenPage, TurnCommit, Work, WorkEvent } from './store/store.ts'
import { isAtLeast } from './triage/condition.ts'
import type {
  Address,
  AdvocateId,
  CaseCode,
  Channel,
  ConversationId,
  EffectId,
  EventId,
  IncomingMessage,
  Language,
} from './types.ts'

/** The world as one turn sees it, handed in: no clock and no chance in here. */
export interface TurnWorld {
  bundle: RunningBundle
  rota: Rota
  words: AdvocateWords
  now: number
  timeScale: number
  isDemonstration: boolean
  /** With this one as a P1 there are more untaken ones than the people on call can hold: the coordinator is asked at once. */
  isSurge: boolean
  /** Who of the rota sent STOP. */
  unreachable: readonly AdvocateId[]
  /** Draws the code of a new case; no two open cases may have the same. */
  drawCode(): CaseCode
  /** Draws one of so many words. */
  drawIndex(count: number): number
  /** Whose case it is that a phone names by its word; wrong ones are counted. */
  tryCaseWord(word: string, from: Address): Promise<CaseWordTry>
  /** A machine translation for the relay, or null; absent when no translator is set up. Never for our own texts. */
  translate?: ((text: string, from: Language, to: Language) => Promise<string | null>) | undefined
  /** Runs one message in the channel's adapter; what the logic says comes back as the texts to send. */
  runTurn(input: TurnInput, logic: (say: (texts: string[]) => Promise<void>) => Promise<void>): Promise<string[]>
}
export interface TurnInput {
  conversation: ConversationId
  event: Extract<WorkEvent, { kind: 'message' }>
}

/**
 * Everything that a person's conversation has to do now, as one value for one transaction: what they wrote, what
 * advocates answered, what failed to arrive, and what time has brought.
 */
export async function personTurn(work: Work, world: TurnWorld): Promise<TurnCommit> {
  const { bundle, now } = world
  const before = (work.state as PersonState | null) ?? newPersonState(bundle, work.address.channel)
  const draft: Draft = {
    work,
    world,
    state: {
      ...before,
      said: before.said ?? [],
      neutralLineSent: before.neutralLineSent ?? false,
      quietWord: before.quietWord ?? null,
      recordConsent: before.recordConsent ?? null,
      hasCaseWord: before.hasCaseWord ?? false,
      phones: before.phones ?? [],
      continues: before.continues ?? null,
      forgetNow: false,
    },
    send: [],
    cancel: [],
    audit: [],
    forward: [],
    inputs: [],
    openPages: [],
    nextHandoffAt: null,
    caseWord: undefined,
    toCase: { alerts: [], did: new Set() },
  }
  const { phones, continues, hasCaseWord } = draft.state
  const { isOptedOut, channel } = before.dialog
  const optedOutOn = before.dialog.optedOutOn ?? (isOptedOut ? [channel] : [])
  draft.state.dialog = followClock(moveConversation(bundle.flow, { ...before.dialog, optedOutOn }), now)
  if (before.eraseAt !== null) draft.state.eraseAt = Math.min(before.eraseAt, now + erasePauseMs)
  for (const event of work.events) await hearEvent(draft, event)
  const silence = passTime(bundle.flow, draft.state.dialog, now)
  carryOut(draft, silence)
  queueReplies(draft, silence, renderAll(draft, silence), `${work.id}.t${now}`, unaskedMs)
  handOff(draft)
  const { state } = draft
  tellCase(draft, state.continues ?? continues)
  tellPhones(draft, before, phones)
  if (!isCaseLive(state)) {
    if (hasCaseWord || draft.caseWord) draft.caseWord = null
    Object.assign(state, { phones: [], hasCaseWord: false })
  }
  return {
    conversation: work.id,
    version: work.version,
    lease: work.lease,
    state,
    done: work.events.map(({ id }) => id),
    send: draft.send,
    forward: draft.forward,
    // Once everything is to be erased nothing else is due.
    dueAt: state.eraseAt ?? earliest(nextSilenceAt(bundle.flow, state.dialog), draft.nextHandoffAt),
    case: caseRow(draft),
    openPages: draft.openPages,
    audit: draft.audit,
    cancel: draft.cancel,
    ...(draft.caseWord !== undefined && { caseWord: draft.caseWord }),
  }
}

interface Draft {
  work: Work
  world: TurnWorld
  state: PersonState
  send: NewOutbox[]
  cancel: EffectId[]
  audit: AuditEntry[]
  forward: TurnCommit['forward']
  inputs: HandoffInput[]
  openPages: OpenPage[]
  nextHandoffAt: number | null
  caseWord: string | null | undefined
  /** For the case that this phone goes on with. */
  toCase: { alerts: OtherPhoneAlert[]; did: Set<OtherPhoneDeed> }
}

async function hearEvent(draft: Draft, event: WorkEvent): Promise<void> {
  const { state, work } = draft
  if (event.kind === 'message') return hearMessage(draft, event)
  if (event.kind === 'internal') {
    const input = event.body as HandoffInput | RelayInput | FromOtherPhone | ToOtherPhone
    if (input.kind === 'say') await sayForAdvocate(draft, input, event.id)
    else if (input.kind === 'other_phone_says') speakToOtherPhone(draft, input, event.id)
    else if (input.kind === 'other_phone') hearPhone(draft, input, event.id)
    else if (input.kind === 'say_here') await sayHere(draft, input, event.id)
    else if (input.kind === 'case_gone') goOnAlone(draft, input.alerts)
    else if (input.kind === 'case_is') followCase(draft, input)
    else if (input.kind === 'case_tells') tellHere(draft, input, event.id)
    else if (input.kind === 'quiet_word') agreeOnQuietWord(draft, input, event.id)
    else if (input.kind === 'record') askForRecord(draft, input, event.id)
    else draft.inputs.push(input)
    return
  }
  const isOptedOut = isOptOut(event)
  if (isOptedOut) draft.forward.push(optOutOf(event))
  const prefix = handoffPrefix(work.id, state)
  if (event.effectId.startsWith(prefix))
    draft.inputs.push({ kind: 'page_failed', key: event.effectId.slice(prefix.length), isOptedOut })
}

async function hearMessage(draft: Draft, event: Extract<WorkEvent, { kind: 'message' }>): Promise<void> {
  const { world, state, work } = draft
  const text = await withoutCaseWord(draft, event)
  const message: IncomingMessage = {
    id: event.id,
    at: event.at,
    channel: event.from.channel,
    text: isQuietWord(state, text) ? stopSign : text,
    media: event.media.map(({ kind }) => kind as IncomingMessage['media'][number]),
    ...(event.optionId !== undefined && { optionId: event.optionId }),
    ...(event.from.value.startsWith('+') && { country: event.from.value }),
  }
  if (state.eraseAt !== null) {
    // They write again before everything is gone: what was said before goes, what is said now counts.
    state.eraseAt = null
    state.forgetNow = true
    state.said = []
    state.recordConsent = null
  }
  state.neutralLineSent = false
  const turn = takeTurn(world.bundle.flow, state.dialog, message, event.at)
  const isHeard = turn.conversation.because !== state.dialog.because
  carryOut(draft, turn)
  if (turn.isForTheCase || isHeard) keepWords(draft, event.at, text)
  if (turn.erase !== null) draft.toCase.did.add('asked_to_erase')
  const texts = await world.runTurn({ conversation: work.id, event }, (say) => say(renderAll(draft, turn)))
  queueReplies(draft, turn, texts, event.id, event.from.channel === 'whatsapp' ? whatsappWindowMs : null)
  if (turn.agreesToRecord !== null) hearConsent(draft, turn.agreesToRecord, event.id)
  if (!turn.isForTheCase) return
  const media = event.media.map(({ kind }) => kind)
  const of = state.continues && state.code === null ? casePhone(state.continues.code).shown : state.code
  const passedOn = of === null ? null : await relayIn(world, state, { text, media, of }, work.address.value)
  draft.inputs.push({ kind: 'person_wrote', isRelayed: passedOn !== null })
  draft.toCase.did.add(passedOn === null ? 'wrote' : 'wrote_to_advocate')
  if (passedOn === null) return
  notify(draft, `${event.id}.in` as EffectId, passedOn.advocate, passedOn.text)
}

const isQuietWord = ({ quietWord, code }: PersonState, text: string): boolean =>
  quietWord !== null && hashQuietWord(text, code ?? '') === quietWord
/** What the flow reads as "say nothing more", whatever is open. */
const stopSign = '🛑'

function agreeOnQuietWord(draft: Draft, input: Extract<RelayInput, { kind: 'quiet_word' }>, id: string): void {
  const { world, state } = draft
  if (state.code === null) return
  const isTaker = state.handoff?.takers.some(({ advocate }) => advocate === input.advocate) ?? false
  const refusal = isTaker ? whyUnfitAsQuietWord(input.text, state.word, world.bundle) : 'why_not_yours'
  if (refusal === null) state.quietWord = hashQuietWord(input.text, state.code)
  const key = refusal ?? 'quiet_word_set'
  const language = advocateLanguage(world, input.advocate)
  notify(draft, `${id}.q` as EffectId, input.advocate, world.words(language, key, { code: state.code }))
}

/** "8 CODE": may what the person told be written down for a lawyer? */
function askForRecord(draft: Draft, input: Extract<RelayInput, { kind: 'record' }>, id: string): void {
  const { world, state } = draft
  if (state.code === null) return
  const { consent, turn, says } = requestRecord(world, state, input)
  state.recordConsent = consent
  if (turn !== null) {
    state.dialog = turn.conversation
    queueReplies(draft, turn, renderAll(draft, turn), `${id}.record`, unaskedMs)
  }
  if (consent?.answer?.isYes) noteConsent(draft, consent)
  const language = advocateLanguage(world, input.advocate)
  notify(draft, `${id}.k` as EffectId, input.advocate, world.words(language, says, { code: state.code }))
}

function hearConsent(draft: Draft, isYes: boolean, id: string): void {
  const { world, state } = draft
  if (state.code === null || state.recordConsent === null) return
  const consent: RecordConsent = { ...state.recordConsent, answer: { at: world.now, isYes } }
  state.recordConsent = consent
  noteConsent(draft, consent)
  const language = advocateLanguage(world, consent.advocate)
  const says = isYes ? 'record_yes' : 'record_no'
  notify(draft, `${id}.k` as EffectId, consent.advocate, world.words(language, says, { code: state.code }))
}

function noteConsent({ audit, state, world }: Draft, { answer, way, advocate }: RecordConsent): void {
  const action = answer?.isYes ? `record_agreed_${way}` : 'record_refused'
  audit.push({ at: world.now, actor: way === 'spoken' ? advocate : 'person', action, subject: state.code! })
}

/** The last few of the person's own words stay with the case, so that "4" shows them in the original. */
function keepWords({ state, work }: Draft, at: number, words: string): void {
  const text = hideNumbers(words.replace(/\s+/g, ' ').trim(), [work.address.value])
  if (text === '') return
  const shown = text.length > ownWordsLength ? `${text.slice(0, ownWordsLength).toWellFormed()}…` : text
  state.said = [...state.said, { at, text: shown }].slice(-ownWordsKept)
}
const ownWordsKept = 3
const ownWordsLength = 160

async function sayForAdvocate(draft: Draft, input: Extract<RelayInput, { kind: 'say' }>, id: string): Promise<void> {
  const { state } = draft
  if (state.code === null) return
  const { advocate } = input
  if (await relay(draft, { ...input, of: ownCase(state, advocate) }, id))
    draft.inputs.push({ kind: 'contact', advocate })
}

/**
 * An advocate's words to the person; from the first of them on the bot asks nothing.
 *
 * @returns whether they go out
 */
async function relay(
  draft: Draft,
  input: { advocate: AdvocateId; text: string; of: RelayedCase },
  id: string,
): Promise<boolean> {
  const { world, state, work } = draft
  const relayed = await relayOut(world, state, input, work.address.value)
  notify(draft, `${id}.s` as EffectId, input.advocate, relayed.toAdvocate)
  if (relayed.kind === 'refused') return false
  state.relay = { advocate: input.advocate }
  const silentMs = world.now - state.dialog.lastMessageAt
  if (silentMs > channelRuleAt(world.timeScale).replyWithinMinutes * 60_000) state.neutralLineSent = true
  state.dialog = { ...state.dialog, isHumanTalking: true }
  sayUnasked(draft, `${id}.r`, relayed.toPerson)
  return true
}

/** To the person, although they did not ask: it is dropped rather than sent late. */
function sayUnasked({ send, work, world }: Draft, id: string, text: string): void {
  send.push({
    id: id as EffectId,
    to: { conversation: work.id },
    text,
    priority: 1,
    at: world.now,
    expiresAt: world.now + unaskedMs,
    ratherTwice: false,
    repeat: false,
  })
}

/** A case word in the message is tried; the flow reads the rest, so that a right and a wrong one are answered alike. */
async function withoutCaseWord(draft: Draft, event: Extract<WorkEvent, { kind: 'message' }>): Promise<string> {
  const { world, state, work } = draft
  const found = readCaseWord(event.text, world.bundle.dialogs.levels.words)
  if (found === null) return event.text
  const tried = await world.tryCaseWord(found.word, event.from)
  if (tried.kind === 'right' && tried.conversation !== work.id && state.continues === null) {
    state.continues = { conversation: tried.conversation, code: tried.code }
    draft.toCase.did.add('joined')
    draft.audit.push({ at: world.now, actor: 'person', action: 'case_word_right', subject: tried.code })
  }
  if (tried.kind === 'wrong' && tried.isLast) {
    const { coordinator } = world.rota
    draft.audit.push({ at: world.now, actor: 'puente', action: 'case_words_guessed', subject: 'puente' })
    notify(
      draft,
      `${event.id}.g` as EffectId,
      coordinator,
      world.words(advocateLanguage(world, coordinator), 'words_guessed'),
    )
  }
  return found.rest
}

/** "7 CODE": a word for another phone; "7 CODE text": words for whoever wrote from there last. */
function speakToOtherPhone(draft: Draft, input: Extract<RelayInput, { kind: 'other_phone_says' }>, id: string): void {
  const { world, state } = draft
  const { advocate, text } = input
  const { code } = state
  if (code === null) return
  const latest = state.phones.toSorted((one, other) => other.at - one.at)[0]
  const answer = (key: string, params: Record<string, string> = {}) => {
    const said = world.words(advocateLanguage(world, advocate), key, { code, ...params })
    notify(draft, `${id}.w` as EffectId, advocate, said)
  }
  if (!ownCase(state, advocate).isTaker) answer('why_not_yours')
  else if (text === null) answer('case_word', { word: giveCaseWord(draft, code, advocate) })
  else if (latest === undefined) answer('no_other_phone')
  else forward(draft, latest.conversation, { kind: 'say_here', advocate, text, code, word: state.word ?? '' })
}

/** A new word, which ends the one before. */
function giveCaseWord(draft: Draft, code: CaseCode, advocate: AdvocateId): string {
  const { world, state, audit } = draft
  const word = drawCaseWord(world.bundle.dialogs.levels.words, world.drawIndex)
  draft.caseWord = word
  state.hasCaseWord = true
  audit.push({ at: world.now, actor: advocate, action: 'case_word_given', subject: code })
  return word
}

/** News from another phone of the person whose case this is. */
function hearPhone(draft: Draft, input: FromOtherPhone, id: string): void {
  const { world, state } = draft
  const eraseAt = world.now + (24 * 60 * 60_000) / world.timeScale
  const heard = hearOtherPhone(state, input, { now: world.now, eraseAt })
  Object.assign(state, heard.state)
  draft.inputs.push(...heard.inputs)
  if (heard.answer !== null) forward(draft, input.phone.conversation, heard.answer)
  for (const notice of heard.notices) tellTakers(draft, notice, `${id}.${notice}`, input.phone.ownCode)
}

function tellTakers(draft: Draft, notice: OtherPhoneNotice, id: string, ownCode: CaseCode | null): void {
  const { world, state } = draft
  for (const { advocate } of state.handoff?.takers ?? []) {
    const params = { code: state.code!, other: ownCode ?? '' }
    const text = world.words(advocateLanguage(world, advocate), notice, params)
    notify(draft, `${id}.${advocate}` as EffectId, advocate, text)
  }
}

/** An advocate of the case writes to this phone; its own channel rule decides. */
async function sayHere(draft: Draft, input: Extract<ToOtherPhone, { kind: 'say_here' }>, id: string): Promise<void> {
  const { state } = draft
  const { advocate, text, code, word } = input
  if (!(await relay(draft, { advocate, text, of: casePhone(code, word) }, id))) return
  if (state.dialog.caseStatus === 'open') state.dialog = { ...state.dialog, caseStatus: 'taken' }
  if (state.continues !== null) forward(draft, state.continues.conversation, { kind: 'contact', advocate })
}

/** What the handoff tells the person goes to this phone too where it waits for an answer, as it would to any other. */
function tellHere(draft: Draft, { message, word }: Extract<ToOtherPhone, { kind: 'case_tells' }>, id: string): void {
  const { world, state } = draft
  const { bundle, now, timeScale } = world
  const { dialog } = state
  const isWaiting = state.continues !== null && state.code === null && dialog.paged !== null
  if (!isWaiting || dialog.sent.includes(message) || !botMayWrite(bundle, state, now, timeScale)) return
  const text = renderMessage(bundle.flow, dialog, message, { ...rendering(draft), word })
  if (text === null) return
  state.dialog = { ...dialog, sent: [...dialog.sent, message] }
  sayUnasked(draft, `${id}.${message}`, text)
}

/** The case that this phone goes on with has a human, has none, or is over. */
function followCase(draft: Draft, { status, takenBy }: Extract<ToOtherPhone, { kind: 'case_is' }>): void {
  const { state, world } = draft
  if (state.continues === null) return
  if (status === 'closed') state.continues = null
  if (state.code !== null) return
  if (state.relay !== null && !takenBy.includes(state.relay.advocate)) state.relay = null
  const isHumanTalking = status === 'taken' && state.dialog.isHumanTalking
  // Taken before this phone asked for anybody must not show in what it is told: it may be in the wrong hands.
  const isWaiting = state.dialog.caseStatus !== 'none' && (status !== 'taken' || state.dialog.paged !== null)
  state.dialog = { ...state.dialog, isHumanTalking, caseStatus: isWaiting ? status : state.dialog.caseStatus }
  if (status === 'closed' && state.wantsErasure) state.eraseAt ??= world.now + erasePauseMs
}

/** There is no case to go on with any more: what was asked for there is asked for here. */
function goOnAlone(draft: Draft, alerts: OtherPhoneAlert[]): void {
  const { state } = draft
  state.continues = null
  if (state.code !== null) return
  const isWaiting = state.dialog.caseStatus === 'open' || state.dialog.caseStatus === 'taken'
  if (alerts.length === 0 && !isWaiting) return
  state.relay = null
  state.eraseAt = null
  state.dialog = { ...state.dialog, caseStatus: 'open', isHumanTalking: false }
  openCase(draft, false)
  for (const alert of alerts) draft.inputs.push({ kind: 'alert', ...alert })
}

/** What this phone has for the case that it goes on with. */
function tellCase(draft: Draft, to: ContinuedCase | null): void {
  const { state, work, toCase } = draft
  if (to === null || (state.code !== null && !toCase.did.has('joined'))) return
  if (state.eraseAt !== null) toCase.did.add('left')
  if (toCase.alerts.length === 0 && toCase.did.size === 0) return
  const phone = phoneAsSeen(state, work.id)
  forward(draft, to.conversation, { kind: 'other_phone', phone, alerts: toCase.alerts, did: [...toCase.did] })
}

/** Other phones hear when the case gets a human, loses them, or is over. */
function tellPhones(draft: Draft, before: PersonState, known: OtherPhone[]): void {
  const { state } = draft
  const status = isCaseLive(state) ? (state.dialog.caseStatus as 'open' | 'taken') : 'closed'
  const takenBy = takersOf(state)
  if (status === before.dialog.caseStatus && takenBy.join() === takersOf(before).join()) return
  const all = new Set([...known, ...state.phones].map(({ conversation }) => conversation))
  for (const conversation of all) forward(draft, conversation, { kind: 'case_is', status, takenBy })
}

const takersOf = ({ handoff }: PersonState): AdvocateId[] => handoff?.takers.map(({ advocate }) => advocate) ?? []

function forward(draft: Draft, to: ConversationId, body: HandoffInput | FromOtherPhone | ToOtherPhone): void {
  const { work, world } = draft
  const id = `${work.id}.v${work.version}.${draft.forward.length}` as EventId
  draft.forward.push({ id, to, body, at: world.now })
}

function notify(draft: Draft, id: EffectId, advocate: AdvocateId, text: string): void {
  draft.send.push({
    id,
    to: { advocate, channel: 'sms' },
    text,
    priority: 1,
    at: draft.world.now,
    expiresAt: null,
    ratherTwice: false,
    repeat: false,
  })
}

/** The replies of a turn as the person reads them; those of which nothing is left are dropped. */
function renderAll(draft: Draft, turn: Turn): string[] {
  const { world, state } = draft
  return turn.replies
    .map((reply) => renderReply(world.bundle.flow, state.dialog, reply, rendering(draft)))
    .filter((text) => text !== null)
}

/** Turns what the flow decided into news for the handoff. */
function carryOut(draft: Draft, turn: Turn): void {
  const { state } = draft
  const wasOpen = state.dialog.caseStatus !== 'none' && state.dialog.caseStatus !== 'closed'
  state.dialog = turn.conversation
  const hasOwnCase = state.code !== null && wasOpen
  if (state.continues !== null && !hasOwnCase) {
    carryToCase(draft, turn)
    return
  }
  openCase(draft, wasOpen)
  if (turn.asksForSomeoneElse) draft.inputs.push({ kind: 'asks_other' })
  else for (const alert of turn.alerts) draft.inputs.push({ kind: 'alert', level: alert.level, roles: alert.roles })
  if (turn.reopens !== null) draft.inputs.push({ kind: 'reopened', level: turn.reopens, roles: state.dialog.roles })
  if (turn.ended === 'done') draft.inputs.push({ kind: 'path_ended' })
  else if (turn.ended !== null) draft.inputs.push({ kind: 'stopped' })
  if (turn.erase !== null) eraseWhenPossible(draft, turn.erase)
}

/** This phone goes on with the case of another: it has none of its own, and whoever looks after that one hears. */
function carryToCase(draft: Draft, turn: Turn): void {
  const { state, toCase } = draft
  // Its own case is over; a new one would be a second case of the same person.
  if (state.dialog.caseStatus !== 'closed') Object.assign(state, { code: null, handoff: null })
  toCase.alerts.push(...turn.alerts.map(({ level, roles }) => ({ level, roles })))
  if (turn.reopens !== null) toCase.alerts.push({ level: turn.reopens, roles: state.dialog.roles })
  if (turn.asksForSomeoneElse) forward(draft, state.continues!.conversation, { kind: 'asks_other' })
  if (turn.ended === 'done') toCase.did.add('wrote')
  else if (turn.ended !== null) toCase.did.add('stopped')
  if (turn.erase !== null) eraseWhenPossible(draft, turn.erase)
}

/** All at once, what was said alone, or when the case is closed. */
function eraseWhenPossible({ state, world }: Draft, wanted: 'now' | 'words' | 'later'): void {
  state.wantsErasure = true
  // Somebody may be in danger on another phone, of which this one knows nothing.
  const isNeeded = isCaseLive(state) && state.phones.some(({ level }) => isAtLeast(level, 'P2'))
  const what = wanted === 'now' && isNeeded ? 'words' : wanted
  if (what === 'now') {
    const { language, channel, isOptedOut, optedOutOn, sent } = state.dialog
    const fresh = newPersonState(world.bundle, channel)
    const dialog = { ...fresh.dialog, language, isOptedOut, optedOutOn, sent, messages: 1, lastMessageAt: world.now }
    Object.assign(state, { ...fresh, dialog, cases: state.cases, eraseAt: world.now + erasePauseMs })
  }
  if (what !== 'words') return
  state.forgetNow = true
  state.phones = state.phones.map((phone) => ({ ...phone, said: [] }))
  state.notes = []
  state.said = []
  state.recordConsent = null
  state.dialog = withoutWords(state.dialog)
}

function queueReplies(draft: Draft, turn: Turn, texts: string[], id: string, waitMs: number | null): void {
  const { work, state, world } = draft
  if (texts.length === 0) return
  if (state.lastQuestion !== null) draft.cancel.push(state.lastQuestion)
  const isQuestion = turn.replies.some(({ parts }) => parts.some(({ kind }) => kind !== 'text'))
  const isUrgent = state.dialog.level === 'P1' || state.dialog.level === 'P2'
  for (const [index, text] of texts.entries())
    draft.send.push({
      id: `${id}.r${index}` as EffectId,
      to: { conversation: work.id },
      text,
      priority: isUrgent ? 1 : 2,
      at: world.now,
      // Whoever writes again gets the next question instead. Whoever waits through an outage still waits for this one.
      expiresAt: isQuestion && waitMs !== null ? world.now + waitMs : null,
      ratherTwice: isUrgent,
      repeat: false,
    })
  state.lastQuestion = isQuestion ? (`${id}.r${texts.length - 1}` as EffectId) : null
}

/** What nobody asked for must not come hours late: the phone may be in other hands by then. */
const unaskedMs = 30 * 60_000
/** The answer to somebody's own words is always sent, however late; on WhatsApp nothing may go out after this. */
const whatsappWindowMs = 24 * 60 * 60_000
/** Long enough for the last answer to leave, after which its key is destroyed with all the others'. */
const erasePauseMs = 20_000

/** Gives the case its code and its word when there is a case for the first time. */
function openCase(draft: Draft, wasOpen: boolean): void {
  const { state, world } = draft
  if (state.dialog.caseStatus === 'none' || (state.code !== null && (wasOpen || state.dialog.caseStatus === 'closed')))
    return
  const { words } = world.bundle.dialogs.levels
  // Words of a case that is closed are not those of the next one.
  if (state.code !== null) {
    state.said = []
    state.quietWord = null
    if (state.dialog.firstAlertAt !== null) state.dialog = { ...state.dialog, firstAlertAt: world.now }
    state.recordConsent = null
  }
  state.code = world.drawCode()
  state.word = words[world.drawIndex(words.length)]!
  state.cases += 1
  state.openedAt = world.now
  state.handoff = null
}

function handOff(draft: Draft): void {
  const { state, world, inputs, work } = draft
  if (state.code === null) return
  // A case that is opened again under a new code begins with no handoff at all: that too asks for people.
  if (state.handoff === null && !inputs.some(({ kind }) => kind === 'alert' || kind === 'reopened')) return
  const takersBefore = state.handoff?.takers.map(({ advocate }) => advocate) ?? []
  const advance = advanceHandoff(state.handoff, [...inputs, { kind: 'roles_now', roles: caseRoles(state) }], {
    rota: world.rota,
    levels: world.bundle.dialogs.levels,
    facts: caseFacts(world.bundle, state, readerOf(draft), world.timeScale),
    words: world.words,
    now: world.now,
    timeScale: world.timeScale,
    roles: world.bundle.dialogs.roles.roles,
    surge: world.isSurge,
    unreachable: world.unreachable,
  })
  state.handoff = advance.state
  const [other] = state.phones
  if (other !== undefined && advance.takenBy.some((advocate) => !takersBefore.includes(advocate)))
    tellTakers(
      draft,
      other.ownCode === null ? 'other_phone' : 'other_phone_own',
      `${work.id}.v${work.version}.p`,
      other.ownCode,
    )
  const isTaken = advance.status === 'taken'
  // Their words must not go on to somebody who no longer has the case.
  if (state.relay !== null && !advance.takenBy.includes(state.relay.advocate)) state.relay = null
  state.dialog = {
    ...state.dialog,
    caseStatus: advance.status,
    isHumanTalking: isTaken && state.dialog.isHumanTalking,
  }
  if (state.wantsErasure && advance.status === 'closed') state.eraseAt ??= world.now + erasePauseMs
  draft.nextHandoffAt = advance.nextDueAt
  for (const effect of advance.effects) queue(draft, effect)
  draft.openPages = advance.openPages.map((page) => ({ ...page, code: state.code!, conversation: work.id }))
}

function queue(draft: Draft, effect: HandoffEffect): void {
  const { state, world, work } = draft
  const prefix = handoffPrefix(work.id, state)
  switch (effect.kind) {
    case 'page':
    case 'notice':
      draft.send.push({
        id: `${prefix}${effect.key}` as EffectId,
        to: { advocate: effect.advocate, channel: sendable(effect.channel) },
        text: effect.text,
        priority: effect.kind === 'page' ? 0 : 1,
        at: world.now,
        expiresAt: effect.kind === 'page' ? world.now + stalePageMs : null,
        ratherTwice: effect.kind === 'page',
        repeat: effect.kind === 'page' && effect.repeat,
      })
      return
    case 'tell_person': {
      const text = renderMessage(world.bundle.flow, state.dialog, effect.message, rendering(draft))
      if (text === null) return
      state.dialog = { ...state.dialog, sent: [...state.dialog.sent, effect.message] }
      sayUnasked(draft, `${prefix}${effect.message}`, text)
      return
    }
    case 'cancel':
      for (const key of effect.keys) draft.cancel.push(`${prefix}${key}` as EffectId)
      return
    case 'lowered':
      // Only humans lower a level, and two of them agreed.
      state.dialog = { ...state.dialog, level: effect.level }
      state.phones = state.phones.map((phone) => ({ ...phone, level: effect.level }))
      return
    case 'tell_others':
      for (const { conversation } of state.phones)
        forward(draft, conversation, { kind: 'case_tells', message: effect.message, word: state.word ?? '' })
      return
    case 'note':
      state.notes = [...state.notes, { at: world.now, advocate: effect.advocate, text: effect.text }]
      return
    case 'audit':
      draft.audit.push({
        at: world.now,
        actor: effect.advocate ?? 'puente',
        action: effect.action,
        subject: state.code!,
      })
      return
    case 'ask_if_reached': {
      const turn = askFollowUp(world.bundle.flow, state.dialog, world.now)
      state.dialog = turn.conversation
      queueReplies(draft, turn, renderAll(draft, turn), `${prefix}asked`, unaskedMs)
      return
    }
  }
}

/** Whoever asked for the details of the case in this turn. */
function readerOf({ work, world }: Draft): CaseReader {
  const asks = work.events.findLast((event) => event.kind === 'internal')?.body as { advocate?: AdvocateId } | undefined
  const language = asks?.advocate === undefined ? 'en' : advocateLanguage(world, asks.advocate)
  return { language, words: world.words, zone: world.rota.zone, now: world.now }
}

/** A page that leaves hours late misleads; the chain has paged again long before. */
const stalePageMs = 2 * 60 * 60_000

/** Pages on WhatsApp nearly always fall outside its 24-hour window; without an approved template they go by SMS. */
const sendable = (channel: 'sms' | 'whatsapp' | 'voice'): Channel => (channel === 'voice' ? 'voice' : 'sms')

const handoffPrefix = (conversation: string, state: PersonState): string => `${conversation}.${state.cases}.`

function rendering({ world, state }: Draft): Rendering {
  const { bundle, now, isDemonstration } = world
  return { texts: bundle.texts, languages: bundle.dialogs.languages, now, word: state.word, isDemonstration }
}

function caseRow({ state, work }: Draft): CaseRow | null {
  const { dialog, handoff } = state
  if (state.code === null || dialog.caseStatus === 'none') return null
  return {
    code: state.code,
    conversation: work.id,
    level: caseLevel(state),
    roles: [...new Set([...caseRoles(state), ...(handoff?.addedRoles ?? [])])],
    status: dialog.caseStatus,
    takenBy: handoff?.takers.map(({ advocate }) => advocate) ?? [],
    openedAt: state.openedAt ?? dialog.lastMessageAt,
    alertAt: dialog.firstAlertAt,
  }
}

function earliest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
