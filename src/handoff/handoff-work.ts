import type { AdvocateId, MessageId, RoleId } from '../types.ts'
import type { ChainContext } from './chain.ts'
import type {
  AuditAction,
  CaseFacts,
  HandoffEffect,
  HandoffState,
  NoticeKind,
  PageRecord,
  RoleInfo,
  Taker,
} from './handoff-state.ts'
import type { Levels } from './levels.ts'
import { isQuiet } from './on-call.ts'
import { casePlaces, pageAloud, pageText } from './page-text.ts'
import { channelsOf, pageChannels, personOf, type Rota, type RotaChannel, type RotaPerson } from './rota.ts'
import { type AdvocateWords, languageOf } from './words.ts'

/** The world as a handoff sees it, handed in. */
export interface HandoffContext {
  rota: Rota
  levels: Levels
  facts: CaseFacts
  /** All roles that there are, with their letters. */
  roles: readonly RoleInfo[]
  words: AdvocateWords
  now: number
  /** Divides waits only; see contract.md, PUENTE_TIME_SCALE. 1 in live use. */
  timeScale: number
  /** On what this installation can page: WhatsApp needs a template, a call a number to call from. */
  pageWays: readonly RotaChannel[]
  /** Who sent STOP: not paged, not written to. */
  unreachable: readonly AdvocateId[]
  /** More untaken P1 than the people on call can hold (`isSurge`): the coordinator is paged at once. */
  surge?: boolean
}

/** One call's work in progress: the state that changes and the effects that pile up. */
export interface HandoffWork {
  state: HandoffState
  context: HandoffContext
  /** Pages asked for in this call; one advocate gets one, whatever the reasons. */
  wanted: Map<AdvocateId, Set<RoleId>>
  texts: HandoffEffect[]
  records: HandoffEffect[]
}

/** Asks for a page; all pages of one call to one advocate become one. */
export function wantPage(work: HandoffWork, people: readonly RotaPerson[], role: RoleId): void {
  for (const person of people) {
    const roles = work.wanted.get(person.id) ?? new Set()
    work.wanted.set(person.id, roles.add(role))
  }
}

/** Turns the pages asked for into effects: who shares the person's language first, then as the rota lists people. */
export function pagesNow(work: HandoffWork): HandoffEffect[] {
  const { context, state } = work
  const { facts, rota } = context
  const fits = (person: RotaPerson) =>
    (facts.language !== null && person.languages.includes(facts.language) ? 0 : 2) +
    (facts.genderWanted && person.gender !== facts.genderWanted ? 1 : 0)
  return rota.people
    .filter((person) => work.wanted.has(person.id))
    .sort((left, right) => fits(left) - fits(right))
    .map((person) => {
      const roles = [...work.wanted.get(person.id)!]
      const before = state.pages.find((page) => page.advocate === person.id)
      const isSameLevel = before !== undefined && before.level === state.level
      const record: PageRecord = {
        advocate: person.id,
        roles: isSameLevel ? [...new Set([...before.roles, ...roles])] : roles,
        level: state.level,
        at: context.now,
        status: 'open',
        tried: [],
        times: isSameLevel ? before.times + 1 : 1,
      }
      if (before) state.pages[state.pages.indexOf(before)] = record
      else state.pages.push(record)
      return sendPage(work, person, record, pageChannels(person, context.pageWays)[0]!, record.times > 1)
    })
}

/** Sends a page on one channel and remembers it. */
export function sendPage(
  work: HandoffWork,
  person: RotaPerson,
  record: PageRecord,
  channel: RotaChannel,
  repeat: boolean,
): HandoffEffect {
  const { context, state } = work
  const key = nextKey(state)
  record.tried.push({ channel, key, isFailed: false })
  const text =
    channel === 'voice'
      ? pageAloud(context.facts.code, person, context.words)
      : pageText(factsNow(work), state.level, person, {
          zone: context.rota.zone,
          levels: context.levels,
          words: context.words,
          levelSince: state.levelSince,
          now: context.now,
          isDrill: context.facts.isDrill === true,
        })
  const { id: advocate } = person
  return {
    kind: 'page',
    key,
    advocate,
    channel,
    level: state.level,
    roles: record.roles,
    text,
    ratherTwice: true,
    repeat,
  }
}

/** Writes to an advocate in their language; `key` is the text's, `params` may be filled from the case. */
export function notify(
  work: HandoffWork,
  advocate: AdvocateId,
  about: NoticeKind,
  params: Record<string, string | number> = {},
): void {
  const { context, state } = work
  const person = personOf(context.rota, advocate)
  if (person === null || isGone(context, advocate)) return
  const language = languageOf(person, context.levels.advocate_languages)
  const say = (key: string, more?: Record<string, string | number>) => context.words(language, key, more)
  const facts = factsNow(work)
  const places = casePlaces(facts, say)
  const text = say(about, {
    code: facts.code,
    word: facts.word,
    level: `L${state.level.slice(1)}`,
    contact: places.at(-1)!,
    places: places.join(' / '),
    ...params,
  })
  const mayCall = about === 'you_took' && facts.contact === 'call' && context.pageWays.includes('voice')
  const more = facts.isDrill ? say('drill') : mayCall ? say('call_hint', { code: facts.code }) : ''
  const shown = `${text} ${more}`.trimEnd()
  work.texts.push({ kind: 'notice', key: nextKey(state), advocate, channel: 'sms', about, text: shown })
}

/** The case with the roles that were asked for beside those of the answers. */
function factsNow({ state, context }: HandoffWork): CaseFacts {
  const { facts, roles } = context
  const added = roles.filter(({ id }) => state.addedRoles.includes(id) && !facts.roles.some((role) => role.id === id))
  return added.length === 0 ? facts : { ...facts, roles: [...facts.roles, ...added] }
}

/** Tells the person, once in a conversation, where the channel rule allows it. */
export function tellPerson(work: HandoffWork, message: MessageId, params: Record<string, string> = {}): void {
  const { state, context } = work
  if (context.facts.hasOtherPhones) work.texts.push({ kind: 'tell_others', message })
  if (!context.facts.mayWrite || state.told.includes(message)) return
  state.told.push(message)
  work.texts.push({ kind: 'tell_person', message, params })
}

export function audit(work: HandoffWork, action: AuditAction, advocate: AdvocateId | null = null): void {
  work.records.push({ kind: 'audit', action, advocate })
}

/** Who may be paged: in the rota, within reach, not already at work on this case; a P2 leaves quiet hours alone. */
export function chainContext(work: HandoffWork): ChainContext {
  const { rota, levels, now, timeScale } = work.context
  const busy = work.state.takers.map((taker) => taker.advocate)
  return {
    rota,
    rule: levels.levels[work.state.level],
    now,
    timeScale,
    isPageable: (person) =>
      !isGone(work.context, person.id) &&
      !busy.includes(person.id) &&
      channelsOf(person).length > 0 &&
      (work.state.level === 'P1' || person.id === rota.coordinator || !isQuiet(rota, person, now)),
  }
}

/** They sent STOP, or the rota no longer has them. */
export function isGone({ rota, unreachable }: HandoffContext, advocate: AdvocateId): boolean {
  return unreachable.includes(advocate) || personOf(rota, advocate) === null
}

export function takerOf(state: HandoffState, advocate: AdvocateId): Taker | null {
  return state.takers.find((taker) => taker.advocate === advocate) ?? null
}

export function pageOf(state: HandoffState, advocate: AdvocateId): PageRecord | null {
  return state.pages.find((page) => page.advocate === advocate) ?? null
}

/** The name by which the rota knows an advocate; never more than the first word of it. */
export function shortName(rota: Rota, advocate: AdvocateId): string {
  return personOf(rota, advocate)?.name.split(/\s+/)[0] ?? '?'
}

function nextKey(state: HandoffState): string {
  state.count += 1
  return `h${state.count}`
}
