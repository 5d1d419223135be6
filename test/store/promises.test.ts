import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { OpenedStore } from '../../src/store/open-store.ts'
import type { Work } from '../../src/store/store.ts'
import { engines, stopPostgres, type TestDatabase } from './engines.ts'
import { handClock, inbound, reply, sms, turnOf } from './fixtures.ts'

afterAll(stopPostgres)

/** What two nodes and the world do, in any order. */
type Step =
  | { kind: 'inbound'; node: 0 | 1; person: number; id: number }
  | { kind: 'claim'; node: 0 | 1; limit: number }
  | { kind: 'commit'; node: 0 | 1 }
  | { kind: 'give_back'; node: 0 | 1 }
  | { kind: 'pause'; seconds: number }

const node = fc.constantFrom<0 | 1>(0, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('inbound'), node, person: fc.nat(3), id: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('claim'), node, limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit'), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('give_back'), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause'), seconds: fc.integer({ min: 1, max: 40 }) }) },
) as fc.Arbitrary<Step>

describe.each(engines)('promises of the store on $name', ({ name, create }) => {
  let database: TestDatabase
  let clock: ReturnType<typeof handClock>
  const maria = sms('+528681110001')
  const numRuns = name === 'SQLite' ? 40 : 12

  beforeEach(async () => {
    clock = handClock()
    database = await create()
  })
  afterEach(() => database.remove())

  /** The turn under test: the state is everything heard so far, and each message is answered once. */
  const listen = (work: Work) => {
    const heard = [...((work.state as string[] | null) ?? []), ...work.events.map(({ id }) => id)]
    return turnOf(work, {
      state: heard,
      send: work.events.map(({ id }) => reply(work, { id: `${id}.1`, at: clock.now() })),
    })
  }

  const drain = async (store: OpenedStore) => {
    for (;;) {
      const works = await store.claimWork(10, clock.now())
      if (works.length === 0) return
      await store.commitTurns(works.map(listen))
    }
  }

  test('every message becomes part of exactly one turn, in order, whatever two nodes do', async () => {
    let round = 0
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        round++
        const expected = new Map<string, string[]>()
        const held: [Work[], Work[]] = [[], []]
        const seen = new Set<string>()
        for (const action of steps) {
          if (action.kind === 'inbound') {
            const id = `SM${round}.${action.id}`
            const from = sms(`+52${8_680_000_000 + round * 10 + action.person}`)
            const answer = await nodes[action.node]!.acceptInbound(inbound({ id, from }))
            expect(answer).toBe(seen.has(id) ? 'duplicate' : 'stored')
            if (!seen.has(id)) expected.set(from.value, [...(expected.get(from.value) ?? []), id])
            seen.add(id)
          } else if (action.kind === 'claim') {
            held[action.node].push(...(await nodes[action.node]!.claimWork(action.limit, clock.now())))
          } else if (action.kind === 'commit') {
            await nodes[action.node]!.commitTurns(held[action.node].splice(0).map(listen))
          } else if (action.kind === 'give_back') {
            for (const work of held[action.node].splice(0)) await nodes[action.node]!.releaseWork(work, null)
          } else {
            clock.advance(action)
          }
        }
        // A node that was away past its leases comes back and commits what it holds: it must not count.
        clock.advance({ seconds: 31 })
        await drain(nodes[0]!)
        for (const index of [0, 1] as const) {
          const stale = held[index].splice(0)
          const { refused } = await nodes[index]!.commitTurns(stale.map(listen))
          expect(new Set(refused)).toEqual(new Set(stale.map(({ id }) => id)))
        }
        for (const [value, ids] of expected) {
          const id = await nodes[1]!.findConversation(sms(value))
          expect((await nodes[1]!.readConversation(id!))!.state).toEqual(ids)
        }
        const sent: string[] = []
        for (;;) {
          const claimed = await nodes[1]!.claimOutbox(50, clock.now())
          if (claimed.length === 0) break
          sent.push(...claimed.map(({ id }) => id))
          // A message that is given out again and again must end the test, not keep it.
          expect(sent.length).toBeLessThanOrEqual(seen.size)
          await nodes[1]!.startAttempts(claimed, clock.now())
        }
        expect(sent.sort()).toEqual([...seen].map((id) => `${id}.1`).sort())
        expect(await nodes[0]!.claimOutbox(50, clock.now())).toEqual([])
        // What was left with an unknown outcome must not reach the next round.
        await nodes[1]!.finishAttempts(
          sent.map((id) => ({ id: id as never, lease: '', kind: 'accepted', providerId: `out ${id}`, status: 'sent' })),
          clock.now(),
        )
      }),
      { numRuns, verbose: true, interruptAfterTimeLimit: 40_000 },
    )
  })

  test('the same message any number of times at once, on two nodes: one event, one turn', async () => {
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.integer({ min: 2, max: 8 }), async (id, copies) => {
        const event = inbound({ id, from: sms('+528681110001') })
        const answers = await Promise.all(
          Array.from({ length: copies }, (_, copy) => nodes[copy % 2]!.acceptInbound(event)),
        )
        expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1)
        const works = await nodes[copies % 2]!.claimWork(5, clock.now())
        expect(works.map((work) => work.events.map((entry) => entry.id))).toEqual([[id]])
        await nodes[copies % 2]!.commitTurns(works.map((work) => turnOf(work)))
      }),
      { numRuns },
    )
  })

  test('a new number that writes to two nodes at once starts one conversation', async () => {
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    for (let person = 0; person < 10; person++) {
      const from = sms(`+5286811100${person}0`)
      const twin = sms(`+52186811100${person}0`)
      await Promise.all([
        nodes[0]!.acceptInbound(inbound({ id: `SMa${person}`, from })),
        nodes[1]!.acceptInbound(inbound({ id: `SMb${person}`, from: twin })),
      ])
      const works = await nodes[0]!.claimWork(5, clock.now())
      expect(works.map(({ events }) => events.length)).toEqual([2])
      await nodes[0]!.commitTurns(works.map((work) => turnOf(work)))
    }
  })

  test('two nodes that claim at once never hold the same conversation or message', async () => {
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    for (let n = 0; n < 30; n++)
      await nodes[0]!.acceptInbound(inbound({ id: `SM${n}`, from: sms(`+155501${n + 1000}`) }))
    const works: Work[] = []
    while (works.length < 30) {
      const claimed = await Promise.all(nodes.map((store) => store.claimWork(4, clock.now())))
      works.push(...claimed.flat())
    }
    expect(new Set(works.map(({ id }) => id)).size).toBe(30)
    await nodes[1]!.commitTurns(works.map(listen))
    const messages: string[] = []
    while (messages.length < 30) {
      const claimed = await Promise.all(nodes.map((store) => store.claimOutbox(4, clock.now())))
      messages.push(...claimed.flat().map(({ id }) => id))
    }
    expect(new Set(messages).size).toBe(30)
  })

  test('an answer and its receipts on two nodes at once: the status is the last one', async () => {
    const nodes = [await database.open(clock.now), await database.open(clock.now)]
    for (let n = 0; n < 15; n++) {
      await nodes[0]!.acceptInbound(inbound({ id: `SM${n}`, from: maria }))
      await nodes[0]!.commitTurns((await nodes[0]!.claimWork(1, clock.now())).map(listen))
      const [message] = await nodes[0]!.claimOutbox(1, clock.now())
      await nodes[0]!.startAttempts([message!], clock.now())
      const { id, lease } = message!
      const receipt = (status: string) => ({ effectId: null, providerId: `out ${n}`, status, code: null })
      await Promise.all([
        nodes[1]!.recordReceipt(receipt('sent'), clock.now()),
        nodes[0]!.finishAttempts(
          [{ id, lease, kind: 'accepted', providerId: `out ${n}`, status: 'queued' }],
          clock.now(),
        ),
        nodes[1]!.recordReceipt(receipt('delivered'), clock.now()),
        nodes[0]!.recordReceipt(receipt('sending'), clock.now()),
      ])
    }
    const thread = await nodes[0]!.readThread((await nodes[0]!.findConversation(maria))!)
    const statuses = thread.flatMap(({ direction, status }) => (direction === 'out' ? [status] : []))
    expect(statuses).toEqual(Array.from({ length: 15 }, () => 'delivered'))
  })

  test('with 32 messages in flight, at most one durable commit for ten turns', async () => {
    const store = await database.open(clock.now)
    const before = store.durableCommits()
    const turns = 640
    let done = 0
    let sent = 0
    let isWorking = false
    const work = async () => {
      if (isWorking) return
      isWorking = true
      for (;;) {
        const works = await store.claimWork(64, clock.now())
        await store.commitTurns(works.map(listen))
        const messages = await store.claimOutbox(64, clock.now())
        await store.startAttempts(messages, clock.now())
        await store.finishAttempts(
          messages.map(({ id, lease }) => ({ id, lease, kind: 'accepted', providerId: `out ${id}`, status: 'queued' })),
          clock.now(),
        )
        done += works.flatMap(({ events }) => events).length
        sent += messages.length
        if (works.length + messages.length === 0) break
      }
      isWorking = false
    }
    store.onWake(() => void work())
    let next = 0
    const client = async () => {
      while (next < turns) {
        const n = next++
        await store.acceptInbound(inbound({ id: `SM${n}`, from: sms(`+155501${1000 + (n % 100)}`) }))
      }
    }
    await Promise.all(Array.from({ length: 32 }, client))
    while (isWorking) await new Promise((resolve) => setImmediate(resolve))
    await work()
    expect({ done, sent }).toEqual({ done: turns, sent: turns })
    expect((store.durableCommits() - before) / turns).toBeLessThanOrEqual(0.1)
  })
})
