import { readFileSync } from 'node:fs'
import { advanceHandoff, type HandoffAdvance } from '../../src/handoff/handoff.ts'
import type { CaseFacts, HandoffEffect, HandoffInput, HandoffState, RoleInfo } from '../../src/handoff/handoff-state.ts'
import type { HandoffContext } from '../../src/handoff/handoff-work.ts'
import { type Levels, readLevels } from '../../src/handoff/levels.ts'
import { type Rota, type RotaChannel, readRota } from '../../src/handoff/rota.ts'
import { type AdvocateWords, advocateWords } from '../../src/handoff/words.ts'
import type { AdvocateId, CaseCode } from '../../src/types.ts'

/** The shipped data and a made-up rota, for all tests of handoff/. */
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

export const levelsText = file('dialogs/levels.yaml')
export const levels: Levels = readLevels(levelsText).levels!
export const advocateTables: Record<string, Record<string, string>> = Object.fromEntries(
  ['en', 'es', 'ht', 'fr', 'pt'].map((language) => [language, JSON.parse(file(`locales/${language}/advocate.json`))]),
)
export const words: AdvocateWords = advocateWords(advocateTables)

export const roleInfos: RoleInfo[] = [
  { id: 'medical', letter: 'A' },
  { id: 'child_protection', letter: 'B' },
  { id: 'trafficking', letter: 'C' },
  { id: 'protection', letter: 'D' },
  { id: 'legal', letter: 'E' },
  { id: 'language', letter: 'F' },
  { id: 'general', letter: 'G' },
]
export const rotaContext = { roles: roleInfos.map((role) => role.id), languages: ['es', 'en', 'ht', 'fr', 'pt', 'mam'] }

/** Ana and Berta first (medical; medical and protection), Carla second (both), Dora coordinates. */
export const rotaText = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "+528681110001", languages: [es, en], roles: [medical] }
  - { id: berta, name: Berta, phone: "+528681110002", languages: [ht], roles: [medical, protection] }
  - { id: carla, name: Carla, phone: "+528681110003", channels: [sms, whatsapp], languages: [en], roles: [medical, protection] }
  - { id: dora, name: Dora Maria, phone: "+528681110004", languages: [es], roles: [general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: berta, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: carla, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 2 }
coordinator: dora
`

export function rotaOf(text: string): Rota {
  const { rota, problems } = readRota(text, rotaContext)
  if (rota === null) throw new Error(problems.map((problem) => problem.message).join('\n'))
  return rota
}
export const rota: Rota = rotaOf(rotaText)

export const id = (name: string) => name as AdvocateId
export const code = (name: string) => name as CaseCode

/** 24 November 2026, 02:14 in Matamoros. */
export const night = Date.parse('2026-11-24T08:14:00Z')

export function factsOf(over: Partial<CaseFacts> = {}): CaseFacts {
  return {
    code: code('K7QF'),
    level: 'P1',
    flags: ['MED_LIFE'],
    roles: [roleInfos[0]!],
    language: 'ht',
    cityInitial: 'M',
    contact: 'call',
    mayWrite: true,
    firstAlertAt: night,
    medicalOnly: true,
    textSource: false,
    summary: ['Child: hard to wake'],
    word: 'mango',
    ...over,
  }
}

/** One case on one night, moved by hand. The state goes through JSON between any two calls, as over a restart. */
export class Night {
  state: HandoffState | null = null
  now: number
  last: HandoffAdvance | null = null
  facts: CaseFacts
  rota: Rota
  readonly log: { at: number; effect: HandoffEffect }[] = []
  readonly start: number
  timeScale = 1
  unreachable: AdvocateId[] = []
  ways: RotaChannel[] = ['sms']

  constructor(options: { rota?: Rota; facts?: CaseFacts; start?: number } = {}) {
    this.rota = options.rota ?? rota
    this.start = options.start ?? night
    this.now = this.start
    this.facts = options.facts ?? factsOf({ firstAlertAt: this.start })
  }

  context(): HandoffContext {
    const { rota, facts, now, timeScale, unreachable, ways } = this
    return { rota, levels, facts, roles: roleInfos, words, now, timeScale, pageWays: ways, unreachable }
  }

  /** Hands inputs in at this moment. */
  does(...inputs: HandoffInput[]): HandoffEffect[] {
    const advance = advanceHandoff(this.state, inputs, this.context())
    this.last = advance
    this.state = JSON.parse(JSON.stringify(advance.state))
    for (const effect of advance.effects) this.log.push({ at: this.now, effect })
    return advance.effects
  }

  /** Moves the clock, stopping wherever something is due. */
  goesOnFor(minutes: number): this {
    const end = this.now + minutes * 60_000
    while (this.last?.nextDueAt != null && this.last.nextDueAt <= end) {
      this.now = Math.max(this.now, this.last.nextDueAt)
      this.does()
    }
    this.now = end
    return this
  }

  /** `0 ana h1`: minutes since the start, who, of every page; a repeat ends with `again`. */
  pages(): string[] {
    return this.log.flatMap(({ at, effect }) =>
      effect.kind === 'page'
        ? [`${(at - this.start) / 60_000} ${effect.advocate} ${effect.level}${effect.repeat ? ' again' : ''}`]
        : [],
    )
  }

  /** Minutes and what the person was told. */
  told(): string[] {
    return this.log.flatMap(({ at, effect }) =>
      effect.kind === 'tell_person' ? [`${(at - this.start) / 60_000} ${effect.message}`] : [],
    )
  }

  texts(who: string): string[] {
    return this.log.flatMap(({ effect }) =>
      (effect.kind === 'notice' || effect.kind === 'page') && effect.advocate === who ? [effect.text] : [],
    )
  }

  takes(who: string): HandoffEffect[] {
    return this.does({ kind: 'taken', advocate: id(who), via: 'text' })
  }
}
