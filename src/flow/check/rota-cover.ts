import { findGaps, type Gap } from '../../handoff/on-call.ts'
import { type Rota, readRota } from '../../handoff/rota.ts'
import { localTime } from '../../handoff/zone.ts'
import type { Problem } from '../../problem.ts'
import { isAtLeast } from '../../triage/condition.ts'
import type { RoleId } from '../../types.ts'
import type { Subject } from './subject.ts'

/**
 * Every role that a rule can page has somebody on shift, for every hour of the coming week. Hours with the second line
 * alone are told, but stop nothing.
 *
 * @param rota - the name and the text of the rota file
 */
export function checkRota(subject: Subject, rota: { file: string; text: string }, now: number): Problem[] {
  const { roles, languages } = subject.dialogs
  const reading = readRota(rota.text, {
    roles: roles.roles.map(({ id }) => id),
    languages: languages.map(({ id }) => id),
  })
  const at = (problem: Problem): Problem => ({ ...problem, source: rota.file })
  if (reading.rota === null) return reading.problems.map(at)
  const paged = pagedRoles(subject)
  const problems = [...wholeDays(reading.rota, rota), ...unspoken(subject, reading.rota, rota)]
  const span = { from: now, days: 7 }
  const gaps = findGaps(onOneLine(reading.rota), { roles: paged, languages: [] }, span)
  const firstGaps = findGaps(reading.rota, { roles: paged, languages: [] }, span)
  for (const role of paged) {
    const own = gaps.filter(({ name }) => name === role)
    const first = firstGaps.filter(({ name }) => name === role)
    if (own.length === 0 && first.length > 0) {
      const message = `The role "${role}" has nobody on the first line for ${hoursOf(first)} hours of the coming week: ${tellGaps(reading.rota.zone, first)}.\nThe second line and the coordinator are paged at once in that time.`
      const place = placeOf(rota.text, /^shifts:/m)
      problems.push({ code: 'rota/second-line-alone', source: rota.file, ...place, message, severity: 'warning' })
    }
    if (own.length === 0) continue
    const holders = reading.rota.people.filter((person) => person.roles.includes(role))
    const isNobody = holders.length === 0
    const place = placeOf(rota.text, isNobody ? /^people:/m : /^shifts:/m)
    const message = isNobody
      ? `Nobody in this rota has the role "${role}", which ${whoPages(subject, role)} page.\nGive the role to somebody who is on shift. A person in danger would wait for the coordinator alone.`
      : `The role "${role}" has nobody on shift for ${hoursOf(own)} hours of the coming week: ${tellGaps(reading.rota.zone, own)}.\nWho has it: ${holders.map(({ id }) => id).join(', ')}. A person in danger would wait for the coordinator alone.`
    const code = isNobody ? 'rota/role-without-anybody' : 'rota/role-without-shift'
    problems.push({ code, source: rota.file, ...place, message })
  }
  return problems
}

/** The same hour twice is a whole day, which may be a slip of the pen. */
function wholeDays({ shifts }: Rota, { file, text }: { file: string; text: string }): Problem[] {
  return shifts
    .filter(({ from, to }) => from === to)
    .map(({ person, from }) => {
      const message = `The shift of "${person}" begins and ends at ${from}: that is 24 hours. If it is meant, "00:00" to "24:00" says it more plainly.`
      const place = placeOf(text, new RegExp(`person: ${person}[\\s\\S]*?from: "?${from}"?`))
      return { code: 'rota/whole-day', source: file, ...place, message, severity: 'warning' }
    })
}

/** Languages that people are answered in and nobody on the rota speaks. */
function unspoken({ live }: Subject, { people }: Rota, { file, text }: { file: string; text: string }): Problem[] {
  const lacking = live.filter((language) => !people.some(({ languages }) => languages.includes(language)))
  if (lacking.length === 0) return []
  const message = `Nobody in this rota speaks ${lacking.join(', ')}, although people are answered in ${lacking.length === 1 ? 'it' : 'them'}.\nWho writes so waits until the role "language" has found an interpreter.`
  const place = placeOf(text, /^people:/m)
  return [{ code: 'rota/language-without-anybody', source: file, ...place, message, severity: 'warning' }]
}

/** Roles of flags of P1 and P2, and of flags that an upgrade to P1 or P2 uses. */
export function pagedRoles({ dialogs }: Subject): RoleId[] {
  const { rules, roles, flow } = dialogs
  const found = new Set<RoleId>([roles.fallback])
  const used = new Set(
    Object.values(rules.upgrades)
      .filter(({ to }) => isAtLeast(to, 'P2'))
      .flatMap(({ uses, with_any }) => [...(uses ?? []), ...(with_any ?? [])]),
  )
  for (const [id, flag] of Object.entries(rules.flags)) {
    if (!isAtLeast(flag.level, 'P2') && !used.has(id)) continue
    for (const role of [...(flag.roles ?? []), ...Object.values(flag.roles_by_danger ?? {}).flat()]) found.add(role)
    if (flag.roles_of_question)
      for (const { role, not_understood } of Object.values(flow.questions))
        if (role !== undefined && not_understood === 'UNCLEAR') found.add(role)
  }
  return roles.roles.map(({ id }) => id).filter((id) => found.has(id))
}

/** The rota as if there were one line only. */
function onOneLine(rota: Rota): Rota {
  const first = <T extends { line: 1 | 2 }>(shifts: T[]): T[] => shifts.map((shift) => ({ ...shift, line: 1 as const }))
  return {
    ...rota,
    shifts: first(rota.shifts),
    rotations: first(rota.rotations),
    overrides: first(rota.overrides),
    temporary: rota.temporary.map((entry) => ({ ...entry, shifts: first(entry.shifts) })),
  }
}

const hoursOf = (gaps: Gap[]): number =>
  Math.max(1, Math.round(gaps.reduce((sum, gap) => sum + gap.endAt - gap.startAt, 0) / 3_600_000))

function tellGaps(zone: string, gaps: Gap[]): string {
  const told = gaps
    .slice(0, 3)
    .map(
      ({ startAt, endAt }) =>
        `${dayName(zone, startAt)} ${localTime(zone, startAt)} to ${dayName(zone, endAt)} ${localTime(zone, endAt)}`,
    )
  return `${told.join(', ')}${gaps.length > 3 ? ` and ${gaps.length - 3} more times` : ''}`
}

function whoPages({ dialogs }: Subject, role: RoleId): string {
  const flags = Object.entries(dialogs.rules.flags)
    .filter(([, flag]) => flag.roles?.includes(role) && isAtLeast(flag.level, 'P2'))
    .map(([id]) => id)
  return flags.length > 0 ? flags.slice(0, 3).join(', ') : 'rules'
}

function placeOf(text: string, pattern: RegExp): { line: number; column: number } {
  const index = text.search(pattern)
  return { line: index < 0 ? 1 : text.slice(0, index).split('\n').length, column: 1 }
}

const dayName = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: zone }).format(at)
