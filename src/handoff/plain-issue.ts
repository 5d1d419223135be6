import type { z } from 'zod'
import { didYouMean } from '../problem.ts'

/** What zod knows about one thing that does not fit, before it has words. */
type Issue = Parameters<z.core.$ZodErrorMap>[0]

/**
 * The words for everything that a schema can find wrong with a file: what is wrong, where, and what to write instead.
 *
 * The only error map there is. A schema may still say a thing in words of its own, which come first.
 */
export const plainIssue: z.core.$ZodErrorMap = (issue) => {
  const name = nameOf(issue)
  const own = issue.input
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind(name, issue.expected, own)
    case 'invalid_value':
      return wrongValue(name, issue.values, own)
    case 'too_small':
      return issue.inclusive === false
        ? `${name} should be more than ${issue.minimum}; here it is ${said(own)}.`
        : limit(name, issue.origin, Number(issue.minimum), 'more', own)
    case 'too_big':
      return limit(name, issue.origin, Number(issue.maximum), 'less', own)
    case 'invalid_format':
      return wrongForm(name, issue.format, own)
    case 'invalid_key':
      return `${said(issue.path?.at(-1))} cannot stand here. ${issue.issues[0]?.message ?? ''}`
    case 'unrecognized_keys':
      return `${issue.keys.map(said).join(', ')} ${issue.keys.length === 1 ? 'is not a key' : 'are not keys'} here.`
    default:
      return `${name} does not fit here: ${said(own)}. Compare it with an entry beside it.`
  }
}

/** The last key by which a coordinator knows the place; a position in a list has none. */
function nameOf({ path }: Issue): string {
  const key = path?.findLast((part) => typeof part === 'string')
  return key === undefined ? 'This' : `"${key}"`
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number, such as 5',
  int: 'a whole number, such as 5',
  boolean: 'true or false',
  array: 'a list, such as [one, two] or lines that begin with "- "',
  object: 'a block of "key: value" lines',
  record: 'a block of "key: value" lines',
}

function wrongKind(name: string, expected: string, own: unknown): string {
  const kind = KINDS[expected] ?? expected
  if (own === undefined) return `${name} is missing; it should be ${kind}.`
  if (own === null) return `${name} is empty; it should be ${kind}.`
  if (expected === 'string' && (typeof own === 'number' || typeof own === 'boolean'))
    return `${name} should be text: put it in quotes, as "${own}".`
  if (
    (expected === 'number' || expected === 'int') &&
    typeof own === 'string' &&
    own.trim() !== '' &&
    !Number.isNaN(Number(own))
  )
    return `${name} should be a number: write it without quotes, as ${own}.`
  return `${name} should be ${kind}; here it is ${said(own)}.`
}

function wrongValue(name: string, values: readonly unknown[], own: unknown): string {
  const [only] = values
  if (name === '"version"' && typeof only === 'number' && Number.isInteger(own))
    return Number(own) > only
      ? `This file is of version ${own}, and this Puente reads version ${only}. Update Puente, or take the file as it was before.`
      : `This file is of version ${own}, which is older than version ${only}. "puente migrate" brings it up.`
  if (values.length === 1) return `${name} should be ${said(only)}; here it is ${said(own)}.`
  const meant = typeof own === 'string' ? didYouMean(own, values.map(String)) : ''
  return `${name} should be one of ${values.map(String).join(', ')}; here it is ${said(own)}.${meant}`
}

function limit(name: string, origin: string, bound: number, way: 'more' | 'less', own: unknown): string {
  const least = way === 'more'
  if (origin === 'array' || origin === 'set' || origin === 'object' || origin === 'record') {
    const entries = `${bound} ${bound === 1 ? 'entry' : 'entries'}`
    const count = Array.isArray(own) ? own.length : 0
    if (least && count === 0) return `${name} is empty; it needs ${entries} at least.`
    return `${name} may have ${entries} at ${least ? 'least' : 'most'}; here it has ${count}.`
  }
  if (origin === 'string') {
    if (least && own === '') return `${name} is empty; write something between the quotes.`
    return `${name} may have ${bound} ${bound === 1 ? 'letter' : 'letters'} at ${least ? 'least' : 'most'}; here it has ${String(own).length}.`
  }
  return `${name} should be ${bound} or ${way}; here it is ${said(own)}.`
}

function wrongForm(name: string, format: string, own: unknown): string {
  if (format === 'date')
    return `${name} should be a day, written year-month-day such as 2026-12-31; here it is ${said(own)}.`
  return `${name} is not written as it should be here: ${said(own)}. Compare it with an entry beside it.`
}

/** A value as its writer sees it, cut where it is long. */
function said(value: unknown): string {
  if (value === undefined) return 'left out'
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a block of "key: value" lines'
  const text = String(value)
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return typeof value === 'string' ? `"${short}"` : short
}
