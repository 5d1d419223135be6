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
  const longest = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  for (let one = old.length - 1; one >= 0; one--)
    for (let other = now.length - 1; other >= 0; other--)
      longest[one]![other] =
        old[one] === now[other]
          ? longest[one + 1]![other + 1]! + 1
          : Math.max(longest[one + 1]![other]!, longest[one]![other + 1]!)
  const lines: DiffLine[] = []
  let one = 0
  let other = 0
  while (one < old.length || other < now.length)
    if (one < old.length && old[one] === now[other]) {
      lines.push({ sign: ' ', text: old[one++]! })
      other++
    } else if (other >= now.length || (one < old.length && longest[one + 1]![other]! >= longest[one]![other + 1]!))
      lines.push({ sign: '-', text: old[one++]! })
    else lines.push({ sign: '+', text: now[other++]! })
  return lines
}
