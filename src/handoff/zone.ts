import { Temporal } from 'temporal-polyfill'

/** A calendar day of a zone: `2026-11-24`. */
export type LocalDate = string

const minuteMs = 60_000
const dayMs = 86_400_000

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
  return remembered(instants, `${zone} ${date} ${minutes}`, () => {
    const day = Temporal.PlainDate.from(addDays(date, Math.floor(minutes / 1440)))
    const time = Temporal.PlainTime.from({ hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 })
    return day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
  })
}

/** The instant of a local date and time such as `2026-12-24T18:00`, read as {@link instantOf} does. */
export function instantOfDateTime(zone: string, dateTime: string): number {
  const [date, time] = dateTime.split('T')
  const [hour, minute] = time!.split(':')
  return instantOf(zone, date!, Number(hour) * 60 + Number(minute))
}

/** The calendar day of an instant in a zone. */
export function localDate(zone: string, at: number): LocalDate {
  // Days and clock changes begin on a quarter of an hour in every zone of today.
  const quarter = Math.floor(at / 900_000)
  return remembered(dates, `${zone} ${quarter}`, () =>
    zoned(zone, quarter * 900_000)
      .toPlainDate()
      .toString(),
  )
}

/** The wall-clock time of an instant in a zone, `02:14`. */
export function localTime(zone: string, at: number): string {
  const minute = Math.floor(at / minuteMs)
  return remembered(times, `${zone} ${minute}`, () =>
    zoned(zone, minute * minuteMs)
      .toPlainTime()
      .toString({ smallestUnit: 'minute' }),
  )
}

/** The minute of the day of an instant in a zone, 0 to 1439. */
export function minuteOfDay(zone: string, at: number): number {
  const time = zoned(zone, at)
  return time.hour * 60 + time.minute
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return days === 0 ? date : new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)
}

/** Whole days from one calendar day to another; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(date: LocalDate): number {
  return (new Date(Date.parse(date)).getUTCDay() + 6) % 7
}

/** A wait as it is waited: a driver may run it faster, printed minutes stay real. */
export function scaled(minutes: number, timeScale: number): number {
  return Math.ceil((minutes * minuteMs) / timeScale)
}

function zoned(zone: string, at: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}

// Zone arithmetic costs some 10 µs a call, and every event of a conversation asks for the same few shifts.
const instants = new Map<string, number>()
const dates = new Map<string, LocalDate>()
const times = new Map<string, string>()

function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size > 20_000) known.clear()
  const made = find()
  known.set(key, made)
  return made
}
