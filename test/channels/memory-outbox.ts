import type { AttemptOutcome, OutboxMessage, Store } from '../../src/store/store.ts'
import type { ConversationId, EffectId } from '../../src/types.ts'

type Row = OutboxMessage & { status: 'waiting' | 'sent' | 'failed'; retryAt: number; leased: boolean }

/** The outbox of the store, in memory, as far as sending goes. */
export function memoryOutbox() {
  const rows: Row[] = []
  const outbox = {
    rows,
    log: [] as string[],
    refuse: new Set<string>(),
    add(id: string, over: Partial<OutboxMessage> = {}): void {
      rows.push({
        id: id as EffectId,
        lease: '',
        conversation: 'c1' as ConversationId,
        to: { conversation: 'c1' as ConversationId },
        address: { channel: 'sms', value: `+1555010${String(1000 + rows.length)}` },
        text: `text of ${id}`,
        priority: 2,
        at: 0,
        expiresAt: null,
        ratherTwice: false,
        repeat: false,
        attempts: 0,
        unknownOutcome: false,
        status: 'waiting',
        retryAt: 0,
        leased: false,
        ...over,
      })
    },
    claimOutbox: (async (limit, now) => {
      const taken = rows
        .filter((row) => row.status === 'waiting' && !row.leased && row.retryAt <= now && row.at <= now)
        .sort((a, b) => a.priority - b.priority || a.at - b.at)
        .slice(0, limit)
      for (const row of taken) Object.assign(row, { leased: true, lease: `lease of ${row.id}` })
      return taken.map((row) => ({ ...row }))
    }) as Store['claimOutbox'],
    startAttempts: (async (messages) => {
      const refused: EffectId[] = []
      for (const { id } of messages) {
        const row = rows.find((one) => one.id === id)!
        if (outbox.refuse.has(id)) {
          refused.push(id)
          row.status = 'failed'
        } else {
          row.attempts += 1
          row.unknownOutcome = true
          outbox.log.push(`started ${id}`)
        }
      }
      return { refused }
    }) as Store['startAttempts'],
    finishAttempts: (async (outcomes: AttemptOutcome[]) => {
      for (const outcome of outcomes) {
        const row = rows.find((one) => one.id === outcome.id)!
        outbox.log.push(`${outcome.kind} ${outcome.id}`)
        row.leased = false
        if (outcome.kind === 'retry') Object.assign(row, { retryAt: outcome.retryAt, unknownOutcome: outcome.unknown })
        else row.status = outcome.kind === 'accepted' ? 'sent' : 'failed'
      }
    }) as Store['finishAttempts'],
  }
  return outbox
}
