import type { ConversationId } from '../../types.ts'
import type { ProviderErasure, ProviderErasureOutcome } from '../store.ts'
import type { SqliteEngine } from './engine.ts'

/**
 * Notes that the provider's copies of a conversation's messages must go too. Call it inside the transaction that takes
 * our own away, and before: afterwards nobody knows the ids.
 */
export function queueProviderErasures(engine: SqliteEngine, id: ConversationId, now: number): void {
  engine.run(
    `INSERT INTO provider_erasures (provider_id, at, try_at)
     SELECT id, ?, ? FROM events WHERE conversation = ? AND kind = 'message' AND body IS NOT NULL AND ${isOfProvider('id')}
     UNION
     SELECT provider_id, ?, ? FROM outbox WHERE (conversation = ? OR target = ?) AND ${isOfProvider('provider_id')}
     ON CONFLICT (provider_id) DO NOTHING`,
    ...[now, now + FIRST_TRY_MS, id],
    ...[now, now + FIRST_TRY_MS, id, id],
  )
}

/** The same for the rows that two conditions choose, each of which has one `?`, which is `before`. */
export function queueAgedErasures(
  engine: SqliteEngine,
  { agedEvents, agedOutbox }: { agedEvents: string; agedOutbox: string },
  before: number,
  now: number,
): void {
  engine.run(
    `INSERT INTO provider_erasures (provider_id, at, try_at)
     SELECT id, ?, ? FROM events WHERE ${agedEvents} AND kind = 'message' AND ${isOfProvider('id')}
     UNION
     SELECT provider_id, ?, ? FROM outbox WHERE ${agedOutbox} AND ${isOfProvider('provider_id')}
     ON CONFLICT (provider_id) DO NOTHING`,
    ...[now, now + FIRST_TRY_MS, before],
    ...[now, now + FIRST_TRY_MS, before],
  )
}

export function readNotErasable(engine: SqliteEngine): { providerId: string; code: number | null }[] {
  return engine.all(
    'SELECT provider_id AS providerId, code FROM provider_erasures WHERE try_at IS NULL ORDER BY at, provider_id',
  )
}

/** Takes copies whose erasing may be tried now; another try waits a minute, by whichever process. */
export async function claimProviderErasures(
  engine: SqliteEngine,
  limit: number,
  now: number,
): Promise<ProviderErasure[]> {
  const due = 'SELECT provider_id FROM provider_erasures WHERE try_at <= ? ORDER BY try_at LIMIT ?'
  if (engine.get(due, now, 1) === undefined) return []
  return engine.commit(() =>
    engine.all<ProviderErasure>(
      `UPDATE provider_erasures SET attempts = attempts + 1, try_at = ? WHERE provider_id IN (${due})
       RETURNING provider_id AS providerId, attempts`,
      now + CLAIM_MS,
      now,
      limit,
    ),
  )
}

export async function finishProviderErasures(engine: SqliteEngine, outcomes: ProviderErasureOutcome[]): Promise<void> {
  if (outcomes.length === 0) return
  await engine.commit(() => {
    for (const outcome of outcomes) {
      if (outcome.kind === 'erased')
        engine.run('DELETE FROM provider_erasures WHERE provider_id = ?', outcome.providerId)
      else
        engine.run(
          'UPDATE provider_erasures SET try_at = ?, code = ? WHERE provider_id = ?',
          outcome.kind === 'retry' ? outcome.retryAt : null,
          outcome.code,
          outcome.providerId,
        )
    }
  })
}

/** Ids of the simulated phones, and of a chat that is no provider's, are nobody's to erase. */
const isOfProvider = (column: string) => `length(${column}) = 34 AND (${column} GLOB '[SM]M*' OR ${column} GLOB 'CA*')`

/** The provider refuses while a message is still on its way. */
const FIRST_TRY_MS = 60_000
const CLAIM_MS = 60_000
