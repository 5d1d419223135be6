import { type Rendering, renderReply } from '../flow/render-reply.ts'
import type { Turn } from '../flow/turn.ts'
import type { HandoffInput } from '../handoff/handoff-state.ts'
import type { FromOtherPhone, OtherPhoneAlert, OtherPhoneDeed, ToOtherPhone } from '../other-phone.ts'
import type { PersonState } from '../person-state.ts'
import type { AuditEntry, NewOutbox, OpenPage, TurnCommit, Work } from '../store/store.ts'
import type { TurnWorld } from '../turn-world.ts'
import type { AdvocateId, ConversationId, EffectId, EventId } from '../types.ts'

/** A turn of one person's conversation in the making: what each part adds to, until it becomes one commit. */
export interface Draft {
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

/** An event for another conversation, in the order of the calls. */
export function forward(draft: Draft, to: ConversationId, body: HandoffInput | FromOtherPhone | ToOtherPhone): void {
  const { work, world } = draft
  const id = `${work.id}.v${work.version}.${draft.forward.length}` as EventId
  draft.forward.push({ id, to, body, at: world.now })
}

/** A text to an advocate. */
export function notify(draft: Draft, id: EffectId, advocate: AdvocateId, text: string): void {
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

/** To the person, although they did not ask: it is dropped rather than sent late. */
export function sayUnasked({ send, work, world }: Draft, id: string, text: string): void {
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

/** Answers of the flow to the person; a question takes the place of the one before. `waitMs`: when a question is stale. */
export function queueReplies(draft: Draft, turn: Turn, texts: string[], id: string, waitMs: number | null): void {
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

/** The replies of a turn as the person reads them; those of which nothing is left are dropped. */
export function renderAll(draft: Draft, turn: Turn): string[] {
  const { world, state } = draft
  return turn.replies
    .map((reply) => renderReply(world.bundle.flow, state.dialog, reply, rendering(draft)))
    .filter((text) => text !== null)
}

/** What the texts of this turn are filled from. */
export function rendering({ world, state }: Draft): Rendering {
  const { bundle, now, isDemonstration } = world
  return { texts: bundle.texts, languages: bundle.dialogs.languages, now, word: state.word, isDemonstration }
}

/** What nobody asked for must not come hours late: the phone may be in other hands by then. */
export const unaskedMs = 30 * 60_000

/** What the ids of everything that the handoff of this case sends begin with. */
export const handoffPrefix = (conversation: string, state: PersonState): string => `${conversation}.${state.cases}.`
