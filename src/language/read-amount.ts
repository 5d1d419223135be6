import { AMBIGUOUS, type AnswerShape, DOES_NOT_FIT, type ReadAnswer } from './answer-shape.ts'
import type { TimeUnit } from './answer-words.ts'
import type { Item } from './parse-reply.ts'
import { DAYS_OF } from './read-choice.ts'

/** Reads the pieces of a reply as an age, the months of a pregnancy, or a plain number. */
export function readAmount(items: Item[], shape: AnswerShape): ReadAnswer {
  const amounts = readAmounts(items)
  if (items.some((item) => item.is === 'no' || item.is === 'none' || item.is === 'option')) {
    return amounts.length > 0 ? AMBIGUOUS : DOES_NOT_FIT
  }
  if (amounts.length === 0) {
    const notSure = shape.number?.notSure
    return notSure !== undefined && items.some((item) => item.is === 'unsure')
      ? { kind: 'number', value: notSure }
      : DOES_NOT_FIT
  }
  const main = mainAmount(amounts)
  if (main === null) return AMBIGUOUS
  switch (shape.number?.kind ?? 'plain') {
    case 'age':
      return readAge(main, shape)
    case 'months_pregnant':
      return readMonthsPregnant(main, shape)
    case 'plain':
      return main.unit === null ? withinBounds(main.value, shape) : DOES_NOT_FIT
  }
}

interface Amount {
  value: number
  /** Typed digits, or null for number words. */
  digits: string | null
  unit: TimeUnit | null
}

/** Each number with the unit that stands behind it, or before it when nothing stands behind ("anos 16"). */
function readAmounts(items: Item[]): Amount[] {
  const amounts: Amount[] = []
  let unitBefore: TimeUnit | null = null
  let canTakeUnit = false
  for (const item of items) {
    if (item.is === 'digits' || item.is === 'number') {
      amounts.push({
        value: item.is === 'digits' ? Number(item.text) : item.value,
        digits: item.is === 'digits' ? item.text : null,
        unit: unitBefore,
      })
      canTakeUnit = unitBefore === null
      unitBefore = null
    } else if (item.is === 'unit') {
      if (canTakeUnit) amounts.at(-1)!.unit = item.unit
      else unitBefore = item.unit
      canTakeUnit = false
    }
  }
  return amounts
}

/** The amount that counts: the largest unit of "1 year 3 months", the year of a full date; null when two differ. */
function mainAmount(amounts: Amount[]): Amount | null {
  if (amounts.length === 1) return amounts[0]!
  const years = amounts.filter(isYear)
  if (amounts.length === 3 && years.length === 1 && amounts.every((amount) => amount.digits !== null)) return years[0]!
  if (amounts.every((amount) => amount.value === amounts[0]!.value && amount.unit === amounts[0]!.unit))
    return amounts[0]!
  const largestFirst = amounts.every(
    ({ unit }, at) => unit !== null && (at === 0 || DAYS_OF[unit] < DAYS_OF[amounts[at - 1]!.unit!]),
  )
  return largestFirst ? amounts[0]! : null
}

function readAge(age: Amount, shape: AnswerShape): ReadAnswer {
  if (age.unit === null && isYear(age)) {
    const thisYear = shape.number?.thisYear
    const value = thisYear === undefined ? null : youngerAge(age.value, thisYear)
    return value === null ? DOES_NOT_FIT : { kind: 'number', value }
  }
  if (age.unit === null || age.unit === 'years') {
    if (age.value > AGE_MAX) return DOES_NOT_FIT
    if (age.unit === null) return withinBounds(age.value, shape)
    return { kind: 'number', value: age.value, unit: 'years' }
  }
  // "Onze heures" is a time of day.
  if (DAYS_OF[age.unit] === 0) return DOES_NOT_FIT
  const value = age.unit === 'months' ? Math.floor(age.value / 12) : Math.floor((age.value * DAYS_OF[age.unit]) / 365)
  return value > AGE_MAX ? DOES_NOT_FIT : { kind: 'number', value, unit: age.unit }
}

const AGE_MAX = 120

/**
 * The younger of the two ages that a year of birth leaves open: a child must not be taken for an adult.
 *
 * Iran and Afghanistan count years 621 or 622 behind, so 1386 is a year of birth too.
 */
function youngerAge(year: number, thisYear: number): number | null {
  const latestBirth = year <= thisYear - 600 ? year + 622 : year
  const age = Math.max(0, thisYear - latestBirth - 1)
  return latestBirth > thisYear + 1 || age > AGE_MAX ? null : age
}

function isYear({ digits }: Amount): boolean {
  return digits !== null && digits.length === 4 && digits[0] !== '0'
}

/** Protocol section 4: 11 to 42 are weeks, 27 weeks or more are month 7 or more, 10 stands for not sure. */
function readMonthsPregnant({ value, unit }: Amount, shape: AnswerShape): ReadAnswer {
  if (unit === null && value === 0) return DOES_NOT_FIT
  if (unit === 'weeks' || (unit === null && value > 10)) {
    if (value > 42) return DOES_NOT_FIT
    return { kind: 'number', value: monthsOfWeeks(value) }
  }
  if (unit === 'days') {
    return value > 300 ? DOES_NOT_FIT : { kind: 'number', value: monthsOfWeeks(Math.floor(value / 7)) }
  }
  if (unit !== null && unit !== 'months') return DOES_NOT_FIT
  // Where months are counted by the moon, a pregnancy has ten: it is as late as not knowing.
  if (value === 10) return { kind: 'number', value: shape.number?.notSure ?? 9 }
  if (value > 10) return DOES_NOT_FIT
  return { kind: 'number', value: Math.max(1, value) }
}

function monthsOfWeeks(weeks: number): number {
  const months = Math.round(weeks / 4.345)
  return weeks >= 27 ? Math.min(9, Math.max(7, months)) : Math.min(6, Math.max(1, months))
}

function withinBounds(value: number, shape: AnswerShape): ReadAnswer {
  if (value === 0 && !shape.zeroIsAnswer) return DOES_NOT_FIT
  if (value < (shape.min ?? 0) && !(value === 0 && shape.zeroIsAnswer)) return DOES_NOT_FIT
  if (value > (shape.max ?? Number.POSITIVE_INFINITY)) return DOES_NOT_FIT
  return { kind: 'number', value }
}
