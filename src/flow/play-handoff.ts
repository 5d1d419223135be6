import { mayWrite } from '../handoff/channel-rule.ts'
import { advanceHandoff } from '../handoff/handoff.ts'
import type { HandoffEffect, HandoffInput, HandoffState } from '../handoff/handoff-state.ts'
import { type Rota, weekdays } from '../handoff/rota.ts'
import { routeAdvocateReply } from '../handoff/route-advocate-reply.ts'
import { advocateWords } from '../handoff/words.ts'
import { localTime } from '../handoff/zone.ts'
import type { AdvocateId, CaseCode } from '../types.ts'
import type { RunningBundle } from './assemble-flow.ts'
import { channelFacts, contactNow } from './channel-facts.ts'
import type { Conversation } from './conversation.ts'
import type { Scenario } from './scenario-schema.ts'
import type { Turn } from './turn.ts'

/** The advocates' side of a scenario: the same handoff as for people, with phones that are lists. */
export interface PlayedHandoff {
  /** What a turn of the person, or time, comes to for the case. */
  hear(turn: Turn, conversation: Conversation, now: number): Conversation
  /** Lets the handoff do all that is due until then, each at its own time. */
  passTime(conversation: Conversation, now: number): Conversation
  /** An advocate's text. */
  answer(advocate: string, text: string, conversation: Conversation, now: number): Conversation
  /** What went out since it was last asked. */
  takeSent(): { advocates: { at: string; advocate: string; text: string }[]; person: string[] }
}

/** Stands in for the code that is drawn for a real case. */
const CODE = 'K7QF' as CaseCode

export function playHandoff(running: RunningBundle, onCall: NonNullable<Scenario['on_call']>): PlayedHandoff {
  const { flow, texts, dialogs } = running
  const rota = rotaOf(onCall)
  const tables = texts.languages.map((language) => [language, texts.i18n.getResourceBundle(language, 'advocate') ?? {}])
  const words = advocateWords(Object.fromEntries(tables) as Parameters<typeof advocateWords>[0])
  const roles = dialogs.roles.roles
  let state: HandoffState | null = null
  let nextDueAt: number | null = null
  let open: { advocate: AdvocateId; level: HandoffState['level'] }[] = []
  let advocates: { at: string; advocate: string; text: string }[] = []
  let person: string[] = []

  const advance = (inputs: HandoffInput[], conversation: Conversation, now: number): Conversation => {
    if (state === null && !inputs.some(({ kind }) => kind === 'alert' || kind === 'reopened')) return conversation
    const facts = channelFacts(flow, conversation, false)
    const done = advanceHandoff(state, [...inputs, { kind: 'roles_now', roles: conversation.roles }], {
      rota,
      levels: dialogs.levels,
      facts: {
        code: CODE,
        level: conversation.level,
        flags: Object.keys(conversation.flags),
        roles: conversation.roles.map((id) => ({ id, letter: flow.roleLetters.get(id) ?? '?' })),
        language: conversation.language,
        cityInitial: null,
        contact: contactNow(flow, conversation),
        mayWrite: mayWrite(facts, 'bot', now).allowed,
        firstAlertAt: conversation.firstAlertAt,
        medicalOnly: conversation.roles.every((role) => role === 'medical'),
        textSource: Object.keys(conversation.danger).length > 0,
        summary: [],
        word: dialogs.levels.words[0]!,
      },
      words,
      now,
      timeScale: 1,
      roles,
      unreachable: [],
      pageWays: ['sms'],
    })
    state = done.state
    nextDueAt = done.nextDueAt
    open = done.openPages
    let told = conversation.sent
    for (const effect of done.effects) {
      note(effect, now)
      if (effect.kind === 'tell_person') told = [...told, effect.message]
    }
    return { ...conversation, sent: told, caseStatus: done.status }
  }
  const note = (effect: HandoffEffect, now: number): void => {
    if (effect.kind === 'page' || effect.kind === 'notice') tell(effect.advocate, effect.text, now)
    if (effect.kind === 'tell_person') person.push(effect.message)
  }
  const tell = (advocate: string, text: string, now: number): void => {
    advocates.push({ at: localTime(rota.zone, now), advocate, text: text.replaceAll(CODE, 'CODE') })
  }

  return {
    hear(turn, conversation, now) {
      const inputs: HandoffInput[] = turn.asksForSomeoneElse
        ? [{ kind: 'asks_other' }]
        : turn.alerts.map(({ level, roles: asked }) => ({ kind: 'alert', level, roles: asked }))
      if (turn.reopens !== null) inputs.push({ kind: 'reopened', level: turn.reopens, roles: conversation.roles })
      if (turn.isForTheCase) inputs.push({ kind: 'person_wrote' })
      if (turn.ended !== null) inputs.push({ kind: turn.ended === 'done' ? 'path_ended' : 'stopped' })
      return advance(inputs, conversation, now)
    },
    passTime(before, now) {
      let conversation = before
      while (nextDueAt !== null && nextDueAt <= now) {
        const at = nextDueAt
        conversation = advance([], conversation, at)
        if (nextDueAt !== null && nextDueAt <= at) break
      }
      return conversation
    },
    answer(id, text, conversation, now) {
      const advocate = id as AdvocateId
      const own = state?.takers.some((taker) => taker.advocate === advocate) ?? false
      const situation = {
        advocate,
        openPages: open.filter((page) => page.advocate === advocate).map(({ level }) => ({ code: CODE, level })),
        ownCases: own ? [{ code: CODE, level: conversation.level }] : [],
      }
      const context = { rota, levels: dialogs.levels, roles, words, now }
      const routed = routeAdvocateReply(null, text.replaceAll('CODE', CODE), situation, context)
      for (const answer of routed.answers) tell(id, answer, now)
      const inputs = routed.forward.flatMap(({ input }) => (isForTheCase(input) ? [input] : []))
      return advance(inputs, conversation, now)
    },
    takeSent() {
      const sent = { advocates, person }
      advocates = []
      person = []
      return sent
    },
  }
}

/** Words for the person go by the relay, which scenarios do not play. */
function isForTheCase(input: { kind: string }): input is HandoffInput {
  return !['say', 'quiet_word', 'other_phone_says', 'record'].includes(input.kind)
}

function rotaOf({ zone, coordinator, people }: NonNullable<Scenario['on_call']>): Rota {
  return {
    version: 1,
    zone,
    coordinator: coordinator as AdvocateId,
    people: people.map(({ id, languages, roles }, index) => ({
      id: id as AdvocateId,
      name: id,
      phone: `+155501000${String(index + 10)}`,
      channels: ['sms'],
      languages,
      roles,
    })),
    shifts: people.flatMap(({ id, line }) =>
      line === undefined ? [] : [{ person: id as AdvocateId, days: [...weekdays], from: '00:00', to: '24:00', line }],
    ),
    rotations: [],
    overrides: [],
    swaps: [],
    temporary: [],
  }
}
