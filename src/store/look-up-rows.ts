import type { Address, AdvocateId, CaseCode, ConversationId, EffectId, Level, RoleId } from '../types.ts'
import { readMessageBody } from './records.ts'
import type { CaseRow, ThreadEntry } from './store.ts'

/** A row of `cases`, the same in both engines. */
export interface CaseColumns {
  conversation: ConversationId
  code: CaseCode
  level: Level
  roles: string
  status: CaseRow['status']
  taken_by: string
  opened_at: number
  alert_at: number | null
}

export function readCase(row: CaseColumns): CaseRow {
  return {
    code: row.code,
    conversation: row.conversation,
    level: row.level,
    roles: JSON.parse(row.roles) as RoleId[],
    status: row.status,
    takenBy: JSON.parse(row.taken_by) as AdvocateId[],
    openedAt: row.opened_at,
    alertAt: row.alert_at,
  }
}

/** A message that came in, as the thread shows it. */
export interface InColumns {
  id: string
  at: number
  body: Uint8Array
}

/** @param body - decrypted */
export function readIn({ at }: InColumns, body: string): ThreadEntry {
  const { text, from } = readMessageBody(body)
  return { direction: 'in', at, text, address: from, status: null, effectId: null }
}

/** A message to somebody, as the thread shows it. */
export interface OutColumns {
  id: EffectId
  conversation: ConversationId
  channel: Address['channel'] | null
  at: number
  phase: string
  status: string | null
  body: Uint8Array
}

/** @param address - of the other side; a page names its channel, anything else went where they wrote from */
export function readOut({ id, channel, at, phase, status }: OutColumns, text: string, address: Address): ThreadEntry {
  return {
    direction: 'out',
    at,
    text,
    address: channel ? { ...address, channel } : address,
    status: phase === 'waiting' ? 'queued' : phase === 'out' ? (status ?? 'accepted') : phase,
    effectId: id,
  }
}

/** Equal instants keep the order of the rows, and what came in stands before the answer to it. */
export const inOrder = (incoming: ThreadEntry[], outgoing: ThreadEntry[]): ThreadEntry[] =>
  [...incoming, ...outgoing].sort((one, other) => one.at - other.at)
