import type { AdvocateId, ConversationId, EffectId } from '../../types.ts'
import { deliveryRank, isFinalFailure } from '../delivery-rank.ts'
import { deliveryFailedId } from '../ids.ts'
import { deliveryFailedBody } from '../records.ts'
import type { DeliveryReceipt } from '../store.ts'
import { findKey } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { insertEvent } from './inbound.ts'

/** Stores the carrier's word on a message. */
export async function recordReceipt(engine: SqliteEngine, receipt: DeliveryReceipt, now: number): Promise<void> {
  await engine.commit(() => {
    const row = find(engine, receipt)
    if (row) apply(engine, row, receipt, now)
    else keep(engine, receipt, now)
  })
}

/** Applies the receipts that came before the answer which told us the provider's id. */
export function applyKeptReceipts(
  engine: SqliteEngine,
  { id, providerId, now }: { id: EffectId; providerId: string; now: number },
): void {
  const kept = engine.all<{ status: string; code: number | null }>(
    'SELECT status, code FROM receipts WHERE provider_id = ?',
    providerId,
  )
  if (kept.length === 0) return
  for (const { status, code } of kept) {
    const receipt = { effectId: id, providerId, status, code }
    apply(engine, find(engine, receipt)!, receipt, now)
  }
  engine.run('DELETE FROM receipts WHERE provider_id = ?', providerId)
}

/** The message will not arrive; tells the conversation that made it. */
export function failMessage(
  engine: SqliteEngine,
  { id, status, code, at }: { id: EffectId; status: string; code: number | null; at: number },
): void {
  engine.run(
    `UPDATE outbox SET phase = 'failed', status = ?, code = ?, unknown = 0, lease = NULL, lease_until = NULL
     WHERE id = ?`,
    status,
    code,
    id,
  )
  const owner = engine.get<{ conversation: ConversationId; advocate: AdvocateId | null }>(
    'SELECT conversation, advocate FROM outbox WHERE id = ?',
    id,
  )
  if (!owner || !findKey(engine, owner.conversation)) return
  insertEvent(engine, {
    id: deliveryFailedId(id),
    conversation: owner.conversation,
    kind: 'delivery_failed',
    at,
    body: deliveryFailedBody(id, code, owner.advocate),
  })
}

function apply(engine: SqliteEngine, row: ReceiptTarget, receipt: DeliveryReceipt, now: number): void {
  const { providerId, status, code } = receipt
  const isOfOtherCopy = row.provider_id !== null && row.provider_id !== providerId
  // Of two copies one that arrived is enough, so the failure of the one before says nothing.
  if (isOfOtherCopy && isFinalFailure(status)) return
  if (deliveryRank(status) <= deliveryRank(row.status ?? '')) return
  if (row.provider_id === null) engine.run('UPDATE outbox SET provider_id = ? WHERE id = ?', providerId, row.id)
  if (isFinalFailure(status)) {
    failMessage(engine, { id: row.id, status, code, at: now })
    return
  }
  // A receipt also answers an attempt whose outcome was unknown: the message is out.
  engine.run(
    `UPDATE outbox SET phase = 'out', status = ?, code = ?, unknown = 0, lease = NULL, lease_until = NULL
     WHERE id = ?`,
    status,
    code,
    row.id,
  )
}

function find(engine: SqliteEngine, { effectId, providerId }: DeliveryReceipt): ReceiptTarget | undefined {
  const columns = 'SELECT id, status, provider_id FROM outbox'
  return (
    (effectId ? engine.get<ReceiptTarget>(`${columns} WHERE id = ?`, effectId) : undefined) ??
    engine.get<ReceiptTarget>(`${columns} WHERE provider_id = ?`, providerId)
  )
}

function keep(engine: SqliteEngine, { providerId, status, code }: DeliveryReceipt, now: number): void {
  engine.run('DELETE FROM receipts WHERE at < ?', now - KEPT_MS)
  engine.run(
    'INSERT INTO receipts (provider_id, status, code, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    providerId,
    status,
    code,
    now,
  )
}

/** A receipt of a message that is not ours must not stay for ever. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

interface ReceiptTarget {
  id: EffectId
  status: string | null
  provider_id: string | null
}
