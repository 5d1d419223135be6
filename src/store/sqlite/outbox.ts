import type { Address, AdvocateId, Channel, ConversationId, EffectId } from '../../types.ts'
import { deliveryRank } from '../delivery-rank.ts'
import { LEASE_MS } from '../lease.ts'
import type { AttemptOutcome, NewOutbox, OutboxMessage } from '../store.ts'
import { addressOf, findKey, keyOf } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { isSendingPaused } from './meta.ts'
import { applyKeptReceipts, failMessage } from './receipts.ts'

/** Takes messages that may go now, the most urgent first. */
export async function claimOutbox(engine: SqliteEngine, limit: number, now: number): Promise<OutboxMessage[]> {
  if (engine.get("SELECT 1 FROM outbox WHERE phase = 'waiting' LIMIT 1") === undefined) return []
  return engine.losable(() => {
    if (isSendingPaused(engine)) return []
    const claimed: OutboxMessage[] = []
    // One walk for each priority, each along the index, so that thousands of later messages are never looked at.
    for (const priority of [0, 1, 2]) {
      for (const row of findReady(engine, priority, now, limit - claimed.length)) {
        const message = claim(engine, row, now)
        if (message) claimed.push(message)
      }
    }
    return claimed
  })
}

/** Notes durably that the provider is about to be called. */
export async function startAttempts(
  engine: SqliteEngine,
  messages: { id: EffectId; lease: string }[],
  now: number,
): Promise<{ refused: EffectId[] }> {
  if (messages.length === 0) return { refused: [] }
  return engine.commit(() => {
    const refused: EffectId[] = []
    for (const { id, lease } of messages) {
      const started = engine.run(
        `UPDATE outbox SET attempts = attempts + 1, unknown = 1
         WHERE id = ? AND lease = ? AND phase = 'waiting' AND lease_until > ?`,
        id,
        lease,
        now,
      )
      if (started === 0) refused.push(id)
    }
    return { refused }
  })
}

/** Writes what became of attempts. */
export async function finishAttempts(engine: SqliteEngine, outcomes: AttemptOutcome[], now: number): Promise<void> {
  if (outcomes.length === 0) return
  await engine.commit(() => {
    for (const outcome of outcomes) finish(engine, outcome, now)
  })
}

function finish(engine: SqliteEngine, outcome: AttemptOutcome, now: number): void {
  const { id, lease } = outcome
  if (outcome.kind === 'accepted') {
    accept(engine, outcome, now)
  } else if (outcome.kind === 'retry') {
    engine.run(
      `UPDATE outbox SET send_at = ?, unknown = ?, code = ?, lease = NULL, lease_until = NULL
       WHERE id = ? AND lease = ? AND phase = 'waiting'`,
      outcome.retryAt,
      outcome.unknown ? 1 : 0,
      outcome.code,
      id,
      lease,
    )
  } else {
    const row = engine.get("SELECT 1 FROM outbox WHERE id = ? AND lease = ? AND phase = 'waiting'", id, lease)
    if (row) failMessage(engine, { id, status: 'failed', code: outcome.code, at: now })
  }
}

function accept(engine: SqliteEngine, outcome: AttemptOutcome & { kind: 'accepted' }, now: number): void {
  const { id, providerId, status } = outcome
  const row = engine.get<{ status: string | null }>('SELECT status FROM outbox WHERE id = ?', id)
  if (!row) return
  // A receipt may have come before the answer to our call; it is further on.
  const isForward = row.status === null || deliveryRank(status) > deliveryRank(row.status)
  engine.run(
    `UPDATE outbox SET provider_id = ?, status = ?, unknown = 0, lease = NULL, lease_until = NULL,
       phase = CASE WHEN phase IN ('waiting', 'cancelled', 'dropped') THEN 'out' ELSE phase END
     WHERE id = ?`,
    providerId,
    isForward ? status : row.status,
    id,
  )
  applyKeptReceipts(engine, { id, providerId, now })
}

function findReady(engine: SqliteEngine, priority: number, now: number, limit: number): OutboxRow[] {
  if (limit <= 0) return []
  return engine.all<OutboxRow>(
    `SELECT id, conversation, target, advocate, channel, priority, at, expires_at, rather_twice, repeat, attempts,
       unknown, body
     FROM outbox
     WHERE phase = 'waiting' AND priority = ? AND send_at <= ?
       AND (lease_until IS NULL OR lease_until <= ? OR lease_until > ?)
     ORDER BY send_at, seq LIMIT ?`,
    priority,
    now,
    now,
    now + LEASE_MS,
    limit,
  )
}

function claim(engine: SqliteEngine, row: OutboxRow, now: number): OutboxMessage | null {
  if (row.expires_at !== null && row.expires_at <= now) {
    engine.run("UPDATE outbox SET phase = 'dropped', lease = NULL, lease_until = NULL WHERE id = ?", row.id)
    return null
  }
  const address = findAddress(engine, row)
  if (!address) {
    failMessage(engine, { id: row.id, status: 'failed', code: null, at: now })
    return null
  }
  const lease = engine.vault.token(8)
  engine.run('UPDATE outbox SET lease = ?, lease_until = ? WHERE id = ?', lease, now + LEASE_MS, row.id)
  return {
    id: row.id,
    conversation: row.conversation,
    to: toOf(row),
    address,
    text: textOf(engine, row),
    priority: row.priority,
    at: row.at,
    expiresAt: row.expires_at,
    ratherTwice: row.rather_twice === 1,
    repeat: row.repeat === 1,
    attempts: row.attempts,
    unknownOutcome: row.unknown === 1,
    lease,
  }
}

function toOf(row: OutboxRow): NewOutbox['to'] {
  if (row.advocate !== null && row.channel !== null) return { advocate: row.advocate, channel: row.channel }
  return { conversation: row.target! }
}

/** Where the message goes; null when the advocate has no such channel any more, or the conversation was erased. */
function findAddress(engine: SqliteEngine, row: OutboxRow): Address | null {
  if (row.advocate === null) return addressOf(engine, row.target!)
  const found = engine.get<{ hash: Uint8Array; address: Uint8Array }>(
    'SELECT hash, address FROM rota_addresses WHERE advocate = ? AND channel = ? ORDER BY position LIMIT 1',
    row.advocate,
    row.channel,
  )
  if (!found) return null
  return JSON.parse(engine.vault.open(keyOf(engine, 'documents'), found.address, 'rota_address'))
}

function textOf(engine: SqliteEngine, row: OutboxRow): string {
  const cached = engine.outboxTexts.get(row.id)
  if (cached !== undefined) return cached
  const key = findKey(engine, row.conversation)
  if (!key) throw new Error(`The message ${row.id} has no key, though its conversation was not erased.`)
  return engine.vault.open(key, row.body, `outbox:${row.id}`)
}

interface OutboxRow {
  id: EffectId
  conversation: ConversationId
  target: ConversationId | null
  advocate: AdvocateId | null
  channel: Channel | null
  priority: 0 | 1 | 2
  at: number
  expires_at: number | null
  rather_twice: number
  repeat: number
  attempts: number
  unknown: number
  body: Uint8Array
}
