import { describe, expect, test } from '@jest/globals'
import { checkInvariants, type Evidence } from '../../src/simulate/check-invariants.ts'
import type { TurnRecord } from '../../src/simulate/turn-record.ts'

const minute = 60_000
const start = Date.UTC(2027, 1, 20, 12)
const person = '+525550210009'
const ana = '+528681110001'

const conversation = { id: 'c_1', kind: 'person' as const, advocate: null, version: 1, failures: 0, due_at: start }
const outboxRow: Evidence['rows']['outbox'][number] = {
  id: 'page',
  conversation: 'c_1',
  target: null,
  advocate: 'ana',
  channel: 'sms',
  priority: 0,
  at: start,
  send_at: start,
  expires_at: null,
  rather_twice: 1,
  repeat: 0,
  phase: 'out',
  attempts: 1,
  unknown: 0,
  status: 'delivered',
  code: null,
  provider_id: 'SM9',
}
const message = {
  sid: 'SM9',
  to: ana,
  body: 'L2 8JPD',
  at: start,
  effect: 'page',
  isRepeat: false,
  isKnown: true,
}
const event = { id: 'SM1', conversation: 'c_1', kind: 'message', at: start, status: 'done', has_failure: 0 }

const longSid = `SM${'a'.repeat(32)}`
const erasedHere = { events: [event, { ...event, id: longSid, conversation: '', status: 'erased' }] }

const bothWritten = ['SM1', longSid].map((sid) => ({ sid, from: person, body: 'hola', at: start }))

/** A run in which every promise was kept; each test breaks one thing of it. */
function kept(change: Partial<Evidence> = {}, rows: Partial<Evidence['rows']> = {}): Evidence {
  return {
    rows: {
      conversations: [conversation],
      events: [event],
      outbox: [outboxRow],
      cases: [],
      keys: [{ owner: 'c_1' }],
      audit: [],
      provider_erasures: [],
      ...rows,
    },
    states: new Map(),
    written: [{ sid: 'SM1', from: person, body: 'hola', at: start }],
    webhooks: [{ sid: 'SM1', at: start, status: 200 }],
    sent: [message],
    turns: [],
    erasedAtProvider: new Set(),
    outages: [],
    clockSetBackAt: [],
    advocates: new Map([[ana, 'ana']]),
    takenTexts: ['Una persona'],
    isAuditWhole: true,
    isQuiet: true,
    timeScale: 1,
    now: start + minute,
    ...change,
  }
}

const openCase = {
  conversation: 'c_1',
  code: '8JPD',
  level: 'P2' as const,
  status: 'open',
  taken_by: '[]',
  alert_at: start,
}

/** A committed turn of a P2 that nobody has taken; it pages when `isPaging`. */
function turn(afterMinutes: number, isPaging: boolean, dueAfterMinutes: number | null = 60): TurnRecord {
  const at = start + afterMinutes * minute
  return {
    at,
    conversation: 'c_1',
    done: [],
    dueAt: dueAfterMinutes === null ? null : at + dueAfterMinutes * minute,
    sent: isPaging ? [{ id: `page${afterMinutes}`, isPage: true, isToPerson: false, text: 'L2 8JPD' }] : [],
    case: { code: '8JPD', level: 'P2', status: 'open', takenBy: [], isAlerted: true },
    isOptedOut: false,
    isStopped: false,
  }
}

const brokenIn = (evidence: Evidence) => [...new Set(checkInvariants(evidence).map(({ invariant }) => invariant))]

describe('the checker', () => {
  test('finds nothing in a run that kept every promise', () => {
    expect(checkInvariants(kept())).toEqual([])
  })

  test.each<[string, string, Evidence]>([
    ['I1', 'an answered message that is not in the database', kept({}, { events: [] })],
    ['I1', 'an event that was never worked on', kept({}, { events: [{ ...event, status: 'pending' }] })],
    ['I1', 'an event set aside without a reason', kept({}, { events: [{ ...event, status: 'parked' }] })],
    ['I2', 'a message that nobody wrote', kept({ written: [], webhooks: [] })],
    ['I3', 'one event twice in the inbox', kept({}, { events: [event, event] })],
    [
      'I3',
      'one event with two turns',
      kept({ turns: [0, 1].map((at) => ({ ...turn(at, false), case: null, done: ['SM1'], dueAt: null })) }),
    ],
    ['M9', 'a lost webhook that nobody found', kept({ webhooks: [] }, { events: [] })],
    [
      'I5',
      'an urgent case without a human and without a due time',
      kept({}, { conversations: [{ ...conversation, due_at: null }], cases: [openCase] }),
    ],
    ['I5', 'a turn that leaves an urgent case without a due time', kept({ turns: [turn(0, true, null)] })],
    ['I5', 'an hour and more in which nobody was asked', kept({ turns: [turn(0, true, 62), turn(62, true)] })],
    ['M3', 'an urgent case that pages nobody', kept({ turns: [turn(0, false)] })],
    ['I6', 'a case taken by nobody', kept({}, { cases: [{ ...openCase, status: 'taken' }] })],
    [
      'I6',
      'a taker who never wrote',
      kept({}, { cases: [{ ...openCase, status: 'taken', taken_by: '["ana"]' }], audit: [audited('taken')] }),
    ],
    [
      'I8',
      'two copies of what may go out once',
      kept(
        {
          sent: [
            { ...message, isKnown: false },
            { ...message, sid: 'SM10', isRepeat: true },
          ],
        },
        { outbox: [{ ...outboxRow, rather_twice: 0 }] },
      ),
    ],
    [
      'I8',
      'a copy although the first was known to be out',
      kept({ sent: [message, { ...message, sid: 'SM10', isRepeat: true }] }),
    ],
    [
      'M6',
      'a copy that is not marked',
      kept({
        sent: [
          { ...message, isKnown: false },
          { ...message, sid: 'SM10' },
        ],
      }),
    ],
    ['I9', 'something done a minute late', kept({ turns: [turn(0, true, 59), turn(60, false)] })],
    [
      'I12',
      'a final failure that the conversation never heard of',
      kept({}, { outbox: [{ ...outboxRow, phase: 'failed' }] }),
    ],
    ['I14', 'hope without a human', kept({ sent: [{ ...message, to: person, body: 'Una persona leyó su mensaje' }] })],
    ['I15', 'an audit that does not verify', kept({ isAuditWhole: false })],
    ['I17', 'a key that outlived its conversation', kept({}, { keys: [{ owner: 'c_gone' }] })],
    ['I17', 'a copy at the provider that nobody will erase', kept({ written: bothWritten }, erasedHere)],
  ])('%s: %s', (invariant, _, evidence) => {
    expect(brokenIn(evidence)).toContain(invariant)
  })

  test.each<[string, Evidence]>([
    [
      'a copy after an answer that was never written down',
      kept({
        sent: [
          { ...message, isKnown: false },
          { ...message, sid: 'SM10', isRepeat: true },
        ],
      }),
    ],
    [
      'a copy that the provider has erased',
      kept({ written: bothWritten, erasedAtProvider: new Set([longSid]) }, erasedHere),
    ],
    [
      'a copy that is still to be erased',
      kept({ written: bothWritten }, { ...erasedHere, provider_erasures: [{ provider_id: longSid }] }),
    ],
    ['what was over already when a human let go of the case', kept({ turns: [turn(0, true, -40), turn(0, false)] })],
  ])('allows %s', (_, evidence) => {
    expect(checkInvariants(evidence)).toEqual([])
  })

  describe('a clock that was set back in the middle of a wait', () => {
    // The page went out at 0, the clock was set back at 6: the wait may begin again there, and ends at 66.
    const clockSetBackAt = [start + 6 * minute]
    const paged = (afterMinutes: number) => [turn(0, true), turn(6, false), turn(afterMinutes, true)]

    test('may begin the wait again', () => {
      expect(brokenIn(kept({ turns: paged(66), clockSetBackAt, now: start + 67 * minute }))).toEqual([])
    })

    test.each<[string, TurnRecord[], number[]]>([
      ['no longer than that', paged(67), clockSetBackAt],
      ['nor without it', paged(66), []],
      ['nor for a clock set back before the wait', paged(66), [start - minute]],
    ])('%s', (_, turns, setBackAt) => {
      expect(brokenIn(kept({ turns, clockSetBackAt: setBackAt, now: start + 68 * minute }))).toContain('I5')
    })
  })
})

function audited(action: string) {
  return { seq: 1, at: start, actor: 'ana', action, subject: '8JPD' }
}
