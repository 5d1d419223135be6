/**
 * One thing wrong with a file that a coordinator writes: where it is, what it is, what it would have meant for a person.
 *
 * Reading a file returns all of its problems at once and never throws for them.
 */
export interface Problem {
  /** `area/what`, such as `rota/unknown-person`; each has an entry in the docs. */
  code: string
  /** The first line of the file is 1. */
  line: number
  /** The first column is 1. */
  column: number
  /** Whole sentences, one a line: what is wrong and what is allowed; then what would have happened. */
  message: string
  /** How many characters the caret underlines; 1 when absent. */
  length?: number
  /** The file, when several are read together. */
  source?: string
  /** A warning is told but stops nothing. */
  severity?: 'warning'
}

/**
 * Writes a problem as the coordinator reads it: place and code, their own line with a caret, the sentences.
 *
 * @example
 * renderProblem('rota.yaml', 'zone: Mars', { code: 'rota/unknown-zone', line: 1, column: 7, length: 4, message: '"Mars" is not a time zone.' })
 * // rota.yaml:1:7  rota/unknown-zone
 * //    1 | zone: Mars
 * //      |       ^^^^
 * // "Mars" is not a time zone.
 */
export function renderProblem(fileName: string, text: string, problem: Problem): string {
  const { code, line, column, message } = problem
  const head = `${problem.source ?? fileName}:${line}:${column}  ${code}`
  const own = text.split(/\r\n|\r|\n/)[line - 1]
  if (own === undefined) return `${head}\n${message}`
  const gutter = String(line).padStart(5)
  // Of a very long line only the part around the caret is shown.
  const start = column > longLine ? column - longLine / 2 : 0
  const shown = own.slice(start, start + longLine * 2)
  // Tabs are kept in the caret line, so that it stays under its word however wide the reader's tabs are.
  const before = shown.slice(0, Math.max(0, column - 1 - start)).replace(/[^\t]/g, ' ')
  const caret = '^'.repeat(Math.max(1, Math.min(problem.length ?? 1, shown.length - before.length)))
  return `${head}\n${gutter} | ${shown}\n${' '.repeat(gutter.length)} | ${before}${caret}\n${message}`
}

const longLine = 120

/** " Did you mean …?" for the allowed word nearest to what was written, or "" when none is near. */
export function didYouMean(written: string, allowed: Iterable<string>): string {
  let best: { word: string; distance: number } | null = null
  for (const word of allowed) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase())
    if (distance <= Math.max(1, Math.floor(word.length / 3)) && (best === null || distance < best.distance)) {
      best = { word, distance }
    }
  }
  return best === null ? '' : ` Did you mean "${best.word}"?`
}

/** Counts insertions, deletions, replacements and swaps of neighbours. */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 8 || left.length > 80 || right.length > 80) return 99
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same)
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return last[right.length]!
}
