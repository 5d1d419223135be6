import type { CaseCode, Level } from '../types.ts'
import type { CaseFacts, HandoffState, RoleInfo } from './handoff-state.ts'
import { shortName } from './handoff-work.ts'
import type { Levels } from './levels.ts'
import { personOf, type Rota } from './rota.ts'
import { type AdvocateWords, languageOf } from './words.ts'
import { addDays, instantOf, localDate, scaled, weekday } from './zone.ts'

/**
 * When the next monthly drill begins, strictly after `now`: the first such weekday of a month, by day, so that people
 * are tried and not worn out.
 */
export function nextDrillAt(rota: Rota, levels: Levels, now: number): number {
  const [hour, minute] = levels.drill.at.split(':').map(Number)
  let date = localDate(rota.zone, now)
  for (let days = 0; days < 70; days++) {
    const isDay = weekday(date) === levels.drill.weekday - 1 && Number(date.slice(8)) <= 7
    const at = instantOf(rota.zone, date, hour! * 60 + minute!)
    if (isDay && at > now) return at
    date = addDays(date, 1)
  }
  throw new Error('Every 70 days hold a first such weekday of a month')
}

/** A case that is nobody's: the whole way of a P1, marked as a drill in every page, and no person at the end of it. */
export function drillFacts(code: CaseCode, roles: readonly RoleInfo[], now: number, word: string): CaseFacts {
  return {
    code,
    level: 'P1',
    flags: [],
    roles: [...roles],
    language: 'es',
    cityInitial: null,
    contact: 'wait',
    mayWrite: false,
    firstAlertAt: now,
    medicalOnly: false,
    textSource: false,
    summary: [],
    word,
    isDrill: true,
  }
}

/** The drill's result in the coordinator's language, or null while it goes on. It ends when taken, or at its time. */
export function drillReport(
  state: HandoffState,
  startedAt: number,
  context: { rota: Rota; levels: Levels; words: AdvocateWords; now: number; timeScale: number },
): { text: string; level: Level } | null {
  const { rota, levels, words, now, timeScale } = context
  const coordinator = personOf(rota, rota.coordinator)
  const language = coordinator ? languageOf(coordinator, levels.advocate_languages) : levels.advocate_languages[0]!
  const taker = state.takers[0]
  const asked = state.pages.length
  if (taker) {
    // Said in waited minutes, so that a trial at another speed reads the same.
    const minutes = Math.floor(((taker.takenAt - startedAt) / 60_000) * timeScale)
    const name = shortName(rota, taker.advocate)
    return { text: words(language, 'drill_taken', { name, minutes, asked }), level: state.level }
  }
  if (now < startedAt + scaled(levels.drill.end_after_minutes, timeScale)) return null
  return {
    text: words(language, 'drill_nobody', { minutes: levels.drill.end_after_minutes, asked }),
    level: state.level,
  }
}
