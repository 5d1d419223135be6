/**
 * What is different between two pieces of data, one line each, in words: where, then what. Nothing that differs is left
 * out, so that no line means that nothing but layout and comments changed.
 *
 * @param name - what a coordinator calls the place
 * @example
 * diffData('levels, P1', { load_cap: 3 }, { load_cap: 9 }) // ['levels, P1, load_cap: 3 is now 9']
 */
export function diffData(name: string, before: unknown, after: unknown): string[] {
  if (isSame(before, after)) return []
  if (before === undefined) return [`${name}: ${short(after)} added`]
  if (after === undefined) return [`${name}: ${short(before)} removed`]
  if (name.endsWith('when') && isObject(before) && isObject(after)) return diffConditions(name, before, after)
  if (isObject(before) && isObject(after))
    return keysOf(before, after).flatMap((key) => diffData(`${name}, ${key}`, before[key], after[key]))
  if (Array.isArray(before) && Array.isArray(after)) return diffEntries(name, before, after)
  return [`${name}: ${short(before)} is now ${short(after)}`]
}

/** The single conditions that came or went; when they are the same, what joins them has changed. */
export function diffConditions(name: string, before: object, after: object): string[] {
  const changes = diffList(name, singleConditions(before), singleConditions(after))
  return changes.length > 0 ? changes : [`${name}: how its conditions are joined changed`]
}

/** What came and what went, or that the order is another one. */
export function diffList(name: string, before: readonly string[], after: readonly string[]): string[] {
  const changes = [
    ...lessThan(after, before).map((one) => `${name}: ${one} added`),
    ...lessThan(before, after).map((one) => `${name}: ${one} removed`),
  ]
  return changes.length > 0 || before.join('\n') === after.join('\n') ? changes : [`${name}: the order changed`]
}

/** A value as it stands in a line; a long one is cut. */
export function short(value: unknown): string {
  if (typeof value === 'string') return /^[\p{L}\p{N}_./:-]+$/u.test(value) ? value : `"${value}"`
  if (Array.isArray(value) && !value.some(isObject)) return value.length === 0 ? 'nothing' : value.map(short).join(', ')
  const json = JSON.stringify(value)
    .replaceAll(/"(\w+)":/g, '$1: ')
    .replaceAll(/"(\w+)"/g, '$1')
    .replaceAll(/([{,])/g, '$1 ')
    .replaceAll(/(\})/g, ' $1')
  return json.length > longest ? `${json.slice(0, longest)}…` : json
}
const longest = 120

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
export const keysOf = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
]
/** The rest of an object, when some of its keys are told elsewhere. */
export const without = (data: object, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)))

type Data = Record<string, unknown>
const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Entries of a list that have a name of their own are compared by it, others as a whole. */
function diffEntries(name: string, before: unknown[], after: unknown[]): string[] {
  const key = nameKeyOf(before, after)
  if (key === null)
    return diffList(name, before.map(short), after.map(short)).concat(hiddenByShort(name, before, after))
  const [old, now] = [before, after].map(
    (list) => new Map((list as Data[]).map((entry) => [labelOf(key, entry[key]), entry])),
  ) as [Map<string, Data>, Map<string, Data>]
  const lines = [...new Set([...old.keys(), ...now.keys()])].flatMap((label) => {
    const [one, other] = [old.get(label), now.get(label)]
    if (!one) return [`${name}, ${label}: added`]
    if (!other) return [`${name}, ${label}: removed`]
    return diffData(`${name}, ${label}`, one, other)
  })
  return lines.length > 0 ? lines : [`${name}: the order changed`]
}

/** Two long entries may look alike once they are cut. */
function hiddenByShort(name: string, before: unknown[], after: unknown[]): string[] {
  const isHidden = before.map(short).join('\n') === after.map(short).join('\n')
  return isHidden ? [`${name}: changed`] : []
}

const NAME_KEYS = ['id', 'number', 'at_minutes', 'text', 'flag', 'raise', 'story', 'title', 'group', 'person']

function nameKeyOf(before: unknown[], after: unknown[]): string | null {
  const isName = (key: string) =>
    [before, after].every((list) => {
      const names = list.map((entry) => (isObject(entry) ? entry[key] : undefined))
      return names.every((one) => ['string', 'number'].includes(typeof one)) && new Set(names).size === names.length
    })
  return NAME_KEYS.find(isName) ?? null
}

const labelOf = (key: string, value: unknown): string => (key === 'at_minutes' ? `at ${value} minutes` : String(value))

/** Entries of `one` that `other` has less often. */
function lessThan(one: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const entry of other) left.set(entry, (left.get(entry) ?? 0) + 1)
  return one.filter((entry) => {
    const count = left.get(entry) ?? 0
    left.set(entry, count - 1)
    return count <= 0
  })
}

function singleConditions(condition: unknown): string[] {
  if (Array.isArray(condition)) return condition.flatMap(singleConditions)
  if (!isObject(condition)) return []
  const joined = ['all', 'any', 'not', 'of'].filter((key) => isObject(condition[key]) || Array.isArray(condition[key]))
  if (joined.length > 0) {
    const denies = joined.includes('not') ? 'not ' : ''
    return joined.flatMap((key) => singleConditions(condition[key]).map((one) => `${denies}${one}`))
  }
  // One line for each option: adding one says which.
  const list = Object.keys(condition).find((key) => Array.isArray(condition[key]))
  if (list !== undefined && !('only_flag_roles' in condition))
    return (condition[list] as unknown[]).flatMap((one) => singleConditions({ ...condition, [list]: one }))
  return [
    Object.entries(condition)
      .map(([key, value]) => (key === 'question' ? short(value) : `${key} ${short(value)}`))
      .join(' '),
  ]
}
