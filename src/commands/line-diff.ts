import { longestMatch } from '../flow/longest-match.ts'

/** Lines that are the same, gone or new, in order: what a person looks at before a file is changed. */
export interface DiffLine {
  sign: ' ' | '-' | '+'
  text: string
}

/**
 * Compares two texts line by line.
 *
 * @param around - so many lines that are the same are shown beside a change; between changes far apart stands "…"
 */
export function lineDiff(before: string, after: string, around = 1): string[] {
  const lines = compare(before.split('\n'), after.split('\n'))
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' ')
  return lines.flatMap(({ sign, text }, at) => {
    if (isNear(at)) return [`${sign} ${text}`]
    return at > 0 && isNear(at - 1) ? ['…'] : []
  })
}

function compare(old: string[], now: string[]): DiffLine[] {
  // What both begin and end with needs no comparing; a large file with a small change stays quick.
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }))
  return [
    ...same(old.slice(0, start)),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...same(old.slice(old.length - end)),
  ]
}

function middle(old: string[], now: string[]): DiffLine[] {
  const lines: DiffLine[] = []
  const add = (sign: DiffLine['sign'], texts: string[]) => lines.push(...texts.map((text) => ({ sign, text })))
  let [gone, come] = [0, 0]
  for (const [one, other] of longestMatch(old, now)) {
    add('-', old.slice(gone, one))
    add('+', now.slice(come, other))
    add(' ', [old[one]!])
    ;[gone, come] = [one + 1, other + 1]
  }
  add('-', old.slice(gone))
  add('+', now.slice(come))
  return lines
}
