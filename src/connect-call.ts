import type { RunningBundle } from './flow/assemble-flow.ts'
import { connectWithinMs, whyNoCall } from './handoff/call-person.ts'
import { personOf, type Rota } from './handoff/rota.ts'
import { channelFacts, type PersonState } from './person-state.ts'
import type { Store } from './store/store.ts'
import type { CaseCode } from './types.ts'

/** What the webhooks of a call ask about it, since neither number may stand in an address. */
export interface CallLookUp {
  /** The person's number, when this advocate may be connected with them now; null connects nobody. */
  numberFor(code: CaseCode, advocateNumber: string): Promise<string | null>
  /** The number of whoever asked for the latest call in this case. */
  callerOf(code: CaseCode): Promise<string | null>
}

/**
 * Looks up calls in the conversation of their case. The rule is asked again here: between the text of the advocate and the
 * key that they press the person may have sent 0.
 */
export function callLookUp(parts: {
  store: Pick<Store, 'findCase' | 'readConversation'>
  rota: () => Promise<Rota>
  bundleOf: (id: string | null) => Promise<RunningBundle>
  now: () => number
}): CallLookUp {
  const { store, now } = parts
  const read = async (code: CaseCode): Promise<PersonState | null> => {
    const found = await store.findCase(code)
    if (found === null) return null
    const state = (await store.readConversation(found.conversation))?.state as PersonState | null | undefined
    return state?.code === code ? state : null
  }
  return {
    async numberFor(code, advocateNumber) {
      const state = await read(code)
      const call = state?.call
      if (!state || !call || now() - call.at > connectWithinMs) return null
      const { advocate, number } = call
      if (personOf(await parts.rota(), advocate)?.phone !== advocateNumber) return null
      const why = whyNoCall({
        isTaker: state.handoff?.takers.some((taker) => taker.advocate === advocate) ?? false,
        address: number,
        canRing: true,
        facts: channelFacts(await parts.bundleOf(state.dialog.bundle), state),
        now: now(),
      })
      return why === null ? number : null
    },
    async callerOf(code) {
      const call = (await read(code))?.call
      return call ? (personOf(await parts.rota(), call.advocate)?.phone ?? null) : null
    },
  }
}
