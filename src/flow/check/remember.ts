/**
 * Keeps the newest results of a pure function by one text, since a coordinator who types changes one file of hundreds.
 *
 * @param most - how many are kept
 */
export function remember<More extends unknown[], T>(
  most: number,
  work: (text: string, ...more: More) => T,
): (text: string, ...more: More) => T {
  const known = new Map<string, T>()
  return (text, ...more) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const found = work(text, ...more)
    if (known.size >= most) known.delete(known.keys().next().value!)
    known.set(text, found)
    return found
  }
}
