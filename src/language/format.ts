import type { Language } from '../types.ts'

/**
 * Joins items as the language does: "a, b y c"; with `or`: "a, b o c".
 *
 * Where the platform knows no list form of the language (Haitian Creole has ours, the Mayan languages none) the items are
 * only separated: an English "and" in the middle of another language is worse than none.
 */
export function formatList(items: string[], language: Language, kind: 'and' | 'or' = 'and'): string {
  const own = OWN_LISTS[language]
  if (own) return join(items, ', ', ` ${own[kind]} `)
  if (!knows(Intl.ListFormat, language)) return items.join(kind === 'or' ? ' / ' : ', ')
  return plainSpaces(
    intl(Intl.ListFormat, language, { type: kind === 'and' ? 'conjunction' : 'disjunction' }).format(items),
  )
}

/**
 * A day as people of the language say it: "viernes, 27 de noviembre", "vandredi 27 novanm".
 *
 * Always the Gregorian calendar and the digits 0 to 9, also in Persian and Arabic: that is what the appointment and the
 * phone on the other side show. Languages without data get `27/11/2026`.
 *
 * @param at - milliseconds since 1970 UTC
 * @param zone - IANA name, such as `America/Matamoros`
 */
export function formatDay(at: number, language: Language, zone: string): string {
  const own = OWN_DAYS[language]
  if (own) {
    const { weekday, day, month } = numbersOf(at, zone)
    return `${own.weekdays[weekday]} ${day === 1 ? own.first : day} ${own.months[month - 1]}`
  }
  if (!knows(Intl.DateTimeFormat, language)) {
    const { day, month, year } = numbersOf(at, zone)
    return `${two(day)}/${two(month)}/${year}`
  }
  const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone } as const
  return plainSpaces(intl(Intl.DateTimeFormat, `${language}-u-ca-gregory-nu-latn`, options).format(at))
}

/** The time of day, 00:00 to 23:59 in every language: no "a. m." to misread at night. */
export function formatTime(at: number, zone: string): string {
  const { hour, minute } = numbersOf(at, zone)
  return `${two(hour)}:${two(minute)}`
}

/** Which form a counted noun takes. */
export type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'

/**
 * The form of a noun after this number: Russian `1` one, `3` few, `5` many; Arabic has all six.
 *
 * The nouns of Haitian Creole and of the Mayan languages do not change after a number, and Tajik ones not either, though
 * the platform would apply English rules to them.
 */
export function pluralForm(count: number, language: Language): PluralForm {
  if (!knows(Intl.PluralRules, language)) return 'other'
  return intl(Intl.PluralRules, language, {}).select(count)
}

/** Picks a counted text: `{ one: '1 día', other: '{{count}} días' }`. A form that is missing falls back to `other`. */
export function pickPlural(
  count: number,
  language: Language,
  forms: Partial<Record<PluralForm, string>> & { other: string },
): string {
  return (forms[pluralForm(count, language)] ?? forms.other).replaceAll('{{count}}', String(count))
}

// What the platform lacks: all of Haitian Creole, the "and" of Kazakh and Tajik, small letters in Tajik.
const OWN_LISTS: Record<Language, { and: string; or: string }> = {
  ht: { and: 'ak', or: 'oswa' },
  kk: { and: 'және', or: 'немесе' },
  tg: { and: 'ва', or: 'ё' },
}

/** `first` is how the first day of a month is said; weekdays from Sunday. */
const OWN_DAYS: Record<Language, { first: string; weekdays: string[]; months: string[] }> = {
  ht: {
    first: 'premye',
    weekdays: ['dimanch', 'lendi', 'madi', 'mèkredi', 'jedi', 'vandredi', 'samdi'],
    months: 'janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm'.split(' '),
  },
  tg: {
    first: '1',
    weekdays: ['якшанбе', 'душанбе', 'сешанбе', 'чоршанбе', 'панҷшанбе', 'ҷумъа', 'шанбе'],
    months: 'январ феврал март апрел май июн июл август сентябр октябр ноябр декабр'.split(' '),
  },
}

function join(items: string[], between: string, last: string): string {
  if (items.length < 2) return items.join('')
  return items.slice(0, -1).join(between) + last + items.at(-1)
}

function numbersOf(at: number, zone: string) {
  const parts = intl(Intl.DateTimeFormat, 'en-u-ca-gregory-nu-latn', {
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
    timeZone: zone,
  } as const).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)!.value
  const number = (type: string) => Number(part(type))
  return {
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** A narrow no-break space would turn a whole SMS into UCS-2, at twice the price. */
function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u202f\u2009]/g, ' ')
}

interface IntlKind<Options, Made> {
  new (language: string, options: Options): Made
  supportedLocalesOf(language: string): string[]
}

function knows(kind: { supportedLocalesOf(language: string): string[] }, language: Language): boolean {
  try {
    return kind.supportedLocalesOf(language).length > 0
  } catch {
    // No well-formed tag, such as a made-up id: nothing is known about it.
    return false
  }
}

// Making one costs some 30 µs, using it under 1.
const made = new Map<string, unknown>()

function intl<Options, Made>(kind: IntlKind<Options, Made>, language: string, options: Options): Made {
  const key = `${(kind as { name?: string }).name} ${language} ${JSON.stringify(options)}`
  let its = made.get(key) as Made | undefined
  if (!its) {
    its = new kind(language, options)
    made.set(key, its)
  }
  return its
}
