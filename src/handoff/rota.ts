import { z } from 'zod'
import { didYouMean, type Problem } from '../problem.ts'
import type { AdvocateId, Language, RoleId } from '../types.ts'
import { readYaml, type YamlPath } from './read-yaml.ts'
import { isZone } from './zone.ts'

/** Days as the file names them, Monday first: the position is the day of the week. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const id = z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u, 'An id is up to 64 letters, digits, ".", "_" or "-".')
const advocateId = id.transform((value) => value as AdvocateId)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written "HH:MM", from "00:00" to "23:59".')
const endTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'A time is written "HH:MM", from "00:00" to "24:00".')
const date = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'A date is written "YYYY-MM-DD".')
const dateTime = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
    'Write "YYYY-MM-DDTHH:MM", in the time of the rota\'s zone.',
  )
const line = z.union([z.literal(1), z.literal(2)], 'A line is 1 (first) or 2 (second).')

const personSchema = z.strictObject({
  id: advocateId,
  name: z
    .string()
    .trim()
    .regex(/^[^\p{C}]*$/u, 'A name is letters and spaces; this one has a sign that cannot be seen.')
    .min(1, 'A name has at least one letter.')
    .max(60, 'A name has at most 60 letters.'),
  phone: z
    .string('A number is written in quotes, as "+" and digits.')
    .regex(
      /^\+[1-9]\d{6,14}$/,
      'A number is written as "+", the country\'s number and 6 to 14 digits, without spaces.',
    ),
  channels: z
    .array(z.enum(['sms', 'whatsapp', 'voice'], 'A channel is sms, whatsapp or voice.'))
    .min(1, 'At least one channel, or leave the key out for sms.')
    .default(['sms']),
  languages: z.array(z.string()).min(1, 'Name at least one language.'),
  roles: z.array(z.string()).default([]),
  /** When a P2 page or a notice may wait; a P1 never waits. */
  quiet_hours: z.strictObject({ from: clockTime, to: endTime }).optional(),
  /** Only where a person may ask for it. */
  gender: z.enum(['woman', 'man', 'other'], 'woman, man or other.').optional(),
  /** Nobody vouches for the number: it gets a code by text, and is paged once the code came back; see confirm-number.ts. */
  confirm_by_code: z.boolean('true or false.').optional(),
  /** Channels of which somebody made sure. Left out: all of them, since who writes the rota vouches for it. */
  verified: z.array(z.enum(['sms', 'whatsapp', 'voice'], 'A channel is sms, whatsapp or voice.')).optional(),
})

const shiftSchema = z.strictObject({
  person: advocateId,
  days: z.array(z.enum(weekdays, `A day is one of ${weekdays.join(', ')}.`)),
  from: endTime,
  to: endTime,
  line: line.default(1),
})

const rotationSchema = z.strictObject({
  people: z.array(advocateId).min(2, 'A rotation has at least two people.'),
  starts: date,
  each: z.enum(['day', 'week'], 'each is day or week.'),
  days: z.array(z.enum(weekdays, `A day is one of ${weekdays.join(', ')}.`)),
  from: endTime,
  to: endTime,
  line: line.default(1),
})

/** A rota file, version 1. */
export const rotaSchema = z.strictObject({
  version: z.literal(1, 'This is version 1 of the rota file: write "version: 1".'),
  zone: z.string(),
  people: z.array(personSchema).min(1, 'A rota has at least one person.').max(2000),
  shifts: z.array(shiftSchema).max(5000),
  coordinator: advocateId,
  /** The same shift, by turns. */
  rotations: z.array(rotationSchema).max(500).default([]),
  /** One person more, for once; or in place of somebody. */
  overrides: z
    .array(
      z.strictObject({
        person: advocateId,
        instead_of: advocateId.optional(),
        from: dateTime,
        to: dateTime,
        line: line.default(1),
      }),
    )
    .max(2000)
    .default([]),
  /** Two people do each other's shifts. */
  swaps: z
    .array(z.strictObject({ person: advocateId, with: advocateId, from: dateTime, to: dateTime }))
    .max(2000)
    .default([]),
  /** From one instant to another only these shifts count, not those above: a holiday week, a storm. */
  temporary: z
    .array(z.strictObject({ from: dateTime, to: dateTime, shifts: z.array(shiftSchema).max(2000) }))
    .max(200)
    .default([]),
})

/** Who can be paged and when. Plain data: it is stored and read back as JSON. */
export type Rota = z.infer<typeof rotaSchema>
export type RotaPerson = Rota['people'][number]
/** A weekly rule. `to` at or before `from` ends on the next day; equal means 24 hours. */
export type WeeklyShift = Rota['shifts'][number]
export type RotaChannel = RotaPerson['channels'][number]

/** What a rota may name. */
export interface RotaContext {
  roles: readonly RoleId[]
  languages: readonly Language[]
  /** The installation's own numbers, as E.164. */
  ownNumbers?: readonly string[]
}

/**
 * Reads a rota file of version 1 and says everything that is wrong with it at once.
 *
 * Refused: no coordinator; an unknown zone, role, person or language; one person twice at once; a shift of zero
 * length; two people with one number or id; a number of the installation itself. A role without anybody is a warning: it falls to the coordinator.
 *
 * @returns `rota` is null when there is any problem; warnings alone do not stop it
 */
export function readRota(
  text: string,
  context: RotaContext,
): { rota: Rota | null; problems: Problem[]; warnings: Problem[] } {
  const { value: rota, problems, problemAt } = readYaml(text, rotaSchema, 'rota')
  if (rota === null) return { rota: null, problems: inOrder(problems), warnings: [] }
  const report = (path: YamlPath, code: string, message: string) =>
    problems.push(problemAt(path, `rota/${code}`, message))

  if (!isZone(rota.zone)) {
    report(
      ['zone'],
      'unknown-zone',
      `"${rota.zone}" is not a time zone, such as America/Matamoros.\nShifts would start at the wrong hour.`,
    )
  }
  checkPeople(rota, context, report)
  checkNames(rota, report)
  checkLengths(rota, report)
  checkOverlaps(rota, report)
  const warnings = context.roles
    .filter((role) => !rota.people.some((person) => person.roles.includes(role)))
    .map((role) =>
      problemAt(
        ['people'],
        'rota/role-without-anybody',
        `Nobody has the role "${role}".\nIts pages go to the coordinator.`,
        'key',
      ),
    )
  return problems.length > 0 ? { rota: null, problems: inOrder(problems), warnings } : { rota, problems: [], warnings }
}

/** The person of an id, or null when the rota no longer has them. */
export function personOf(rota: Rota, advocate: AdvocateId): RotaPerson | null {
  return rota.people.find((person) => person.id === advocate) ?? null
}

/** The channels on which a person may be paged, best first: those of the rota that are verified; none before a code came back. */
export function channelsOf(person: RotaPerson): RotaChannel[] {
  if (person.confirm_by_code === true) return []
  return person.verified ? person.channels.filter((channel) => person.verified!.includes(channel)) : person.channels
}

/**
 * The channels on which a page reaches a person now, best first: theirs, of those that the installation has. WhatsApp
 * without an approved template goes by SMS, and so does what has no channel at all.
 */
export function pageChannels(person: RotaPerson, ways: readonly RotaChannel[]): RotaChannel[] {
  const own = channelsOf(person)
    .map((channel) => (channel === 'whatsapp' && !ways.includes(channel) ? 'sms' : channel))
    .filter((channel) => ways.includes(channel))
  return own.length > 0 ? [...new Set(own)] : ['sms']
}

/** Start and length in minutes: `to` at or before `from` ends on the next day. */
export function shiftMinutes(shift: { from: string; to: string }): { start: number; length: number } {
  const start = minutesOf(shift.from)
  const end = minutesOf(shift.to)
  return { start, length: end > start ? end - start : end + 1440 - start }
}

type Report = (path: YamlPath, code: string, message: string) => void

function checkPeople(rota: Rota, context: RotaContext, report: Report): void {
  const ids = new Map<string, number>()
  const phones = new Map<string, number>()
  for (const [index, person] of rota.people.entries()) {
    if (ids.has(person.id)) report(['people', index, 'id'], 'same-id', `"${person.id}" is there twice.`)
    ids.set(person.id, index)
    // +52 and +521 are one Mexican mobile.
    const phone = person.phone.replace(/^\+521(\d{10})$/, '+52$1')
    if (phones.has(phone)) {
      report(
        ['people', index, 'phone'],
        'same-number',
        'Two people have this number.\nA reply from it could not be told apart.',
      )
    }
    phones.set(phone, index)
    if (context.ownNumbers?.includes(person.phone)) {
      report(
        ['people', index, 'phone'],
        'own-number',
        'Puente itself writes from this number.\nA page to it would come back to Puente and reach nobody.',
      )
    }
    for (const [at, role] of person.roles.entries()) {
      if (context.roles.includes(role)) continue
      const allowed = `Roles are ${context.roles.join(', ')}.`
      report(
        ['people', index, 'roles', at],
        'unknown-role',
        `"${role}" is not a role.${didYouMean(role, context.roles)}\n${allowed}`,
      )
    }
    for (const [at, language] of person.languages.entries()) {
      if (context.languages.includes(language)) continue
      const meant = didYouMean(language, context.languages)
      report(
        ['people', index, 'languages', at],
        'unknown-language',
        `"${language}" is not a language code that Puente knows, such as es or ht.${meant}`,
      )
    }
    if (person.confirm_by_code === true && person.id === rota.coordinator) {
      report(
        ['people', index, 'confirm_by_code'],
        'coordinator-unconfirmed',
        'The coordinator is paged when nobody else answers, so this number has to be right from the start.\nTry it yourself, and leave the line out.',
      )
    }
    if (channelsOf({ ...person, confirm_by_code: false }).length === 0) {
      report(
        ['people', index, 'verified'],
        'no-verified-channel',
        'None of the channels is verified, so no page could reach this person.',
      )
    }
  }
}

function checkNames(rota: Rota, report: Report): void {
  const ids = rota.people.map((person) => person.id as string)
  const known = (path: YamlPath, person: string | undefined, otherwise: string) => {
    if (person === undefined || ids.includes(person)) return
    report(
      path,
      'unknown-person',
      `"${person}" is not the id of anybody under people.${didYouMean(person, ids)}\n${otherwise}`,
    )
  }
  known(['coordinator'], rota.coordinator, 'A case that nobody takes would have no last stop.')
  const nobody = 'Nobody would be paged in these hours.'
  for (const [index, shift] of rota.shifts.entries()) known(['shifts', index, 'person'], shift.person, nobody)
  for (const [index, rotation] of rota.rotations.entries()) {
    for (const [at, person] of rotation.people.entries()) known(['rotations', index, 'people', at], person, nobody)
  }
  for (const [index, override] of rota.overrides.entries()) {
    known(['overrides', index, 'person'], override.person, nobody)
    known(['overrides', index, 'instead_of'], override.instead_of, nobody)
  }
  for (const [index, swap] of rota.swaps.entries()) {
    known(['swaps', index, 'person'], swap.person, nobody)
    known(['swaps', index, 'with'], swap.with, nobody)
  }
  for (const [index, temporary] of rota.temporary.entries()) {
    for (const [at, shift] of temporary.shifts.entries())
      known(['temporary', index, 'shifts', at, 'person'], shift.person, nobody)
  }
}

function checkLengths(rota: Rota, report: Report): void {
  const weekly = (path: YamlPath, rule: { days: readonly string[]; from: string; to: string }) => {
    if (rule.days.length === 0) report([...path, 'days'], 'zero-length', 'A shift without days never happens.')
    if (rule.from !== '24:00') return
    if (rule.to === '00:00' || rule.to === '24:00') {
      report([...path, 'to'], 'zero-length', 'This shift has no length.\nA whole day is from "00:00" to "24:00".')
    } else {
      report(
        [...path, 'from'],
        'wrong-value',
        'A shift starts at "23:59" at the latest; for midnight write "00:00" and the next day.',
      )
    }
  }
  for (const [index, shift] of rota.shifts.entries()) weekly(['shifts', index], shift)
  for (const [index, rotation] of rota.rotations.entries()) weekly(['rotations', index], rotation)
  for (const [index, temporary] of rota.temporary.entries()) {
    for (const [at, shift] of temporary.shifts.entries()) weekly(['temporary', index, 'shifts', at], shift)
  }
  for (const list of ['overrides', 'swaps', 'temporary'] as const) {
    for (const [index, entry] of rota[list].entries()) {
      const days = (Date.parse(`${entry.to}Z`) - Date.parse(`${entry.from}Z`)) / 86_400_000
      if (!(days > 0)) report([list, index, 'to'], 'zero-length', '"to" is not after "from", so this has no length.')
      else if (days > 366) report([list, index, 'to'], 'too-long', 'This is longer than a year. Is the date right?')
    }
  }
}

function checkOverlaps(rota: Rota, report: Report): void {
  const one = (base: YamlPath, shifts: readonly WeeklyShift[]) => {
    const taken = new Map<string, { start: number; end: number; index: number }[]>()
    for (const [index, shift] of shifts.entries()) {
      const { start, length } = shiftMinutes(shift)
      const others = taken.get(shift.person) ?? []
      const own = [...new Set(shift.days)].map((day) => {
        const from = weekdays.indexOf(day) * 1440 + start
        return { start: from, end: from + length, index }
      })
      const doubled = shift.days.length !== new Set(shift.days).size
      const clash = own.flatMap((mine) => others.filter((other) => overlapInWeek(mine, other)))[0]
      const selfClash = own.some((mine, at) => own.some((other, otherAt) => at < otherAt && overlapInWeek(mine, other)))
      if (clash || doubled || selfClash) {
        const which = clash ? `shift ${clash.index + 1} of the list` : 'itself'
        report(
          [...base, index, 'person'],
          'twice-at-once',
          `"${shift.person}" would be on shift twice at once, here and by ${which}.`,
        )
      }
      taken.set(shift.person, [...others, ...own])
    }
  }
  one(['shifts'], rota.shifts)
  for (const [index, temporary] of rota.temporary.entries()) one(['temporary', index, 'shifts'], temporary.shifts)
}

/** Sunday night runs into Monday morning, so the week is a ring. */
function overlapInWeek(left: { start: number; end: number }, right: { start: number; end: number }): boolean {
  const week = 7 * 1440
  return [-week, 0, week].some((turn) => left.start < right.end + turn && right.start + turn < left.end)
}

function minutesOf(time: string): number {
  const [hour, minute] = time.split(':')
  return Number(hour) * 60 + Number(minute)
}

function inOrder(problems: Problem[]): Problem[] {
  return problems.sort((left, right) => left.line - right.line || left.column - right.column)
}
