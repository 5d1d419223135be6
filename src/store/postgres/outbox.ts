import type { Address, AdvocateId, Channel, ConversationId, EffectId } from '../../types.ts'
import { deliveryRank } from '../delivery-rank.ts'
import { LEASE_MS } from '../lease.ts'
import type { AttemptOutcome, NewOutbox, OutboxMessage } from '../store.ts'
import { addressesOf, keysOf } from './conversations.ts'
import type { PostgresEngine, Transaction } from './engine.ts'
import { isOver, leaseClock } from './lease-clock.ts'
import { applyKeptReceipts, failMessage, lockProviderIds } from './receipts.ts'

/** Takes messages that may go now, the most urgent first. */
export async function claimOutbox(engine: PostgresEngine, limit: number, now: number): Promise<OutboxMessage[]> {
  return engine.losable(async (tx) => {
    const lease = engine.vault.token(8)
    const rows = await takeLeases(tx, { limit, now, lease, leaseNow: engine.leaseNow(now) })
    if (rows.length === 0) return []
    const isExpired = ({ expires_at: expiresAt }: OutboxRow) => expiresAt !== null && expiresAt <= now
    await drop(tx, rows.filter(isExpired))
    const due = rows.filter((row) => !isExpired(row))
    const addresses = await findAddresses(engine, tx, due)
    const texts = await readTexts(engine, tx, due)
    const claimed: OutboxMessage[] = []
    for (const row of due) {
      const address = addresses.get(row.id)
      const text = texts.get(row.id)
      if (address && text !== undefined) claimed.push(toMessage(row, { address, text, lease }))
      else await failMessage(engine, tx, { id: row.id, status: 'failed', code: null, at: now })
    }
    return claimed
  })
}

/** Notes durably that the provider is about to be called. */
export async function startAttempts(
  engine: PostgresEngine,
  messages: { id: EffectId; lease: string }[],
  now: number,
): Promise<{ refused: EffectId[] }> {
  if (messages.length === 0) return { refused: [] }
  const started = await engine.commit(start, { messages, now })
  return { refused: messages.map(({ id }) => id).filter((id) => !started.has(id)) }
}

/** Writes what became of attempts. */
export async function finishAttempts(engine: PostgresEngine, outcomes: AttemptOutcome[], now: number): Promise<void> {
  if (outcomes.length === 0) return
  await engine.commit(finish, { outcomes, now })
}

async function takeLeases(
  tx: Transaction,
  { limit, now, lease, leaseNow }: { limit: number; now: number; lease: string; leaseNow: number | null },
): Promise<OutboxRow[]> {
  const rows = await tx.rows<OutboxRow>(
    `WITH ready AS (
       SELECT seq FROM outbox
       WHERE phase = 'waiting' AND send_at <= $1
         AND (lease_until IS NULL OR ${isOver('lease_until', leaseClock('$4'))})
         AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'sending_paused' AND value = 'yes')
       ORDER BY priority, send_at, seq LIMIT $2
       FOR UPDATE SKIP LOCKED)
     UPDATE outbox SET lease = $3, lease_until = ${leaseClock('$4')} + ${LEASE_MS} FROM ready WHERE outbox.seq = ready.seq
     RETURNING outbox.seq, id, conversation, target, advocate, channel, priority, at, send_at, expires_at,
       rather_twice, repeat, attempts, unknown, body`,
    now,
    limit,
    lease,
    leaseNow,
  )
  return rows.sort((a, b) => a.priority - b.priority || a.send_at - b.send_at || a.seq - b.seq)
}

async function drop(tx: Transaction, rows: OutboxRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.count(
    "UPDATE outbox SET phase = 'dropped', lease = NULL, lease_until = NULL WHERE seq = ANY($1)",
    rows.map(({ seq }) => seq),
  )
}

interface Start {
  messages: { id: EffectId; lease: string }[]
  now: number
}

/** @returns for each, which of its messages were started */
async function start(engine: PostgresEngine, tx: Transaction, items: Start[]): Promise<Set<EffectId>[]> {
  const messages = items.flatMap((item) => item.messages.map((message) => ({ ...message, now: item.now })))
  const rows = await tx.rows<{ id: EffectId; lease: string }>(
    `UPDATE outbox SET attempts = attempts + 1, unknown = TRUE
     FROM unnest($1::text[], $2::text[], $3::bigint[]) AS m (id, lease, now)
     WHERE outbox.id = m.id AND outbox.lease = m.lease AND phase = 'waiting' AND lease_until > ${leaseClock('m.now')}
     RETURNING outbox.id, outbox.lease`,
    messages.map(({ id }) => id),
    messages.map(({ lease }) => lease),
    messages.map(({ now }) => engine.leaseNow(now)),
  )
  const leaseOf = new Map(rows.map(({ id, lease }) => [id, lease]))
  return items.map((item) => new Set(item.messages.flatMap(({ id, lease }) => (leaseOf.get(id) === lease ? [id] : []))))
}

interface Finish {
  outcomes: AttemptOutcome[]
  now: number
}
type Accepted = AttemptOutcome & { kind: 'accepted' }

async function finish(engine: PostgresEngine, tx: Transaction, items: Finish[]): Promise<undefined[]> {
  const outcomes = items.flatMap((item) => item.outcomes)
  const now = Math.max(...items.map((item) => item.now))
  await accept(
    engine,
    tx,
    outcomes.filter((outcome) => outcome.kind === 'accepted'),
    now,
  )
  for (const outcome of outcomes) {
    if (outcome.kind === 'retry') await retryLater(tx, outcome)
    if (outcome.kind === 'failed') await giveUp(engine, tx, outcome, now)
  }
  return items.map(() => undefined)
}

async function accept(engine: PostgresEngine, tx: Transaction, outcomes: Accepted[], now: number): Promise<void> {
  if (outcomes.length === 0) return
  await lockProviderIds(
    tx,
    outcomes.map(({ providerId }) => providerId),
  )
  const rows = await tx.rows<{ id: EffectId; status: string | null }>(
    'SELECT id, status FROM outbox WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    outcomes.map(({ id }) => id),
  )
  const known = new Map(rows.map(({ id, status }) => [id, status ?? '']))
  const accepted = outcomes.filter(({ id }) => known.has(id))
  await tx.count(
    `UPDATE outbox SET provider_id = m.provider_id, status = m.status, unknown = FALSE, lease = NULL,
       lease_until = NULL, phase = CASE WHEN phase IN ('waiting', 'cancelled', 'dropped') THEN 'out' ELSE phase END
     FROM unnest($1::text[], $2::text[], $3::text[]) AS m (id, provider_id, status) WHERE outbox.id = m.id`,
    accepted.map(({ id }) => id),
    accepted.map(({ providerId }) => providerId),
    // A receipt may have come before the answer to our call; it is further on.
    accepted.map(({ id, status }) => {
      const before = known.get(id)!
      return before === '' || deliveryRank(status) > deliveryRank(before) ? status : before
    }),
  )
  await applyKeptReceipts(engine, tx, accepted, now)
}

async function retryLater(tx: Transaction, outcome: AttemptOutcome & { kind: 'retry' }): Promise<void> {
  await tx.count(
    `UPDATE outbox SET send_at = $1, unknown = $2, code = $3, lease = NULL, lease_until = NULL
     WHERE id = $4 AND lease = $5 AND phase = 'waiting'`,
    outcome.retryAt,
    outcome.unknown,
    outcome.code,
    outcome.id,
    outcome.lease,
  )
}

async function giveUp(
  engine: PostgresEngine,
  tx: Transaction,
  { id, lease, code }: AttemptOutcome & { kind: 'failed' },
  now: number,
): Promise<void> {
  const rows = await tx.rows(
    "SELECT 1 FROM outbox WHERE id = $1 AND lease = $2 AND phase = 'waiting' FOR UPDATE",
    id,
    lease,
  )
  if (rows.length > 0) await failMessage(engine, tx, { id, status: 'failed', code, at: now })
}

/** Where each goes; none when the advocate has no such channel any more, or the conversation was erased. */
async function findAddresses(
  engine: PostgresEngine,
  tx: Transaction,
  rows: OutboxRow[],
): Promise<Map<EffectId, Address>> {
  const direct = rows.filter(({ advocate }) => advocate === null)
  const byConversation = await addressesOf(
    engine,
    tx,
    direct.map(({ target }) => target!),
  )
  const found = new Map<EffectId, Address>()
  for (const { id, target } of direct) {
    const address = byConversation.get(target!)
    if (address) found.set(id, address)
  }
  for (const { id, advocate, channel } of rows) {
    if (advocate === null) continue
    const [row] = await tx.rows<{ address: Buffer }>(
      'SELECT address FROM rota_addresses WHERE advocate = $1 AND channel = $2 ORDER BY position LIMIT 1',
      advocate,
      channel,
    )
    const key = (await keysOf(engine, tx, ['documents'])).get('documents')
    if (row && key) found.set(id, JSON.parse(engine.vault.open(key, row.address, 'rota_address')))
  }
  return found
}

async function readTexts(engine: PostgresEngine, tx: Transaction, rows: OutboxRow[]): Promise<Map<EffectId, string>> {
  const uncached = rows.filter(({ id }) => engine.outboxTexts.get(id) === undefined)
  const keys = await keysOf(
    engine,
    tx,
    uncached.map(({ conversation }) => conversation),
  )
  const texts = new Map<EffectId, string>()
  for (const { id, conversation, body } of rows) {
    const key = keys.get(conversation)
    const text = engine.outboxTexts.get(id) ?? (key && engine.vault.open(key, body, `outbox:${id}`))
    if (text !== undefined) texts.set(id, text)
  }
  return texts
}

function toMessage(row: OutboxRow, found: { address: Address; text: string; lease: string }): OutboxMessage {
  return {
    id: row.id,
    conversation: row.conversation,
    to: toOf(row),
    priority: row.priority,
    at: row.at,
    expiresAt: row.expires_at,
    ratherTwice: row.rather_twice,
    repeat: row.repeat,
    attempts: row.attempts,
    unknownOutcome: row.unknown,
    ...found,
  }
}

function toOf(row: OutboxRow): NewOutbox['to'] {
  if (row.advocate !== null && row.channel !== null) return { advocate: row.advocate, channel: row.channel }
  return { conversation: row.target! }
}

interface OutboxRow {
  seq: number
  id: EffectId
  conversation: ConversationId
  target: ConversationId | null
  advocate: AdvocateId | null
  channel: Channel | null
  priority: 0 | 1 | 2
  at: number
  send_at: number
  expires_at: number | null
  rather_twice: boolean
  repeat: boolean
  attempts: number
  unknown: boolean
  body: Buffer
}
