import { renderMessage } from '../flow/render-reply.ts'
import type { Turn } from '../flow/turn.ts'
import { readCaseWord } from '../handoff/case-word.ts'
import { type ContinuedCase, isCaseLive, type OtherPhoneAlert, phoneAsSeen, type ToOtherPhone } from '../other-phone.ts'
import { botMayWrite } from '../person-state.ts'
import { advocateLanguage, casePhone } from '../relay-words.ts'
import type { WorkEvent } from '../store/store.ts'
import type { EffectId } from '../types.ts'
import { erasePauseMs, eraseWhenPossible, openCase } from './case-life.ts'
import { type Draft, forward, notify, rendering, sayUnasked } from './draft.ts'
import { tellTakers } from './phones-of-case.ts'
import { relay } from './relayed-words.ts'

/** A case word in the message is tried; the flow reads the rest, so that a right and a wrong one are answered alike. */
export async function withoutCaseWord(draft: Draft, event: Extract<WorkEvent, { kind: 'message' }>): Promise<string> {
  const { world, state, work } = draft
  const found = readCaseWord(event.text, world.bundle.dialogs.levels.words)
  if (found === null) return event.text
  const tried = await world.tryCaseWord(found.word, event.from)
  if (tried.kind === 'right' && tried.conversation !== work.id && state.continues === null) {
    state.continues = { conversation: tried.conversation, code: tried.code }
    draft.toCase.did.add('joined')
    if (isCaseLive(state)) tellTakers(draft, 'other_phone_of', `${event.id}.j`, tried.code)
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

/** This phone goes on with the case of another: it has none of its own, and whoever looks after that one hears. */
export function carryToCase(draft: Draft, turn: Turn): void {
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

/** What this phone has for the case that it goes on with. */
export function tellCase(draft: Draft, to: ContinuedCase | null): void {
  const { state, work, toCase } = draft
  if (to === null || (state.code !== null && !toCase.did.has('joined'))) return
  if (state.eraseAt !== null) toCase.did.add('left')
  if (toCase.alerts.length === 0 && toCase.did.size === 0) return
  const phone = phoneAsSeen(state, work.id)
  forward(draft, to.conversation, { kind: 'other_phone', phone, alerts: toCase.alerts, did: [...toCase.did] })
}

/** The case that this phone goes on with has a human, has none, or is over. */
export function followCase(draft: Draft, { status, takenBy }: Extract<ToOtherPhone, { kind: 'case_is' }>): void {
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

/** An advocate of the case writes to this phone; its own channel rule decides. */
export async function sayHere(
  draft: Draft,
  input: Extract<ToOtherPhone, { kind: 'say_here' }>,
  id: string,
): Promise<void> {
  const { state } = draft
  const { advocate, text, code, word } = input
  if (!(await relay(draft, { advocate, text, of: casePhone(code, word) }, id))) return
  if (state.dialog.caseStatus === 'open') state.dialog = { ...state.dialog, caseStatus: 'taken' }
  if (state.continues !== null) forward(draft, state.continues.conversation, { kind: 'contact', advocate })
}

/** What the handoff tells the person goes to this phone too where it waits for an answer, as it would to any other. */
export function tellHere(
  draft: Draft,
  { message, word }: Extract<ToOtherPhone, { kind: 'case_tells' }>,
  id: string,
): void {
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

/** There is no case to go on with any more: what was asked for there is asked for here. */
export function goOnAlone(draft: Draft, alerts: OtherPhoneAlert[]): void {
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
