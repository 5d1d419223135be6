import { type CallInput, type CallNews, whyNoCall } from '../handoff/call-person.ts'
import { personOf } from '../handoff/rota.ts'
import { languageOf } from '../handoff/words.ts'
import { spokenLanguages, writeSpokenPage } from '../language/spoken-page.ts'
import { channelFacts } from '../person-state.ts'
import { advocateLanguage } from '../relay-words.ts'
import type { AdvocateId, EffectId } from '../types.ts'
import { type Draft, notify } from './draft.ts'

/**
 * "CALL CODE": rings the advocate, who then presses a key to be connected with the person. The advocate is rung first, so
 * that nobody in danger picks up a call in which no human speaks.
 */
export function callPerson(draft: Draft, { advocate }: Extract<CallInput, { kind: 'call' }>, id: string): void {
  const { state, world, work } = draft
  if (state.code === null) return
  const why = refusalNow(draft, advocate)
  if (why !== null) {
    say(draft, `${id}.c`, advocate, why)
    return
  }
  const effect = `${id}.call` as EffectId
  const language = languageOf(personOf(world.rota, advocate)!, spokenLanguages)
  const words = world.words(language, 'call_connect')
  draft.send.push({
    id: effect,
    to: { advocate, channel: 'voice' },
    text: writeSpokenPage({ language, code: state.code, words, connects: true }),
    priority: 1,
    at: world.now,
    expiresAt: world.now + ringWithinMs,
    ratherTwice: false,
    repeat: false,
  })
  draft.inputs.push({ kind: 'opened', advocate })
  state.call = { advocate, number: work.address.value, at: world.now, effect }
  draft.audit.push({ at: world.now, actor: advocate, action: 'call_asked', subject: state.code })
  say(draft, `${id}.c`, advocate, 'call_rings_you')
}

/** What became of a call, for the case and for whoever made it. */
export function hearCallNews(
  draft: Draft,
  { advocate, news }: Extract<CallInput, { kind: 'call_news' }>,
  id: string,
): void {
  const { state, world } = draft
  if (state.code === null || state.call?.advocate !== advocate) return
  draft.audit.push({ at: world.now, actor: advocate, action: `call_${news}`, subject: state.code })
  if (news === 'answered' || news === 'over') {
    // They have spoken: the case does not lapse, and the bot asks nothing from here on.
    draft.inputs.push({ kind: 'contact', advocate })
    state.relay = { advocate }
    state.dialog = { ...state.dialog, isHumanTalking: true }
  }
  const key = news === 'refused' ? (refusalNow(draft, advocate) ?? 'call_too_late') : keys[news]
  if (key !== null) say(draft, `${id}.c`, advocate, key)
}

const keys: Record<Exclude<CallNews, 'refused'>, string | null> = {
  // They are talking, and a text would only ring in between.
  answered: null,
  over: 'call_over',
  not_answered: 'call_not_answered',
}

/** The advocate did not pick up, or their phone could not be rung. */
export function callFailed(draft: Draft, id: string): void {
  const { state } = draft
  if (state.code !== null && state.call !== null) say(draft, `${id}.c`, state.call.advocate, 'call_not_picked_up')
}

function refusalNow({ state, world, work }: Draft, advocate: AdvocateId) {
  return whyNoCall({
    isTaker: state.handoff?.takers.some((taker) => taker.advocate === advocate) ?? false,
    address: work.address.value,
    canRing: world.pageWays.includes('voice'),
    facts: channelFacts(world.bundle, state),
    now: world.now,
  })
}

function say(draft: Draft, id: string, advocate: AdvocateId, key: string): void {
  const { world, state } = draft
  const text = world.words(advocateLanguage(world, advocate), key, { code: state.code ?? '' })
  notify(draft, id as EffectId, advocate, text)
}

/** A phone that rings minutes later rings for nothing. */
const ringWithinMs = 2 * 60_000
