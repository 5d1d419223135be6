import type { Levels } from './levels.ts'
import { scaled } from './zone.ts'

/** A page that may go out now. */
export interface DuePage {
  id: string
  /** One phone on one channel. */
  to: string
  /** As {@link pageText} of page-text.ts writes it. */
  text: string
}

/** One text that goes out for one page or several, the most urgent first. */
export interface BundledPages {
  to: string
  ids: string[]
  text: string
}

/** More untaken P1 than the people on call can hold: the coordinator is asked at once. */
export function isSurge(untakenP1: number, advocatesOnCall: number, levels: Levels): boolean {
  return untakenP1 > levels.surge.untaken_p1_per_advocate * Math.max(1, advocatesOnCall)
}

/**
 * Decides which of the pages that are due now go out by themselves, which share a text, and which wait.
 *
 * Up to five texts in one merge time each page is a text of its own, so that a bad night with a few cases looks like any
 * other. Beyond that a phone gets what is due in the same moment as one text, and a P2 waits for its turn: no more than
 * five texts in a merge time, and no more in an hour than levels.yaml allows. A P1 never waits, and what waits goes along
 * with it.
 *
 * @param due - in the order in which they were asked for
 * @param sentAt - when each phone got pages in the last hour, oldest first
 */
export function bundlePages(
  due: readonly DuePage[],
  sentAt: ReadonlyMap<string, readonly number[]>,
  context: { levels: Levels; now: number; timeScale: number },
): { send: BundledPages[]; wait: { id: string; until: number }[] } {
  const send: BundledPages[] = []
  const wait: { id: string; until: number }[] = []
  for (const to of new Set(due.map((page) => page.to))) {
    const pages = due.filter((page) => page.to === to).sort((left, right) => levelOf(left) - levelOf(right))
    const { room, until } = roomFor(sentAt.get(to) ?? [], context)
    if (room === 0 && levelOf(pages[0]!) > 1) wait.push(...pages.map(({ id }) => ({ id, until })))
    else send.push(...(pages.length <= room ? pages.map((page) => [page]) : packed(pages)).map(oneText))
  }
  return { send, wait }
}

/** What may be a page that shares a text, by how it begins and ends; anything else goes out as it is. */
export const isPageText = (text: string): boolean =>
  /^L[12] \w{4} \/ .* \/ Reply 1 \w{4} TAKE, 2 \w{4} PASS$/.test(text)

/** So many texts a person reads one by one; beyond that they are a heap. */
const textsAtOnce = 5

/** How many more texts a phone may get now, and when it may get the next if none. */
function roomFor(
  sent: readonly number[],
  { levels, now, timeScale }: { levels: Levels; now: number; timeScale: number },
): { room: number; until: number } {
  const limits = [
    { texts: textsAtOnce, ms: scaled(levels.surge.merge_minutes, timeScale) },
    { texts: levels.surge.pages_per_hour, ms: scaled(60, timeScale) },
  ].map(({ texts, ms }) => {
    // A clock that was set back must not hold anything until it is there again.
    const within = sent.filter((at) => at <= now && at > now - ms)
    return { room: Math.max(0, texts - within.length), until: (within.at(-texts) ?? now - ms) + ms }
  })
  return { room: Math.min(...limits.map(({ room }) => room)), until: Math.max(...limits.map(({ until }) => until)) }
}

const levelOf = ({ text }: DuePage): number => Number(text[1])

/** Septets of two segments of a long SMS. Nothing in these lines is outside the GSM alphabet. */
const twoSegments = 306

function packed(pages: readonly DuePage[]): DuePage[][] {
  const texts: DuePage[][] = []
  for (const page of pages) {
    const last = texts.at(-1)
    if (last !== undefined && oneText([...last, page]).text.length <= twoSegments) last.push(page)
    else texts.push([page])
  }
  return texts
}

/**
 * A line for each case, and the end of a page: `L1 K7QF / A B / HT`, `L1 M4TD / D / ES`, `Reply 1 K7QF TAKE, 2 K7QF PASS`.
 * The others are answered the same way with their codes, several at once with `1 K7QF M4TD`.
 */
function oneText(pages: readonly DuePage[]): BundledPages {
  const [first] = pages
  const { to, text } = first!
  const ids = pages.map(({ id }) => id)
  if (pages.length === 1) return { to, ids, text }
  return { to, ids, text: [...pages.map(({ text }) => head(text)), text.split(' / ').at(-1)].join('\n') }
}

/** Without city, way of contact, time and minutes; with the mark of a drill. */
const head = (text: string): string => text.split(' / ').slice(0, -5).join(' / ')
