import type { NewInbound, NewOutbox, Store, TurnCommit, Work } from '../../src/store/store.ts'
import type { Address, AdvocateId, CaseCode, ConversationId, EffectId, EventId } from '../../src/types.ts'

/** A clock that moves by hand. */
export function handClock(start = Date.UTC(2026, 0, 5, 12)) {
  let at = start
  return {
    now: () => at,
    advance: ({ seconds }: { seconds: number }) => {
      at += seconds * 1000
      return at
    },
  }
}

export const OUR_NUMBER: Address = { channel: 'sms', value: '+15550100000' }

export function sms(value: string): Address {
  return { channel: 'sms', value }
}

export function inbound(options: { id: string; from: Address; text?: string; at?: number }): NewInbound {
  const { id, from, text = 'hola', at = Date.UTC(2026, 0, 5, 12) } = options
  return { providerId: id, from, to: OUR_NUMBER, at, payload: { text, media: [] } }
}

/** A turn over the work that finishes its events and changes nothing else, unless told so. */
export function turnOf(work: Work, changes: Partial<TurnCommit> = {}): TurnCommit {
  return {
    conversation: work.id,
    version: work.version,
    lease: work.lease,
    state: { turns: work.version + 1 },
    done: work.events.map(({ id }) => id),
    send: [],
    forward: [],
    dueAt: null,
    case: null,
    openPages: [],
    audit: [],
    cancel: [],
    ...changes,
  }
}

export function reply(work: Work, options: Omit<Partial<NewOutbox>, 'id'> & { id: string }): NewOutbox {
  const { id, ...changes } = options
  return {
    to: { conversation: work.id },
    text: `answer ${id}`,
    priority: 2,
    at: Date.UTC(2026, 0, 5, 12),
    expiresAt: null,
    ratherTwice: false,
    repeat: false,
    ...changes,
    id: effectId(id),
  }
}

/** Lets one person write and commits a turn with the given changes. */
export async function takeOneTurn(
  store: Store,
  options: { id: string; from: Address; text?: string; now: number; changes?: (work: Work) => Partial<TurnCommit> },
): Promise<Work> {
  await store.acceptInbound(inbound(options))
  const [work] = await store.claimWork(1, options.now)
  if (!work) throw new Error('There was nothing to claim.')
  const { refused } = await store.commitTurns([turnOf(work, options.changes?.(work))])
  if (refused.length > 0) throw new Error('The turn was refused.')
  return work
}

/** Imports a rota and lets the advocates have the turn that an import gives each of them. */
export async function importRota(
  store: Store,
  people: { advocate: AdvocateId; addresses: Address[] }[],
  now: number,
): Promise<number> {
  const version = await store.replaceRota({ people: people.map(({ advocate }) => advocate) }, people, now)
  const works = await store.claimWork(people.length, now)
  await store.commitTurns(works.map((work) => turnOf(work)))
  return version
}

export const advocateId = (id: string) => id as AdvocateId
export const caseCode = (code: string) => code as CaseCode
export const effectId = (id: string) => id as EffectId
export const eventId = (id: string) => id as EventId
export const conversationId = (id: string) => id as ConversationId
