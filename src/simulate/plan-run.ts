import { type Chance, chanceOf } from './chance.ts'

/** Everything that a run brings from outside, decided before it begins, so that parts can be left out one by one. */
export interface RunPlan {
  seed: string
  /** The first instant, milliseconds since 1970. */
  start: number
  days: number
  nodes: 1 | 2
  /** Nobody on the first line at night. */
  hasNightGaps: boolean
  people: PersonPlan[]
  advocates: AdvocatePlan[]
  faults: Fault[]
}

export interface PersonPlan {
  name: string
  /** E.164; made up. */
  number: string
  channel: 'sms' | 'whatsapp'
  language: 'es' | 'en' | 'ht'
  arrivesAt: number
  habit: PersonHabit
}
export type PersonHabit = (typeof personHabits)[number]
const personHabits = [
  'answers',
  'answers',
  'answers',
  'danger_words',
  'danger_words',
  'vanishes',
  'repeats',
  'changes_channel',
  'sends_stop',
  'sends_zero',
  'erases',
  'voice_notes',
  'mumbles',
  'dead_phone',
] as const

export interface AdvocatePlan {
  name: string
  number: string
  habit: AdvocateHabit
}
export type AdvocateHabit = (typeof advocateHabits)[number]
const advocateHabits = [
  'takes',
  'takes',
  'closes',
  'late',
  'passes',
  'ignores',
  'takes_and_forgets',
  'dead_phone',
] as const

export interface Fault {
  kind: FaultKind
  from: number
  until: number
  /** How many of the requests or messages are hit, 0 to 1; for a clock, its jump in ms. */
  strength: number
  /** Which node, for what happens to a node. */
  node: number
}
export type FaultKind = (typeof faultKinds)[number]
export const faultKinds = [
  /** 429, 500, 503, 401 and HTML in place of an answer. */
  'refusals',
  /** The answer never comes: the message may be out or not. */
  'unknown_outcomes',
  'slow_carrier',
  /** Accepted, then undelivered. */
  'later_failures',
  /** The message list cannot be asked. */
  'list_down',
  'doubled_webhooks',
  'late_webhooks',
  /** The webhook never comes; only the message list knows. */
  'lost_webhooks',
  /** Receipts doubled, in the wrong order, or never. */
  'mixed_receipts',
  /** SIGKILL at some call of the store, and a new start later. */
  'crash',
  /** SIGSTOP and SIGCONT, often past the lease. */
  'freeze',
  /** The database takes no writes: locked, full or gone. */
  'store_down',
  'clock_jump',
] as const

export interface RunOptions {
  seed: string
  days: number
  people: number
  faults?: readonly FaultKind[]
  nodes?: 1 | 2
}

const minute = 60_000
const hour = 60 * minute

/** Draws a run from its seed. */
export function planRun({ seed, days, people, faults = faultKinds, nodes }: RunOptions): RunPlan {
  const chance = chanceOf(`${seed}:plan`)
  // A Sunday of October 2026 to a Monday of April 2027: both clock changes of the border towns lie in it.
  const start = Date.UTC(2026, 9, 25) + chance.whole(0, 160) * 24 * hour
  const length = days * 24 * hour
  return {
    seed,
    start,
    days,
    nodes: nodes ?? (chance.is(0.35) ? 2 : 1),
    hasNightGaps: chance.is(0.3),
    people: Array.from({ length: people }, (_, index) => planPerson(seed, index, start, length)),
    advocates: ['ana', 'luc', 'marta', 'rosa'].map((name, index) => ({
      name,
      number: `+52868111000${index + 1}`,
      habit: chanceOf(`${seed}:advocate:${index}`).pick(advocateHabits),
    })),
    faults: Array.from({ length: faults.length === 0 ? 0 : Math.ceil(days * 6) }, (_, index) =>
      planFault(chanceOf(`${seed}:fault:${index}`), faults, start, length),
    ),
  }
}

function planPerson(seed: string, index: number, start: number, length: number): PersonPlan {
  const chance = chanceOf(`${seed}:person:${index}`)
  return {
    name: `person-${index}`,
    number: `+5255502${String(10_000 + index)}`,
    channel: chance.is(0.3) ? 'whatsapp' : 'sms',
    language: chance.pick(['es', 'es', 'en', 'ht'] as const),
    arrivesAt: start + chance.whole(minute, length),
    habit: chance.pick(personHabits),
  }
}

function planFault(chance: Chance, kinds: readonly FaultKind[], start: number, length: number): Fault {
  const kind = chance.pick(kinds)
  const from = start + chance.whole(0, length)
  const lasts = {
    crash: () => chance.whole(1, 120) * 1000,
    freeze: () => chance.whole(5, 90) * 1000,
    store_down: () => chance.whole(1, 300) * 1000,
    clock_jump: () => chance.whole(10, 120) * minute,
  }
  const own = kind in lasts ? lasts[kind as keyof typeof lasts]() : chance.whole(5, 180) * minute
  const jump = chance.pick([-24 * hour, -hour, -5 * minute, 5 * minute, hour, 24 * hour])
  return {
    kind,
    from,
    until: from + own,
    strength: kind === 'clock_jump' ? jump : chance.pick([0.2, 0.5, 0.9, 1]),
    node: chance.whole(0, 1),
  }
}
