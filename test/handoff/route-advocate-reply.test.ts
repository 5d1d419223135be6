import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AdvocateSituation,
  type AdvocateState,
  type RoutedReply,
  routeAdvocateReply,
} from '../../src/handoff/route-advocate-reply.ts'
import type { Level } from '../../src/types.ts'
import { code, id, levels, night, roleInfos, rota, words } from './world.ts'

const one = (name: string, level: Level = 'P1') => ({ code: code(name), level })

function situationOf(over: Partial<AdvocateSituation> = {}): AdvocateSituation {
  return { advocate: id('carla'), openPages: [one('K7QF')], ownCases: [], ...over }
}

function route(
  text: string,
  over: Partial<AdvocateSituation> = {},
  before: AdvocateState | null = null,
  now = night,
): RoutedReply {
  return routeAdvocateReply(before, text, situationOf(over), { rota, levels, roles: roleInfos, words, now })
}

/** What comes of a text: `→K7QF taken` for an event, else the answer. */
function check(text: string, over: Partial<AdvocateSituation> = {}): string {
  const routed = route(text, over)
  return [
    ...routed.forward.map(({ code, input }) => {
      const { kind, ...rest } = input as { kind: string; advocate?: string; via?: string }
      delete rest.advocate
      delete rest.via
      return `→${code} ${kind}${Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : ''}`
    }),
    ...routed.answers,
    ...(routed.handOver ? [JSON.stringify(routed.handOver)] : []),
  ].join(' | ')
}

describe('with one page open', () => {
  test('a digit alone is enough', () => {
    expect(check('1')).toBe('→K7QF taken')
    expect(check('2')).toBe('→K7QF pass')
    expect(check('3')).toBe('→K7QF other_role {"role":null}')
    expect(check('3 B')).toBe('→K7QF other_role {"role":"child_protection"}')
    expect(check('3 K7QF D')).toBe('→K7QF other_role {"role":"protection"}')
  })

  test('a letter that is no role is answered with those that are', () => {
    expect(check('3 K7QF Z')).toBe('Roles: A B C D E F G. Example: 3 K7QF A')
  })

  test('words that mean nothing get the ways to say it', () => {
    expect(check('hola')).toMatch(/^Which one\? Send 1 K7QF or 2 K7QF\. 1 and the code = take/)
  })

  test('a note goes to the case', () => {
    expect(check('K7QF she has fever')).toBe('→K7QF note {"text":"she has fever"}')
  })
})

describe('with two pages open', () => {
  const two = { openPages: [one('K7QF'), one('M4TD')] }
  test('a digit alone is answered with the two ways to say it, and does nothing', () => {
    expect(check('1', two)).toBe('Which one? Send 1 K7QF or 1 M4TD.')
    expect(check('2', two)).toBe('Which one? Send 2 K7QF or 2 M4TD.')
    expect(check('paso', two)).toBe('Which one? Send 2 K7QF or 2 M4TD.')
  })

  test('a digit with a code is enough, also both at once', () => {
    expect(check('1 m4td', two)).toBe('→M4TD taken')
    expect(check('1 K7QF 2 M4TD', two)).toBe('→K7QF taken | →M4TD pass')
  })
})

describe('with cases of one’s own', () => {
  const own = { openPages: [], ownCases: [one('K7QF')] }
  test('a bare 1 says "still mine", a bare 2 gives nothing away', () => {
    expect(check('1', own)).toBe('→K7QF taken')
    expect(check('2', own)).toBe('Nothing is open for you now.')
    expect(check('2 K7QF', own)).toBe('→K7QF pass')
  })

  test('details, words for the person and the end go to the only one', () => {
    expect(check('4', own)).toBe('→K7QF details')
    expect(check('5 I am coming', own)).toBe('→K7QF say {"text":"I am coming"}')
    expect(check('9 in hospital', own)).toBe('→K7QF close {"outcome":"in hospital"}')
    expect(check('5 hola', { openPages: [], ownCases: [one('K7QF'), one('M4TD')] })).toBe(
      'Which one? Send 5 K7QF or 5 M4TD.',
    )
  })

  test('three urgent ones are enough', () => {
    const full = { ownCases: [one('AAAA'), one('BBBB'), one('CCCC')] }
    expect(check('1 K7QF', full)).toMatch(/^You have 3 urgent ones: AAAA, BBBB, CCCC\./)
    expect(check('1 K7QF', { ...full, openPages: [one('K7QF', 'P2')] })).toBe('→K7QF taken')
    expect(check('1 K7QF', { ownCases: full.ownCases.slice(1) })).toBe('→K7QF taken')
  })

  test('the list shows each once', () => {
    const twice = { openPages: [one('K7QF'), one('K7QF')], ownCases: [one('M4TD', 'P2')] }
    expect(check('mis casos', twice)).toBe('Yours: L2 M4TD. Waiting for an answer: L1 K7QF.')
    expect(check('LIST', { openPages: [] })).toBe('Yours: none. Waiting for an answer: none.')
  })
})

test('an answer in each language of advocates', () => {
  expect(route('hola', { advocate: id('ana') }).answers[0]).toMatch(/^¿Cuál\? Envía 1 K7QF o 2 K7QF\./)
  expect(route('hola', { advocate: id('berta') }).answers[0]).toMatch(/^Kilès\? Voye 1 K7QF oswa 2 K7QF\./)
})

describe('nothing is answered for ever', () => {
  test('unclear texts five times, until something is clear or half a day is over', () => {
    let state: AdvocateState | null = null
    const answers: number[] = []
    for (let count = 0; count < 8; count++) {
      const routed = route('I am driving, I will answer later', {}, state)
      state = routed.state
      answers.push(routed.answers.length)
    }
    expect(answers).toEqual([1, 1, 1, 1, 1, 0, 0, 0])
    expect(route('hola', {}, state, night + 13 * 3_600_000).answers).toHaveLength(1)
    expect(route('1', {}, state).forward).toHaveLength(1)
    expect(route('hola', {}, route('1', {}, state).state).answers).toHaveLength(1)
  })

  test('codes that are not theirs five times, then an alarm and silence', () => {
    let state: AdvocateState | null = null
    const alarms: unknown[] = []
    for (let count = 0; count < 8; count++) {
      const routed = route('1 M4TD', {}, state)
      state = routed.state
      alarms.push(routed.forward.length > 0 ? routed.forward[0]!.otherwise : routed.alarm)
    }
    const nothing = 'Nothing is open for you under this code.'
    expect(alarms).toEqual([nothing, nothing, nothing, nothing, nothing, 'guessed_codes', null, null])
  })

  test('whoever is not in the rota gets silence', () => {
    expect(check('1 K7QF', { advocate: id('nobody') })).toBe('')
  })
})

describe('shifts', () => {
  test('are offered by menu or number', () => {
    expect(check('turno')).toBe('{"kind":"wants","to":null}')
    expect(check('PASO AL 3')).toBe('{"kind":"wants","to":3}')
  })

  test('are answered with the word, and with a bare digit only when no page is open', () => {
    expect(check('1 SHIFT', { isAskedForShift: true })).toBe('{"kind":"answers","isYes":true}')
    expect(check('turno 2', { isAskedForShift: true })).toBe('{"kind":"answers","isYes":false}')
    expect(check('1', { isAskedForShift: true, openPages: [] })).toBe('{"kind":"answers","isYes":true}')
    expect(check('1', { isAskedForShift: true })).toBe('Which one? Send 1 K7QF or 1 SHIFT.')
  })
})

test('any text is a safe reply: nothing is taken that is neither open nor named, and no answer carries what was sent', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(2), (text, open) => {
      const openPages = [one('K7QF'), one('M4TD')].slice(0, open)
      const routed = route(text, { openPages })
      for (const { code, input } of routed.forward) {
        const isNamed = openPages.some((page) => page.code === code)
        if (input.kind === 'taken') expect(isNamed || routed.state.guesses > 0).toBe(true)
      }
      expect(routed.answers.length + routed.forward.length).toBeLessThanOrEqual(60)
      for (const answer of routed.answers) expect(answer.length).toBeLessThanOrEqual(400)
    }),
    { numRuns: 1000 },
  )
})
