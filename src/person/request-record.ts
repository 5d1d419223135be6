import { askForRecord } from '../flow/record-consent.ts'
import type { Turn } from '../flow/turn.ts'
import { mayWrite } from '../handoff/channel-rule.ts'
import type { RelayInput } from '../handoff/route-advocate-reply.ts'
import { channelFacts, type PersonState } from '../person-state.ts'
import type { TurnWorld } from '../turn-world.ts'
import type { AdvocateId } from '../types.ts'

/** Whether what a person told may be written down for a lawyer, as far as that has come. */
export interface RecordConsent {
  /** Who asked for it; hears the answer. */
  advocate: AdvocateId
  askedAt: number
  /** `text`: the person answered the question. `spoken`: they told the advocate. */
  way: 'text' | 'spoken'
  answer: { at: number; isYes: boolean } | null
}

/** What an advocate's "8 CODE" comes to. */
export interface RecordRequest {
  consent: RecordConsent | null
  /** The question to the person; null when none is sent. */
  turn: Turn | null
  /** Key of the text to the advocate. */
  says: string
}

/**
 * Only whoever has the case may ask, and the question is sent only where the channel rule allows it and the phone is the
 * person's alone: a lawyer on the screen tells a stranger what this is about. Elsewhere the advocate asks by voice.
 */
export function requestRecord(
  { bundle, now }: Pick<TurnWorld, 'bundle' | 'now'>,
  state: PersonState,
  input: Extract<RelayInput, { kind: 'record' }>,
): RecordRequest {
  const refuse = (says: string): RecordRequest => ({ consent: state.recordConsent, turn: null, says })
  const { advocate } = input
  if (!(state.handoff?.takers.some((taker) => taker.advocate === advocate) ?? false)) return refuse('why_not_yours')
  if (input.hasSaidYes) {
    const consent: RecordConsent = { advocate, askedAt: now, way: 'spoken', answer: { at: now, isYes: true } }
    return { consent, turn: null, says: 'record_yes' }
  }
  const facts = channelFacts(bundle, state)
  const allowed = mayWrite(facts, 'advocate', now)
  if (!allowed.allowed) return refuse(allowed.why)
  if (!facts.isPhoneSafe) return refuse('record_by_voice')
  return {
    consent: { advocate, askedAt: now, way: 'text', answer: null },
    turn: askForRecord(bundle.flow, state.dialog, now),
    says: 'record_asked',
  }
}
