import type { ConversationId } from '../../types.ts'
import type { ProviderErasure, ProviderErasureOutcome } from '../store.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'

/**
 * Notes that the provider's copies of a conversation's messages must go too. Call it inside the transaction that takes
 * our own away, and before: afterwards nobody knows the ids.
 */
export async function queueProviderErasures(tx: Transaction, id: ConversationId, now: number): Promise<void> {
  await tx.count(
    `INSERT INTO provider_erasures (provider_id, at, try_at)
     SELECT id, $2::bigint, $3::bigint FROM events
       WHERE conversation = $1 AND kind = 'message' AND body IS NOT NULL AND ${isOfProvider('id')}
     UNION
     SELECT provider_id, $2::bigint, $3::bigint FROM outbox
       WHERE (conversation = $1 OR target = $1) AND ${isOfProvider('provider_id')}
     ON CONFLICT (provider_id) DO NOTHING`,
    id,
    now,
    now + FIRST_TRY_MS,
  )
}

/** The same for the rows that two conditions choose, in each of which `$1` is `before`. */
export async function queueAgedErasures(
  tx: Transaction,
  { agedEvents, agedOutbox }: { agedEvents: string; agedOutbox: string },
  before: number,
  now: number,
): Promise<void> {
  await tx.count(
    `INSERT INTO provider_erasures (provider_id, at, try_at)
     SELECT id, $2::bigint, $3::bigint FROM events WHERE ${agedEvents} AND kind = 'message' AND ${isOfProvider('id')}
     UNION
     SELECT provider_id, $2::bigint, $3::bigint FROM outbox WHERE ${agedOutbox} AND ${isOfProvider('provider_id')}
     ON CONFLICT (provider_id) DO NOTHING`,
    before,
    now,
    now + FIRST_TRY_MS,
  )
}

export function readNotErasable(engine: PostgresEngine): Promise<{ providerId: string; code: number | null }[]> {
  return engine.rows(
    `SELECT provider_id AS "providerId", code FROM provider_erasures WHERE try_at IS NULL ORDER BY at, provider_id`,
  )
}

/** Takes copies whose erasing may be tried now; another try waits a minute, by whichever process. */
export async function claimProviderErasures(
  engine: PostgresEngine,
  limit: number,
  now: number,
): Promise<ProviderErasure[]> {
  return engine.losable((tx) =>
    tx.rows<ProviderErasure>(
      `UPDATE provider_erasures SET attempts = attempts + 1, try_at = $3 WHERE provider_id IN
         (SELECT provider_id FROM provider_erasures WHERE try_at <= $1 ORDER BY try_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING provider_id AS "providerId", attempts`,
      now,
      limit,
      now + CLAIM_MS,
    ),
  )
}

export async function finishProviderErasures(
  engine: PostgresEngine,
  outcomes: ProviderErasureOutcome[],
): Promise<void> {
  await Promise.all(outcomes.map((outcome) => engine.commit(finishOne, outcome)))
}

const finishOne = oneByOne(async (_engine: PostgresEngine, tx: Transaction, outcome: ProviderErasureOutcome) => {
  if (outcome.kind === 'erased')
    return tx.count('DELETE FROM provider_erasures WHERE provider_id = $1', outcome.providerId)
  return tx.count(
    'UPDATE provider_erasures SET try_at = $2, code = $3 WHERE provider_id = $1',
    outcome.providerId,
    outcome.kind === 'retry' ? outcome.retryAt : null,
    outcome.code,
  )
})

/** Ids of the simulated phones, and of a chat that is no provider's, are nobody's to erase. */
const isOfProvider = (column: string) => `${column} ~ '^([SM]M|CA)[0-9a-fA-F]{32}$'`

/** The provider refuses while a message is still on its way. */
const FIRST_TRY_MS = 60_000
const CLAIM_MS = 60_000
