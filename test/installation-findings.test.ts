import { expect, test } from '@jest/globals'
import { findProblems, type Observed } from '../src/installation-findings.ts'

const now = 1_000_000
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
  isBundlePublished: true,
  twilio: 'ok',
  webhookStatus: 403,
  clockAheadMs: 900,
}

test('an installation that is well has no findings', () => {
  expect(findProblems(well, now)).toEqual([])
  expect(findProblems({ ...well, twilio: 'simulated', webhookStatus: null, clockAheadMs: null }, now)).toEqual([])
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
  [{ isBundlePublished: false }, 'warning', 'never published'],
  [{ twilio: 'refused' }, 'problem', 'refuses the account'],
  [{ twilio: 'inactive' }, 'problem', 'suspended'],
  [{ twilio: 'unreachable' }, 'problem', 'cannot be reached'],
  [{ webhookStatus: null }, 'problem', 'Nobody answers'],
  [{ webhookStatus: 404 }, 'problem', 'something else answers (404)'],
  [{ clockAheadMs: -7_000 }, 'problem', '7 s behind'],
])('%j', (over, severity, message) => {
  expect(findProblems({ ...well, ...over }, now)).toEqual([
    { severity, message: expect.stringContaining(message), todo: expect.stringMatching(/.{10}/) },
  ])
})
