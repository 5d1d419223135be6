import { type CallInput, readCallNews } from './handoff/call-person.ts'
import { type CodeSent, hearCode, isAwaitingCode, newCode, withConfirmed } from './handoff/confirm-number.ts'
import { awaitingText, digestText, gapWarning, nextDigestAt, weekAhead } from './handoff/coordinator-digest.ts'
import { drillFacts, drillReport, nextDrillAt } from './handoff/drill.ts'
import { advanceHandOver, type HandOverAsk, type HandOverInput, isHandOverOpen } from './handoff/hand-over.ts'
import { advanceHandoff, type HandoffAdvance } from './handoff/handoff.ts'
import type { HandoffInput, HandoffState } from './handoff/handoff-state.ts'
import { shortName } from './handoff/handoff-work.ts'
import { personOf, type Rota, type RotaPerson } from './handoff/rota.ts'
import { type AdvocateState, routeAdvocateReply } from './handoff/route-advocate-reply.ts'
import { isOptOut, type OptOutInput, optOutOf } from './opt-out.ts'
import { advocateLanguage } from './relay-words.ts'
import type { CaseRow, NewOutbox, OpenPage, Store, TurnCommit, Work, WorkEvent } from './store/store.ts'
import type { TurnWorld } from './turn-world.ts'
import type { AdvocateId, CaseCode, Channel, EffectId, EventId } from './types.ts'

/** Kept with an advocate's own conversation. JSON, encrypted at rest. */
interface AdvocateConversation {
  replies: AdvocateState | null
  /** Somebody asks this advocate to take their shift. */
  handOver: HandOverAsk | null
  /** The number that sent STOP, and when the last START came. */
  stopped: string | null
  startedAt: number | null
  /** The code by which this advocate's number is confirmed. */
  code: CodeSent | null
  /** The coordinator's: when the next digest is due, which gaps were told, and the drill. */
  digestAt: number | null
  toldGaps: string[]
  drillAt: number | null
  drill: { code: CaseCode; startedAt: number; handoff: HandoffState | null; word: string } | null
}

const fresh: AdvocateConversation = {
  replies: null,
  handOver: null,
  stopped: null,
  startedAt: null,
  code: null,
  digestAt: null,
  toldGaps: [],
  drillAt: null,
  drill: null,
}

/**
 * What there is to do in an advocate's conversation: their texts, which mostly go on to the conversation of a case where
 * they are decided in the order in which they arrive; the handing over of a shift; and, for the coordinator, the digest,
 * the gaps of the rota and the monthly drill.
 *
 * @returns the commit, and what it changes in the rota or in who may be written to, which is to be stored before
 */
export async function advocateTurn(
  work: Work,
  world: TurnWorld,
  store: Pick<Store, 'openPagesOf' | 'openCases' | 'findCase'>,
): Promise<{ commit: TurnCommit; rota: Rota | null; reach: ReachChange | null }> {
  const advocate = work.advocate!
  const draft: Draft = {
    work,
    world,
    store,
    advocate,
    state: { ...fresh, ...(work.state as Partial<AdvocateConversation> | null) },
    rota: null,
    reach: null,
    drillInputs: [],
    case: null,
    openPages: [],
    drillDueAt: null,
    send: [],
    forward: [],
    audit: [],
  }
  for (const event of work.events) await hear(draft, event)
  sendCode(draft)
  if (advocate === world.rota.coordinator) await coordinate(draft)
  const { state } = draft
  return {
    rota: draft.rota,
    reach: draft.reach,
    commit: {
      conversation: work.id,
      version: work.version,
      lease: work.lease,
      state,
      done: work.events.map(({ id }) => id),
      send: draft.send,
      forward: draft.forward,
      dueAt: earliest(state.digestAt, state.drillAt, draft.drillDueAt),
      case: draft.case,
      openPages: draft.openPages,
      audit: draft.audit,
      cancel: [],
    },
  }
}

/** A number of the rota sent STOP or START. */
export interface ReachChange {
  phone: string
  isStopped: boolean
}

interface Draft {
  work: Work
  world: TurnWorld
  store: Pick<Store, 'openPagesOf' | 'openCases' | 'findCase'>
  advocate: AdvocateId
  state: AdvocateConversation
  rota: Rota | null
  reach: ReachChange | null
  drillInputs: HandoffInput[]
  case: CaseRow | null
  openPages: OpenPage[]
  drillDueAt: number | null
  send: NewOutbox[]
  forward: TurnCommit['forward']
  audit: TurnCommit['audit']
}

async function hear(draft: Draft, event: WorkEvent): Promise<void> {
  if (event.kind === 'message') return hearText(draft, event)
  if (event.kind === 'delivery_failed') {
    const isOptedOut = isOptOut(event)
    if (isOptedOut && event.advocate === draft.advocate) await optOut(draft, event)
    else if (isOptedOut) draft.forward.push(optOutOf(event))
    const prefix = drillPrefix(draft)
    if (event.effectId.startsWith(prefix))
      draft.drillInputs.push({ kind: 'page_failed', key: event.effectId.slice(prefix.length), isOptedOut })
    return
  }
  const input = event.body as HandOverInput | HandoffInput | OptOutInput
  // Asked for a shift before their number was in doubt: the other keeps the shift.
  if (awaitingPerson(draft) !== null && input.kind !== 'opted_out') return
  if (input.kind === 'opted_out') await optOut(draft, event)
  else if (input.kind === 'asked' || input.kind === 'answered') handOver(draft, input, event.id, 'sms')
  else draft.drillInputs.push(input as HandoffInput)
}

async function hearText(draft: Draft, event: Extract<WorkEvent, { kind: 'message' }>): Promise<void> {
  const { world, store, advocate, state } = draft
  // Whoever rings, or presses a key while they are rung, is answered in writing.
  const channel = event.from.channel === 'voice' ? 'sms' : event.from.channel
  const word = world.bundle.flow.ears.readGlobalWord(event.text, null)
  if (word?.kind === 'carrier_stop') return optOut(draft, event)
  if (state.stopped !== null) {
    if (word?.kind === 'carrier_start') optIn(draft, event)
    // Nothing that we answer would reach them, so what they write means nothing either.
    return
  }
  const awaiting = awaitingPerson(draft)
  if (awaiting !== null) return hearConfirmation(draft, awaiting, event)
  const call = event.from.channel === 'voice' ? readCallNews(event.text) : null
  if (call !== null) return forwardCallNews(draft, call, event)
  const routed = routeAdvocateReply(
    state.replies,
    event.text,
    {
      advocate,
      openPages: await store.openPagesOf(advocate),
      ownCases: await ownCases(draft),
      isAskedForShift: state.handOver !== null && isHandOverOpen(state.handOver, world.now),
    },
    {
      rota: world.rota,
      levels: world.bundle.dialogs.levels,
      roles: world.bundle.dialogs.roles.roles,
      words: world.words,
      now: world.now,
    },
  )
  state.replies = routed.state
  const answers = [...routed.answers]
  for (const { code, input, otherwise } of routed.forward) {
    const found = await store.findCase(code)
    if (found) {
      const id = `${event.id}.f${draft.forward.length}` as EventId
      draft.forward.push({ id, to: found.conversation, body: input, at: event.at })
    } else if (otherwise !== null) answers.push(otherwise)
  }
  for (const [index, text] of answers.entries()) answer(draft, `${event.id}.a${index}`, text, channel)
  if (routed.handOver !== null) handOver(draft, routed.handOver, event.id, channel)
  if (routed.alarm !== null) alarm(draft, event.id, routed.alarm)
}

/** This advocate, while their number is not confirmed. */
function awaitingPerson({ rota, world, advocate }: Draft): RotaPerson | null {
  const person = personOf(rota ?? world.rota, advocate)
  return person !== null && isAwaitingCode(person) ? person : null
}

/** A new rota makes their conversation due, which nothing else does for whoever does not coordinate. */
function sendCode(draft: Draft): void {
  const { work, world, state } = draft
  const person = awaitingPerson(draft)
  if (person === null || work.dueAt === null || work.dueAt > world.now || state.stopped !== null) return
  state.code = newCode(person.phone, world)
  const { code } = state.code
  answer(
    draft,
    `${work.id}.code${work.version}`,
    world.words(advocateLanguage(world, person.id), 'code_ask', { code }),
    'sms',
  )
}

/** Until the code came back nothing else that this phone says means anything. */
function hearConfirmation(
  draft: Draft,
  person: RotaPerson,
  { id, text, from }: Extract<WorkEvent, { kind: 'message' }>,
): void {
  const { world, advocate, state } = draft
  const { sent, heard } = hearCode(state.code, text, { from: person.phone, now: world.now })
  state.code = sent
  if (heard === 'nothing') return
  const say = (key: string) => world.words(advocateLanguage(world, advocate), key)
  if (heard === 'wrong') {
    answer(draft, `${id}.a0`, say('code_wrong'), from.channel)
    return
  }
  const isConfirmed = heard === 'confirmed'
  draft.audit.push({
    at: world.now,
    actor: advocate,
    action: isConfirmed ? 'number_confirmed' : 'code_guessed',
    subject: advocate,
  })
  if (isConfirmed) {
    draft.rota = withConfirmed(draft.rota ?? world.rota, person.phone)
    answer(draft, `${id}.a0`, say('code_right'), from.channel)
  }
  tellWhoLooksAfter(draft, id, isConfirmed ? 'code_came' : 'code_used_up')
}

/** The telephone network's word on a call that this advocate asked for. */
async function forwardCallNews(
  { store, advocate, forward }: Draft,
  { code, news }: NonNullable<ReturnType<typeof readCallNews>>,
  { id, at }: WorkEvent,
): Promise<void> {
  const found = await store.findCase(code as CaseCode)
  const body: CallInput = { kind: 'call_news', advocate, news }
  if (found !== null) forward.push({ id: `${id}.f` as EventId, to: found.conversation, body, at })
}

/**
 * They sent STOP: nothing goes to them from here on, not even an answer. What they hold goes on to others now, and
 * whoever looks after the rota hears of it.
 */
async function optOut(draft: Draft, { id, at }: WorkEvent): Promise<void> {
  const { world, store, advocate, state } = draft
  const person = personOf(world.rota, advocate)
  // The refusal of a text from before a START says nothing about now.
  if (person === null || state.stopped === person.phone || (state.startedAt !== null && at < state.startedAt)) return
  state.stopped = person.phone
  draft.reach = { phone: person.phone, isStopped: true }
  draft.audit.push({ at: world.now, actor: advocate, action: 'opted_out', subject: advocate })
  const held = [...(await store.openPagesOf(advocate)), ...(await ownCases(draft))]
  for (const conversation of new Set(held.map((one) => one.conversation)))
    draft.forward.push({ id: `${id}.d${draft.forward.length}` as EventId, to: conversation, body: { kind: 'due' }, at })
  tellWhoLooksAfter(draft, id, 'sent_stop')
}

function optIn(draft: Draft, { id, at, from }: Extract<WorkEvent, { kind: 'message' }>): void {
  const { world, advocate, state } = draft
  draft.reach = { phone: state.stopped!, isStopped: false }
  Object.assign(state, { stopped: null, startedAt: at })
  draft.audit.push({ at: world.now, actor: advocate, action: 'opted_in', subject: advocate })
  answer(draft, `${id}.a0`, world.words(advocateLanguage(world, advocate), 'paged_again'), from.channel)
  tellWhoLooksAfter(draft, id, 'sent_start')
}

/** The coordinator; everybody else where that is who cannot be reached. */
function tellWhoLooksAfter(draft: Draft, id: string, key: string): void {
  const { world, advocate } = draft
  const { rota, unreachable } = world
  const others = rota.people.map((person) => person.id).filter((one) => one !== advocate)
  const isCoordinatorGone = advocate === rota.coordinator || unreachable.includes(rota.coordinator)
  const name = shortName(rota, advocate)
  for (const reader of isCoordinatorGone ? others : [rota.coordinator]) {
    const text = world.words(advocateLanguage(world, reader), key, { name })
    draft.send.push(message(`${id}.${key}.${reader}`, reader, 'sms', text, world.now, 1))
  }
}

async function ownCases({ store, advocate }: Draft): Promise<CaseRow[]> {
  return (await store.openCases()).filter(({ takenBy }) => takenBy.includes(advocate))
}

function handOver(draft: Draft, input: HandOverInput, id: string, channel: Channel): void {
  const { world, advocate, state } = draft
  const context = {
    advocate,
    rota: draft.rota ?? world.rota,
    levels: world.bundle.dialogs.levels,
    words: world.words,
    now: world.now,
  }
  const advance = advanceHandOver(state.handOver, input, context)
  state.handOver = advance.asked
  if (advance.rota !== null) draft.rota = advance.rota
  for (const [index, text] of advance.answers.entries()) answer(draft, `${id}.h${index}`, text, channel)
  for (const [index, forward] of advance.forward.entries())
    draft.forward.push({ id: `${id}.o${index}` as EventId, to: forward.to, body: forward.input, at: world.now })
}

/** Too many codes that are not theirs may be somebody else with their phone: the coordinator asks them. */
function alarm(draft: Draft, id: string, action: string): void {
  const { world, advocate } = draft
  const { rota } = world
  const name = shortName(rota, advocate)
  draft.audit.push({ at: world.now, actor: advocate, action, subject: advocate })
  if (advocate === rota.coordinator) return
  const text = world.words(world.bundle.dialogs.levels.advocate_languages[0]!, 'guessed', { name, count: 6 })
  draft.send.push(message(`${id}.g`, rota.coordinator, 'sms', text, world.now, 1))
}

/** The coordinator's own duties, each at its time. */
async function coordinate(draft: Draft): Promise<void> {
  const { world, state, store, work } = draft
  const { rota, now } = world
  const { levels, roles, languages } = world.bundle.dialogs
  const wanted = { roles: roles.roles, languages: languages.map(({ id }) => id) }
  const context = { rota, levels, words: world.words, now, timeScale: world.timeScale }
  if (state.digestAt !== null && state.digestAt <= now) {
    const parts = [
      digestText(await store.openCases(), context),
      awaitingText(context),
      weekAhead(wanted, state.digestAt, context),
    ]
    const digest = parts.filter((part) => part !== null).join('\n')
    if (digest !== '') answer(draft, `${work.id}.d${state.digestAt}`, digest, 'sms')
  }
  // Gaps are looked for with every digest, and at once when the rota is new.
  if (state.digestAt === null || state.digestAt <= now || work.dueAt === 0) {
    const warning = gapWarning(wanted, state.toldGaps, context)
    if (warning !== null) {
      answer(draft, `${work.id}.w${now}`, warning.text, 'sms')
      state.toldGaps = [...state.toldGaps, ...warning.keys].slice(-200)
    }
  }
  state.digestAt = nextDigestAt(rota, levels, now)
  if (state.drillAt !== null && state.drillAt <= now && state.drill === null)
    state.drill = { code: world.drawCode(), startedAt: now, handoff: null, word: levels.words[0]! }
  state.drillAt = nextDrillAt(rota, levels, now)
  if (state.drill !== null) drill(draft)
}

/** A case that is nobody's, all the way from the page to the taking. */
function drill(draft: Draft): void {
  const { world, state, work } = draft
  const running = state.drill!
  const { levels, roles } = world.bundle.dialogs
  const isNew = running.handoff === null
  const facts = drillFacts(running.code, roles.roles, running.startedAt, running.word)
  const advance = advanceHandoff(
    running.handoff,
    [
      ...(isNew ? [{ kind: 'alert', level: 'P1', roles: roles.roles.map(({ id }) => id) } as const] : []),
      ...draft.drillInputs,
    ],
    {
      rota: world.rota,
      levels,
      facts,
      roles: roles.roles,
      words: world.words,
      now: world.now,
      timeScale: world.timeScale,
      // It tries people and times, and a text says that it is a drill.
      pageWays: ['sms'],
      unreachable: world.unreachable,
    },
  )
  running.handoff = advance.state
  const context = { rota: world.rota, levels, words: world.words, now: world.now, timeScale: world.timeScale }
  const report = drillReport(advance.state, running.startedAt, context)
  // With its end a drill wakes nobody any more.
  for (const effect of advance.effects)
    if ((effect.kind === 'page' && report === null) || effect.kind === 'notice') {
      const id = `${drillPrefix(draft)}${effect.key}`
      const priority = effect.kind === 'page' ? 0 : 1
      draft.send.push(message(id, effect.advocate, 'sms', effect.text, world.now, priority))
    }
  if (report !== null) {
    answer(draft, `${drillPrefix(draft)}report`, report.text, 'sms')
    state.drill = null
    return
  }
  showDrill(draft, advance, work)
}

function showDrill(draft: Draft, advance: HandoffAdvance, work: Work): void {
  const running = draft.state.drill!
  draft.drillDueAt = advance.nextDueAt
  draft.openPages = advance.openPages.map((page) => ({ ...page, code: running.code, conversation: work.id }))
  draft.case = {
    code: running.code,
    conversation: work.id,
    level: 'P1',
    roles: [],
    status: advance.status,
    takenBy: advance.takenBy,
    openedAt: running.startedAt,
    alertAt: running.startedAt,
  }
}

const drillPrefix = ({ work, state }: Draft): string => `${work.id}.drill${state.drill?.startedAt ?? 0}.`

function answer(draft: Draft, id: string, text: string, channel: Channel): void {
  draft.send.push(message(id, draft.advocate, channel, text, draft.world.now, 1))
}

function message(
  id: string,
  advocate: AdvocateId,
  channel: Channel,
  text: string,
  at: number,
  priority: 0 | 1,
): NewOutbox {
  return {
    id: id as EffectId,
    to: { advocate, channel },
    text,
    priority,
    at,
    expiresAt: null,
    ratherTwice: priority === 0,
    repeat: false,
  }
}

function earliest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
