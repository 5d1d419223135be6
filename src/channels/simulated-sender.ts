import { randomUUID } from 'node:crypto'
import type { Send } from './sender.ts'

/** Carries messages to the simulated phones, which read them where every message is kept: in the outbox. */
export function simulatedSender(): Send {
  return async ({ id, lease }) => ({
    id,
    lease,
    kind: 'accepted',
    providerId: `sim-${randomUUID()}`,
    status: 'delivered',
  })
}
