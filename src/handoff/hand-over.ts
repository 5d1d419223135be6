import type { AdvocateId } from '../types.ts'
import { isAwaitingCode } from './confirm-number.ts'
import { shortName } from './handoff-work.ts'
import type { Levels } from './levels.ts'
import { personOf, type Rota, type RotaPerson } from './rota.ts'
import { watchesBetween } from './watches.ts'
import { type AdvocateWords, languageOf } from './words.ts'
import { localDate, localTime } from './zone.ts'

/** One person asks another to take the rest of a shift. JSON. */
export interface HandOverAsk {
  from: AdvocateId
  to: AdvocateId
  line: 1 | 2
  /** When the shift ends. */
  until: number
  askedAt: number
}

/** What can happen to the handing over of a shift, in the conversation of one advocate. */
export type HandOverInput =
  /** "PASO AL 3", or the menu when there is no number. */
  | { kind: 'wants'; to: number | null }
  | { kind: 'answers'; isYes: boolean }
  /** From the conversation of the one who asks. */
  | { kind: 'asked'; ask: HandOverAsk }
  /** From the conversation of the one who was asked. */
  | { kind: 'answered'; ask: HandOverAsk; isYes: boolean }

export interface HandOverContext {
  advocate: AdvocateId
  rota: Rota
  levels: Levels
  words: AdvocateWords
  now: number
}

export interface HandOverAdvance {
  /** The question that this advocate has not answered yet; kept with their conversation. */
  asked: HandOverAsk | null
  /** Texts to this advocate. */
  answers: string[]
  /** Internal events for another advocate's conversation. */
  forward: { to: AdvocateId; input: HandOverInput }[]
  /** The rota to store in the same transaction, or null when it stays as it is. */
  rota: Rota | null
}

/**
 * Moves the handing over of a shift on. The rota changes only with the other's yes, so that a shift which nobody
 * confirms stays with whoever has it.
 */
export function advanceHandOver(
  asked: HandOverAsk | null,
  input: HandOverInput,
  context: HandOverContext,
): HandOverAdvance {
  const { advocate, rota, now } = context
  const same: HandOverAdvance = { asked, answers: [], forward: [], rota: null }
  switch (input.kind) {
    case 'wants': {
      if (input.to === null) return { ...same, answers: [menuText(context)] }
      const made = askHandOver(rota, advocate, input.to, now)
      if (!made.ok)
        return { ...same, answers: [made.why === 'not_on_shift' ? say(context, 'shift_none') : menuText(context)] }
      const { ask } = made
      const answers = [say(context, 'shift_waits', { name: shortName(rota, ask.to) })]
      return { ...same, answers, forward: [{ to: ask.to, input: { kind: 'asked', ask } }] }
    }
    case 'asked': {
      const params = { name: shortName(rota, input.ask.from), time: endOf(input.ask, context) }
      return { ...same, asked: input.ask, answers: [say(context, 'shift_ask', params)] }
    }
    case 'answers': {
      if (asked === null || !isHandOverOpen(asked, now))
        return { ...same, asked: null, answers: [say(context, 'shift_late')] }
      const { isYes } = input
      const params = { name: shortName(rota, advocate), time: endOf(asked, context) }
      return {
        asked: null,
        answers: isYes ? [say(context, 'shift_done', params)] : [],
        forward: [{ to: asked.from, input: { kind: 'answered', ask: asked, isYes } }],
        rota: isYes ? rotaAfterHandOver(rota, asked, now) : null,
      }
    }
    case 'answered': {
      const params = { name: shortName(rota, input.ask.to), time: endOf(input.ask, context) }
      return { ...same, answers: [say(context, input.isYes ? 'shift_done' : 'shift_no', params)] }
    }
  }
}

/** Whether an answer still counts: for an hour, and not beyond the shift; after that nobody relies on it any more. */
export function isHandOverOpen(ask: HandOverAsk, now: number): boolean {
  return now < Math.min(ask.until, ask.askedAt + hourMs)
}

/** Who could take an advocate's shift, numbered from 1 as the menu shows them: everybody else, by the rota. */
export function handOverMenu(rota: Rota, advocate: AdvocateId): RotaPerson[] {
  return rota.people.filter((person) => person.id !== advocate && !isAwaitingCode(person))
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const menuLength = 9

function askHandOver(
  rota: Rota,
  advocate: AdvocateId,
  choice: number,
  now: number,
): { ok: true; ask: HandOverAsk } | { ok: false; why: 'not_on_shift' | 'no_such_number' } {
  const on = watchesBetween(rota, now, now + dayMs).filter((watch) => watch.startAt <= now && now < watch.endAt)
  const own = on.find((watch) => watch.advocate === advocate)
  if (!own) return { ok: false, why: 'not_on_shift' }
  const other = handOverMenu(rota, advocate)[choice - 1]
  if (!other) return { ok: false, why: 'no_such_number' }
  // A shift that goes on for days is handed over for one of them.
  const until = Math.min(own.endAt, now + dayMs)
  return { ok: true, ask: { from: advocate, to: other.id, line: own.line, until, askedAt: now } }
}

/** From this minute to the end of the shift the other stands in; their own shift, if they have one, goes on beside it. */
function rotaAfterHandOver(rota: Rota, ask: HandOverAsk, now: number): Rota {
  const at = (instant: number) => `${localDate(rota.zone, instant)}T${localTime(rota.zone, instant)}`
  const override = { person: ask.to, instead_of: ask.from, from: at(now), to: at(ask.until), line: ask.line }
  return { ...rota, overrides: [...rota.overrides, override] }
}

/** `14:00`, or `11-25 14:00` when that is not today. */
function endOf({ until }: HandOverAsk, { rota, now }: HandOverContext): string {
  const date = localDate(rota.zone, until)
  const time = localTime(rota.zone, until)
  return date === localDate(rota.zone, now) ? time : `${date.slice(5)} ${time}`
}

function menuText(context: HandOverContext): string {
  const people = handOverMenu(context.rota, context.advocate)
    .slice(0, menuLength)
    .map((person, index) => `${index + 1} ${shortName(context.rota, person.id)}`)
  return say(context, 'shift_menu', { people: people.join(', ') })
}

function say({ rota, levels, words, advocate }: HandOverContext, key: string, params?: Record<string, string>): string {
  const person = personOf(rota, advocate)
  const language = person ? languageOf(person, levels.advocate_languages) : levels.advocate_languages[0]!
  return words(language, key, params)
}
