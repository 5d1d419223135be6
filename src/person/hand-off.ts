import type { CaseReader } from '../flow/case-view.ts'
import { askFollowUp } from '../flow/follow-up.ts'
import { renderMessage } from '../flow/render-reply.ts'
import { advanceHandoff } from '../handoff/handoff.ts'
import type { HandoffEffect } from '../handoff/handoff-state.ts'
import { caseRoles } from '../other-phone.ts'
import { caseFacts } from '../person-state.ts'
import { advocateLanguage } from '../relay-words.ts'
import type { AdvocateId, EffectId } from '../types.ts'
import { erasePauseMs } from './case-life.ts'
import {
  type Draft,
  forward,
  handoffPrefix,
  queueReplies,
  renderAll,
  rendering,
  sayUnasked,
  unaskedMs,
} from './draft.ts'
import { tellTakers } from './phones-of-case.ts'

/** Moves the case on by what happened in this turn and by the time, and queues what that comes to. */
export function handOff(draft: Draft): void {
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
    pageWays: world.pageWays,
    unreachable: world.unreachable,
  })
  state.handoff = advance.state
  if (advance.takenBy.some((advocate) => !takersBefore.includes(advocate))) tellOfPhones(draft)
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

/** Whoever takes the case hears of the other phones: those that sent its word, and the case whose word this one sent. */
function tellOfPhones(draft: Draft): void {
  const { state, work } = draft
  const id = `${work.id}.v${work.version}`
  const [other] = state.phones
  if (other !== undefined)
    tellTakers(draft, other.ownCode === null ? 'other_phone' : 'other_phone_own', `${id}.p`, other.ownCode)
  if (state.continues !== null) tellTakers(draft, 'other_phone_of', `${id}.j`, state.continues.code)
}

function queue(draft: Draft, effect: HandoffEffect): void {
  const { state, world, work } = draft
  const prefix = handoffPrefix(work.id, state)
  switch (effect.kind) {
    case 'page':
    case 'notice':
      draft.send.push({
        id: `${prefix}${effect.key}` as EffectId,
        to: { advocate: effect.advocate, channel: effect.channel },
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
