/**
 * Which items of two lists are the same, so that as many as possible pair up in order (longest common subsequence).
 *
 * @returns pairs of positions, rising in both lists
 */
export function longestMatch(old: readonly string[], now: readonly string[]): [number, number][] {
  const longest = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  for (let one = old.length - 1; one >= 0; one--)
    for (let other = now.length - 1; other >= 0; other--)
      longest[one]![other] =
        old[one] === now[other]
          ? longest[one + 1]![other + 1]! + 1
          : Math.max(longest[one + 1]![other]!, longest[one]![other + 1]!)
  const pairs: [number, number][] = []
  for (let one = 0, other = 0; one < old.length && other < now.length; )
    if (old[one] === now[other]) pairs.push([one++, other++])
    else if (longest[one + 1]![other]! >= longest[one]![other + 1]!) one++
    else other++
  return pairs
}
