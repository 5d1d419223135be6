import type { Distribution, MetricFamily, Sample } from './http/exposition.ts'
import type { Log, LogEvent, LogFields } from './http/log.ts'
import type { PartAges } from './http/readiness.ts'
import type { Store, StoreFigures, StoreHealth, TurnCommit } from './store/store.ts'

/** What this process has counted since it started. */
export interface Meters {
  /** A log that counts what it writes; a level that is not written is counted all the same. */
  counted(log: Log): Log
  /** Counts the pages of a turn, and how long its case waited for a human. */
  turnCommitted(turn: TurnCommit): void
  families(): MetricFamily[]
}

/**
 * Counters in memory. Prometheus expects them to begin anew with the process, and nothing is decided by them.
 *
 * Labels are levels, channels, names of events and codes of the provider: few, and none of a person.
 */
export function createMeters(): Meters {
  const events = counter()
  const sends = counter()
  const receipts = counter()
  const pages = counter()
  const toHuman = new Map<string, Distribution>()

  function count(level: string, event: LogEvent, fields: LogFields): void {
    events.add({ level, event })
    const code = String(fields.code ?? '')
    const outcome = sendOutcomes[event]
    if (outcome !== undefined) sends.add({ outcome, channel: fields.channel ?? '', code })
    if (event === 'receipt_stored') receipts.add({ state: fields.state ?? '', code })
  }

  return {
    counted(log) {
      const at =
        (level: keyof Log) =>
        (event: LogEvent, fields: LogFields = {}) => {
          count(level, event, fields)
          log[level](event, fields)
        }
      return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
    },
    turnCommitted({ send, case: row, audit }) {
      if (row === null) return
      for (const message of send) if (message.priority === 0) pages.add({ level: row.level })
      const taken = audit.find(({ action }) => action === 'taken')
      if (taken === undefined) return
      const seconds = (taken.at - Math.max(row.alertAt ?? 0, row.openedAt)) / 1000
      const seen = toHuman.get(row.level) ?? emptyDistribution({ level: row.level })
      toHuman.set(row.level, seen)
      observe(seen, Math.max(0, seconds))
    },
    families: () => [
      {
        name: 'puente_pages_total',
        help: 'Pages queued for advocates, by level of the case.',
        type: 'counter',
        samples: pages.samples(),
      },
      {
        name: 'puente_time_to_human_seconds',
        help: 'From the first alert of a case to the human who took it.',
        type: 'histogram',
        samples: [...toHuman.values()],
      },
      {
        name: 'puente_sends_total',
        help: 'Attempts to hand a message to a provider, by outcome and error code of the provider.',
        type: 'counter',
        samples: sends.samples(),
      },
      {
        name: 'puente_receipts_total',
        help: 'Delivery receipts, by state and error code of the provider.',
        type: 'counter',
        samples: receipts.samples(),
      },
      {
        name: 'puente_log_events_total',
        help: 'Lines of the log, also those below the level that is written.',
        type: 'counter',
        samples: events.samples(),
      },
    ],
  }
}

/** All that `/metrics` shows. While the database does not answer, what the process itself knows is still there. */
export async function measure(parts: {
  store: Pick<Store, 'health' | 'figures' | 'isSendingPaused' | 'durableCommits'>
  meters: Meters
  ages: PartAges
  now: number
  memoryBytes: number
  startedAt: number
}): Promise<MetricFamily[]> {
  const { store, meters, ages, now } = parts
  const read = await Promise.all([store.health(now), store.figures(now), store.isSendingPaused()]).catch(() => null)
  return [
    gauge('puente_database_up', 'Whether the database answers and takes writes.', read?.[0].ok ? 1 : 0),
    ...(read === null ? [] : stored(read[0], read[1], read[2], now)),
    ...meters.families(),
    age('puente_worker_age_seconds', 'Since the worker of this process last finished a round.', ages.workerMs),
    age('puente_sender_age_seconds', 'Since the sender of this process last got on.', ages.senderMs),
    {
      name: 'puente_durable_commits_total',
      help: 'Durable commits of this process.',
      type: 'counter',
      samples: [{ labels: {}, value: store.durableCommits() }],
    },
    gauge('process_resident_memory_bytes', 'Memory in use.', parts.memoryBytes),
    gauge('process_start_time_seconds', 'When the process started.', parts.startedAt / 1000),
  ]
}

function stored(health: StoreHealth, figures: StoreFigures, isPaused: boolean, now: number): MetricFamily[] {
  const since = (instant: number | null) => (instant === null ? 0 : Math.max(0, now - instant) / 1000)
  const byPriority = ([0, 1, 2] as const).map((priority) => {
    const row = figures.outbox.find((one) => one.priority === priority)
    return { labels: { priority: priorityNames[priority] }, waiting: row?.waiting ?? 0, oldest: row?.oldestDueAt }
  })
  return [
    gauge('puente_inbox_waiting', 'Events that no worker has done yet.', figures.inboxWaiting),
    gauge('puente_inbox_oldest_age_seconds', 'How long the oldest of them waits.', since(health.inboxOldestAt)),
    {
      name: 'puente_outbox_waiting',
      help: 'Messages that are not sent yet.',
      type: 'gauge',
      samples: byPriority.map(({ labels, waiting }) => ({ labels, value: waiting })),
    },
    {
      name: 'puente_outbox_oldest_age_seconds',
      help: 'How long the oldest message that may go waits.',
      type: 'gauge',
      samples: byPriority.map(({ labels, oldest }) => ({ labels, value: since(oldest ?? null) })),
    },
    gauge(
      'puente_due_late_seconds',
      'How late the oldest due time is, such as that of an escalation.',
      health.dueLateMs / 1000,
    ),
    gauge('puente_parked', 'Events given up after three tries, for a human to look at.', health.parked),
    gauge('puente_sending_paused', 'Whether sending is held until a human releases it.', isPaused ? 1 : 0),
    {
      name: 'puente_provider_erasures',
      help: 'Messages erased here whose copy at the provider is still there, by whether it is still tried.',
      type: 'gauge',
      samples: [
        { labels: { state: 'waiting' }, value: figures.providerErasures.waiting },
        { labels: { state: 'given_up' }, value: figures.providerErasures.givenUp },
      ],
    },
    {
      name: 'puente_cases',
      help: 'Cases that are not closed.',
      type: 'gauge',
      samples: figures.cases.map(({ level, status, count }) => ({ labels: { level, status }, value: count })),
    },
    {
      name: 'puente_untaken_oldest_age_seconds',
      help: 'How long the oldest case that nobody has taken waits since its alert.',
      type: 'gauge',
      samples: figures.cases
        .filter(({ status }) => status === 'open')
        .map(({ level, oldestAlertAt }) => ({ labels: { level }, value: since(oldestAlertAt) })),
    },
  ]
}

const priorityNames = ['page', 'safety', 'other'] as const

const sendOutcomes: Partial<Record<LogEvent, string>> = { sent: 'sent', send_retry: 'retry', send_failed: 'failed' }

/** Minutes that matter: the target of P1 is 5, of P2 30. */
const toHumanBoundsSeconds = [30, 60, 120, 300, 600, 900, 1800, 3600, 14_400, 86_400]

function emptyDistribution(labels: Record<string, string>): Distribution {
  return { labels, bounds: toHumanBoundsSeconds, atOrBelow: toHumanBoundsSeconds.map(() => 0), sum: 0, count: 0 }
}

function observe(into: Distribution, value: number): void {
  into.sum += value
  into.count += 1
  for (const [index, bound] of into.bounds.entries()) if (value <= bound) into.atOrBelow[index]! += 1
}

function counter() {
  const found = new Map<string, Sample>()
  return {
    add(labels: Record<string, string>): void {
      const key = JSON.stringify(labels)
      const sample = found.get(key) ?? { labels, value: 0 }
      sample.value += 1
      found.set(key, sample)
    },
    samples: () => [...found.values()],
  }
}

const gauge = (name: string, help: string, value: number): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples: [{ labels: {}, value }],
})

const age = (name: string, help: string, ageMs: number | null): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples: ageMs === null ? [] : [{ labels: {}, value: ageMs / 1000 }],
})
