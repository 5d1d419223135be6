import type { Store } from '../store/store.ts'

/** How long ago the parts of this process last got on, in milliseconds; null for a part that runs elsewhere. */
export interface PartAges {
  workerMs: number | null
  senderMs: number | null
}

/** What `/readyz` answers: for a balancer the status alone, for a watchdog what is wrong. No number points at a person. */
export interface Readiness {
  /** This process does what it is there for. */
  ok: boolean
  database: boolean
  worker: PartState
  sender: PartState
  /** How long the oldest message waits for any worker, and how late the oldest due time is. */
  inboxAgeSeconds: number
  dueLateSeconds: number
}
export type PartState = 'ok' | 'silent' | 'elsewhere'

/** The worker looks every two seconds, and no request to a provider may take longer than ten. */
export const silentMs = 60_000

export async function readReadiness(store: Pick<Store, 'health'>, ages: PartAges, now: number): Promise<Readiness> {
  const health = await store.health(now).catch(() => null)
  const database = health?.ok === true
  const worker = stateOf(ages.workerMs)
  const sender = stateOf(ages.senderMs)
  const inboxAgeMs = health?.inboxOldestAt == null ? 0 : Math.max(0, now - health.inboxOldestAt)
  return {
    ok: database && worker !== 'silent' && sender !== 'silent',
    database,
    worker,
    sender,
    inboxAgeSeconds: Math.round(inboxAgeMs / 1000),
    dueLateSeconds: Math.round((health?.dueLateMs ?? 0) / 1000),
  }
}

const stateOf = (ageMs: number | null): PartState => (ageMs === null ? 'elsewhere' : ageMs < silentMs ? 'ok' : 'silent')
