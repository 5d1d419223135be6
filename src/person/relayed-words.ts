import type { RelayInput } from '../handoff/route-advocate-reply.ts'
import { channelRuleAt } from '../person-state.ts'
import { ownCase, type RelayedCase, relayOut } from '../relay-words.ts'
import type { AdvocateId, EffectId } from '../types.ts'
import { type Draft, notify, sayUnasked } from './draft.ts'

/** "5 CODE text": words for the person whose case this is. */
export async function sayForAdvocate(
  draft: Draft,
  input: Extract<RelayInput, { kind: 'say' }>,
  id: string,
): Promise<void> {
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
export async function relay(
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
