import { describe, expect, test } from '@jest/globals'
import type { HandoffInput } from '../../src/handoff/handoff-state.ts'
import { factsOf, id, Night, night, roleInfos, rotaOf, rotaText } from './world.ts'

const medical = ['medical']

describe('a P1 that nobody answers', () => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.goesOnFor(60)

  test('asks wider and wider at its times, and goes on', () => {
    expect(dark.pages()).toEqual([
      '0 berta P1', // speaks the person's language
      '0 ana P1',
      '5 carla P1',
      '10 dora P1',
      ...[15, 30, 45, 60].flatMap((at) => [
        `${at} berta P1 again`,
        `${at} ana P1 again`,
        `${at} carla P1 again`,
        `${at} dora P1 again`,
      ]),
    ])
  })

  test('tells the person the truth, once each', () => {
    expect(dark.told()).toEqual(['15 M_LATE', '30 M_NOBODY'])
  })

  test('says nothing to a person who must not be written to', () => {
    const quiet = new Night({ facts: factsOf({ mayWrite: false }) })
    quiet.does({ kind: 'alert', level: 'P1', roles: medical })
    quiet.goesOnFor(60)
    expect(quiet.told()).toEqual([])
    expect(quiet.pages()).toHaveLength(20)
  })
})

test('a P2 asks at 0, 30 and 60 minutes, then every hour', () => {
  const slow = new Night({ facts: factsOf({ level: 'P2' }) })
  slow.does({ kind: 'alert', level: 'P2', roles: medical })
  slow.goesOnFor(130)
  expect(slow.pages()).toEqual([
    '0 berta P2',
    '0 ana P2',
    '30 carla P2',
    '60 dora P2',
    '120 berta P2 again',
    '120 ana P2 again',
    '120 carla P2 again',
    '120 dora P2 again',
  ])
  expect(slow.told()).toEqual(['60 M_LATE'])
})

test('the page has the form that programs read', () => {
  const dark = new Night({ facts: factsOf({ roles: [roleInfos[0]!, roleInfos[1]!] }) })
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.goesOnFor(5)
  expect(dark.texts('carla')[0]).toBe(
    'L1 K7QF / A B / HT / city M / by call / 02:14 / 0 min left / Reply 1 K7QF TAKE, 2 K7QF PASS',
  )
  expect(dark.texts('ana')[0]).toBe(
    'L1 K7QF / A B / HT / ciudad M / por llamada / 02:14 / quedan 5 min / Reply 1 K7QF TAKE, 2 K7QF PASS',
  )
})

describe('taking', () => {
  test('ends all chains, tells the others, and only then the person', () => {
    const dark = new Night({ facts: factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] }) })
    dark.does({ kind: 'alert', level: 'P1', roles: ['medical', 'protection'] })
    expect(dark.pages()).toEqual(['0 berta P1', '0 ana P1'])
    dark.goesOnFor(2)
    const effects = dark.takes('ana')
    expect(effects.map((effect) => effect.kind)).toEqual(['cancel', 'notice', 'notice', 'tell_person', 'audit'])
    expect(dark.texts('berta')[1]).toMatch(/^TAKEN K7QF/)
    expect(effects).toContainEqual({ kind: 'tell_person', message: 'M_TAKEN', params: { WORD: 'mango' } })
    expect(dark.last).toMatchObject({ status: 'taken', takenBy: ['ana'], openPages: [] })
    const before = dark.pages().length
    dark.does({ kind: 'contact', advocate: id('ana') })
    dark.goesOnFor(600)
    expect(dark.pages()).toHaveLength(before)
  })

  test('two in the same second: one has it, the other hears who', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.does(
      { kind: 'taken', advocate: id('berta'), via: 'text' },
      { kind: 'taken', advocate: id('ana'), via: 'text' },
    )
    expect(dark.last!.takenBy).toEqual(['berta'])
    expect(dark.texts('ana').at(-1)).toBe('K7QF: ya lo tiene Berta. Gracias.')
  })

  test('from somebody who was not asked does nothing and tells nothing', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('dora')
    expect(dark.last!.status).toBe('open')
    expect(dark.texts('dora')).toEqual(['K7QF: no hay nada abierto para ti con este código.'])
  })

  test('from the console needs no page', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.does({ kind: 'taken', advocate: id('dora'), via: 'console' })
    expect(dark.last!.takenBy).toEqual(['dora'])
  })
})

describe('taken is not helped', () => {
  test('one reminder that names the code, then back to the first step', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.goesOnFor(11)
    expect(dark.texts('ana').filter((text) => text.includes('¿Sigues?'))).toHaveLength(1)
    expect(dark.last!.status).toBe('open')
    expect(dark.pages().slice(2)).toEqual(['10 berta P1 again', '10 ana P1 again'])
    expect(dark.told()).toEqual(['0 M_TAKEN'])
  })

  test('also while another role is still being asked: all roles begin anew', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.facts = factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] })
    dark.does({ kind: 'alert', level: 'P1', roles: ['protection'] })
    dark.goesOnFor(10)
    expect(dark.last!.status).toBe('open')
    expect(dark.pages().filter((page) => page.startsWith('10 '))).toContain('10 ana P1 again')
    expect(dark.state!.chains.map((chain) => chain.role).sort()).toEqual(['medical', 'protection'])
  })

  test('an answer to the reminder keeps it; contact ends the asking', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.goesOnFor(7)
    expect(dark.last!.openPages).toEqual([{ advocate: 'ana', level: 'P1', role: 'general', at: night + 300_000 }])
    dark.takes('ana')
    dark.goesOnFor(4)
    dark.does({ kind: 'contact', advocate: id('ana') })
    dark.goesOnFor(600)
    expect(dark.last!.takenBy).toEqual(['ana'])
    expect(dark.pages()).toHaveLength(2)
  })

  test('a case that may only be read is helped by reading it', () => {
    const dark = new Night({ facts: factsOf({ contact: 'wait', mayWrite: false }) })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.does({ kind: 'opened', advocate: id('ana') })
    expect(dark.last!.nextDueAt).toBeNull()
  })
})

describe('passing', () => {
  test('by one changes no time; by all brings the next step at once', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(1)
    dark.does({ kind: 'pass', advocate: id('ana') })
    expect(dark.pages()).toHaveLength(2)
    dark.does({ kind: 'pass', advocate: id('berta') })
    expect(dark.pages().slice(2)).toEqual(['1 carla P1'])
    dark.does({ kind: 'pass', advocate: id('carla') })
    expect(dark.pages().slice(3)).toEqual(['1 dora P1'])
    dark.goesOnFor(14)
    expect(dark.pages().slice(4)).toEqual([
      '15 berta P1 again',
      '15 ana P1 again',
      '15 carla P1 again',
      '15 dora P1 again',
    ])
    expect(dark.told()).toEqual(['15 M_LATE'])
  })

  test('when all of the rota pass, it is asked again at the next repeat and not in a loop', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    for (const who of ['ana', 'berta', 'carla', 'dora', 'ana', 'berta', 'carla', 'dora']) {
      dark.does({ kind: 'pass', advocate: id(who) })
    }
    const count = dark.pages().length
    expect(count).toBe(8)
    expect(dark.last!.nextDueAt).toBe(night + 15 * 60_000)
    dark.goesOnFor(15)
    expect(dark.pages().length).toBe(count + 4)
  })

  test('the taker may give it back', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.goesOnFor(1)
    dark.does({ kind: 'pass', advocate: id('ana') })
    expect(dark.last!.status).toBe('open')
    expect(dark.pages().slice(2)).toEqual(['1 berta P1 again', '1 ana P1 again'])
  })
})

describe('nobody on shift in the role', () => {
  const only = rotaOf(
    rotaText
      .replaceAll('roles: [medical, protection]', 'roles: [protection]')
      .replace('roles: [medical]', 'roles: [legal]'),
  )
  test('second line and coordinator at once, everybody at 15', () => {
    const dark = new Night({ rota: only })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(15)
    expect(dark.pages()).toEqual(['0 dora P1', '15 berta P1', '15 ana P1', '15 carla P1', '15 dora P1 again'])
  })
})

describe('changes while it is asked', () => {
  test('a rise from P2 to P1 begins anew as P1', () => {
    const dark = new Night({ facts: factsOf({ level: 'P2' }) })
    dark.does({ kind: 'alert', level: 'P2', roles: medical })
    dark.goesOnFor(20)
    dark.facts = factsOf({ level: 'P1' })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(10)
    expect(dark.pages().slice(2)).toEqual(['20 berta P1', '20 ana P1', '25 carla P1', '30 dora P1'])
    expect(dark.texts('ana')[1]).toContain('02:14 / quedan 5 min')
  })

  test('a rise while taken goes to the taker, whose five minutes start', () => {
    const dark = new Night({ facts: factsOf({ level: 'P2' }) })
    dark.does({ kind: 'alert', level: 'P2', roles: medical })
    dark.takes('ana')
    dark.goesOnFor(60)
    expect(dark.last!.status).toBe('taken')
    dark.facts = factsOf({ level: 'P1' })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    expect(dark.pages().slice(2)).toEqual(['60 ana P1'])
    dark.goesOnFor(5)
    expect(dark.texts('ana').at(-1)).toContain('¿Sigues?')
  })

  test('a second role has a chain of its own', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(3)
    dark.facts = factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] })
    dark.does({ kind: 'alert', level: 'P1', roles: ['protection'] })
    dark.goesOnFor(5)
    expect(dark.pages().slice(2)).toEqual(['3 berta P1 again', '5 carla P1', '8 carla P1 again'])
  })

  test('a second role while taken: the taker is told, and who takes the new page joins', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.goesOnFor(1)
    dark.does({ kind: 'contact', advocate: id('ana') })
    dark.facts = factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] })
    dark.does({ kind: 'alert', level: 'P1', roles: ['protection'] })
    expect(dark.texts('ana').at(-1)).toContain('respuestas nuevas')
    dark.goesOnFor(20)
    expect(dark.told()).toEqual(['0 M_TAKEN'])
    dark.takes('berta')
    expect(dark.last!.takenBy).toEqual(['ana', 'berta'])
    expect(dark.told()).toEqual(['0 M_TAKEN'])
  })

  test('whoever has the case is not asked to take it', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('berta')
    dark.facts = factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] })
    dark.does({ kind: 'alert', level: 'P1', roles: ['protection'] })
    expect(dark.pages().slice(2)).toEqual(['0 carla P1', '0 dora P1'])
  })

  test('more words about the same role page it again; once taken they go to the taker', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(1)
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    expect(dark.pages().slice(2)).toEqual(['1 berta P1 again', '1 ana P1 again'])
    dark.takes('ana')
    dark.does({ kind: 'contact', advocate: id('ana') }, { kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(60)
    expect(dark.pages()).toHaveLength(4)
    expect(dark.texts('ana').at(-1)).toContain('respuestas nuevas')
  })

  test('a role that is no longer in the case takes no further step, but its pages count', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(1)
    dark.facts = factsOf({ roles: [roleInfos[3]!] })
    dark.does({ kind: 'alert', level: 'P1', roles: ['protection'] }, { kind: 'roles_now', roles: ['protection'] })
    dark.goesOnFor(5)
    expect(dark.pages().slice(2)).toEqual(['1 berta P1 again', '6 carla P1'])
    dark.takes('ana')
    expect(dark.last!.takenBy).toEqual(['ana'])
  })

  test('"3" pages the other roles; with a letter, that role', () => {
    const dark = new Night({ facts: factsOf({ roles: [roleInfos[0]!, roleInfos[3]!] }) })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(1)
    dark.does({ kind: 'other_role', advocate: id('ana'), role: null })
    expect(dark.pages().slice(2)).toEqual(['1 berta P1 again'])
    dark.does({ kind: 'other_role', advocate: id('ana'), role: 'legal' })
    expect(dark.pages().slice(3)).toEqual(['1 dora P1'])
  })
})

describe('a page that fails for good', () => {
  test('goes to the next channel, then counts as passed', () => {
    const dark = Object.assign(new Night(), { ways: ['sms', 'whatsapp'] })
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.goesOnFor(5)
    const [first] = dark.last!.effects
    const keyOf = (effect: unknown) => (effect as { key: string }).key
    const [second] = dark.does({ kind: 'page_failed', key: keyOf(first) })
    expect(second).toMatchObject({ kind: 'page', advocate: 'carla', channel: 'whatsapp', repeat: true })
    dark.does({ kind: 'pass', advocate: id('ana') }, { kind: 'pass', advocate: id('berta') })
    dark.does({ kind: 'page_failed', key: keyOf(second) })
    expect(dark.pages().at(-1)).toBe('5 dora P1')
  })
})

test('a P1 is closed with a second person, and its person is asked whether somebody came', () => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.takes('ana')
  dark.does({ kind: 'close', advocate: id('ana'), outcome: 'in hospital' })
  expect(dark.last!.status).toBe('taken')
  expect(dark.last!.openPages.map((page) => page.advocate)).toEqual(['dora'])
  expect(dark.takes('dora')).toContainEqual({ kind: 'ask_if_reached' })
  expect(dark.last).toMatchObject({ status: 'closed', nextDueAt: null })
  dark.does({ kind: 'reopened', level: 'P1', roles: medical })
  expect(dark.last!.status).toBe('open')
  expect(dark.last!.nextDueAt).not.toBeNull()
})

describe('two people', () => {
  test('lower a P1 together; a rise meanwhile undoes the question', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.takes('ana')
    dark.does({ kind: 'lower', advocate: id('ana'), level: 'P3' })
    expect(dark.texts('dora')).toEqual([
      'K7QF: Ana quiere pasarlo a L3. Hace falta un segundo sí. 1 K7QF = de acuerdo. 2 K7QF = no.',
    ])
    expect(dark.state!.level).toBe('P1')
    expect(dark.takes('dora')).toContainEqual({ kind: 'lowered', level: 'P3' })
    expect(dark.state!.level).toBe('P3')
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    expect(dark.pages().at(-1)).toBe('0 ana P1 again')
    dark.does({ kind: 'lower', advocate: id('ana'), level: 'P2' })
    dark.does({ kind: 'pass', advocate: id('dora') })
    expect(dark.texts('ana').at(-1)).toBe('K7QF: Dora dice que todavía no. Sigue siendo tuyo.')
    expect(dark.state!.level).toBe('P1')
  })

  test('nobody raises or lowers by text what is not theirs', () => {
    const dark = new Night()
    dark.does({ kind: 'alert', level: 'P1', roles: medical })
    dark.does({ kind: 'lower', advocate: id('ana'), level: 'P4' })
    expect(dark.state!.level).toBe('P1')
  })
})

test('a person asked for while a human has the case goes to the coordinator', () => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.takes('ana')
  dark.facts = factsOf({ roles: [roleInfos[0]!, roleInfos[6]!] })
  dark.does({ kind: 'alert', level: 'P1', roles: ['general'] })
  expect(dark.pages().slice(2)).toEqual(['0 dora P1'])
})

test('looking into a case that one has not taken is reported', () => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.does({ kind: 'opened', advocate: id('carla') })
  expect(dark.texts('dora')).toEqual(['K7QF: Carla lo abrió sin tomarlo.'])
  expect(dark.last!.effects.at(-1)).toEqual({ kind: 'audit', action: 'opened_untaken', advocate: 'carla' })
})

test('a case whose roles all went away is still asked for, at its own times', () => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  dark.goesOnFor(2)
  dark.does({ kind: 'roles_now', roles: [] })
  dark.goesOnFor(3)
  expect(dark.pages().slice(2)).toEqual(['5 carla P1'])
})

test.each<HandoffInput>([
  { kind: 'taken', advocate: id('dora'), via: 'text' },
  { kind: 'pass', advocate: id('dora') },
  { kind: 'other_role', advocate: id('dora'), role: 'legal' },
  { kind: 'note', advocate: id('dora'), text: 'hola' },
  { kind: 'close', advocate: id('dora'), outcome: null },
  { kind: 'details', advocate: id('dora') },
  { kind: 'lower', advocate: id('dora'), level: 'P4' },
])('$kind from somebody who was not asked does nothing', (input) => {
  const dark = new Night()
  dark.does({ kind: 'alert', level: 'P1', roles: medical })
  const before = dark.state
  const effects = dark.does(input)
  expect(effects.map((effect) => ('about' in effect ? effect.about : effect.kind))).toEqual(['not_open'])
  expect({ ...dark.state, count: 0 }).toEqual({ ...before, count: 0 })
})
