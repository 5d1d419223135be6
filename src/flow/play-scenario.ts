import { didYouMean } from '../problem.ts'
import { contactOf } from '../triage/rules.ts'
import type { EventId, IncomingMessage } from '../types.ts'
import type { RunningBundle } from './assemble-flow.ts'
import type { Flow } from './compile-flow.ts'
import { type Conversation, newConversation } from './conversation.ts'
import { passTime } from './pass-time.ts'
import { type PlayedHandoff, playHandoff } from './play-handoff.ts'
import type { Scenario, ScenarioTurn } from './scenario-schema.ts'
import { takeTurn } from './take-turn.ts'
import { factsFor, type Turn } from './turn.ts'

/** Where a scenario did not come out as written. `turn` is its place in the list, null for the end. */
export interface ScenarioDifference {
  turn: number | null
  key: string
  message: string
}

/** Plays a saved conversation through the engine, with its clock, and compares what it says with what is written. */
export function playScenario(running: RunningBundle, scenario: Scenario): ScenarioDifference[] {
  const { flow } = running
  const strangers = advocatesNotOnCall(scenario)
  if (strangers.length > 0) return strangers
  const handoff = scenario.on_call ? playHandoff(running, scenario.on_call) : null
  const differences: ScenarioDifference[] = []
  const named = new Set(scenario.turns.flatMap(({ to, asks }) => [to, asks]))
  let now = Date.parse(scenario.starts_at)
  let conversation: Conversation = newConversation(flow.bundle, flow.data.sos.path, scenario.channel)
  let count = 0
  const hear = (text: string, media: IncomingMessage['media']): Turn => {
    const message: IncomingMessage = {
      id: `scenario-${++count}` as EventId,
      at: now,
      channel: scenario.channel,
      text,
      media,
      ...(scenario.from_country !== undefined && { country: scenario.from_country }),
    }
    return takeTurn(flow, conversation, message, now)
  }
  for (const [index, turn] of scenario.turns.entries()) {
    now += (turn.after_minutes ?? 0.5) * 60_000
    if (handoff) conversation = handoff.passTime(conversation, now)
    const passed = passTime(flow, conversation, now)
    conversation = handoff ? handoff.hear(passed, passed.conversation, now) : passed.conversation
    let done = passed
    if (turn.advocate !== undefined) conversation = actOf(conversation, turn.advocate)
    else if (turn.they !== undefined || turn.media !== undefined) {
      // A question of the coordinator's own that the story does not know is skipped, so that adding one breaks no story.
      for (let tries = 0; turn.to !== undefined && tries < 5; tries++) {
        const open = conversation.open?.question
        if (open === undefined || named.has(open) || open === flow.data.language_question) break
        conversation = hear('SKIP', []).conversation
      }
      const open = conversation.open?.question ?? null
      if (turn.to !== undefined && open !== turn.to) {
        differences.push({
          turn: index,
          key: 'to',
          message: `${turn.to} should be open here; ${open === null ? `nothing is (${conversation.ended ?? 'no question yet'})` : `${open} is`}.`,
        })
        return differences
      }
      done = hear(turn.they ?? '', turn.media ?? [])
      conversation = handoff ? handoff.hear(done, done.conversation, now) : done.conversation
      done.alerts.unshift(...passed.alerts)
    }
    for (const [advocate, text] of Object.entries(turn.answers ?? {}))
      if (handoff) conversation = handoff.answer(advocate, text, conversation, now)
    if (handoff)
      for (const [key, message] of compareSent(turn, handoff.takeSent()))
        differences.push({ turn: index, key, message })
    for (const [key, message] of compare(turn, done, conversation, named))
      differences.push({ turn: index, key, message })
  }
  for (const [key, message] of compareEnd(flow, scenario.ends, conversation))
    differences.push({ turn: null, key, message })
  return differences
}

/** A misspelt name would get nothing, and nothing might be what is written. */
function advocatesNotOnCall({ on_call, turns }: Scenario): ScenarioDifference[] {
  const known = on_call?.people.map(({ id }) => id) ?? []
  return turns.flatMap(({ answers, gets, tells }, turn) => {
    if (on_call === undefined && (answers ?? gets ?? tells) !== undefined) {
      const key = answers ? 'answers' : gets ? 'gets' : 'tells'
      return [{ turn, key, message: 'Who is on call is missing: write "on_call" above "turns".' }]
    }
    return Object.entries({ answers, gets }).flatMap(([key, value]) =>
      Object.keys(value ?? {})
        .filter((name) => !known.includes(name))
        .map((name) => ({ turn, key, message: `"${name}" is not on call here.${didYouMean(name, known)}` })),
    )
  })
}

function actOf(conversation: Conversation, act: 'takes' | 'writes' | 'closes'): Conversation {
  if (act === 'writes') return { ...conversation, isHumanTalking: true, caseStatus: 'taken' }
  return { ...conversation, caseStatus: act === 'takes' ? 'taken' : 'closed' }
}

function* compare(
  turn: ScenarioTurn,
  done: Turn,
  conversation: Conversation,
  named: ReadonlySet<unknown>,
): Generator<[string, string]> {
  const parts = done.replies.flatMap((reply) => reply.parts)
  const questions = parts.flatMap((part) =>
    part.kind === 'question' ? [part.id] : part.kind === 'language_choice' ? ['L1'] : [],
  )
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.id] : []))
  if (turn.asks !== undefined) {
    const asked = questions.at(-1) ?? null
    const isOwn = asked !== null && !named.has(asked)
    if (asked !== turn.asks && !(isOwn && turn.asks !== null))
      yield ['asks', `${turn.asks ?? 'No question'} should come; ${asked ?? 'none'} does.`]
  }
  if (turn.says !== undefined && [...new Set(texts)].join() !== turn.says.join())
    yield [
      'says',
      `These texts should come: ${turn.says.join(', ') || 'none'}; what comes is: ${texts.join(', ') || 'none'}.`,
    ]
  if (turn.silent && parts.length > 0)
    yield ['silent', `Nothing should be sent; what comes is: ${[...texts, ...questions].join(', ')}.`]
  if (turn.pages !== undefined) {
    const paged = [...new Set(done.alerts.flatMap(({ roles }) => roles))].sort()
    if (paged.join() !== [...turn.pages].sort().join())
      yield ['pages', `Paged should be ${turn.pages.join(', ') || 'nobody'}; it is ${paged.join(', ') || 'nobody'}.`]
  }
  if (turn.level !== undefined && conversation.level !== turn.level)
    yield ['level', `The level should be ${turn.level}; it is ${conversation.level}.`]
  if (turn.language !== undefined && conversation.language !== turn.language)
    yield ['language', `We should answer in "${turn.language}"; it is "${conversation.language}".`]
}

function* compareSent(
  turn: ScenarioTurn,
  { advocates, person }: ReturnType<PlayedHandoff['takeSent']>,
): Generator<[string, string]> {
  for (const [advocate, wanted] of Object.entries(turn.gets ?? {})) {
    const got = advocates.filter((one) => one.advocate === advocate)
    const isAsWritten = got.length === wanted.length && got.every(({ text }, index) => text.startsWith(wanted[index]!))
    if (isAsWritten) continue
    const told = got.map(({ at, text }) => `"${text}" at ${at}`).join(', ') || 'nothing'
    yield ['gets', `${advocate} should get ${wanted.map((text) => `"${text}…"`).join(', ') || 'nothing'}; got ${told}.`]
  }
  if (turn.tells !== undefined && person.join() !== turn.tells.join())
    yield [
      'tells',
      `The person should be told ${turn.tells.join(', ') || 'nothing'}; told is ${person.join(', ') || 'nothing'}.`,
    ]
}

function* compareEnd(flow: Flow, ends: Scenario['ends'], conversation: Conversation): Generator<[string, string]> {
  if (conversation.level !== ends.level)
    yield ['level', `The case should be ${ends.level}; it is ${conversation.level}.`]
  const flags = Object.keys(conversation.flags)
  const missing = (ends.flags ?? []).filter((flag) => !flags.includes(flag))
  if (missing.length > 0)
    yield ['flags', `${missing.join(' and ')} should be raised; raised are ${flags.join(', ') || 'none'}.`]
  const extra = (ends.not_flags ?? []).filter((flag) => flags.includes(flag))
  if (extra.length > 0) yield ['not_flags', `${extra.join(' and ')} should not be raised.`]
  const unasked = (ends.roles ?? []).filter((role) => !conversation.roles.includes(role))
  if (unasked.length > 0)
    yield [
      'roles',
      `${unasked.join(' and ')} should be asked; the case has ${conversation.roles.join(', ') || 'none'}.`,
    ]
  if (ends.contact !== undefined) {
    const way = contactOf(flow.rules, factsFor(flow, conversation))
    if (way !== ends.contact) yield ['contact', `The way to reach them should be "${ends.contact}"; it is "${way}".`]
  }
  if (ends.ended !== undefined && conversation.ended !== ends.ended)
    yield [
      'ended',
      `The path should ${ends.ended === null ? 'go on' : `end (${ends.ended})`}; it is ${conversation.ended ?? 'going on'}.`,
    ]
  if (ends.alert_at_message !== undefined && conversation.firstAlertMessage !== ends.alert_at_message)
    yield [
      'alert_at_message',
      `A human should be paged with message ${ends.alert_at_message}; it is ${conversation.firstAlertMessage}.`,
    ]
}
