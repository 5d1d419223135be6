import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loadBundle } from '../../src/commands/load-bundle.ts'
import type { RunningBundle } from '../../src/flow/assemble-flow.ts'
import { newConversation } from '../../src/flow/conversation.ts'
import { takeTurn } from '../../src/flow/take-turn.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store, TurnCommit } from '../../src/store/store.ts'
import type { Address, EffectId, EventId, IncomingMessage } from '../../src/types.ts'

/**
 * Speed is measured by `npm run bench`, never here: a timed test fails on a busy machine. What makes a turn fast is
 * counted instead, and a count is the same everywhere.
 */
const startedAt = Date.UTC(2026, 0, 5, 18)

describe('what a turn may cost', () => {
  let bundle: RunningBundle
  let tried = 0

  beforeAll(() => {
    bundle = loadBundle(process)!
    for (const rule of bundle.flow.rules.flags) {
      const { when } = rule
      rule.when = (facts) => {
        tried++
        return when(facts)
      }
    }
  })

  test('a quiet answer tries few of the rules', () => {
    const counts = playQuietTriage(bundle, () => {
      const before = tried
      tried = 0
      return before
    })
    expect(bundle.flow.rules.flags.length).toBeGreaterThan(40)
    expect(Math.max(...counts)).toBeLessThanOrEqual(20)
  })

  test('the state of a conversation stays small', () => {
    let longest = 0
    playQuietTriage(bundle, (json) => {
      longest = Math.max(longest, json.length)
      return 0
    })
    expect(longest).toBeLessThan(1_600)
  })

  test('danger words of a language are indexed when they are first needed', () => {
    const fresh = loadBundle(process)!
    expect(fresh.danger.indexes.built).toBe(0)
    fresh.flow.ears.scanDanger('mi hija tiene fiebre', 'es')
    expect(fresh.danger.indexes.built).toBeLessThan(fresh.danger.indexes.languages.length)
  })
})

describe('what durable turns may cost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'puente-counts-'))
  let store: Store

  beforeAll(async () => {
    const databaseUrl = `file:${join(folder, 'counts.db')}`
    store = await openStore({ databaseUrl, keyFile: join(folder, 'counts.key'), now: () => startedAt })
    await store.migrate()
  })
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('thirty-two messages and their turns take at most four durable commits', async () => {
    const before = store.durableCommits()
    await Promise.all(Array.from({ length: 32 }, (_, n) => store.acceptInbound(inboundOf(n))))
    const claimed = await store.claimWork(64, startedAt)
    expect(claimed).toHaveLength(32)
    await store.commitTurns(claimed.map((work): TurnCommit => turnOf(work)))
    expect(store.durableCommits() - before).toBeLessThanOrEqual(4)
  })
})

/** Answers with the last option, or with an age; notes one count a turn. */
function playQuietTriage({ flow }: RunningBundle, count: (json: string) => number): number[] {
  const counts: number[] = []
  let text = 'hola'
  let conversation = newConversation(flow.bundle, flow.data.sos.path, 'sms')
  for (let n = 0; n < 12; n++) {
    const at = startedAt + n * 10_000
    const message: IncomingMessage = { id: `m${n}` as EventId, at, channel: 'sms', text, media: [] }
    conversation = takeTurn(flow, conversation, message, at).conversation
    counts.push(count(JSON.stringify(conversation)))
    const open = conversation.open?.question
    if (open === undefined) break
    text = flow.questions[open]!.number ? '30' : open === 'E1' ? '2' : '1'
  }
  expect(counts.length).toBeGreaterThan(5)
  return counts
}

const phone = (n: number): Address => ({ channel: 'sms', value: `+52868111${String(n).padStart(4, '0')}` })

const inboundOf = (n: number) => ({
  providerId: `SM${String(n).padStart(32, '0')}`,
  from: phone(n),
  to: { channel: 'sms' as const, value: '+15550100' },
  at: startedAt,
  payload: { text: 'hola', media: [] },
})

function turnOf(work: Awaited<ReturnType<Store['claimWork']>>[number]): TurnCommit {
  const message = {
    id: `${work.events[0]!.id}.r0` as EffectId,
    to: { conversation: work.id },
    text: 'a question',
    priority: 2 as const,
    at: startedAt,
    expiresAt: null,
    ratherTwice: false,
    repeat: false,
  }
  return {
    conversation: work.id,
    version: work.version,
    lease: work.lease,
    state: { answers: {} },
    done: work.events.map(({ id }) => id),
    send: [message],
    forward: [],
    dueAt: null,
    case: null,
    openPages: [],
    audit: [],
    cancel: [],
  }
}
