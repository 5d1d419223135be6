import { Temporal } from 'temporal-polyfill'

/** A calendar day of a zone: `2026-11-24`. */
export type LocalDate = string

const minuteMs = 60_000

/** Whether the zone is an IANA name that this machine knows, such as `America/Matamoros`. Offsets are refused. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

/**
 * The instant of a wall-clock time in a zone.
 *
 * In the hour that a clock change leaves out, a time is read as if the clocks had not yet changed; in the hour that
 * comes twice, as its first coming. Starts and ends are read alike, so that two shifts that touch on paper touch in
 * fact: nobody is on twice and no minute is left empty.
 *
 * @param minutes - of the day, 0 to 2880; 1440 and more fall on the next day
 */
export function instantOf(zone: string, date: LocalDate, minutes: number): number {
  const key = `${zone} ${date} ${minutes}`
  const known = instants.get(key)
  if (known !== undefined) return known
  const day = Temporal.PlainDate.from(date).add({ days: Math.floor(minutes / 1440) })
  const time = Temporal.PlainTime.from({ hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 })
  const instant = day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
  if (instants.size > 20_000) instants.clear()
  instants.set(key, instant)
  return instant
}
// Zone arithmetic costs some 10 µs a call and every event of a conversation asks for the same few shifts.
const instants = new Map<string, number>()

/** The instant of a local date and time such as `2026-12-24T18:00`, read as {@link instantOf} does. */
export function instantOfDateTime(zone: string, dateTime: string): number {
  const [date, time] = dateTime.split('T')
  const [hour, minute] = time!.split(':')
  return instantOf(zone, date!, Number(hour) * 60 + Number(minute))
}

/** The calendar day of an instant in a zone. */
export function localDate(zone: string, at: number): LocalDate {
  return zoned(zone, at).toPlainDate().toString()
}

/** The wall-clock time of an instant in a zone, `02:14`. */
export function localTime(zone: string, at: number): string {
  return zoned(zone, at).toPlainTime().toString({ smallestUnit: 'minute' })
}

/** The minute of the day of an instant in a zone, 0 to 1439. */
export function minuteOfDay(zone: string, at: number): number {
  const time = zoned(zone, at)
  return time.hour * 60 + time.minute
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

/** Whole days from one calendar day to another; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(date: LocalDate): number {
  return Temporal.PlainDate.from(date).dayOfWeek - 1
}

/** A wait as it is waited: a driver may run it faster, printed minutes stay real. */
export function scaled(minutes: number, timeScale: number): number {
  return Math.ceil((minutes * minuteMs) / timeScale)
}

function zoned(zone: string, at: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}
