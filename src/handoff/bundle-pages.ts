import type { AdvocateId, CaseCode, FlagId, Level } from '../types.ts'
import type { Levels } from './levels.ts'
import type { RotaChannel } from './rota.ts'
import { scaled } from './zone.ts'

/** A page that wants to go out. */
export interface QueuedPage {
  key: string
  advocate: AdvocateId
  channel: RotaChannel
  code: CaseCode
  level: Level
  /** Of the flags, the place in the order of a surge; see {@link surgeRank}. */
  rank: number
  firstAlertAt: number
  text: string
}

/** One text to one advocate, made of one page or several. */
export interface BundledPage {
  advocate: AdvocateId
  channel: RotaChannel
  keys: string[]
  text: string
}

/** More untaken P1 than the people on call can hold: pages are merged and the coordinator is asked at once. */
export function isSurge(untakenP1: number, advocatesOnCall: number, levels: Levels): boolean {
  return untakenP1 > levels.surge.untaken_p1_per_advocate * Math.max(1, advocatesOnCall)
}

/**
 * Decides which pages go out now and which wait to be sent together.
 *
 * The first page to an advocate always goes at once. Outside a surge a P1 is never held back, whatever came before.
 * Else, what comes within the merge time of an advocate's last page waits for its end and then goes as one text, the
 * most dangerous first, then the oldest. Whoever had as many pages in an hour as levels.yaml allows gets no further P2
 * until the hour is over; then all of them in one text.
 *
 * @param sent - when each advocate was sent pages in the last hour, oldest first; nobody listed got none
 */
export function bundlePages(
  queued: readonly QueuedPage[],
  sent: ReadonlyMap<AdvocateId, readonly number[]>,
  context: { levels: Levels; isSurge: boolean; now: number; timeScale: number },
): { send: BundledPage[]; held: QueuedPage[]; nextDueAt: number | null } {
  const send: BundledPage[] = []
  const held: QueuedPage[] = []
  let nextDueAt: number | null = null
  for (const advocate of new Set(queued.map((page) => page.advocate))) {
    const pages = queued.filter((page) => page.advocate === advocate).sort(mostDangerousFirst)
    const opensAt = opensAgainAt(sent.get(advocate) ?? [], context)
    if (context.now >= opensAt) {
      const urgent = context.isSurge ? [] : pages.filter((page) => page.level === 'P1')
      // Outside a surge every P1 is a text of its own, as if nothing else were there.
      send.push(...urgent.map((page) => merged([page])))
      send.push(...perChannel(pages.filter((page) => !urgent.includes(page))).map(merged))
      continue
    }
    for (const page of pages) {
      if (page.level === 'P1' && !context.isSurge) send.push(merged([page]))
      else {
        held.push(page)
        nextDueAt = Math.min(nextDueAt ?? opensAt, opensAt)
      }
    }
  }
  return { send, held, nextDueAt }
}

/** When an advocate may be sent the next page that is no single P1. */
function opensAgainAt(
  sent: readonly number[],
  { levels, now, timeScale }: { levels: Levels; now: number; timeScale: number },
): number {
  const last = sent.at(-1)
  if (last === undefined) return now
  const hour = sent.filter((at) => at > now - scaled(60, timeScale))
  const isFull = hour.length >= levels.surge.pages_per_hour
  const capped = isFull ? hour[hour.length - levels.surge.pages_per_hour]! + scaled(60, timeScale) : now
  return Math.max(last + scaled(levels.surge.merge_minutes, timeScale), capped)
}

/**
 * The order of protocol section 2 in a surge: CAPTIVE, CAPTIVE_OTHER, MED_LIFE, OB_EMERG, SELFHARM_NOW, LAPSE_CRIT,
 * upgrades to P1, THREAT_NOW, TEXT, EMERG alone. Lower is more dangerous.
 */
export function surgeRank(flags: readonly FlagId[], isUpgraded: boolean): number {
  const before = ['CAPTIVE', 'CAPTIVE_OTHER', 'MED_LIFE', 'OB_EMERG', 'SELFHARM_NOW', 'LAPSE_CRIT']
  const named = before.findIndex((flag) => flags.includes(flag))
  if (named >= 0) return named
  if (isUpgraded) return 6
  const after = ['THREAT_NOW', 'TEXT', 'EMERG'].findIndex((flag) => flags.includes(flag))
  return after >= 0 ? 7 + after : 10
}

// Four cases fit two segments; more would make the text that wakes somebody longer than a glance.
const casesInOneText = 4

/** Keeps beginning and end of a page: the first case begins the text, and its reply ends it. */
function merged(pages: readonly QueuedPage[]): BundledPage {
  const first = pages[0]!
  const { advocate, channel } = first
  const keys = pages.map((page) => page.key)
  if (pages.length === 1) return { advocate, channel, keys, text: first.text }
  const shown = pages.slice(0, casesInOneText)
  const lines = shown.map((page) => page.text.split(' / Reply ')[0]!.split(' / ').slice(0, 4).join(' / '))
  const more = pages.length > shown.length ? [`+${pages.length - shown.length}`] : []
  const codes = shown.map((page) => page.code).join(', ')
  return {
    advocate,
    channel,
    keys,
    text: [...lines, ...more, `${codes}: Reply 1 ${first.code} TAKE, 2 ${first.code} PASS`].join('\n'),
  }
}

function perChannel(pages: readonly QueuedPage[]): QueuedPage[][] {
  const channels = [...new Set(pages.map((page) => page.channel))]
  return channels.map((channel) => pages.filter((page) => page.channel === channel))
}

function mostDangerousFirst(left: QueuedPage, right: QueuedPage): number {
  return left.level.localeCompare(right.level) || left.rank - right.rank || left.firstAlertAt - right.firstAlertAt
}
