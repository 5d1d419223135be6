import type { DangerIdea } from './danger-lexicon.ts'
import type { DangerRule, DangerRules } from './danger-rules.ts'
import type { RawPiece } from './danger-tokens.ts'
import type { DangerHit, WorkCount } from './danger-words.ts'

/** A rule that holds, with the person's words that made it hold. */
export interface FoundRule {
  rule: DangerRule
  words: string[]
}

/** A danger word that did not count, and what counted against it. */
export interface LoweredHit {
  idea: DangerIdea
  words: string
  by: string
}

/** Which rules hold for these ideas, and what was taken back by a denial, a far date or "all well". */
export function applyDangerRules(
  rules: DangerRules,
  text: string,
  raw: readonly RawPiece[],
  hits: readonly DangerHit[],
  work: WorkCount,
): { found: FoundRule[]; lowered: LoweredHit[] } {
  if (hits.length === 0) return { found: [], lowered: [] }
  const sorted = [...hits].sort((a, b) => a.from - b.from || b.to - a.to)
  const context = readContext(rules, raw, sorted)
  const byIdea = new Map<DangerIdea, DangerHit[]>()
  for (const hit of sorted) {
    const list = byIdea.get(hit.idea)
    if (list === undefined) byIdea.set(hit.idea, [hit])
    else list.push(hit)
  }
  const found: FoundRule[] = []
  const lowered = new Map<string, LoweredHit>()
  for (const rule of rules.rules) {
    if (rule.needs.some((group) => !group.some((idea) => byIdea.has(idea)))) continue
    if (rule.unless.some((idea) => byIdea.get(idea)?.some((hit) => !hit.isDenied))) continue
    const groups = rule.needs.map((group) => {
      const living: DangerHit[] = []
      for (const idea of group) {
        for (const hit of byIdea.get(idea) ?? []) {
          work.steps++
          const by = loweredBy(rule, hit, context, text)
          if (by === null) living.push(hit)
          else lowered.set(`${hit.idea} ${hit.from}`, { idea: hit.idea, words: text.slice(hit.from, hit.to), by })
        }
      }
      return living.sort((a, b) => a.from - b.from)
    })
    const chosen = chooseTogether(groups, rules.near_characters, work)
    if (chosen) found.push({ rule, words: chosen.map((hit) => text.slice(hit.from, hit.to)) })
  }
  return { found, lowered: [...lowered.values()] }
}

interface Context {
  /** Where a stretch starts that stands for itself: a new sentence, "but", "now". */
  stretchStarts: number[]
  farPast: Marks
  elsewhere: Marks
  over: Marks
  notReal: Marks
}
/** Marks in reading order, and the first of each stretch. */
interface Marks {
  all: Mark[]
  firstIn: Map<number, Mark>
}
interface Mark {
  from: number
  to: number
  stretch: number
}

function readContext(rules: DangerRules, raw: readonly RawPiece[], hits: readonly DangerHit[]): Context {
  const starts = new Set<number>()
  for (const piece of raw) if (piece.startsSentence) starts.add(piece.from)
  for (const hit of hits) if (hit.idea === 'contrast' || hit.idea === 'now') starts.add(hit.from)
  const stretchStarts = [...starts].sort((a, b) => a - b)
  const marks = (idea: DangerIdea): Mark[] =>
    hits
      .filter((hit) => hit.idea === idea && !hit.isDenied)
      .map(({ from, to }) => ({ from, to, stretch: stretchOf(stretchStarts, from) }))
  const farPast = marks('far_past')
  for (const { text, from, script } of raw) {
    const year = script === 'digits' && text.length === 4 ? Number(text) : 0
    if (year >= rules.far_past_years.from && year <= rules.far_past_years.to) {
      farPast.push({ from, to: from + 4, stretch: stretchOf(stretchStarts, from) })
    }
  }
  farPast.sort((a, b) => a.from - b.from)
  return {
    stretchStarts,
    farPast: inOrder(farPast),
    elsewhere: inOrder(marks('elsewhere')),
    over: inOrder(marks('over')),
    notReal: inOrder(marks('not_real')),
  }
}

function inOrder(all: Mark[]): Marks {
  const firstIn = new Map<number, Mark>()
  for (const mark of all) if (!firstIn.has(mark.stretch)) firstIn.set(mark.stretch, mark)
  return { all, firstIn }
}

function stretchOf(starts: readonly number[], at: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** A far date lowers a state only when it stands this close; an event anywhere in its stretch. */
const closeCharacters = 24

function loweredBy(rule: DangerRule, hit: DangerHit, context: Context, text: string): string | null {
  const stretch = stretchOf(context.stretchStarts, hit.from)
  const isState = hit.idea.endsWith('_now') || hit.idea === 'bleeding' || hit.idea === 'wants_to_die'
  const says = (what: string, { from, to }: Mark) => `${what}: “${text.slice(from, to)}”`
  for (const kind of rule.lowered_by) {
    if (kind === 'negation' && hit.isDenied) return `denied: “${hit.deniedBy}”`
    if (kind === 'far_past') {
      const mark = isState ? closest(context.farPast.all, hit) : context.farPast.firstIn.get(stretch)
      if (mark && mark.stretch === stretch) return says('long ago', mark)
    }
    if (kind === 'elsewhere' && !isState) {
      const mark = context.elsewhere.firstIn.get(stretch)
      if (mark) return says('in another place', mark)
    }
    if (kind === 'not_real') {
      const mark = context.notReal.firstIn.get(stretch)
      if (mark) return says('not said as true', mark)
    }
    if (kind === 'over') {
      const last = context.over.all.at(-1)
      const mark = last && last.from >= hit.from ? last : isState ? undefined : context.over.firstIn.get(stretch)
      if (mark) return says('over', mark)
    }
  }
  return null
}

function closest(marks: readonly Mark[], hit: DangerHit): Mark | undefined {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (marks[middle]!.to < hit.from - closeCharacters) low = middle + 1
    else high = middle
  }
  const mark = marks[low]
  return mark && mark.from <= hit.to + closeCharacters ? mark : undefined
}

/** One hit of each group, in different words, all near the first; null when there is none. */
function chooseTogether(groups: readonly DangerHit[][], near: number, work: WorkCount): DangerHit[] | null {
  if (groups.some((group) => group.length === 0)) return null
  const [first, ...rest] = groups
  const starts = rest.map(() => 0)
  for (const hit of first!) {
    const chosen = [hit]
    for (let g = 0; g < rest.length; g++) {
      const group = rest[g]!
      while (starts[g]! < group.length && group[starts[g]!]!.from < hit.from - near) starts[g]!++
      for (let i = starts[g]!; i < group.length && group[i]!.from <= hit.to + near; i++) {
        work.steps++
        const other = group[i]!
        if (chosen.every((taken) => other.to <= taken.from || other.from >= taken.to)) {
          chosen.push(other)
          break
        }
      }
      if (chosen.length < g + 2) break
    }
    if (chosen.length === groups.length) return chosen.sort((a, b) => a.from - b.from)
  }
  return null
}
