import { followClock } from './flow/follow-clock.ts'
import { moveConversation, numberingOf } from './flow/move-conversation.ts'
import { nextSilenceAt, passTime } from './flow/pass-time.ts'
import { takeTurn } from './flow/take-turn.ts'
import type { Turn } from './flow/turn.ts'
import type { HandoffInput } from './handoff/handoff-state.ts'
import { hideNumbers } from './handoff/relay.ts'
import type { RelayInput } from './handoff/route-advocate-reply.ts'
import { isOptOut, optOutOf } from './opt-out.ts'
import { type FromOtherPhone, isCaseLive, type ToOtherPhone } from './other-phone.ts'
import { agreeOnQuietWord, isQuietWord, stopSign } from './person/agreed-quiet-word.ts'
import { askForRecord, hearConsent } from './person/asked-for-record.ts'
import { callFailed, callPerson, hearCallNews } from './person/called-person.ts'
import { caseRow, erasePauseMs, eraseWhenPossible, openCase } from './person/case-life.ts'
import { type Draft, handoffPrefix, notify, queueReplies, renderAll, unaskedMs } from './person/draft.ts'
import { handOff } from './person/hand-off.ts'
import {
  carryToCase,
  followCase,
  goOnAlone,
  sayHere,
  tellCase,
  tellHere,
  withoutCaseWord,
} from './person/joined-phone.ts'
import { isFromOutsideTheRota } from './person/left-the-rota.ts'
import { hearPhone, speakToOtherPhone, tellPhones } from './person/phones-of-case.ts'
import { sayForAdvocate } from './person/relayed-words.ts'
import { newPersonState, type PersonState } from './person-state.ts'
import { casePhone, relayIn } from './relay-words.ts'
import type { TurnCommit, Work, WorkEvent } from './store/store.ts'
import type { TurnWorld } from './turn-world.ts'
import type { EffectId, IncomingMessage } from './types.ts'

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
      call: before.call ?? null,
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
  const moved = moveConversation(bundle.flow, { ...before.dialog, optedOutOn }, before.shownAs ?? null)
  if (moved.rule !== null)
    draft.audit.push({
      at: now,
      actor: 'puente',
      action: `moved_${moved.rule}`,
      subject: `${work.id} ${bundle.flow.bundle}`,
    })
  draft.state.dialog = followClock(moved.conversation, now)
  if (before.eraseAt !== null) draft.state.eraseAt = Math.min(before.eraseAt, now + erasePauseMs)
  for (const event of work.events) await hearEvent(draft, event)
  const silence = passTime(bundle.flow, draft.state.dialog, now)
  carryOut(draft, silence)
  queueReplies(draft, silence, renderAll(draft, silence), `${work.id}.t${now}`, unaskedMs)
  handOff(draft)
  const { state } = draft
  state.shownAs = numberingOf(bundle.flow, state.dialog.open?.question)
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
    else if (input.kind === 'call') callPerson(draft, input, event.id)
    else if (input.kind === 'call_news') hearCallNews(draft, input, event.id)
    else draft.inputs.push(input)
    return
  }
  const isOptedOut = isOptOut(event)
  if (isOptedOut) draft.forward.push(optOutOf(event))
  if (event.effectId === state.call?.effect) callFailed(draft, event.id)
  const prefix = handoffPrefix(work.id, state)
  if (event.effectId.startsWith(prefix))
    draft.inputs.push({ kind: 'page_failed', key: event.effectId.slice(prefix.length), isOptedOut })
}

async function hearMessage(draft: Draft, event: Extract<WorkEvent, { kind: 'message' }>): Promise<void> {
  const { world, state, work } = draft
  if (await isFromOutsideTheRota(draft, event.text)) return
  const written = await withoutCaseWord(draft, event)
  // Phones put our question into the answer, and its words about danger are ours.
  const text = world.bundle.withoutOwnTexts(written)
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
  const passedOn =
    of === null ? null : await relayIn(world, state, { text: text || written, media, of }, work.address.value)
  draft.inputs.push({ kind: 'person_wrote', isRelayed: passedOn !== null })
  draft.toCase.did.add(passedOn === null ? 'wrote' : 'wrote_to_advocate')
  if (passedOn === null) return
  notify(draft, `${event.id}.in` as EffectId, passedOn.advocate, passedOn.text)
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

/** The answer to somebody's own words is always sent, however late; on WhatsApp nothing may go out after this. */
const whatsappWindowMs = 24 * 60 * 60_000

function earliest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
