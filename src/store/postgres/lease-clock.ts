import { LEASE_MS } from '../lease.ts'
import type { PostgresEngine } from './engine.ts'

/**
 * The clock by which leases begin and end: the database's own, since the machines that share it may each have another
 * time. By a node's clock, one that is ahead would take what another has just begun to send.
 *
 * SQL for milliseconds since 1970.
 *
 * @param given - a parameter that names the time instead, as tests do; null in it means the database's clock
 */
export const leaseClock = (given: string): string => `COALESCE(${given}::bigint, ${databaseNow})`

const databaseNow = '(EXTRACT(EPOCH FROM statement_timestamp()) * 1000)::bigint'

/** SQL: whether a lease that ends at `until` binds nobody any more; what ends too far away neither (lease.ts). */
export const isOver = (until: string, clock: string): string =>
  `(${until} <= ${clock} OR ${until} > ${clock} + ${LEASE_MS})`

/** The database's time in milliseconds since 1970. */
export async function readClock(engine: PostgresEngine): Promise<number> {
  const [row] = await engine.rows<{ now: number }>(`SELECT ${databaseNow} AS now`)
  return row!.now
}
