import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { HandoffInput } from '../../src/handoff/handoff-state.ts'
import type { RotaChannel } from '../../src/handoff/rota.ts'
import type { Level } from '../../src/types.ts'
import { factsOf, id, Night, roleInfos, rotaOf, rotaText } from './world.ts'

/** One YAML file is one night: what happens at a minute, and everything that must and must not go out since the last. */
interface NightFile {
  starts_at: string
  level: Level
  may_write?: boolean
  shifts?: unknown[]
  /** On what pages can go out; SMS alone when left out. */
  ways?: RotaChannel[]
  night: Moment[]
}
interface Moment {
  at: number
  rises_to?: Level
  alert?: string[]
  does?: Record<string, 'take' | 'pass' | 'contact'>
  /** Whose latest page fails for good. */
  fails?: string[]
  pages?: string[]
  told?: string[]
  /** Word by word; checked only for the people named. */
  texts?: Record<string, string[]>
  status?: string
}

function nightOf(file: NightFile): Night {
  const start = Date.parse(file.starts_at)
  const text = file.shifts
    ? rotaText.replace(/shifts:[\s\S]*coordinator/, `shifts: ${JSON.stringify(file.shifts)}\ncoordinator`)
    : rotaText
  const facts = factsOf({ level: file.level, firstAlertAt: start, mayWrite: file.may_write ?? true })
  return Object.assign(new Night({ start, rota: rotaOf(text), facts }), { ways: file.ways ?? ['sms'] })
}

function play(dark: Night, moment: Moment): void {
  dark.goesOnFor(moment.at - (dark.now - dark.start) / 60_000)
  const inputs: HandoffInput[] = []
  if (moment.rises_to) dark.facts = { ...dark.facts, level: moment.rises_to }
  if (moment.alert) {
    const roles = moment.alert.map((name) => roleInfos.find((role) => role.id === name)!)
    dark.facts = { ...dark.facts, roles: [...new Set([...dark.facts.roles, ...roles])] }
    inputs.push({ kind: 'alert', level: dark.facts.level, roles: moment.alert })
  }
  for (const [who, what] of Object.entries(moment.does ?? {})) {
    const advocate = id(who)
    if (what === 'take') inputs.push({ kind: 'taken', advocate, via: 'text' })
    else inputs.push({ kind: what, advocate })
  }
  for (const who of moment.fails ?? []) {
    const pages = dark.log.flatMap(({ effect }) =>
      effect.kind === 'page' && effect.advocate === who ? [effect.key] : [],
    )
    inputs.push({ kind: 'page_failed', key: pages.at(-1)! })
  }
  dark.does(...inputs)
}

/** What went out since `from`, in the words of the file; something at another minute than `at` says so. */
function seen(dark: Night, from: number, moment: Moment) {
  const news = dark.log.slice(from)
  const late = (at: number) => {
    const minute = (at - dark.start) / 60_000
    return minute === moment.at ? '' : ` at ${minute}`
  }
  const people = Object.keys(moment.texts ?? {})
  return {
    pages: news.flatMap(({ at, effect }) =>
      effect.kind === 'page' ? [`${effect.advocate}${effect.repeat ? ' again' : ''}${late(at)}`] : [],
    ),
    told: news.flatMap(({ at, effect }) => (effect.kind === 'tell_person' ? [`${effect.message}${late(at)}`] : [])),
    texts: Object.fromEntries(
      people.map((who) => [
        who,
        news.flatMap(({ effect }) => (effect.kind === 'notice' && effect.advocate === who ? [effect.text] : [])),
      ]),
    ),
    status: moment.status && [dark.last!.status, ...dark.last!.takenBy].join(' by ').replace('open by', 'open'),
  }
}

const folder = new URL('nights/', import.meta.url)
describe.each(readdirSync(folder).sort())('%s', (name) => {
  const file = parse(readFileSync(new URL(name, folder), 'utf8')) as NightFile
  test('goes as written', () => {
    const dark = nightOf(file)
    for (const moment of file.night) {
      const from = dark.log.length
      play(dark, moment)
      const { pages = [], told = [], texts = {}, status } = moment
      expect({ at: moment.at, ...seen(dark, from, moment) }).toEqual({ at: moment.at, pages, told, texts, status })
    }
  })
})
