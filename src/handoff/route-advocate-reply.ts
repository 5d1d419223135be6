import type { AdvocateId, CaseCode, Level } from '../types.ts'
import type { CallInput } from './call-person.ts'
import type { HandOverInput } from './hand-over.ts'
import type { HandoffInput, RoleInfo } from './handoff-state.ts'
import type { Levels } from './levels.ts'
import { type AdvocateReply, type ReplyAction, readAdvocateReply } from './read-advocate-reply.ts'
import { personOf, type Rota } from './rota.ts'
import { type AdvocateWords, languageOf } from './words.ts'

/** What the store knows about an advocate when their text comes in. */
export interface AdvocateSituation {
  advocate: AdvocateId
  /** Pages that this advocate can still answer, oldest first. */
  openPages: { code: CaseCode; level: Level }[]
  /** Cases that this advocate has, oldest first. */
  ownCases: { code: CaseCode; level: Level }[]
  /** Somebody asked this advocate to take their shift and waits for the answer; see hand-over.ts. */
  isAskedForShift?: boolean
}

/** Kept with the advocate's own conversation, so that nothing is answered for ever. JSON. */
export interface AdvocateState {
  /** Unclear texts in a row that were answered. */
  unclear: number
  /** Codes in a row that were not theirs. */
  guesses: number
  at: number
}

export interface RouteContext {
  rota: Rota
  levels: Levels
  roles: readonly RoleInfo[]
  words: AdvocateWords
  now: number
}

/** What to do about one text of an advocate. */
export interface RoutedReply {
  state: AdvocateState
  /** Texts back to the advocate, from here and not from a case. */
  answers: string[]
  /**
   * Internal events for the conversation of the case with this code, in order. When no case has the code, send
   * `otherwise` instead, if it is not null.
   */
  forward: { code: CaseCode; input: HandoffInput | RelayInput; otherwise: string | null }[]
  /** Too many codes that were not theirs: for the audit and the coordinator. */
  alarm: 'guessed_codes' | null
  /** Something about a shift, for `advanceHandOver` of hand-over.ts. */
  handOver: HandOverInput | null
}

/**
 * `say`: a text, or a number of the phrasebook, for the person; relay.ts decides whether it may go. `quiet_word`: the word
 * that they agreed on, which the person sends when everything is to go quiet. `record`: the person is asked whether what they
 * told may be written down for a lawyer, or said yes to the advocate themselves.
 */
export type RelayInput =
  | { kind: 'say'; advocate: AdvocateId; text: string }
  | { kind: 'quiet_word'; advocate: AdvocateId; text: string }
  /** Words for whoever sent the case's word from another phone; without any, a word is drawn for the person. */
  | { kind: 'other_phone_says'; advocate: AdvocateId; text: string | null }
  | { kind: 'record'; advocate: AdvocateId; hasSaidYes: boolean }
  | CallInput

const answersInARow = 5
const restMs = 12 * 60 * 60_000

/**
 * Decides what an advocate's text means now: an answer back, or something for a case. Whoever is not in the rota gets
 * silence. Cases decide for themselves whether the answer still counts, in the order in which answers arrive.
 */
export function routeAdvocateReply(
  before: AdvocateState | null,
  text: string,
  situation: AdvocateSituation,
  context: RouteContext,
): RoutedReply {
  const isRested = before === null || context.now - before.at > restMs
  const state = isRested ? { unclear: 0, guesses: 0, at: context.now } : { ...before, at: context.now }
  const routed: RoutedReply = { state, answers: [], forward: [], alarm: null, handOver: null }
  const person = personOf(context.rota, situation.advocate)
  if (person === null) return routed
  const language = languageOf(person, context.levels.advocate_languages)
  const known = [...new Set([...situation.openPages, ...situation.ownCases].map((one) => one.code))]
  const routing: Routing = { situation, context, say: (key, params) => context.words(language, key, params) }
  for (const reply of readAdvocateReply(text, known)) {
    const meaning = meaningOf(reply, routing)
    if (meaning.kind === 'unclear') {
      state.unclear += 1
      if (state.unclear <= answersInARow) routed.answers.push(meaning.answer)
      continue
    }
    if (meaning.kind === 'guess') {
      state.guesses += 1
      if (state.guesses === answersInARow + 1) routed.alarm = 'guessed_codes'
      if (state.guesses > answersInARow) continue
    } else {
      state.unclear = 0
      state.guesses = 0
    }
    if (meaning.kind === 'answer') routed.answers.push(meaning.answer)
    else if (meaning.kind === 'shift') routed.handOver = meaning.input
    else routed.forward.push({ code: meaning.code, input: meaning.input, otherwise: routing.say('no_such_code') })
  }
  return routed
}

interface Routing {
  situation: AdvocateSituation
  context: RouteContext
  say(key: string, params?: Record<string, string | number>): string
}

type Meaning =
  | { kind: 'unclear'; answer: string }
  | { kind: 'answer'; answer: string }
  | { kind: 'forward'; code: CaseCode; input: HandoffInput | RelayInput }
  | { kind: 'guess'; code: CaseCode; input: HandoffInput }
  | { kind: 'shift'; input: HandOverInput }

function meaningOf(reply: AdvocateReply, routing: Routing): Meaning {
  const { situation, say } = routing
  const { advocate, openPages, ownCases } = situation
  switch (reply.kind) {
    case 'list':
      return { kind: 'answer', answer: say('list', { own: listed(ownCases, say), open: listed(openPages, say) }) }
    case 'hand_over':
      // "TURNO 1" to somebody who was asked for their yes means yes, not the first of a menu they never saw.
      if (situation.isAskedForShift && (reply.to === 1 || reply.to === 2)) return shiftAnswer(reply.to === 1)
      return { kind: 'shift', input: { kind: 'wants', to: reply.to } }
    case 'shift_answer':
      return shiftAnswer(reply.isYes)
    case 'help':
      return { kind: 'unclear', answer: say('help') }
    case 'unclear': {
      const open = openPages.map((page) => page.code)
      const ways = open.length > 0 ? `${waysToSay(open, ['take', 'pass'], say)} ` : ''
      return { kind: 'unclear', answer: `${ways}${say('help')}` }
    }
    case 'which': {
      const meant: ReplyAction[] = reply.codes.length > 1 ? [reply.action] : ['take', 'pass']
      return { kind: 'unclear', answer: waysToSay(reply.codes, meant, say) }
    }
    case 'unknown_code': {
      // The case may have been theirs until a moment ago: it knows, and says who has it now.
      const isPass = reply.action === 'pass'
      const input: HandoffInput = isPass ? { kind: 'pass', advocate } : { kind: 'taken', advocate, via: 'text' }
      return { kind: 'guess', code: reply.code, input }
    }
    case 'note':
      return { kind: 'forward', code: reply.code, input: { kind: 'note', advocate, text: reply.text } }
    default: {
      const codes = reply.code !== null ? [reply.code] : codesMeant(reply.kind, situation)
      if (situation.isAskedForShift && reply.code === null && (reply.kind === 'take' || reply.kind === 'pass')) {
        if (situation.openPages.length === 0) return shiftAnswer(reply.kind === 'take')
        return { kind: 'unclear', answer: waysToSay([...codes, say('shift_word')], [reply.kind], say) }
      }
      if (codes.length === 0) return { kind: 'unclear', answer: say('nothing_open') }
      if (codes.length > 1) return { kind: 'unclear', answer: waysToSay(codes, [reply.kind], say) }
      return actionOn(codes[0]!, reply.kind, reply.text, routing)
    }
  }
}

function actionOn(code: CaseCode, action: ReplyAction, text: string | null, routing: Routing): Meaning {
  const { situation, context, say } = routing
  const { advocate } = situation
  const forward = (input: HandoffInput | RelayInput): Meaning => ({ kind: 'forward', code, input })
  const note = text ? { note: text } : {}
  switch (action) {
    case 'take': {
      const refusal = overLoad(code, routing)
      return refusal ? { kind: 'answer', answer: refusal } : forward({ kind: 'taken', advocate, via: 'text', ...note })
    }
    case 'pass':
      return forward({ kind: 'pass', advocate, ...note })
    case 'other_role': {
      if (text === null) return forward({ kind: 'other_role', advocate, role: null })
      const role = context.roles.find((info) => info.letter === text.toUpperCase())
      if (role) return forward({ kind: 'other_role', advocate, role: role.id })
      const letters = context.roles.map((info) => info.letter)
      return { kind: 'answer', answer: say('letters', { letters: letters.join(' '), code, letter: letters[0] ?? 'A' }) }
    }
    case 'details':
      return forward({ kind: 'details', advocate })
    case 'close':
      return forward({ kind: 'close', advocate, outcome: text })
    case 'other_phone':
      return forward({ kind: 'other_phone_says', advocate, text })
    case 'record':
      return forward({ kind: 'record', advocate, hasSaidYes: text !== null })
    case 'call':
      return forward({ kind: 'call', advocate })
    case 'say':
    case 'quiet_word':
      return text === null ? { kind: 'unclear', answer: say('help') } : forward({ kind: action, advocate, text })
  }
}

/** A bare digit counts only where one case can be meant: an open page to take or pass, a case of one's own else. */
function codesMeant(action: ReplyAction, { openPages, ownCases }: AdvocateSituation): CaseCode[] {
  const open = [...new Set(openPages.map((one) => one.code))]
  const own = [...new Set(ownCases.map((one) => one.code))]
  if (action === 'pass') return open
  if (action === 'take') return open.length > 0 ? open : own
  if (action === 'other_role') return [...new Set([...open, ...own])]
  return own
}

/** At most so many urgent cases each: one more would help nobody. Others are asked for it meanwhile. */
function overLoad(code: CaseCode, { situation, context, say }: Routing): string | null {
  const level = situation.openPages.find((one) => one.code === code)?.level
  const cap = level ? context.levels.levels[level].load_cap : undefined
  const same = situation.ownCases.filter((one) => one.level === level)
  if (cap === undefined || same.length < cap || situation.ownCases.some((one) => one.code === code)) return null
  return say('full', { count: same.length, own: same.map((one) => one.code).join(', '), code })
}

function shiftAnswer(isYes: boolean): Meaning {
  return { kind: 'shift', input: { kind: 'answers', isYes } }
}

function waysToSay(codes: readonly string[], actions: readonly ReplyAction[], say: Routing['say']): string {
  const ways = codes
    .slice(0, 4)
    .flatMap((code) => actions.map((action) => `${action === 'call' ? say('call_word') : digits[action]} ${code}`))
  return say('which', { ways: ways.join(say('or')) })
}

function listed(cases: readonly { code: CaseCode; level: Level }[], say: Routing['say']): string {
  const lines = new Set(cases.map((one) => `L${one.level.slice(1)} ${one.code}`))
  return lines.size > 0 ? [...lines].join(', ') : say('none')
}

const digits: Record<Exclude<ReplyAction, 'call'>, number> = {
  take: 1,
  pass: 2,
  other_role: 3,
  details: 4,
  say: 5,
  quiet_word: 6,
  other_phone: 7,
  record: 8,
  close: 9,
}
