import { beforeEach, describe, expect, test } from '@jest/globals'
import { newPersonState, type PersonState } from '../src/person-state.ts'
import { personTurn } from '../src/person-turn.ts'
import type { CaseRow, NewOutbox, TurnCommit } from '../src/store/store.ts'
import type { TurnWorld } from '../src/turn-world.ts'
import type { CaseCode, ConversationId, EventId } from '../src/types.ts'
import { bundle } from './flow/conversation.ts'
import { id, night, rota, words } from './handoff/world.ts'

const address = { channel: 'sms' as const, value: '+525550200001' }
const hour = 60 * 60_000

let state: PersonState
let version: number
let clock: number
let codes: number
let cases: (CaseRow | null)[]
beforeEach(() => {
  state = newPersonState(bundle, 'sms')
  version = 0
  clock = night
  codes = 0
  cases = []
})

async function turn(events: { text?: string; internal?: unknown }[]): Promise<NewOutbox[]> {
  clock += 20_000
  const world: TurnWorld = {
    bundle,
    rota,
    words,
    now: clock,
    timeScale: 1,
    isDemonstration: true,
    isSurge: false,
    pageWays: ['sms'],
    unreachable: [],
    drawCode: () => `K7Q${'23456789'[codes++]}` as CaseCode,
    drawIndex: () => 0,
    isCaseCode: async () => false,
    tryCaseWord: async () => ({ kind: 'wrong', isLast: false }),
    runTurn: async (_, logic) => {
      const said: string[] = []
      await logic(async (texts) => void said.push(...texts))
      return said
    },
  }
  const commit: TurnCommit = await personTurn(
    {
      id: 'c_1' as ConversationId,
      kind: 'person',
      advocate: null,
      version,
      state: structuredClone(state),
      lease: 'l',
      dueAt: null,
      address,
      failures: 0,
      events: events.map(({ text, internal }, index) => {
        const at = { id: `e${version}.${index}` as EventId, at: clock }
        if (text === undefined) return { ...at, kind: 'internal', body: internal }
        return { ...at, kind: 'message', from: address, to: address, text, media: [] }
      }),
    },
    world,
  )
  state = commit.state as PersonState
  version += 1
  cases.push(commit.case)
  return commit.send
}
const write = async (...texts: string[]) => {
  const sent: NewOutbox[] = []
  for (const text of texts) sent.push(...(await turn([{ text }])))
  return sent
}
const pagesIn = (sent: NewOutbox[]) => sent.filter(({ priority }) => priority === 0)
const codesSeen = () => new Set(cases.flatMap((row) => (row ? [row.code] : [])))

describe('a second triage by the same person', () => {
  test('updates the case that is open and makes no second one', async () => {
    await write('hello', '1', '1', '5', '9', '1', '1')
    expect(state.dialog.ended).toBe('done')
    await turn([{ internal: { kind: 'taken', advocate: id('ana'), via: 'text' } }])
    // SOS begins the questions anew: now it is a child that is hard to wake.
    const again = await write('SOS', '1', '3', '4')
    expect(state.dialog.answers).toMatchObject({ MED_WHO: 'child_1_to_4', CHILD_DS: ['fits'] })
    expect([...codesSeen()]).toEqual(['K7Q2'])
    expect(state.handoff!.takers.map(({ advocate }) => advocate)).toEqual(['ana'])
    expect(again.some(({ to, text }) => 'advocate' in to && text.startsWith('TAKEN'))).toBe(false)
  })

  test('after a day of silence it is still one case, with its old flags and at no lower level', async () => {
    await write('hello', '1', '1', '5', '1', '1', '1')
    const before = Object.keys(state.dialog.flags)
    clock += 30 * hour
    await write('hello', '2', '1', '30', '2', '3', '4')
    expect([...codesSeen()]).toEqual(['K7Q2'])
    expect(Object.keys(state.dialog.flags)).toEqual(expect.arrayContaining(before))
    expect(state.dialog.level).toBe('P1')
  })

  test('a later answer that is worse pages anew under the same code', async () => {
    const first = await write('hello', '2', '1', '30', '1', '5', '6')
    expect(pagesIn(first).map(({ text }) => text.slice(0, 7))).toEqual(expect.arrayContaining(['L2 K7Q2']))
    const worse = await write('SOS')
    expect(pagesIn(worse).map(({ text }) => text.slice(0, 7))).toEqual(expect.arrayContaining(['L1 K7Q2']))
    expect([...codesSeen()]).toEqual(['K7Q2'])
  })

  test('a case that was closed and a new danger: a case of its own, and none of the old words with it', async () => {
    await write('hello', '1', '1', '5', 'my leg is broken and it bleeds a lot', '1', '1')
    await turn([{ internal: { kind: 'taken', advocate: id('ana'), via: 'text' } }])
    await turn([{ internal: { kind: 'close', advocate: id('ana'), outcome: 'ok' } }])
    await turn([{ internal: { kind: 'taken', advocate: state.handoff!.closing!.second, via: 'text' } }])
    expect(cases.at(-1)!.status).toBe('closed')
    await write('1')
    clock += hour
    await write('my baby does not wake up')
    expect([...codesSeen()]).toEqual(['K7Q2', 'K7Q3'])
    expect(state.said.map(({ text }) => text)).toEqual(['my baby does not wake up'])
  })
})

const toPerson = (sent: NewOutbox[]) => sent.filter(({ to }) => 'conversation' in to).map(({ text }) => text)
const toAna = (sent: NewOutbox[]) =>
  sent.filter(({ to }) => 'advocate' in to && to.advocate === id('ana')).map(({ text }) => text)
const minute = 60_000

/** Somebody who is on call takes the case and writes after so many minutes. */
async function anaWrites(afterMinutes: number, text = 'Hello'): Promise<{ person: string[]; ana: string[] }> {
  if (!state.handoff!.takers.some(({ advocate }) => advocate === id('ana')))
    await turn([{ internal: { kind: 'taken', advocate: id('ana'), via: 'console' } }])
  clock += afterMinutes * minute
  const sent = await turn([{ internal: { kind: 'say', advocate: id('ana'), text } }])
  return { person: toPerson(sent), ana: toAna(sent) }
}

describe('a human is held to the channel rule like the bot', () => {
  test.each([
    ['0 at the first question', ['hello', '0'], 1, /0/],
    ['0 after a danger', ['hello', '1', '0'], 1, /0/],
    ['others may read the phone', ['hello', '2', '1', '30', '2', '3', '4', '3'], 1, /phone|tel[eé]fono/],
    ['wants to write first', ['hello', '1', '1', '5', '1', '1', '4'], 1, /write first|ellos|primero/],
    ['has chosen no way, with a threat in their own words', ['they will kill me tonight'], 30, /10/],
    ['held, later than ten minutes', ['we are locked in a house and they do not let us go'], 30, /10/],
    ["the carrier's STOP", ['hello', '1', 'STOP'], 1, /STOP/],
  ])('%s: refused, and told why', async (_, texts, after, why) => {
    await write(...texts)
    const { person, ana } = await anaWrites(after)
    expect(person).toEqual([])
    expect(ana.join()).toMatch(/^K7Q2: no(?:t sent| enviado)/)
    expect(ana.join()).toMatch(why)
  })

  test.each([
    ['who chose text, at any hour', ['hello', '1', '1', '5', '1', '1', '1'], 600],
    ['who has just written, although nothing was chosen', ['they will kill me tonight'], 5],
    ['who is held and has just written', ['we are locked in a house and they do not let us go'], 5],
  ])('to somebody %s it goes', async (_, texts, after) => {
    await write(...texts)
    expect((await anaWrites(after)).person.join()).toMatch(/Hello$/)
  })

  test('a life at stake and no way chosen: one line later, and no second before they write', async () => {
    await write('my baby does not wake up')
    expect((await anaWrites(30)).person).toHaveLength(1)
    expect((await anaWrites(30)).person).toEqual([])
    await write('yes I am here')
    expect((await anaWrites(5)).person).toHaveLength(1)
  })

  test('after 0 the bot is silent too, whatever time brings', async () => {
    await write('hello', '1', '0')
    for (let minutes = 0; minutes < 180; minutes += 5) {
      clock += 5 * minute
      expect(toPerson(await turn([]))).toEqual([])
    }
  })
})

describe('the word for silence that two people agreed on', () => {
  const agree = (advocate: string, text: string) =>
    turn([{ internal: { kind: 'quiet_word', advocate: id(advocate), text } }])

  test('sent in any spelling, everything goes quiet and the one who has the case is told; it is kept as a hash', async () => {
    await write('hello', '1', '1', '5', '1', '1', '1')
    await anaWrites(1)
    expect(toAna(await agree('ana', 'Azafrán')).join()).toMatch(/^K7Q2/)
    expect(JSON.stringify(state).toLowerCase()).not.toMatch(/azafr[aá]n/)
    const sent = await write('AZAFRAN')
    expect(toPerson(sent)).toEqual([])
    expect(toAna(sent).join()).toMatch(/^K7Q2: (?:no escribas|do not write)/)
    expect(JSON.stringify(state).toLowerCase()).not.toMatch(/azafr[aá]n/)
    const { person, ana } = await anaWrites(1)
    expect([person, ana.join()]).toEqual([[], expect.stringMatching(/0/)])
  })

  test.each(['hola', 'gracias', 'ayuda', 'bonjou', 'hello', 'fiebre', 'Reynosa', 'mañana', 'mango'])(
    '%s, which people write by chance, is refused with the reason',
    async (word) => {
      await write('hello', '1', '1', '5', '1', '1', '1')
      await anaWrites(1)
      expect(state.word).toBe('mango')
      expect(toAna(await agree('ana', word)).join()).toMatch(/Many people write|Mucha gente escribe/)
      expect(state.quietWord).toBeNull()
    },
  )

  test.each(['papaya', 'azafrán', 'girasol', 'umbrella', 'papiyon'])('%s is kept', async (word) => {
    await write('hello', '1', '1', '5', '1', '1', '1')
    await anaWrites(1)
    await agree('ana', word)
    expect(state.quietWord).not.toBeNull()
  })

  test('before it was agreed on it is a word like any other; only the one who has the case sets it', async () => {
    await write('hello', '1', '1', '5', '1', '1', '1')
    await agree('ana', 'azafran')
    expect(state.quietWord).toBeNull()
    await anaWrites(1)
    for (const unfit of ['SOS', 'stop', '1234', 'si', 'two words', 'STOP', 'persona']) await agree('ana', unfit)
    expect(state.quietWord).toBeNull()
    expect(toAna(await write('azafran')).join()).toMatch(/azafran$/)
  })
})

test('the answer to what somebody wrote is sent however long an outage lasts', async () => {
  for (const { expiresAt } of await write('hello')) expect(expiresAt).toBeNull()
})
