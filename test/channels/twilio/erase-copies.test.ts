import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createCopyEraser } from '../../../src/channels/twilio/erase-copies.ts'
import { runProviderErasure } from '../../../src/run-provider-erasure.ts'
import type { ProviderErasureOutcome } from '../../../src/store/store.ts'
import { type FakeTwilio, startFakeTwilio } from '../../twilio/fake-twilio.ts'

const accountSid = `AC${'0'.repeat(32)}`
const ours = '+15550100000'
const person = '+528681110001'
const now = () => Date.UTC(2026, 0, 5, 12)
let fake: FakeTwilio
let erase: ReturnType<typeof createCopyEraser>

beforeEach(async () => {
  fake = await startFakeTwilio({ accountSid, authToken: 'token-1', now })
  const addresses = { smsFrom: ours, whatsappFrom: null, apiBaseUrl: fake.baseUrl, publicUrl: 'https://p.example.org' }
  erase = createCopyEraser({ settings: { accountSid, authTokens: ['token-1'], ...addresses }, now })
})
afterEach(async () => {
  await fake.close()
  expect(fake.contractProblems).toEqual([])
})

test('a message goes from the log of Twilio, and one that is not there is gone already', async () => {
  const { sid } = await fake.receive({ from: person, to: ours, body: 'no respira', lost: true })
  expect(await erase({ providerId: sid, attempts: 1 })).toEqual({ providerId: sid, kind: 'erased' })
  expect(fake.messages[0]!.isErased).toBe(true)
  expect(await erase({ providerId: sid, attempts: 1 })).toEqual({ providerId: sid, kind: 'erased' })
})

test('what is refused is tried again at growing distances, then left to a human', async () => {
  const { sid } = await fake.receive({ from: person, to: ours, body: 'hola', lost: true })
  const refused = (attempts: number) => {
    fake.fail({ on: 'erase', kind: 'refuse', status: 403, code: 20403 })
    return erase({ providerId: sid, attempts })
  }
  const waits: number[] = []
  for (const attempts of [1, 2, 20]) {
    const outcome = (await refused(attempts)) as ProviderErasureOutcome & { kind: 'retry' }
    expect(outcome).toMatchObject({ kind: 'retry', code: 20403 })
    waits.push((outcome.retryAt - now()) / 60_000)
  }
  expect(waits).toEqual([2, 4, 360])
  expect(await refused(48)).toEqual({ providerId: sid, kind: 'given_up', code: 20403 })
})

test('the queue is worked through to its end', async () => {
  const sids = []
  for (let n = 0; n < 12; n++) sids.push((await fake.receive({ from: person, to: ours, body: 'hola', lost: true })).sid)
  const waiting = [...sids]
  const done: string[] = []
  const planned: (() => void)[] = []
  const stop = runProviderErasure({
    store: {
      claimProviderErasures: async (limit) =>
        waiting.splice(0, limit).map((providerId) => ({ providerId, attempts: 1 })),
      finishProviderErasures: async (outcomes) =>
        void done.push(...outcomes.flatMap(({ kind, providerId }) => (kind === 'erased' ? [providerId] : []))),
    },
    erase,
    now,
    timers: {
      after: (_, act) => {
        planned.push(act)
        return () => undefined
      },
    },
    timeScale: 1,
    onOutcome: () => undefined,
    onError: () => undefined,
  })
  planned[0]!()
  while (planned.length < 2) await new Promise((resolve) => setImmediate(resolve))
  await stop()
  expect(done).toEqual(sids)
})
