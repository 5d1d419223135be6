import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HandoffInput } from '../../src/handoff/handoff-state.ts'
import type { Level } from '../../src/types.ts'
import { factsOf, id, levels, Night, night, roleInfos, rota, rotaOf, rotaText } from './world.ts'

/*
 * Random nights: people answer, pass, take, give back, fall silent; messages fail; the person writes, rises, stops; the
 * clock is set forward and back; the rota changes under way. After every single step the case has a human, an end, or a
 * due time; nobody is asked early; nothing that was due is forgotten.
 */
const people = ['ana', 'berta', 'carla', 'dora'] as const
const smaller = rotaOf(rotaText.replace(/ {2}- \{ id: berta.*\n/, '').replace(/ {2}- \{ person: berta.*\n/, ''))
const byShifts = rotaOf(
  rotaText.replace(
    '{ person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"',
    '{ person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "03:00", to: "03:30"',
  ),
)

type Step =
  | { do: 'wait'; minutes: number }
  | { do: 'clock'; minutes: number }
  | { do: 'input'; input: HandoffInput }
  | { do: 'fail'; nth: number }
  | { do: 'rise' }
  | { do: 'role'; index: number }
  | { do: 'rota'; which: number }
  | { do: 'gone'; who: string }

const who = fc.constantFrom(...people).map(id)
const input: fc.Arbitrary<HandoffInput> = fc.oneof(
  fc.record({
    kind: fc.constant('taken' as const),
    advocate: who,
    via: fc.constantFrom('text' as const, 'console' as const),
  }),
  fc.record({ kind: fc.constant('pass' as const), advocate: who }),
  fc.record({
    kind: fc.constant('other_role' as const),
    advocate: who,
    role: fc.constantFrom(null, 'legal', 'protection'),
  }),
  fc.record({ kind: fc.constant('note' as const), advocate: who, text: fc.string() }),
  fc.record({ kind: fc.constant('opened' as const), advocate: who }),
  fc.record({ kind: fc.constant('contact' as const), advocate: who }),
  fc.record({ kind: fc.constant('details' as const), advocate: who }),
  fc.record({ kind: fc.constant('close' as const), advocate: who, outcome: fc.constantFrom(null, '1') }),
  fc.constantFrom<HandoffInput>(
    { kind: 'person_wrote' },
    { kind: 'path_ended' },
    { kind: 'stopped' },
    { kind: 'due' },
    { kind: 'roles_now', roles: [] },
    { kind: 'roles_now', roles: ['protection'] },
    { kind: 'page_failed', key: 'h999' },
    { kind: 'reopened', level: 'P1', roles: ['medical'] },
  ),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 70 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('input' as const), input }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), nth: fc.nat(9) }) },
  fc.record({ do: fc.constant('clock' as const), minutes: fc.constantFrom(-1440, -60, -1, 60, 1440) }),
  fc.record({ do: fc.constant('rise' as const) }),
  fc.record({ do: fc.constant('role' as const), index: fc.nat(6) }),
  fc.record({ do: fc.constant('rota' as const), which: fc.nat(2) }),
  fc.record({ do: fc.constant('gone' as const), who: fc.constantFrom(...people) }),
)

function play(night: Night, one: Step): void {
  switch (one.do) {
    case 'wait':
      night.goesOnFor(one.minutes / night.timeScale)
      return
    case 'clock':
      night.now += one.minutes * 60_000
      night.does()
      return
    case 'input':
      night.does(one.input)
      return
    case 'fail': {
      const pages = night.log.flatMap(({ effect }) => (effect.kind === 'page' ? [effect.key] : []))
      night.does({ kind: 'page_failed', key: pages[pages.length - 1 - one.nth] ?? 'h0' })
      return
    }
    case 'rise':
      night.facts = { ...night.facts, level: 'P1' }
      night.does({ kind: 'alert', level: 'P1', roles: night.facts.roles.map((role) => role.id) })
      return
    case 'role': {
      const role = roleInfos[one.index]!
      night.facts = { ...night.facts, roles: [...new Set([...night.facts.roles, role])] }
      night.does({ kind: 'alert', level: night.facts.level, roles: [role.id] })
      return
    }
    case 'rota':
      night.rota = [rota, smaller, byShifts][one.which]!
      night.does()
      return
    case 'gone':
      night.unreachable = [id(one.who)]
      night.does()
  }
}

function checkMoment(night: Night): void {
  const { state, last } = night
  if (state === null || last === null) return
  if (state.closed) {
    expect(last.nextDueAt).toBeNull()
    return
  }
  if (state.takers.length === 0) {
    expect(last.nextDueAt).not.toBeNull()
    // Somebody is asked again within the repeat of the level, whatever happened.
    const longest = levels.levels[state.level].repeat!.every_minutes * 60_000
    expect(last.nextDueAt! - night.now).toBeLessThanOrEqual(longest)
  }
  // Nothing that was due is left behind.
  if (last.nextDueAt !== null) expect(last.nextDueAt).toBeGreaterThan(night.now)
  const takers = state.takers.map((taker) => taker.advocate)
  expect(new Set(takers).size).toBe(takers.length)
  // Nobody who is out of reach has the case, or is waited for.
  const asked = [...takers, ...last.openPages.map((page) => page.advocate)]
  expect(asked.filter((one) => night.unreachable.includes(one))).toEqual([])
  expect(new Set(last.openPages.map((page) => page.advocate)).size).toBe(last.openPages.length)
}

test.each<Level>(['P1', 'P2'])('a %s is never without a human, a due time or an end', (level) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(1, 60), (steps, timeScale) => {
      const dark = new Night({ facts: factsOf({ level }) })
      dark.timeScale = timeScale
      dark.does({ kind: 'alert', level, roles: ['medical'] })
      checkMoment(dark)
      for (const one of steps) {
        play(dark, one)
        checkMoment(dark)
      }
      const keys = dark.log.flatMap(({ effect }) => ('key' in effect ? [effect.key] : []))
      expect(new Set(keys).size).toBe(keys.length)
      // M_TAKEN and the like go once, and help is never said to be there before somebody has taken it.
      const told = dark.told().map((line) => line.split(' ')[1]!)
      expect(new Set(told).size).toBe(told.length)
      const taken = dark.log.findIndex(({ effect }) => effect.kind === 'audit' && effect.action === 'taken')
      const said = dark.log.findIndex(({ effect }) => effect.kind === 'tell_person' && effect.message === 'M_TAKEN')
      if (said >= 0) expect(taken).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 500 },
  )
})

test('a turn that is done again decides the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const [first, second] = [new Night(), new Night()]
      for (const dark of [first, second]) {
        dark.does({ kind: 'alert', level: 'P1', roles: ['medical'] })
        for (const one of steps) play(dark, one)
      }
      expect(second.log).toEqual(first.log)
    }),
    { numRuns: 50 },
  )
})

test('no step comes early or late, at any speed of a trial and however the calls fall', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Level>('P1', 'P2'),
      fc.constantFrom(1, 7, 60, 600),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 5, maxLength: 60 }),
      (level, timeScale, waits) => {
        const dark = new Night({ facts: factsOf({ level }) })
        dark.timeScale = timeScale
        dark.does({ kind: 'alert', level, roles: ['medical'] })
        const rule = levels.levels[level]
        const last = rule.steps.at(-1)!.at_minutes
        const due = [...rule.steps.map((step) => step.at_minutes)]
        for (let at = last + rule.repeat!.every_minutes; at < 3000; at += rule.repeat!.every_minutes) due.push(at)
        let seen = 1
        for (const wait of waits) {
          dark.now += Math.ceil((wait * 60) / timeScale)
          const pages = dark.does().filter((effect) => effect.kind === 'page')
          const passed = ((dark.now - night) / 60_000) * timeScale
          const shouldBe = due.filter((at) => night + Math.ceil((at * 60_000) / timeScale) <= dark.now).length
          expect(pages.length > 0).toBe(shouldBe > seen)
          if (pages.length > 0) expect(passed).toBeGreaterThanOrEqual(due[seen]!)
          seen = shouldBe
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('a taker who was reminded and is asked for the second yes has one open page, not two', () => {
  const dark = new Night({ facts: factsOf({ level: 'P1' }) })
  dark.does({ kind: 'alert', level: 'P1', roles: ['medical'] })
  for (const one of [
    { do: 'input', input: { kind: 'taken', advocate: 'berta', via: 'text' } },
    { do: 'clock', minutes: 60 },
    { do: 'input', input: { kind: 'taken', advocate: 'ana', via: 'console' } },
    { do: 'input', input: { kind: 'close', advocate: 'ana', outcome: null } },
  ] as Parameters<typeof play>[1][]) {
    play(dark, one)
    checkMoment(dark)
  }
})
