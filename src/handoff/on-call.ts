import type { AdvocateId, Language, RoleId } from '../types.ts'
import { personOf, type Rota, type RotaPerson, shiftMinutes } from './rota.ts'
import { type Watch, watchesBetween } from './watches.ts'
import { instantOf, type LocalDate, localDate, minuteOfDay } from './zone.ts'

const dayMs = 86_400_000

/** Everybody on shift at an instant on a line, as the rota lists them; with `role`, only who has that role. */
export function onCall(rota: Rota, wanted: { line: 1 | 2; role?: RoleId; at: number }): RotaPerson[] {
  const ids = new Set(
    watchesAround(rota, wanted.at)
      .filter((watch) => watch.line === wanted.line && watch.startAt <= wanted.at && wanted.at < watch.endAt)
      .map((watch) => watch.advocate),
  )
  return rota.people.filter(
    (person) => ids.has(person.id) && (wanted.role === undefined || person.roles.includes(wanted.role)),
  )
}

/**
 * The first instant after `after` at which somebody comes on shift, or null when nobody does within 15 days.
 * A person who simply stays on through midnight does not come on.
 */
export function nextShiftStart(rota: Rota, after: number): number | null {
  const known = nextStarts.get(rota)
  if (known && known.from <= after && after < known.until) return known.next
  // Nearly always the next one is near, so the near days are looked at first.
  let next: number | null = null
  for (const days of [2, 15]) {
    next ??= watchesBetween(rota, after, after + days * dayMs).find((watch) => watch.startAt > after)?.startAt ?? null
  }
  nextStarts.set(rota, { from: after, until: next ?? after + dayMs, next })
  return next
}
// The answer stays the same until the next start, and every open case asks for it again and again.
const nextStarts = new WeakMap<Rota, { from: number; until: number; next: number | null }>()

/** When the shift ends that a person is on now, or null when they are on none. */
export function shiftEnd(rota: Rota, advocate: AdvocateId, at: number): number | null {
  const watch = watchesBetween(rota, at, at + 2 * dayMs).find(
    (one) => one.advocate === advocate && one.startAt <= at && at < one.endAt,
  )
  return watch?.endAt ?? null
}

/** Whether an instant is in a person's quiet hours: a P2 page or a notice nobody waits for is kept from them. */
export function isQuiet(rota: Rota, person: RotaPerson, at: number): boolean {
  if (!person.quiet_hours) return false
  const { start, length } = shiftMinutes(person.quiet_hours)
  const since = (minuteOfDay(rota.zone, at) - start + 1440) % 1440
  return since < length
}

/** A time in which nobody on the first line has a role or speaks a language. */
export interface Gap {
  kind: 'role' | 'language'
  name: RoleId | Language
  startAt: number
  endAt: number
}

/** Gaps in the days to come, by start. What nobody on the rota can do is one gap over the whole time. */
export function findGaps(
  rota: Rota,
  wanted: { roles: readonly RoleId[]; languages: readonly Language[] },
  span: { from: number; days: number },
): Gap[] {
  const parts = coverage(rota, span.from, span.from + span.days * dayMs)
  const names = [
    ...wanted.roles.map((name) => ({ kind: 'role' as const, name })),
    ...wanted.languages.map((name) => ({ kind: 'language' as const, name })),
  ]
  const gaps = names.flatMap(({ kind, name }) => {
    const own: Gap[] = []
    for (const part of parts) {
      const held = part.first.some((person) => (kind === 'role' ? person.roles : person.languages).includes(name))
      if (held) continue
      const last = own.at(-1)
      if (last?.endAt === part.startAt) last.endAt = part.endAt
      else own.push({ kind, name, startAt: part.startAt, endAt: part.endAt })
    }
    return own
  })
  return gaps.sort((left, right) => left.startAt - right.startAt)
}

/** How well the coming week is covered, in whole percent of the hours. */
export interface RotaQuality {
  /** Hours and roles with somebody on the first line. */
  firstLine: number
  /** Hours and roles with somebody on the second line. */
  secondLine: number
  /** Hours and languages with somebody on the first line who speaks it. */
  languages: number
  /** The one figure: first line six tenths, second line and languages two tenths each. */
  overall: number
}

/** Measures the seven days from `from`. */
export function rotaQuality(
  rota: Rota,
  wanted: { roles: readonly RoleId[]; languages: readonly Language[] },
  from: number,
): RotaQuality {
  const parts = coverage(rota, from, from + 7 * dayMs)
  const share = (names: readonly string[], held: (part: CoveragePart, name: string) => boolean) => {
    if (names.length === 0) return 1
    const covered = parts.reduce(
      (sum, part) => sum + (part.endAt - part.startAt) * names.filter((name) => held(part, name)).length,
      0,
    )
    return covered / (7 * dayMs * names.length)
  }
  const first = share(wanted.roles, (part, role) => part.first.some((person) => person.roles.includes(role)))
  const second = share(wanted.roles, (part, role) => part.second.some((person) => person.roles.includes(role)))
  const spoken = share(wanted.languages, (part, language) =>
    part.first.some((person) => person.languages.includes(language)),
  )
  // Rounded down, so that 100 means that nothing is missing.
  const percent = (value: number) => Math.floor(value * 100 + 1e-9)
  return {
    firstLine: percent(first),
    secondLine: percent(second),
    languages: percent(spoken),
    overall: percent(first * 0.6 + second * 0.2 + spoken * 0.2),
  }
}

/** Everybody's time on shift that touches the calendar day of an instant, worked out once a day and rota. */
function watchesAround(rota: Rota, at: number): Watch[] {
  const date = localDate(rota.zone, at)
  const days = dayWatches.get(rota) ?? new Map<LocalDate, Watch[]>()
  dayWatches.set(rota, days)
  const known = days.get(date)
  if (known) return known
  if (days.size > 40) days.clear()
  const watches = watchesBetween(rota, instantOf(rota.zone, date, 0), instantOf(rota.zone, date, 1440))
  days.set(date, watches)
  return watches
}
const dayWatches = new WeakMap<Rota, Map<LocalDate, Watch[]>>()

interface CoveragePart {
  startAt: number
  endAt: number
  first: RotaPerson[]
  second: RotaPerson[]
}

/** Cuts a time at every start and end of a shift, and says who is on in each part. */
function coverage(rota: Rota, from: number, to: number): CoveragePart[] {
  const watches = watchesBetween(rota, from, to)
  const cuts = [...new Set([from, to, ...watches.flatMap((watch) => [watch.startAt, watch.endAt])])]
    .filter((cut) => cut >= from && cut <= to)
    .sort((left, right) => left - right)
  return cuts.slice(0, -1).map((startAt, index) => ({
    startAt,
    endAt: cuts[index + 1]!,
    first: peopleOn(rota, watches, 1, startAt),
    second: peopleOn(rota, watches, 2, startAt),
  }))
}

function peopleOn(rota: Rota, watches: readonly Watch[], line: 1 | 2, at: number): RotaPerson[] {
  return watches
    .filter((watch) => watch.line === line && watch.startAt <= at && at < watch.endAt)
    .map((watch) => personOf(rota, watch.advocate))
    .filter((person) => person !== null)
}
