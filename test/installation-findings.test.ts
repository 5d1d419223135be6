import { expect, test } from '@jest/globals'
import { findProblems, type Observed } from '../src/installation-findings.ts'

const now = 1_000_000_000
const health = { ok: true, inboxOldestAt: null, inboxNewestAt: null, outboxOldestAt: null, parked: 0, dueLateMs: 0 }
const well: Observed = {
  keyFileMode: 0o600,
  freeBytes: 9e9,
  health,
  isAuditWhole: true,
  isSendingPaused: false,
  notErasable: 0,
  hasRota: true,
  gapHours: {},
  awaitingCode: [],
  unreviewed: [],
  backedUpAt: now - 3_600_000,
  isBundlePublished: true,
  twilio: 'ok',
  webhookStatus: 403,
  clockAheadMs: 900,
  number: { isOurs: true, triesAgain: true, fallback: 'ours' },
  fallback: 403,
}

test('an installation that is well has no findings', () => {
  expect(findProblems(well, now)).toEqual([])
  expect(
    findProblems(
      { ...well, twilio: 'simulated', webhookStatus: null, clockAheadMs: null, number: null, fallback: null },
      now,
    ),
  ).toEqual([])
})

test.each<[Partial<Observed>, string, string]>([
  [{ keyFileMode: 0o640 }, 'problem', 'read the key file'],
  [{ freeBytes: 1e6 }, 'problem', 'Only 1 MB'],
  [{ health: { ...health, ok: false } }, 'problem', 'takes no writes'],
  [{ health: { ...health, inboxOldestAt: now - 61_000 } }, 'problem', 'no worker runs'],
  [{ health: { ...health, dueLateMs: 61_000 } }, 'problem', 'no worker runs'],
  [{ health: { ...health, parked: 2 } }, 'problem', '2 events'],
  [{ isAuditWhole: false }, 'problem', 'audit was changed'],
  [{ isSendingPaused: true }, 'problem', 'Sending is held'],
  [{ notErasable: 3 }, 'warning', '3 messages were erased here'],
  [{ hasRota: false }, 'problem', 'no rota'],
  [{ gapHours: { medical: 12 } }, 'warning', '"medical" is on no shift for 12 hours'],
  [{ unreviewed: ['ht', 'ky'] }, 'warning', 'ht, ky'],
  [{ backedUpAt: null }, 'warning', 'No back-up'],
  [{ backedUpAt: now - 30 * 3_600_000 }, 'warning', '30 hours old'],
  [{ isBundlePublished: false }, 'warning', 'never published'],
  [{ twilio: 'refused' }, 'problem', 'refuses the account'],
  [{ twilio: 'inactive' }, 'problem', 'suspended'],
  [{ twilio: 'unreachable' }, 'problem', 'cannot be reached'],
  [{ webhookStatus: null }, 'problem', 'Nobody answers'],
  [{ webhookStatus: 404 }, 'problem', 'something else answers (404)'],
  [{ number: { isOurs: false, triesAgain: false, fallback: 'ours' } }, 'warning', 'somewhere else'],
  [{ number: { isOurs: true, triesAgain: false, fallback: 'ours' } }, 'warning', 'does not try again'],
  [{ number: { isOurs: true, triesAgain: true, fallback: 'none' } }, 'warning', 'no second address'],
  [{ number: { isOurs: true, triesAgain: true, fallback: 'other' } }, 'warning', 'is refused'],
  [{ fallback: 'nobody' }, 'problem', 'Nobody answers at PUENTE_FALLBACK_URL'],
  [{ fallback: 404 }, 'problem', 'something else answers (404)'],
  [{ clockAheadMs: -7_000 }, 'problem', '7 s behind'],
])('%j', (over, severity, message) => {
  expect(findProblems({ ...well, ...over }, now)).toEqual([
    { severity, message: expect.stringContaining(message), todo: expect.stringMatching(/.{10}/) },
  ])
})
