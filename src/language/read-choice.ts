import { AMBIGUOUS, type AnswerShape, DOES_NOT_FIT, type ReadAnswer } from './answer-shape.ts'
import type { TimeUnit } from './answer-words.ts'
import type { Item } from './parse-reply.ts'

/** Reads the pieces of a reply as choices of a question with options. */
export function readChoice(items: Item[], shape: AnswerShape): ReadAnswer {
  const only = items.length === 1 ? digitOption(items[0]!, shape) : undefined
  if (only !== undefined) return { kind: 'chosen', options: [only.id] }
  const said = new Set(items.map((item) => item.is))
  const chosen = new Set<string>()
  const times = readTimes(items, shape)
  if (times === null) return DOES_NOT_FIT
  if (times === 'ambiguous') return AMBIGUOUS
  for (const days of times.days) {
    const option = optionForDays(shape, days)
    if (option === null) return DOES_NOT_FIT
    chosen.add(option)
  }
  // A long run of digits is a phone number or a code, not a list of choices.
  const digits = times.bare.reduce((sum, { text }) => sum + (text?.length ?? 1), 0)
  if (digits > (shape.type === 'many' ? Math.max(shape.options.length, 4) : 4)) return DOES_NOT_FIT
  for (const number of times.bare) {
    const options = optionsForNumber(shape, number, times.bare.length === 1)
    if (options === null) return DOES_NOT_FIT
    for (const option of options) chosen.add(option)
  }
  const byNumber = new Set(chosen)
  for (const item of items) if (item.is === 'option') chosen.add(item.option)
  // "Adult 1": of two that differ at a question for one, one was a slip, and nobody knows which.
  if (shape.type === 'one' && byNumber.size > 0 && chosen.size > byNumber.size) return AMBIGUOUS

  const positive = shape.yesNo?.yes ?? optionNamed(shape, 'yes')
  const saysYes = said.has('yes') || items.some((item) => item.is === 'option' && item.option === positive)
  if (saysYes && (said.has('no') || items.some((item) => item.is === 'option' && item.option === 'no')))
    return AMBIGUOUS
  if (said.has('yes')) {
    if (positive !== undefined) {
      if (!agrees(chosen, positive)) return AMBIGUOUS
      chosen.add(positive)
    } else if (chosen.size === 0) return AMBIGUOUS
  }
  const plainNo = shape.yesNo?.no ?? optionNamed(shape, 'no')
  const negative = said.has('none') ? (shape.noneOption ?? plainNo) : (plainNo ?? shape.noneOption)
  if (said.has('no') || said.has('none')) {
    // "No fever" and "nothing of fever" say the opposite of the option that they name.
    if (negative === undefined) return chosen.size > 0 ? AMBIGUOUS : DOES_NOT_FIT
    if (!agrees(chosen, negative)) return AMBIGUOUS
    chosen.add(negative)
  }
  if (chosen.size === 0) return DOES_NOT_FIT
  if (shape.noneOption !== undefined && shape.type === 'many' && chosen.size > 1) chosen.delete(shape.noneOption)
  return {
    kind: 'chosen',
    options: shape.options
      .filter((option) => chosen.has(option.id))
      .sort(byDigit)
      .map(idOf),
  }
}

/** The option of a single digit, which is what nearly everybody sends. */
function digitOption(item: Item, { options }: AnswerShape): AnswerShape['options'][number] | undefined {
  if (item.is !== 'digits' || item.text.length > 1) return undefined
  const digit = Number(item.text)
  for (const option of options) if (option.digit === digit) return option
  return undefined
}

/** Days in one unit, as the protocol counts them. */
export const DAYS_OF: Record<TimeUnit, number> = { minutes: 0, hours: 0, days: 1, weeks: 7, months: 30, years: 365 }

type BareNumber = { value: number; text: string | null }

/** Sorts the numbers of a reply into times (with a unit) and bare ones. Null: times make no sense here. */
function readTimes(items: Item[], shape: AnswerShape): { days: number[]; bare: BareNumber[] } | null | 'ambiguous' {
  const takesTimes = shape.options.some((option) => option.days)
  const days: number[] = []
  let pending: BareNumber[] = []
  let lastUnit: TimeUnit | null = null
  const bare: BareNumber[] = []
  for (const item of items) {
    if (item.is === 'digits') pending.push({ value: Number(item.text), text: item.text })
    else if (item.is === 'number') pending.push({ value: item.value, text: null })
    else if (item.is === 'moment') {
      if (!takesTimes) return null
      days.push(item.days)
    } else if (item.is === 'unit') {
      if (!takesTimes) return null
      if (pending.length === 0) {
        if (item.unit === 'days') return 'ambiguous'
        pending.push({ value: 1, text: null })
      }
      // "1 week 2 days" is one time; "2 or 3 weeks" are two.
      const isRest = pending.length === 1 && lastUnit !== null && DAYS_OF[item.unit] < DAYS_OF[lastUnit]
      for (const number of pending) {
        const its = number.value * DAYS_OF[item.unit]
        if (isRest) days.push(days.pop()! + its)
        else days.push(its)
      }
      lastUnit = item.unit
      pending = []
    } else if (item.is !== 'join') {
      bare.push(...pending)
      pending = []
      lastUnit = null
    }
  }
  bare.push(...pending)
  return { days, bare }
}

function optionForDays(shape: AnswerShape, days: number): string | null {
  const found = shape.options.find(
    ({ days: range }) => range && days >= (range.min ?? 0) && days <= (range.max ?? Number.POSITIVE_INFINITY),
  )
  return found?.id ?? null
}

/** The options of one bare number: its own digit, each digit of "13", or the time it stands for. */
function optionsForNumber(shape: AnswerShape, { value, text }: BareNumber, isAlone: boolean): string[] | null {
  const whole = shape.options.find((option) => option.digit === value)
  if (whole) return [whole.id]
  const last = Math.max(...shape.options.map((option) => option.digit))
  const isTime = isAlone && shape.bareNumberIsDays !== false && value > last && value <= 999
  if (isTime && shape.options.some((option) => option.days)) {
    const option = optionForDays(shape, value)
    return option === null ? null : [option]
  }
  if (text === null) return null
  const options: string[] = []
  for (const digit of text) {
    const option = shape.options.find((known) => known.digit === Number(digit))
    if (!option) return null
    options.push(option.id)
  }
  return options
}

function agrees(chosen: Set<string>, option: string): boolean {
  return chosen.size === 0 || (chosen.size === 1 && chosen.has(option))
}

/** An option called `yes` or `no` is what a plain yes or no chooses, said or not. */
function optionNamed(shape: AnswerShape, id: 'yes' | 'no'): string | undefined {
  return shape.options.find((option) => option.id === id)?.id
}

const byDigit = (one: { digit: number }, other: { digit: number }) => one.digit - other.digit
const idOf = (option: { id: string }) => option.id
