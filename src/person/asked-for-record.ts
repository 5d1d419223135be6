import type { RelayInput } from '../handoff/route-advocate-reply.ts'
import { advocateLanguage } from '../relay-words.ts'
import type { EffectId } from '../types.ts'
import { type Draft, notify, queueReplies, renderAll, unaskedMs } from './draft.ts'
import { type RecordConsent, requestRecord } from './request-record.ts'

/** "8 CODE": may what the person told be written down for a lawyer? */
export function askForRecord(draft: Draft, input: Extract<RelayInput, { kind: 'record' }>, id: string): void {
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

/** The person answered; whoever asked hears it. */
export function hearConsent(draft: Draft, isYes: boolean, id: string): void {
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
