import type { AdvocateId } from '../types.ts'
import { isAwaitingCode } from './confirm-number.ts'
import { type Rota, shiftMinutes, type WeeklyShift, weekdays } from './rota.ts'
import { addDays, daysBetween, instantOf, instantOfDateTime, type LocalDate, localDate, weekday } from './zone.ts'

/** One person on shift from one instant to another; the end is no longer part of it. */
export interface Watch {
  advocate: AdvocateId
  /** 1 is asked first, 2 next. */
  line: 1 | 2
  startAt: number
  endAt: number
}

/**
 * Everybody's time on shift that touches `from` to `to`, as the rota's rules, rotations, temporary schedules, swaps
 * and overrides make it together, in that order; by start, then as the rota lists people.
 *
 * A person whose shift goes on without a break on the same line has one watch, not one a day. A shift that a clock
 * change leaves without a minute is not there, nor is one of somebody whose number is not confirmed yet.
 */
export function watchesBetween(rota: Rota, from: number, to: number): Watch[] {
  const window = { startAt: from, endAt: to }
  const dates = datesTouching(rota, from, to)
  const temporary = rota.temporary.map((entry) => ({ ...instantsOf(rota, entry), shifts: entry.shifts }))
  const usual = without(
    [...rota.shifts.flatMap((shift) => weekly(rota, shift, dates)), ...rotating(rota, dates)],
    temporary,
  )
  const instead = temporary
    .filter((entry) => touches(entry, window))
    .flatMap((entry) => entry.shifts.flatMap((shift) => within(weekly(rota, shift, dates), entry)))
  let watches = [...usual, ...instead]
  for (const swap of rota.swaps) watches = swapped(watches, swap, instantsOf(rota, swap))
  for (const override of rota.overrides) {
    const span = instantsOf(rota, override)
    if (!touches(span, window)) continue
    if (override.instead_of) {
      const replaced = override.instead_of
      watches = watches.flatMap((watch) => (watch.advocate === replaced ? without([watch], [span]) : [watch]))
    }
    watches.push({ advocate: override.person, line: override.line, ...span })
  }
  const awaiting = new Set(rota.people.filter(isAwaitingCode).map(({ id }) => id))
  const position = new Map(rota.people.map((person, index) => [person.id, index]))
  const placeOf = (watch: Watch) => position.get(watch.advocate) ?? rota.people.length
  return joined(watches)
    .filter((watch) => touches(watch, window) && !awaiting.has(watch.advocate))
    .sort((left, right) => left.startAt - right.startAt || placeOf(left) - placeOf(right) || left.line - right.line)
}

interface Span {
  startAt: number
  endAt: number
}

// A shift is at most 24 hours long, so one that began two days before the window cannot reach into it; one day more
// lets a shift that goes on through midnight be seen as one.
function datesTouching(rota: Rota, from: number, to: number): LocalDate[] {
  const first = addDays(localDate(rota.zone, from), -2)
  const count = daysBetween(first, localDate(rota.zone, to)) + 1
  return Array.from({ length: count }, (_, index) => addDays(first, index))
}

function weekly(rota: Rota, shift: WeeklyShift, dates: readonly LocalDate[]): Watch[] {
  const { start, length } = shiftMinutes(shift)
  return dates
    .filter((date) => shift.days.includes(weekdays[weekday(date)]!))
    .map((date) => ({
      advocate: shift.person,
      line: shift.line,
      startAt: instantOf(rota.zone, date, start),
      endAt: instantOf(rota.zone, date, start + length),
    }))
    .filter((watch) => watch.endAt > watch.startAt)
}

function rotating(rota: Rota, dates: readonly LocalDate[]): Watch[] {
  return rota.rotations.flatMap((rotation) =>
    dates.flatMap((date) => {
      const days = daysBetween(rotation.starts, date)
      if (days < 0) return []
      const turn = (rotation.each === 'week' ? Math.floor(days / 7) : days) % rotation.people.length
      return weekly(rota, { ...rotation, person: rotation.people[turn]! }, [date])
    }),
  )
}

function swapped(watches: Watch[], swap: Rota['swaps'][number], span: Span): Watch[] {
  return watches.flatMap((watch) => {
    const other = watch.advocate === swap.person ? swap.with : watch.advocate === swap.with ? swap.person : null
    if (other === null || !touches(watch, span)) return [watch]
    return [...without([watch], [span]), ...within([watch], span).map((part) => ({ ...part, advocate: other }))]
  })
}

function instantsOf(rota: Rota, entry: { from: string; to: string }): Span {
  return { startAt: instantOfDateTime(rota.zone, entry.from), endAt: instantOfDateTime(rota.zone, entry.to) }
}

// Ends count as touching: a window may be a single instant, at which a shift begins.
function touches(left: Span, right: Span): boolean {
  return left.startAt <= right.endAt && right.startAt <= left.endAt
}

function within(watches: Watch[], span: Span): Watch[] {
  return watches
    .map((watch) => ({
      ...watch,
      startAt: Math.max(watch.startAt, span.startAt),
      endAt: Math.min(watch.endAt, span.endAt),
    }))
    .filter((watch) => watch.endAt > watch.startAt)
}

function without(watches: Watch[], spans: readonly Span[]): Watch[] {
  return spans.reduce(
    (left, span) =>
      left.flatMap((watch) =>
        touches(watch, span)
          ? [
              { ...watch, endAt: Math.min(watch.endAt, span.startAt) },
              { ...watch, startAt: Math.max(watch.startAt, span.endAt) },
            ].filter((part) => part.endAt > part.startAt)
          : [watch],
      ),
    watches,
  )
}

function joined(watches: Watch[]): Watch[] {
  const lasts = new Map<string, Watch>()
  const result: Watch[] = []
  for (const watch of [...watches].sort((left, right) => left.startAt - right.startAt)) {
    const key = `${watch.line} ${watch.advocate}`
    const last = lasts.get(key)
    if (last && watch.startAt <= last.endAt) {
      last.endAt = Math.max(last.endAt, watch.endAt)
      continue
    }
    const own = { ...watch }
    lasts.set(key, own)
    result.push(own)
  }
  return result
}
