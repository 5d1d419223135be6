import type { AdvocateId, ConversationId, EffectId } from '../../types.ts'
import { deliveryRank, isFinalFailure } from '../delivery-rank.ts'
import { deliveryFailedId } from '../ids.ts'
import { deliveryFailedBody } from '../records.ts'
import type { DeliveryReceipt } from '../store.ts'
import type { PostgresEngine, Transaction } from './engine.ts'
import { insertEvents } from './inbound.ts'

/** Stores the carrier's word on a message. */
export async function recordReceipt(engine: PostgresEngine, receipt: DeliveryReceipt, now: number): Promise<void> {
  await engine.commit(record, { receipt, now })
}

/** Applies the receipts that came before the answers which told us the provider's ids. */
export async function applyKeptReceipts(
  engine: PostgresEngine,
  tx: Transaction,
  sent: { id: EffectId; providerId: string }[],
  now: number,
): Promise<void> {
  const kept = await tx.rows<{ provider_id: string; status: string; code: number | null }>(
    'DELETE FROM receipts WHERE provider_id = ANY($1) RETURNING provider_id, status, code',
    sent.map(({ providerId }) => providerId),
  )
  const effectOf = new Map(sent.map(({ id, providerId }) => [providerId, id]))
  for (const { provider_id: providerId, status, code } of kept) {
    const receipt = { effectId: effectOf.get(providerId)!, providerId, status, code }
    const row = await find(tx, receipt)
    if (row) await apply(engine, tx, row, receipt, now)
  }
}

/** The message will not arrive; tells the conversation that made it. */
export async function failMessage(
  engine: PostgresEngine,
  tx: Transaction,
  { id, status, code, at }: { id: EffectId; status: string; code: number | null; at: number },
): Promise<void> {
  const [owner] = await tx.rows<{ conversation: ConversationId; advocate: AdvocateId | null }>(
    `UPDATE outbox SET phase = 'failed', status = $1, code = $2, unknown = FALSE, lease = NULL, lease_until = NULL
     WHERE id = $3 RETURNING conversation, advocate`,
    status,
    code,
    id,
  )
  if (!owner) return
  const { conversation } = owner
  const body = deliveryFailedBody(id, code, owner.advocate)
  await insertEvents(engine, tx, [{ id: deliveryFailedId(id), conversation, kind: 'delivery_failed', at, body }])
}

interface Receipt {
  receipt: DeliveryReceipt
  now: number
}

async function record(engine: PostgresEngine, tx: Transaction, items: Receipt[]): Promise<undefined[]> {
  const isNews = await findNews(tx, items)
  for (const item of items) if (isNews(item)) await recordOne(engine, tx, item)
  return items.map(() => undefined)
}

/**
 * Which receipts may say something new: most of those that come doubled or late do not, and are told apart here
 * without a lock, since a status never goes back.
 */
async function findNews(tx: Transaction, items: Receipt[]): Promise<(item: Receipt) => boolean> {
  const rows = await tx.rows<{ id: EffectId; status: string | null }>(
    'SELECT id, status FROM outbox WHERE id = ANY($1)',
    items.flatMap(({ receipt }) => receipt.effectId ?? []),
  )
  const statusOf = new Map<EffectId | null, string | null>(rows.map(({ id, status }) => [id, status]))
  return ({ receipt: { effectId, status } }) =>
    !statusOf.has(effectId) || deliveryRank(status) > deliveryRank(statusOf.get(effectId) ?? '')
}

async function recordOne(engine: PostgresEngine, tx: Transaction, { receipt, now }: Receipt): Promise<void> {
  let row = await find(tx, receipt)
  if (!row) {
    // Another node may be storing the provider's answer at this moment; after it, the message is found.
    await lockProviderIds(tx, [receipt.providerId])
    row = await find(tx, receipt)
  }
  if (row) await apply(engine, tx, row, receipt, now)
  else await keep(tx, receipt, now)
}

/**
 * Until the commit, an answer that tells us a provider's id and a receipt under that id do not pass each other on two
 * nodes, each not seeing the other.
 */
export async function lockProviderIds(tx: Transaction, providerIds: string[]): Promise<void> {
  await tx.rows(
    `SELECT pg_advisory_xact_lock(${RECEIPT_LOCK}, hashtext(id))
     FROM (SELECT id FROM unnest($1::text[]) AS p (id) ORDER BY id) AS ordered`,
    providerIds,
  )
}

async function apply(
  engine: PostgresEngine,
  tx: Transaction,
  row: ReceiptTarget,
  receipt: DeliveryReceipt,
  now: number,
): Promise<void> {
  const { providerId, status, code } = receipt
  const isOfOtherCopy = row.provider_id !== null && row.provider_id !== providerId
  // Of two copies one that arrived is enough, so the failure of the one before says nothing.
  if (isOfOtherCopy && isFinalFailure(status)) return
  if (deliveryRank(status) <= deliveryRank(row.status ?? '')) return
  // A receipt also answers an attempt whose outcome was unknown: the message is out.
  await tx.count(
    `UPDATE outbox SET phase = 'out', status = $1, code = $2, provider_id = COALESCE(provider_id, $3),
       unknown = FALSE, lease = NULL, lease_until = NULL
     WHERE id = $4`,
    status,
    code,
    providerId,
    row.id,
  )
  if (isFinalFailure(status)) await failMessage(engine, tx, { id: row.id, status, code, at: now })
}

/** The message of a receipt, locked: two receipts of one message must not pass each other on two nodes. */
async function find(tx: Transaction, { effectId, providerId }: DeliveryReceipt): Promise<ReceiptTarget | undefined> {
  const rows = await tx.rows<ReceiptTarget>(
    `SELECT id, status, provider_id FROM outbox WHERE id = $1 OR provider_id = $2
     ORDER BY id <> $1 LIMIT 1 FOR UPDATE`,
    effectId ?? '',
    providerId,
  )
  return rows[0]
}

async function keep(tx: Transaction, { providerId, status, code }: DeliveryReceipt, now: number): Promise<void> {
  await tx.count('DELETE FROM receipts WHERE at < $1', now - KEPT_MS)
  await tx.count(
    'INSERT INTO receipts (provider_id, status, code, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    providerId,
    status,
    code,
    now,
  )
}

/** An arbitrary number that nothing else in this database locks. */
const RECEIPT_LOCK = 711_004

/** A receipt of a message that is not ours must not stay for ever. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

interface ReceiptTarget {
  id: EffectId
  status: string | null
  provider_id: string | null
}
