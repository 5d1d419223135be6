import type { Level, RoleId } from '../types.ts'
import { isAwaitingCode } from './confirm-number.ts'
import type { RoleInfo } from './handoff-state.ts'
import { shortName } from './handoff-work.ts'
import type { Levels } from './levels.ts'
import { findGaps, type Gap, rotaQuality } from './on-call.ts'
import { personOf, type Rota } from './rota.ts'
import { type AdvocateWords, languageOf } from './words.ts'
import { addDays, instantOfDateTime, localDate, localTime, scaled, weekday } from './zone.ts'

export interface DigestContext {
  rota: Rota
  levels: Levels
  words: AdvocateWords
  now: number
  timeScale: number
}

/** A case as the coordinator's list has it. */
export interface ListedCase {
  level: Level
  openedAt: number
  status: 'open' | 'taken' | 'closed'
}

/** Whether a case that nobody was woken for has waited longer than its level allows. */
export function isLate(one: ListedCase, { levels, now, timeScale }: DigestContext): boolean {
  return one.status === 'open' && now >= one.openedAt + scaled(levels.levels[one.level].target_minutes, timeScale)
}

/** When the next digest is due, strictly after `now`: at the hours of levels.yaml in the rota's zone. */
export function nextDigestAt(rota: Rota, levels: Levels, now: number): number {
  const today = localDate(rota.zone, now)
  const times = [today, addDays(today, 1)]
    .flatMap((date) => levels.digest_at.map((time) => instantOfDateTime(rota.zone, `${date}T${time}`)))
    .filter((at) => at > now)
  return Math.min(...times)
}

/** The one text to the coordinator: how many wait and how many are late; null when nobody waits. Says nothing else. */
export function digestText(cases: readonly ListedCase[], context: DigestContext): string | null {
  const listed = cases.filter((one) => one.status === 'open' && context.levels.levels[one.level].listed === true)
  if (listed.length === 0) return null
  const late = listed.filter((one) => isLate(one, context)).length
  return say(context, 'digest', { waiting: listed.length, late })
}

/** Who is not paged because their code has not come back; null when there is nobody. */
export function awaitingText(context: DigestContext): string | null {
  const names = context.rota.people.filter(isAwaitingCode).map(({ id }) => shortName(context.rota, id))
  return names.length === 0 ? null : say(context, 'code_missing', { people: names.join(', ') })
}

/**
 * How well the coming week is covered, for the first digest of a week; null for any other.
 *
 * @param digestAt - when the digest was due; it may be sent later
 */
export function weekAhead(
  wanted: { roles: readonly RoleInfo[]; languages: readonly string[] },
  digestAt: number,
  context: DigestContext,
): string | null {
  const { rota, levels } = context
  const date = localDate(rota.zone, digestAt)
  const first = instantOfDateTime(rota.zone, `${date}T${levels.digest_at.toSorted()[0]}`)
  if (weekday(date) !== 0 || digestAt !== first) return null
  const { overall, firstLine, secondLine, languages } = rotaQuality(rota, heldBySomebody(rota, wanted), digestAt)
  return say(context, 'week', { overall, first: firstLine, second: secondLine, languages })
}

/** What nobody in the rota has or speaks at all was said when it was read. */
export function heldBySomebody(
  rota: Rota,
  wanted: { roles: readonly RoleInfo[]; languages: readonly string[] },
): { roles: RoleId[]; languages: string[] } {
  return {
    roles: wanted.roles.map(({ id }) => id).filter((id) => rota.people.some(({ roles }) => roles.includes(id))),
    languages: wanted.languages.filter((one) => rota.people.some(({ languages }) => languages.includes(one))),
  }
}

/**
 * Tells the coordinator about hours without anybody, once each and in good time.
 *
 * @param told - the `keys` of earlier warnings
 * @returns null when there is nothing new to tell; roles that nobody has at all were said when the rota was read
 */
export function gapWarning(
  wanted: { roles: readonly RoleInfo[]; languages: readonly string[] },
  told: readonly string[],
  context: DigestContext,
): { text: string; keys: string[] } | null {
  const { rota, levels, now } = context
  const ahead = { from: now, days: levels.gaps.look_ahead_days }
  // The next look is at the next digest, when it would be too late.
  const soon = nextDigestAt(rota, levels, now) + levels.gaps.tell_ahead_hours * 3_600_000
  const gaps = findGaps(rota, heldBySomebody(rota, wanted), ahead)
    .filter((gap) => gap.startAt <= soon)
    .map((gap) => ({ ...gap, key: gapKey(gap, ahead) }))
    .filter((gap) => !told.includes(gap.key))
  if (gaps.length === 0) return null
  const shown = gaps.slice(0, gapsInOneText).map((gap) => {
    const name = wanted.roles.find((role) => role.id === gap.name)?.letter ?? gap.name.toUpperCase()
    return `${name} ${span(rota, gap, ahead)}`
  })
  const more = gaps.length > shown.length ? ` +${gaps.length - shown.length}` : ''
  return { text: say(context, 'gaps', { gaps: `${shown.join(', ')}${more}` }), keys: gaps.map((gap) => gap.key) }
}

const gapsInOneText = 4
const weekMs = 7 * 86_400_000

/**
 * Names a gap by what is missing and until when, so that time passing does not make it a new one. One that has no end
 * in sight is said again every week.
 */
function gapKey(gap: Gap, ahead: { from: number; days: number }): string {
  const until = isEndless(gap, ahead) ? `week ${Math.floor(ahead.from / weekMs)}` : gap.endAt
  return `${gap.kind}:${gap.name}:${until}`
}

function isEndless(gap: Gap, ahead: { from: number; days: number }): boolean {
  return gap.endAt >= ahead.from + ahead.days * 86_400_000
}

/** `11-24 00:00-06:00`, with the day of the end where it is another, and `…` where no end is in sight. */
function span(rota: Rota, gap: Gap, ahead: { from: number; days: number }): string {
  const at = (instant: number) => `${localDate(rota.zone, instant).slice(5)} ${localTime(rota.zone, instant)}`
  if (isEndless(gap, ahead)) return `${at(gap.startAt)}...`
  const isSameDay = localDate(rota.zone, gap.startAt) === localDate(rota.zone, gap.endAt)
  return `${at(gap.startAt)}-${isSameDay ? localTime(rota.zone, gap.endAt) : at(gap.endAt)}`
}

function say({ rota, levels, words }: DigestContext, key: string, params: Record<string, string | number>): string {
  const coordinator = personOf(rota, rota.coordinator)
  const language = coordinator ? languageOf(coordinator, levels.advocate_languages) : levels.advocate_languages[0]!
  return words(language, key, params)
}
