import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { OpenedStore } from '../../src/store/open-store.ts'
import type { TurnCommit, Work } from '../../src/store/store.ts'
import type { Address, Channel } from '../../src/types.ts'
import { engines, stopPostgres, type TestDatabase } from './engines.ts'
import {
  advocateId,
  caseCode,
  effectId,
  eventId,
  handClock,
  importRota,
  inbound,
  reply,
  sms,
  takeOneTurn,
  turnOf,
} from './fixtures.ts'

afterAll(stopPostgres)

describe.each(engines)('the store on $name', ({ create }) => {
  let database: TestDatabase
  let store: OpenedStore
  let clock: ReturnType<typeof handClock>
  const maria = sms('+528681110001')
  const ana = advocateId('ana')

  beforeEach(async () => {
    clock = handClock()
    database = await create()
    store = await database.open(clock.now)
  })
  afterEach(() => database.remove())

  const importAna = (value = '+528681119001') =>
    importRota(store, [{ advocate: ana, addresses: [sms(value)] }], clock.now())

  describe('coming in', () => {
    test('a message starts a conversation and is its work', async () => {
      expect(await store.acceptInbound(inbound({ id: 'SM1', from: maria, text: 'ayuda' }))).toBe('stored')
      const [work, ...others] = await store.claimWork(10, clock.now())
      expect(others).toEqual([])
      expect(work).toMatchObject({
        kind: 'person',
        advocate: null,
        version: 0,
        state: null,
        address: maria,
        failures: 0,
      })
      expect(work!.events).toEqual([
        expect.objectContaining({ kind: 'message', id: 'SM1', text: 'ayuda', media: [], from: maria }),
      ])
    })

    test('the same provider id again is a duplicate', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      expect(await store.acceptInbound(inbound({ id: 'SM1', from: maria }))).toBe('duplicate')
      const [work] = await store.claimWork(10, clock.now())
      expect(work!.events).toHaveLength(1)
    })

    test('+521 and +52 are one identity, and the answer goes to the form last written from', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await store.acceptInbound(inbound({ id: 'SM2', from: sms('+5218681110001') }))
      const works = await store.claimWork(10, clock.now())
      expect(works).toHaveLength(1)
      expect(works[0]!.events.map(({ id }) => id)).toEqual(['SM1', 'SM2'])
      expect(works[0]!.address).toEqual(sms('+5218681110001'))
      expect(await store.findConversation(maria)).toBe(works[0]!.id)
    })

    test('SMS, WhatsApp and calls of one number are one person; ids without a number and chats stand alone', async () => {
      const from = (channel: Channel, value: string) => ({ channel, value })
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await store.acceptInbound(inbound({ id: 'SM2', from: from('whatsapp', '+5218681110001') }))
      await store.acceptInbound(inbound({ id: 'SM3', from: from('voice', '+52 868 111 0001') }))
      await store.acceptInbound(inbound({ id: 'SM4', from: from('whatsapp', 'US.1234') }))
      await store.acceptInbound(inbound({ id: 'SM5', from: from('chat', maria.value) }))
      const works = await store.claimWork(10, clock.now())
      expect(works.map(({ events }) => events.map(({ id }) => id))).toEqual([['SM1', 'SM2', 'SM3'], ['SM4'], ['SM5']])
      expect(works[0]!.address).toEqual(from('voice', '+52 868 111 0001'))
      expect(await store.findConversation(from('whatsapp', maria.value))).toBe(works[0]!.id)
    })

    test('an advocate stays one on both channels, also when they wrote as a person before', async () => {
      await takeOneTurn(store, { id: 'SM1', from: { channel: 'whatsapp', value: maria.value }, now: clock.now() })
      const both = [maria, { channel: 'whatsapp' as const, value: maria.value }]
      await importRota(store, [{ advocate: ana, addresses: both }], clock.now())
      for (const [index, from] of both.entries()) {
        const work = await takeOneTurn(store, { id: `SM${index + 2}`, from, now: clock.now() })
        expect(work).toMatchObject({ kind: 'advocate', advocate: 'ana' })
      }
    })

    test('an address of the rota belongs to the advocate; the conversation survives the next import', async () => {
      await importAna()
      const first = await takeOneTurn(store, { id: 'SM1', from: sms('+528681119001'), now: clock.now() })
      expect(first).toMatchObject({ kind: 'advocate', advocate: 'ana' })
      await importAna('+528681119002')
      await store.acceptInbound(inbound({ id: 'SM2', from: sms('+528681119002') }))
      const [second] = await store.claimWork(1, clock.now())
      expect(second).toMatchObject({ id: first.id, kind: 'advocate', state: { turns: 3 } })
      await store.acceptInbound(inbound({ id: 'SM3', from: sms('+528681119001') }))
      const [third] = await store.claimWork(1, clock.now())
      expect(third).toMatchObject({ kind: 'person', version: 0 })
    })

    test('a number that becomes an advocate and then leaves has its own old conversation back', async () => {
      const before = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now() })
      await importAna(maria.value)
      const during = await takeOneTurn(store, { id: 'SM2', from: maria, now: clock.now() })
      expect(during.kind).toBe('advocate')
      await importRota(store, [], clock.now())
      const after = await takeOneTurn(store, { id: 'SM3', from: maria, now: clock.now() })
      expect(after).toMatchObject({ id: before.id, kind: 'person', version: 1 })
    })
  })

  describe('turns', () => {
    test('a committed turn is read back, also by a store opened later', async () => {
      const state = { step: 'E1', answers: { L1: 'es' } }
      const { id } = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes: () => ({ state }) })
      const other = await database.open(clock.now)
      expect(await other.readConversation(id)).toEqual({ id, kind: 'person', advocate: null, version: 1, state })
      expect(await store.readConversation(id)).toEqual(await other.readConversation(id))
    })

    test('a conversation under lease is not claimed again until the lease ends', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      const [first] = await store.claimWork(1, clock.now())
      expect(await store.claimWork(1, clock.now())).toEqual([])
      clock.advance({ seconds: 31 })
      const [second] = await store.claimWork(1, clock.now())
      expect(second!.id).toBe(first!.id)
      expect(await store.commitTurns([turnOf(first!)])).toEqual({ refused: [first!.id] })
      expect(await store.commitTurns([turnOf(second!)])).toEqual({ refused: [] })
      expect((await store.readConversation(first!.id))!.version).toBe(1)
    })

    test('a lease written before the clock jumped back a day binds nobody', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await store.claimWork(1, clock.now())
      clock.advance({ seconds: -86_400 })
      expect(await store.claimWork(1, clock.now())).toHaveLength(1)
    })

    test('a refused turn leaves nothing and does not touch the others', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await store.acceptInbound(inbound({ id: 'SM2', from: sms('+528681110002') }))
      const [one, two] = await store.claimWork(2, clock.now())
      const stale = turnOf({ ...one!, version: 7 }, { send: [reply(one!, { id: 'x1' })], dueAt: clock.now() })
      expect(await store.commitTurns([stale, turnOf(two!, { send: [reply(two!, { id: 'x2' })] })])).toEqual({
        refused: [one!.id],
      })
      expect((await store.claimOutbox(10, clock.now())).map(({ id }) => id)).toEqual(['x2'])
      expect((await store.claimWork(10, clock.now())).map(({ id }) => id)).toEqual([one!.id])
    })

    test('when the clock is set back, what waits for a later time is looked at now', async () => {
      const hour = 3_600_000
      const later = clock.now() + 24 * hour
      const changes = (work: Work) => ({ dueAt: later, send: [reply(work, { id: 'page', at: later })] })
      const work = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
      expect(await store.claimWork(5, clock.now())).toEqual([])
      expect(await store.claimOutbox(5, clock.now())).toEqual([])
      await store.hastenDue(clock.now())
      expect((await store.claimWork(5, clock.now())).map(({ id }) => id)).toEqual([work.id])
      expect((await store.claimOutbox(5, clock.now())).map(({ id }) => id)).toEqual(['page'])
    })

    test('when who is on call changes, only those with a case that is not closed are looked at', async () => {
      const later = clock.now() + 3_600_000
      const withCase = (work: Work, status: 'taken' | 'closed') => ({
        dueAt: later,
        case: {
          code: caseCode(status === 'taken' ? 'K7M2' : 'K7M3'),
          conversation: work.id,
          level: 'P1' as const,
          roles: [],
          status,
          takenBy: [],
          openedAt: 1,
          alertAt: 1,
        },
      })
      const at = (id: string, value: string, changes: (work: Work) => Partial<TurnCommit>) =>
        takeOneTurn(store, { id, from: sms(value), now: clock.now(), changes })
      await at('SM1', '+528681110004', () => ({ dueAt: later }))
      await at('SM2', '+528681110005', (work) => withCase(work, 'closed'))
      const open = await at('SM3', '+528681110006', (work) => withCase(work, 'taken'))
      await store.hastenCases(clock.now())
      expect((await store.claimWork(5, clock.now())).map(({ id }) => id)).toEqual([open.id])
    })

    test('a turn of an older generation is refused, even under its lease', async () => {
      const work = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now() })
      await store.acceptInbound(inbound({ id: 'SM2', from: maria }))
      const [next] = await store.claimWork(1, clock.now())
      expect(next!.version).toBe(work.version + 1)
      const { refused } = await store.commitTurns([turnOf({ ...next!, version: work.version })])
      expect(refused).toEqual([work.id])
      expect((await store.readConversation(work.id))!.state).toEqual({ turns: 1 })
    })

    test('events of one conversation come in the order of acceptance', async () => {
      for (const n of [1, 2, 3, 4]) await store.acceptInbound(inbound({ id: `SM${n}`, from: maria, text: `${n}` }))
      const [work] = await store.claimWork(1, clock.now())
      expect(work!.events.map((event) => event.kind === 'message' && event.text)).toEqual(['1', '2', '3', '4'])
    })

    test('what came in during a turn is work afterwards', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      const [work] = await store.claimWork(1, clock.now())
      await store.acceptInbound(inbound({ id: 'SM2', from: maria }))
      await store.commitTurns([turnOf(work!)])
      const [next] = await store.claimWork(1, clock.now())
      expect(next!.events.map(({ id }) => id)).toEqual(['SM2'])
    })

    test('what is due is not held up by a burst of messages, nor the messages by what is due', async () => {
      const due: string[] = []
      for (const n of [1, 2, 3, 4, 5, 6]) {
        const from = sms(`+52868111100${n}`)
        const changes = () => ({ dueAt: clock.now() + 1000 })
        due.push((await takeOneTurn(store, { id: `SM${n}`, from, now: clock.now(), changes })).id)
      }
      for (let n = 10; n < 30; n++) await store.acceptInbound(inbound({ id: `SM${n}`, from: sms(`+5286811110${n}`) }))
      clock.advance({ seconds: 2 })
      const works = await store.claimWork(8, clock.now())
      expect(works.map(({ id }) => due.includes(id))).toEqual([true, true, true, true, false, false, false, false])
      expect(works[0]).toMatchObject({ events: [], dueAt: clock.now() - 1000 })
    })

    test('nothing due and nothing in the inbox: no work', async () => {
      const changes = () => ({ dueAt: clock.now() + 60_000 })
      await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
      expect(await store.claimWork(1, clock.now())).toEqual([])
      expect(await store.nextDueAt()).toBe(clock.now() + 60_000)
    })

    test('a forwarded event arrives once, by conversation and by advocate', async () => {
      await importAna()
      const person = await takeOneTurn(store, {
        id: 'SM1',
        from: maria,
        now: clock.now(),
        changes: () => ({ forward: [{ id: eventId('f1'), to: ana, body: { taken: true }, at: clock.now() }] }),
      })
      const [work] = await store.claimWork(5, clock.now())
      expect(work).toMatchObject({ kind: 'advocate', advocate: 'ana', address: sms('+528681119001') })
      expect(work!.events).toEqual([{ kind: 'internal', id: 'f1', at: clock.now(), body: { taken: true } }])
      const again = { id: eventId('f1'), to: ana, body: {}, at: clock.now() }
      const back = { id: eventId('f2'), to: person.id, body: 'take', at: clock.now() }
      await store.commitTurns([turnOf(work!, { forward: [again, back] })])
      const [next, ...rest] = await store.claimWork(5, clock.now())
      expect(rest).toEqual([])
      expect(next).toMatchObject({ id: person.id, events: [{ id: 'f2', body: 'take' }] })
    })

    test('a turn that fails three times is parked with its reason, and the next message goes on', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      for (const failures of [0, 1, 2]) {
        const [work] = await store.claimWork(1, clock.now())
        expect(work!.failures).toBe(failures)
        await store.releaseWork(work!, 'no such step')
        clock.advance({ seconds: 10 })
      }
      expect(await store.claimWork(1, clock.now())).toEqual([])
      expect(await store.readParked()).toEqual([
        expect.objectContaining({ id: 'SM1', failure: 'no such step', conversation: expect.any(String) }),
      ])
      expect((await store.health(clock.now())).parked).toBe(1)
      await store.acceptInbound(inbound({ id: 'SM2', from: maria }))
      const [work] = await store.claimWork(1, clock.now())
      expect(work).toMatchObject({ failures: 0, events: [{ id: 'SM2' }] })
    })

    test('a due time that fails three times is shown and still tried again', async () => {
      const changes = () => ({ dueAt: clock.now() })
      await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
      for (const _ of [1, 2, 3]) {
        const [work] = await store.claimWork(1, clock.now())
        await store.releaseWork(work!, 'no such step')
        clock.advance({ seconds: 10 })
      }
      expect(await store.readParked()).toHaveLength(1)
      expect(await store.claimWork(1, clock.now())).toEqual([])
      clock.advance({ seconds: 31 })
      expect(await store.claimWork(1, clock.now())).toHaveLength(1)
    })

    test('work given back without a failure is claimed at once', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      const [work] = await store.claimWork(1, clock.now())
      await store.releaseWork(work!, null)
      expect(await store.claimWork(1, clock.now())).toMatchObject([{ id: work!.id, failures: 0 }])
    })

    test('a turn that cannot be written fails alone', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await store.acceptInbound(inbound({ id: 'SM2', from: sms('+528681110002') }))
      const [one, two] = await store.claimWork(2, clock.now())
      const broken = turnOf(one!, { state: 1n })
      expect(await store.commitTurns([broken, turnOf(two!)])).toEqual({ refused: [one!.id] })
      expect((await store.readConversation(two!.id))!.version).toBe(1)
    })

    test('a turn that fails half-way leaves nothing of itself', async () => {
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      const [work] = await store.claimWork(1, clock.now())
      const audit = [{ at: clock.now(), actor: null as never, action: 'took', subject: 'K7M2' }]
      const half = turnOf(work!, { send: [reply(work!, { id: 'm1' })], dueAt: clock.now(), audit })
      expect(await store.commitTurns([half])).toEqual({ refused: [work!.id] })
      expect(await store.readConversation(work!.id)).toMatchObject({ version: 0, state: null })
      expect(await store.claimOutbox(5, clock.now())).toEqual([])
      clock.advance({ seconds: 5 })
      expect(await store.claimWork(1, clock.now())).toMatchObject([
        { events: [{ id: 'SM1' }], failures: 1, dueAt: null },
      ])
    })

    test('a commit wakes the listener', async () => {
      const woken = new Promise<void>((resolve) => store.onWake(resolve))
      await store.acceptInbound(inbound({ id: 'SM1', from: maria }))
      await woken
    })
  })

  describe('going out', () => {
    const send = async (message: Parameters<typeof reply>[1]) => {
      const from = sms(`+1555010${message.id.slice(1).padStart(4, '0')}`)
      const id = `SM${message.id}`
      return takeOneTurn(store, { id, from, now: clock.now(), changes: (work) => ({ send: [reply(work, message)] }) })
    }

    test('the most urgent goes first, then the oldest, and only once', async () => {
      await send({ id: 'm1', at: clock.now() - 5 })
      await send({ id: 'm2', priority: 0, at: clock.now() })
      await send({ id: 'm3', priority: 1, at: clock.now() })
      await send({ id: 'm4', at: clock.now() - 9 })
      await send({ id: 'm5', priority: 0, at: clock.now() + 60_000 })
      const claimed = await store.claimOutbox(10, clock.now())
      expect(claimed.map(({ id }) => id)).toEqual(['m2', 'm3', 'm4', 'm1'])
      expect(claimed[0]).toMatchObject({
        text: 'answer m2',
        address: sms('+15550100002'),
        attempts: 0,
        unknownOutcome: false,
      })
      expect(await store.claimOutbox(10, clock.now())).toEqual([])
    })

    test('a message that is too old is dropped, not sent', async () => {
      const { id } = await send({ id: 'm1', expiresAt: clock.now() + 1000 })
      clock.advance({ seconds: 1 })
      expect(await store.claimOutbox(10, clock.now())).toEqual([])
      expect((await store.readThread(id)).at(-1)).toMatchObject({ direction: 'out', status: 'dropped' })
    })

    test('a cancelled message is not claimed, nor started when it was claimed before', async () => {
      await send({ id: 'm1' })
      await send({ id: 'm2' })
      const claimed = await store.claimOutbox(1, clock.now())
      await takeOneTurn(store, {
        id: 'SM9',
        from: maria,
        now: clock.now(),
        changes: () => ({ cancel: [effectId('m1'), effectId('m2')] }),
      })
      expect(await store.startAttempts(claimed, clock.now())).toEqual({ refused: ['m1'] })
      expect(await store.claimOutbox(10, clock.now())).toEqual([])
    })

    test('after a crash in the middle of an attempt its outcome is unknown', async () => {
      await send({ id: 'm1' })
      const claimed = await store.claimOutbox(1, clock.now())
      expect(await store.startAttempts(claimed, clock.now())).toEqual({ refused: [] })
      clock.advance({ seconds: 31 })
      const [again] = await store.claimOutbox(1, clock.now())
      expect(again).toMatchObject({ id: 'm1', attempts: 1, unknownOutcome: true })
    })

    test('a worker that lost its lease may not start', async () => {
      await send({ id: 'm1' })
      const slow = await store.claimOutbox(1, clock.now())
      clock.advance({ seconds: 31 })
      expect(await store.startAttempts(slow, clock.now())).toEqual({ refused: ['m1'] })
      const quick = await store.claimOutbox(1, clock.now())
      expect(await store.startAttempts(slow, clock.now())).toEqual({ refused: ['m1'] })
      expect(await store.startAttempts(quick, clock.now())).toEqual({ refused: [] })
    })

    test('a message not processed is claimed again when its time comes', async () => {
      await send({ id: 'm1' })
      const [claimed] = await store.claimOutbox(1, clock.now())
      await store.startAttempts([claimed!], clock.now())
      const retryAt = clock.now() + 5000
      const { lease } = claimed!
      const outcome = { id: effectId('m1'), lease, kind: 'retry' as const, retryAt, code: 20429, unknown: false }
      await store.finishAttempts([outcome], clock.now())
      expect(await store.claimOutbox(1, clock.now())).toEqual([])
      expect(await store.nextDueAt()).toBe(retryAt)
      clock.advance({ seconds: 5 })
      expect(await store.claimOutbox(1, clock.now())).toMatchObject([{ attempts: 1, unknownOutcome: false }])
    })

    const accept = async (id: string, providerId: string) => {
      const [claimed] = await store.claimOutbox(1, clock.now())
      await store.startAttempts([claimed!], clock.now())
      const { lease } = claimed!
      const outcome = { id: effectId(id), lease, kind: 'accepted' as const, providerId, status: 'queued' }
      await store.finishAttempts([outcome], clock.now())
    }
    const receipt = (status: string, changes: { effectId?: string | null; providerId?: string; code?: number } = {}) =>
      store.recordReceipt(
        {
          effectId: changes.effectId === undefined ? effectId('m1') : (changes.effectId as never),
          providerId: changes.providerId ?? 'SMout1',
          status,
          code: changes.code ?? null,
        },
        clock.now(),
      )
    const statusOf = async (id: Parameters<typeof store.readThread>[0]) => (await store.readThread(id)).at(-1)!.status

    test('receipts move a status forward only', async () => {
      const { id } = await send({ id: 'm1' })
      expect(await statusOf(id)).toBe('queued')
      await accept('m1', 'SMout1')
      await receipt('delivered')
      await receipt('sent', { effectId: null })
      expect(await statusOf(id)).toBe('delivered')
      await receipt('read')
      await receipt('delivered')
      await receipt('failed')
      expect(await statusOf(id)).toBe('read')
      expect(await store.claimWork(1, clock.now())).toEqual([])
    })

    test('a receipt for an unknown message is kept and matched when the provider id is known', async () => {
      const { id } = await send({ id: 'm1' })
      await receipt('delivered', { effectId: null })
      await accept('m1', 'SMout1')
      expect(await statusOf(id)).toBe('delivered')
    })

    test('a receipt before the answer means that the message is out', async () => {
      const { id } = await send({ id: 'm1' })
      const claimed = await store.claimOutbox(1, clock.now())
      await store.startAttempts(claimed, clock.now())
      await receipt('sent')
      clock.advance({ seconds: 31 })
      expect(await store.claimOutbox(1, clock.now())).toEqual([])
      expect(await statusOf(id)).toBe('sent')
    })

    test('a final failure becomes one event of the conversation that made the message', async () => {
      await importAna()
      const person = await takeOneTurn(store, {
        id: 'SM1',
        from: maria,
        now: clock.now(),
        changes: (work) => ({ send: [reply(work, { id: 'm1', to: { advocate: ana, channel: 'sms' } })] }),
      })
      await accept('m1', 'SMout1')
      await receipt('undelivered', { code: 30003 })
      await receipt('undelivered', { code: 30003 })
      await receipt('failed', { code: 30003 })
      const works = await store.claimWork(5, clock.now())
      expect(works).toHaveLength(1)
      expect(works[0]).toMatchObject({ id: person.id })
      expect(works[0]!.events).toEqual([
        { kind: 'delivery_failed', id: 'failed:m1', at: clock.now(), effectId: 'm1', code: 30003, advocate: ana },
      ])
    })

    test('a page to an advocate without that channel fails, and the case hears of it', async () => {
      await importAna()
      const changes = (work: Parameters<typeof reply>[0]) => ({
        send: [reply(work, { id: 'm1', to: { advocate: ana, channel: 'whatsapp' } })],
      })
      const person = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
      expect(await store.claimOutbox(5, clock.now())).toEqual([])
      expect(await store.claimWork(5, clock.now())).toMatchObject([
        { id: person.id, events: [{ kind: 'delivery_failed', effectId: 'm1' }] },
      ])
    })

    test('a turn done again makes no second message', async () => {
      await send({ id: 'm1' })
      await takeOneTurn(store, {
        id: 'SM2',
        from: maria,
        now: clock.now(),
        changes: (work) => ({ send: [reply(work, { id: 'm1' })] }),
      })
      expect(await store.claimOutbox(5, clock.now())).toHaveLength(1)
    })

    test('while sending is paused nothing goes out', async () => {
      await send({ id: 'm1' })
      await store.setSendingPaused(true, { by: 'ana', at: clock.now() })
      expect(await store.isSendingPaused()).toBe(true)
      expect(await store.claimOutbox(5, clock.now())).toEqual([])
      await store.setSendingPaused(false, { by: 'ana', at: clock.now() })
      expect(await store.claimOutbox(5, clock.now())).toHaveLength(1)
    })

    test('while sending is paused nobody is passed over: due times wait, and what people write does not', async () => {
      await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes: () => ({ dueAt: clock.now() }) })
      await store.setSendingPaused(true, { by: 'ana', at: clock.now() })
      clock.advance({ seconds: 60 })
      expect(await store.claimWork(5, clock.now())).toEqual([])
      expect(await store.nextDueAt()).toBeNull()
      await store.acceptInbound(inbound({ id: 'SM2', from: sms('+528681110002') }))
      expect(await store.claimWork(5, clock.now())).toMatchObject([{ events: [{ id: 'SM2' }] }])
      await store.setSendingPaused(false, { by: 'marta', at: clock.now() })
      expect(await store.claimWork(5, clock.now())).toMatchObject([{ events: [] }])
      expect((await store.readAudit(0, 10)).map(({ actor, action }) => `${actor} ${action}`)).toEqual([
        'ana sending_paused',
        'marta sending_resumed',
      ])
    })

    test('the thread shows both sides, oldest first', async () => {
      const { id } = await send({ id: 'm1', text: '¿Está en peligro?', at: clock.now() + 1 })
      expect((await store.readThread(id)).map(({ direction, text }) => [direction, text])).toEqual([
        ['in', 'hola'],
        ['out', '¿Está en peligro?'],
      ])
    })

    test('a page stands in the thread of the advocate', async () => {
      await importAna()
      const changes = (work: Parameters<typeof reply>[0]) => ({
        send: [reply(work, { id: 'm1', text: 'LP1 K7M2', to: { advocate: ana, channel: 'sms' } })],
      })
      await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
      const id = await store.findConversation(sms('+528681119001'))
      expect(await store.readThread(id!)).toMatchObject([{ text: 'LP1 K7M2', address: sms('+528681119001') }])
    })
  })

  describe('cases', () => {
    const caseOf = (work: { id: string }, code: string, status: 'open' | 'closed' = 'open') => ({
      code: caseCode(code),
      conversation: work.id as never,
      level: 'P1' as const,
      roles: ['medical'],
      status,
      takenBy: [],
      openedAt: clock.now(),
      alertAt: null,
    })

    test('a case and its open pages are found, and go when the turn says so', async () => {
      const { id } = await takeOneTurn(store, {
        id: 'SM1',
        from: maria,
        now: clock.now(),
        changes: (work) => ({
          case: caseOf(work, 'K7M2'),
          openPages: [
            { advocate: ana, code: caseCode('K7M2'), conversation: work.id, level: 'P1', role: 'medical', at: 5 },
          ],
        }),
      })
      expect(await store.findCase(caseCode('K7M2'))).toEqual(caseOf({ id }, 'K7M2'))
      expect(await store.openCases()).toHaveLength(1)
      expect(await store.openPagesOf(ana)).toEqual([
        { advocate: 'ana', code: 'K7M2', conversation: id, level: 'P1', role: 'medical', at: 5 },
      ])
      await takeOneTurn(store, { id: 'SM2', from: maria, now: clock.now() })
      expect(await store.findCase(caseCode('K7M2'))).toBeNull()
      expect(await store.openPagesOf(ana)).toEqual([])
    })

    test('a code of another case that is not closed is refused; of a closed one it is taken', async () => {
      await takeOneTurn(store, {
        id: 'SM1',
        from: maria,
        now: clock.now(),
        changes: (work) => ({ case: caseOf(work, 'K7M2') }),
      })
      const other = sms('+528681110002')
      await store.acceptInbound(inbound({ id: 'SM2', from: other }))
      const [work] = await store.claimWork(1, clock.now())
      const refused = await store.commitTurns([turnOf(work!, { case: caseOf(work!, 'K7M2') })])
      expect(refused).toEqual({ refused: [work!.id] })
      const [again] = await store.claimWork(1, clock.now())
      await store.commitTurns([turnOf(again!, { case: caseOf(again!, 'R3TW') })])
      await takeOneTurn(store, {
        id: 'SM3',
        from: maria,
        now: clock.now(),
        changes: (first) => ({ case: caseOf(first, 'K7M2', 'closed') }),
      })
      await takeOneTurn(store, {
        id: 'SM4',
        from: other,
        now: clock.now(),
        changes: (second) => ({ case: caseOf(second, 'K7M2') }),
      })
      expect(await store.findCase(caseCode('K7M2'))).toMatchObject({ conversation: work!.id, status: 'open' })
    })
  })

  describe('documents', () => {
    test('everybody in a new rota has a turn at once', async () => {
      await store.replaceRota({}, [{ advocate: ana, addresses: [sms('+528681119001')] }], clock.now())
      const works = await store.claimWork(5, clock.now())
      expect(works).toMatchObject([{ kind: 'advocate', advocate: 'ana', events: [], dueAt: clock.now() }])
    })

    test('the newest version is read, also one that another process wrote', async () => {
      expect(await store.readDocument('settings')).toBeNull()
      await store.writeDocument('settings', { a: 1 }, clock.now())
      expect(await store.readDocument('settings')).toEqual({ version: 1, body: { a: 1 } })
      const other = await database.open(clock.now)
      await other.writeDocument('settings', { a: 2 }, clock.now())
      expect(await store.readDocument('settings')).toEqual({ version: 2, body: { a: 2 } })
    })

    test('of two who made theirs from the same version the second stores nothing, and is told', async () => {
      const other = await database.open(clock.now)
      const from = { after: 0, now: clock.now() }
      const versions = await Promise.all([
        store.replaceDocument('settings', { by: 'one' }, from),
        other.replaceDocument('settings', { by: 'other' }, from),
      ])
      expect([...versions].sort()).toEqual([1, null])
      const winner = versions[0] === 1 ? 'one' : 'other'
      expect(await store.readDocument('settings')).toEqual({ version: 1, body: { by: winner } })
      expect(await other.replaceDocument('settings', { by: 'third' }, { after: 1, now: clock.now() })).toBe(2)
      expect(await store.readDocument('settings')).toEqual({ version: 2, body: { by: 'third' } })
    })

    test('the rota is a document', async () => {
      expect(await importAna()).toBe(1)
      expect(await importAna()).toBe(2)
      expect(await store.readDocument('rota')).toEqual({ version: 2, body: { people: ['ana'] } })
    })
  })

  describe('words of cases', () => {
    const limits = { onePhone: 3, allPhones: 5 }
    const phone = (n: number) => sms(`+5286811120${String(n).padStart(2, '0')}`)
    const ask = (word: string, from = phone(0)) => store.tryCaseWord({ word, from, limits }, clock.now())
    const caseOf = (work: Work, code: string, status: 'open' | 'closed' = 'open') => ({
      ...{ code: caseCode(code), conversation: work.id, level: 'P1' as const, roles: [], status, takenBy: [] },
      ...{ openedAt: clock.now(), alertAt: clock.now() },
    })
    const give = (id: string, from: Address, caseWord: string | null, code: string, status?: 'closed') =>
      takeOneTurn(store, {
        ...{ id, from, now: clock.now() },
        changes: (work) => ({ caseWord, case: caseOf(work, code, status) }),
      })

    test('the word finds its case until it is replaced, taken back, or the case is closed or erased', async () => {
      const { id } = await give('SM1', maria, 'mango luna 4721', 'K7QF')
      expect(await ask('mango luna 4721')).toEqual({ kind: 'right', conversation: id, code: 'K7QF' })
      await give('SM2', maria, 'coco radio 1111', 'K7QF')
      expect(await ask('mango luna 4721')).toMatchObject({ kind: 'wrong' })
      expect(await ask('coco radio 1111')).toMatchObject({ kind: 'right' })
      await give('SM3', maria, null, 'K7QF')
      expect(await ask('coco radio 1111')).toMatchObject({ kind: 'wrong' })
      clock.advance({ seconds: 3600 })
      await give('SM4', maria, 'coco radio 1111', 'K7QF', 'closed')
      expect(await ask('coco radio 1111')).toMatchObject({ kind: 'wrong' })
      await give('SM5', maria, 'coco radio 1111', 'K7QF')
      await store.eraseConversation(id, clock.now())
      expect(await ask('coco radio 1111')).toMatchObject({ kind: 'wrong' })
    })

    test('a turn with the word of another case is refused, so that the next try draws another', async () => {
      await give('SM1', maria, 'mango luna 4721', 'K7QF')
      await expect(give('SM2', phone(1), 'mango luna 4721', 'M4TD')).rejects.toThrow('refused')
      expect(await ask('mango luna 4721')).toMatchObject({ code: 'K7QF' })
    })

    test('wrong words are counted by phone, on any channel, and for all; then the right one is not tried either', async () => {
      await give('SM1', maria, 'mango luna 4721', 'K7QF')
      expect(await ask('no 1')).toEqual({ kind: 'wrong', isLast: false })
      expect(await ask('no 2')).toEqual({ kind: 'wrong', isLast: false })
      expect(await ask('no 3', { ...phone(0), channel: 'whatsapp' })).toEqual({ kind: 'wrong', isLast: false })
      expect(await ask('mango luna 4721')).toEqual({ kind: 'not_tried' })
      expect(await ask('no 4', phone(1))).toEqual({ kind: 'wrong', isLast: false })
      expect(await ask('mango luna 4721', phone(1))).toMatchObject({ kind: 'right' })
      expect(await ask('no 5', phone(2))).toEqual({ kind: 'wrong', isLast: true })
      expect(await ask('mango luna 4721', phone(3))).toEqual({ kind: 'not_tried' })
      clock.advance({ seconds: 3600 })
      expect(await ask('mango luna 4721')).toMatchObject({ kind: 'right' })
    })

    test('many phones at once find no more than the tries of the hour', async () => {
      const tries = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(`no ${n}`, phone(n))))
      expect(tries.filter(({ kind }) => kind === 'wrong')).toHaveLength(limits.allPhones)
    })

    test('no sequence of guesses is told more than its tries, nor whether a word that was not tried is right', async () => {
      await give('SM1', maria, 'mango luna 4721', 'K7QF')
      const guess = fc.record({
        phone: fc.integer({ min: 1, max: 3 }),
        word: fc.constantFrom('no 1', 'no 2', 'mango luna 4721'),
        minutesLater: fc.integer({ min: 0, max: 40 }),
      })
      const property = fc.asyncProperty(fc.array(guess, { minLength: 1, maxLength: 30 }), async (guesses) => {
        clock.advance({ seconds: 2 * 3600 })
        const wrongOf = new Map<string, number>()
        for (const { phone: number, word, minutesLater } of guesses) {
          clock.advance({ seconds: minutesLater * 60 })
          const hour = Math.floor(clock.now() / 3_600_000)
          const [one, all] = [`${hour} ${number}`, `${hour}`]
          const isUsedUp = (wrongOf.get(one) ?? 0) >= limits.onePhone || (wrongOf.get(all) ?? 0) >= limits.allPhones
          const { kind } = await ask(word, phone(number))
          expect(kind).toBe(isUsedUp ? 'not_tried' : word.startsWith('no') ? 'wrong' : 'right')
          if (kind === 'wrong') for (const key of [one, all]) wrongOf.set(key, (wrongOf.get(key) ?? 0) + 1)
        }
      })
      await fc.assert(property, { numRuns: 15 })
    })

    test('erasing gives no new tries', async () => {
      const { id } = await takeOneTurn(store, { id: 'SM1', from: phone(0), now: clock.now() })
      for (const n of [1, 2, 3]) await ask(`no ${n}`)
      await store.eraseConversation(id, clock.now())
      expect(await ask('no 4')).toEqual({ kind: 'not_tried' })
    })
  })

  describe('erasing', () => {
    test('what is old is found; persons with a case that is not closed and fresh words are left out', async () => {
      const other = sms('+528681110002')
      const needed = sms('+528681110003')
      const { id } = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now() })
      await takeOneTurn(store, { id: 'SM2', from: other, now: clock.now() })
      const openCase = { code: caseCode('K7M2'), level: 'P1', roles: [], status: 'open', takenBy: [] } as const
      const at = { openedAt: clock.now(), alertAt: clock.now() }
      await takeOneTurn(store, {
        id: 'SM3',
        from: needed,
        now: clock.now(),
        changes: (work) => ({ case: { ...openCase, roles: [], takenBy: [], ...at, conversation: work.id } }),
      })
      await importAna()
      await takeOneTurn(store, { id: 'SM4', from: sms('+528681119001'), now: clock.now() })
      const before = clock.advance({ seconds: 60 })
      await store.acceptInbound(inbound({ id: 'SM5', from: other, at: before }))
      expect(await store.findAged(before)).toEqual({ conversations: [id], needed: 1, advocateMessages: 1 })
      await store.forgetAdvocates(before, clock.now())
      expect(await store.findAged(before)).toMatchObject({ advocateMessages: 0 })
    })

    test('what was erased here is queued to be erased at the provider: once, until it is done or given up', async () => {
      const sid = (letter: string) => `SM${letter.repeat(32)}`
      const { id } = await takeOneTurn(store, {
        id: sid('a'),
        from: maria,
        now: clock.now(),
        changes: (work) => ({ send: [reply(work, { id: 'm1' })] }),
      })
      const [sent] = await store.claimOutbox(5, clock.now())
      const accepted = { kind: 'accepted', providerId: sid('b'), status: 'queued' } as const
      await store.finishAttempts([{ id: sent!.id, lease: sent!.lease, ...accepted }], clock.now())
      await takeOneTurn(store, { id: 'sim-1', from: maria, now: clock.now() })
      await store.forgetMessages(id, clock.now())
      await store.eraseConversation(id, clock.now())
      expect(await store.claimProviderErasures(5, clock.now())).toEqual([])
      clock.advance({ seconds: 60 })
      const claimed = await store.claimProviderErasures(5, clock.now())
      expect(claimed.map(({ providerId }) => providerId).sort()).toEqual([sid('a'), sid('b')])
      expect(await store.claimProviderErasures(5, clock.now())).toEqual([])
      clock.advance({ seconds: 60 })
      expect(await store.claimProviderErasures(5, clock.now())).toMatchObject([{ attempts: 2 }, { attempts: 2 }])
      await store.finishProviderErasures([
        { providerId: sid('a'), kind: 'erased' },
        { providerId: sid('b'), kind: 'given_up', code: 20403 },
      ])
      clock.advance({ seconds: 1e6 })
      expect(await store.claimProviderErasures(5, clock.now())).toEqual([])
      const { providerErasures } = await store.figures(clock.now())
      expect(providerErasures).toMatchObject({ waiting: 0, givenUp: 1 })
    })

    test('leaves the count and nothing else', async () => {
      const { id } = await takeOneTurn(store, {
        id: 'SM1',
        from: maria,
        now: clock.now(),
        changes: (work) => ({ send: [reply(work, { id: 'm1' })], dueAt: clock.now() }),
      })
      await store.eraseConversation(id, clock.now())
      expect(await store.readConversation(id)).toBeNull()
      expect(await store.findConversation(maria)).toBeNull()
      expect(await store.readThread(id)).toEqual([])
      expect(await store.claimOutbox(5, clock.now())).toEqual([])
      expect(await store.claimWork(5, clock.now())).toEqual([])
      expect(await store.countErased()).toBe(1)
      expect(await store.acceptInbound(inbound({ id: 'SM1', from: maria }))).toBe('duplicate')
    })

    test('a turn under way is refused, and what is sent there goes nowhere', async () => {
      await importAna()
      const { id } = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now() })
      await store.acceptInbound(inbound({ id: 'SM2', from: maria }))
      const [work] = await store.claimWork(1, clock.now())
      await store.eraseConversation(id, clock.now())
      expect(await store.commitTurns([turnOf(work!)])).toEqual({ refused: [id] })
      await takeOneTurn(store, {
        id: 'SM3',
        from: sms('+528681119001'),
        now: clock.now(),
        changes: () => ({ forward: [{ id: eventId('f1'), to: id, body: 1, at: clock.now() }] }),
      })
      expect(await store.claimWork(5, clock.now())).toEqual([])
    })
  })

  describe('audit', () => {
    const entry = (action: string) => ({ at: clock.now(), actor: 'ana', action, subject: 'K7M2' })

    test('the chain verifies and is read in order', async () => {
      const audit = [entry('took'), entry('closed')]
      await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes: () => ({ audit }) })
      expect(await store.verifyAudit()).toEqual({ ok: true, rows: 2 })
      expect(await store.readAudit(1, 10)).toEqual([{ seq: 2, ...audit[1] }])
    })

    test('what a command did outside of any turn stands in the same chain', async () => {
      await store.addAudit([entry('record_made'), entry('looked')])
      expect(await store.verifyAudit()).toEqual({ ok: true, rows: 2 })
      expect((await store.readAudit(0, 10)).map(({ action }) => action)).toEqual(['record_made', 'looked'])
    })
  })

  describe('keys', () => {
    test('after a rotation everything is still readable, also by a node with the old key in memory', async () => {
      const other = await database.open(clock.now)
      const { id } = await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now() })
      const { rewrapped } = await store.rotateKeys()
      expect(rewrapped).toBe(3)
      expect((await other.readConversation(id))!.state).toEqual({ turns: 1 })
      await other.acceptInbound(inbound({ id: 'SM2', from: sms('+528681110002') }))
      const third = await database.open(clock.now)
      expect(await third.claimWork(1, clock.now())).toMatchObject([{ events: [{ id: 'SM2' }] }])
    })
  })

  test('figures say how much waits where', async () => {
    const providerErasures = { waiting: 0, oldestAt: null, givenUp: 0 }
    const nothing = { inboxWaiting: 0, outbox: [], cases: [], providerErasures, backedUpAt: null }
    expect(await store.figures(clock.now())).toEqual(nothing)
    await store.noteBackUp(clock.now())
    expect(await store.figures(clock.now())).toEqual({ ...nothing, backedUpAt: clock.now() })
    await takeOneTurn(store, {
      id: 'SM1',
      from: maria,
      now: clock.now(),
      changes: (work) => ({
        send: [
          reply(work, { id: 'm1', priority: 0, at: clock.now() }),
          reply(work, { id: 'm2', priority: 0, at: clock.now() + 9_000 }),
          reply(work, { id: 'm3', priority: 0, at: clock.now(), expiresAt: clock.now() - 1 }),
        ],
        case: {
          code: caseCode('K7M2'),
          conversation: work.id,
          level: 'P1',
          roles: [],
          status: 'open',
          takenBy: [],
          openedAt: 3,
          alertAt: 4,
        },
      }),
    })
    await store.acceptInbound(inbound({ id: 'SM2', from: maria }))
    expect(await store.figures(clock.now())).toEqual({
      inboxWaiting: 1,
      outbox: [{ priority: 0, waiting: 3, expired: 1, perhapsSent: 0, oldestDueAt: clock.now() }],
      cases: [{ level: 'P1', status: 'open', count: 1, oldestAlertAt: 4 }],
      providerErasures,
      backedUpAt: clock.now(),
    })
  })

  test('health says what waits and how late the clock is', async () => {
    expect(await store.health(clock.now())).toEqual({
      ok: true,
      inboxOldestAt: null,
      inboxNewestAt: null,
      outboxOldestAt: null,
      parked: 0,
      dueLateMs: 0,
    })
    const changes = (work: Parameters<typeof reply>[0]) => ({ dueAt: clock.now(), send: [reply(work, { id: 'm1' })] })
    await takeOneTurn(store, { id: 'SM1', from: maria, now: clock.now(), changes })
    await store.acceptInbound(inbound({ id: 'SM2', from: maria, at: 77 }))
    clock.advance({ seconds: 3 })
    expect(await store.health(clock.now())).toMatchObject({ inboxOldestAt: 77, dueLateMs: 3000 })
    expect((await store.health(clock.now())).outboxOldestAt).toBe(clock.now() - 3000)
  })
})
