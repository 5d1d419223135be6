import type { AdvocateId, Level, RoleId } from '../types.ts'
import { firstAsked, newChain } from './chain.ts'
import type { HandoffEffect, HandoffInput, PageRecord, Taker } from './handoff-state.ts'
import {
  audit,
  chainContext,
  type HandoffWork,
  isGone,
  notify,
  pageOf,
  shortName,
  takerOf,
  tellPerson,
  wantPage,
} from './handoff-work.ts'
import { onCall } from './on-call.ts'
import { personOf, type RotaPerson } from './rota.ts'
import { backToFirstStep, closeAskParams } from './taken-is-not-helped.ts'

/** What an advocate did, by text or in the console. */
export type AdvocateInput = Extract<HandoffInput, { advocate: AdvocateId }>

/**
 * Does what an advocate's reply means for the case. An answer counts only from somebody who was asked, or who has the
 * case; everybody else hears that nothing is open for them, whether or not there is such a case.
 */
export function applyAdvocateInput(work: HandoffWork, input: AdvocateInput): HandoffEffect[] {
  const { state } = work
  const { advocate } = input
  if (isGone(work.context, advocate)) return []
  const page = pageOf(state, advocate)
  const taker = takerOf(state, advocate)
  const isSecond = state.closing?.second === advocate
  const fromConsole = input.kind === 'opened' || (input.kind === 'taken' && input.via === 'console')
  if (!page && !taker && !isSecond && !fromConsole) {
    notify(work, advocate, 'not_open')
    return []
  }
  const effects: HandoffEffect[] = []
  const note = input.kind === 'note' ? input.text : 'note' in input ? input.note : undefined
  if (note && (taker || page?.status === 'open')) effects.push({ kind: 'note', advocate, text: note })
  if (state.closed) {
    notify(work, advocate, 'closed', { name: shortName(work.context.rota, state.closed.by) })
    return effects
  }
  switch (input.kind) {
    case 'taken':
      effects.push(...take(work, input, page, taker))
      break
    case 'pass':
      pass(work, advocate, page, taker)
      break
    case 'other_role':
      pageOtherRole(work, advocate, input.role)
      break
    case 'note':
      if (taker) taker.openedAt ??= work.context.now
      notify(work, advocate, taker || page?.status === 'open' ? 'noted' : 'not_open')
      break
    case 'close':
      if (taker) effects.push(...close(work, advocate, input.outcome))
      else alreadyTaken(work, advocate)
      break
    case 'lower':
      if (taker) effects.push(...lower(work, advocate, input.level))
      else alreadyTaken(work, advocate)
      break
    case 'opened':
      if (taker) taker.openedAt ??= work.context.now
      else reportOpening(work, advocate)
      break
    case 'contact':
      if (taker) {
        taker.openedAt ??= work.context.now
        taker.contactAt ??= work.context.now
      }
      break
    case 'details':
      if (taker) {
        taker.openedAt ??= work.context.now
        notify(work, advocate, 'details', { lines: work.context.facts.summary.join('\n') })
        audit(work, 'details_sent', advocate)
      } else alreadyTaken(work, advocate)
      break
  }
  return effects
}

function take(
  work: HandoffWork,
  input: Extract<AdvocateInput, { kind: 'taken' }>,
  page: PageRecord | null,
  taker: Taker | null,
): HandoffEffect[] {
  const { state, context } = work
  const { advocate } = input
  if (taker) {
    // Taking again is the answer to a reminder, or to the page that says it rose to level 1.
    taker.openedAt ??= context.now
    if (taker.remindedAt !== null) taker.confirmedAt ??= context.now
    if (page?.status === 'open') page.status = 'closed'
    notify(work, advocate, 'confirmed')
    return []
  }
  if (state.closing?.second === advocate) return finishClosing(work, advocate)
  // Whoever was ever asked may still take a case that nobody has: a late answer is better than none.
  const isAsked = page !== null && (page.status === 'open' || state.takers.length === 0)
  if (!isAsked && input.via === 'text') {
    alreadyTaken(work, advocate)
    audit(work, 'second_acknowledgement', advocate)
    return []
  }
  const isFirst = state.takers.length === 0
  state.takers.push({
    advocate,
    takenAt: context.now,
    via: input.via,
    openedAt: input.via === 'console' ? context.now : null,
    contactAt: null,
    remindedAt: null,
    confirmedAt: null,
  })
  audit(work, isFirst ? 'taken' : 'joined', advocate)
  const canceled = state.pages.flatMap((one) => one.tried.map((attempt) => attempt.key))
  const others = state.pages.filter((one) => one.advocate !== advocate && takerOf(state, one.advocate) === null)
  // Taken by one ends all chains, and what was about to be sent in this call.
  state.chains = []
  work.wanted.clear()
  notify(work, advocate, 'you_took')
  for (const one of others) {
    if (one.status === 'closed') continue
    if (one.status !== 'failed') notify(work, one.advocate, 'taken', { name: shortName(context.rota, advocate) })
    one.status = 'closed'
  }
  if (page) page.status = 'closed'
  if (isFirst) tellPerson(work, 'M_TAKEN', { WORD: context.facts.word })
  return canceled.length > 0 ? [{ kind: 'cancel', keys: canceled }] : []
}

function pass(work: HandoffWork, advocate: AdvocateId, page: PageRecord | null, taker: Taker | null): void {
  const { state } = work
  if (state.closing?.second === advocate) {
    notify(work, state.closing.advocate, 'close_refused', { name: shortName(work.context.rota, advocate) })
    notify(work, advocate, 'passed')
    state.closing = null
    return
  }
  if (taker) {
    state.takers = state.takers.filter((one) => one !== taker)
    if (page) page.status = 'passed'
    notify(work, advocate, 'given_back')
    audit(work, 'given_back', advocate)
    if (state.closing?.advocate === advocate) state.closing = null
    if (state.takers.length === 0) backToFirstStep(work)
    return
  }
  if (page === null || page.status === 'closed') {
    alreadyTaken(work, advocate)
    return
  }
  if (page.status !== 'passed') audit(work, 'passed', advocate)
  page.status = 'passed'
  notify(work, advocate, 'passed')
}

/** Pages another role now. A chain that is under way keeps its times: asking once more must not delay its next step. */
function pageOtherRole(work: HandoffWork, advocate: AdvocateId, role: RoleId | null): void {
  const { state, context } = work
  const own = personOf(context.rota, advocate)!.roles
  const others = context.facts.roles.map((info) => info.id).filter((id) => !own.includes(id))
  const roles = role !== null ? [role] : others
  audit(work, 'other_role', advocate)
  const anybody = chainContext(work)
  // The asker needs somebody else, so asking the asker again would be no answer.
  const people = {
    ...anybody,
    isPageable: (person: RotaPerson) => person.id !== advocate && anybody.isPageable(person),
  }
  const asked = roles.length > 0 ? roles : ['general']
  for (const one of asked) {
    if (!state.addedRoles.includes(one)) state.addedRoles.push(one)
    const running = state.chains.find((chain) => chain.role === one)
    const found = firstAsked(one, people)
    wantPage(work, found, one)
    if (running) running.isActive = true
    else state.chains.push({ ...newChain(one, context.now), stepsRun: [0], paged: found.map(({ id }) => id) })
  }
  const letters = context.roles.filter((info) => asked.includes(info.id)).map((info) => info.letter)
  notify(work, advocate, 'role_paged', { letters: letters.join(' ') })
}

function close(work: HandoffWork, advocate: AdvocateId, outcome: string | null): HandoffEffect[] {
  const { state, context } = work
  const second = needsSecond(work) ? secondPerson(work, advocate) : null
  if (second === null) {
    state.closed = { by: advocate, second: null, outcome, at: context.now }
    return endCase(work, needsSecond(work) ? 'closed_alone' : 'closed', advocate)
  }
  state.closing = { advocate, second, outcome, askedAt: context.now }
  audit(work, 'close_asked', advocate)
  notify(work, advocate, 'close_waits', { name: shortName(context.rota, second) })
  notify(work, second, 'close_ask', closeAskParams(work))
  return []
}

function lower(work: HandoffWork, advocate: AdvocateId, level: Level): HandoffEffect[] {
  const { state, context } = work
  // A rise is never somebody's decision here: the flow raises by itself, and at once.
  if (level <= state.level) return []
  const second = needsSecond(work) ? secondPerson(work, advocate) : null
  if (second === null) return setLower(work, advocate, level)
  state.closing = { advocate, second, outcome: null, askedAt: context.now, lowerTo: level }
  audit(work, 'lower_asked', advocate)
  notify(work, advocate, 'close_waits', { name: shortName(context.rota, second) })
  notify(work, second, 'lower_ask', { name: shortName(context.rota, advocate), to: level.slice(1) })
  return []
}

function setLower(work: HandoffWork, advocate: AdvocateId, level: Level): HandoffEffect[] {
  const { state, context } = work
  state.level = level
  state.levelSince = context.now
  audit(work, 'lowered', advocate)
  for (const taker of state.takers) notify(work, taker.advocate, 'lowered')
  return [{ kind: 'lowered', level }]
}

function needsSecond({ state, context }: HandoffWork): boolean {
  const rule = context.levels.closing
  return (
    rule.second_person_levels.includes(state.level) ||
    context.facts.flags.some((flag) => rule.second_person_flags.includes(flag))
  )
}

/** Who looks into a case that they have not taken is known to do so (protocol section 9). */
function reportOpening(work: HandoffWork, advocate: AdvocateId): void {
  const { rota } = work.context
  audit(work, 'opened_untaken', advocate)
  if (advocate !== rota.coordinator) notify(work, rota.coordinator, 'opened_other', { name: shortName(rota, advocate) })
}

/** Somebody who joined the case, else the coordinator, else who is on shift, else anybody. */
export function secondPerson(work: HandoffWork, closer: AdvocateId): AdvocateId | null {
  const { state, context } = work
  const { rota, now } = context
  const candidates = [
    ...state.takers.map((taker) => taker.advocate),
    rota.coordinator,
    ...onCall(rota, { line: 1, at: now }).map((person) => person.id),
    ...onCall(rota, { line: 2, at: now }).map((person) => person.id),
    ...rota.people.map((person) => person.id),
  ]
  return candidates.find((id) => id !== closer && !isGone(context, id)) ?? null
}

function finishClosing(work: HandoffWork, second: AdvocateId): HandoffEffect[] {
  const { state, context } = work
  const { advocate, outcome, lowerTo } = state.closing!
  if (lowerTo !== undefined) {
    state.closing = null
    notify(work, second, 'confirmed')
    return setLower(work, advocate, lowerTo)
  }
  state.closed = { by: advocate, second, outcome, at: context.now }
  state.closing = null
  notify(work, second, 'closed', { name: shortName(context.rota, advocate) })
  return endCase(work, 'closed', advocate)
}

function endCase(work: HandoffWork, action: 'closed' | 'closed_alone', closer: AdvocateId): HandoffEffect[] {
  const { state, context } = work
  state.chains = []
  work.wanted.clear()
  for (const page of state.pages) page.status = 'closed'
  for (const taker of state.takers) notify(work, taker.advocate, 'closed', { name: shortName(context.rota, closer) })
  audit(work, action, closer)
  return context.facts.mayWrite ? [{ kind: 'ask_if_reached' }] : []
}

/** A late answer is told who has the case, by first name, and nothing else of it. */
function alreadyTaken(work: HandoffWork, advocate: AdvocateId): void {
  const { state, context } = work
  const first = state.takers[0]
  if (first) notify(work, advocate, 'already_taken', { name: shortName(context.rota, first.advocate) })
  else notify(work, advocate, 'not_open')
}
