import type { Address, AdvocateId, CaseCode, ConversationId, EffectId, Level, RoleId } from '../../types.ts'
import { readMessageBody } from '../records.ts'
import type { CaseRow, OpenPage, ThreadEntry } from '../store.ts'
import { addressOf, findKey } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'

/** The case of a code; of several with that code the one still open, else the newest. */
export function findCase(engine: SqliteEngine, code: CaseCode): CaseRow | null {
  const row = engine.get<CaseColumns>(
    "SELECT * FROM cases WHERE code = ? ORDER BY status = 'closed', opened_at DESC LIMIT 1",
    code,
  )
  return row ? readCase(row) : null
}

/** The cases that are not closed, the most urgent and oldest first. */
export function openCases(engine: SqliteEngine): CaseRow[] {
  return engine.all<CaseColumns>("SELECT * FROM cases WHERE status <> 'closed' ORDER BY level, opened_at").map(readCase)
}

export function openPagesOf(engine: SqliteEngine, advocate: AdvocateId): OpenPage[] {
  return engine.all<OpenPage>(
    'SELECT advocate, code, conversation, level, role, at FROM open_pages WHERE advocate = ? ORDER BY at',
    advocate,
  )
}

/** What was said and answered, oldest first. */
export function readThread(engine: SqliteEngine, id: ConversationId): ThreadEntry[] {
  const entries = [...readIn(engine, id), ...readOut(engine, id)]
  // Equal instants keep the order of the rows, and what came in stands before the answer to it.
  return entries.sort((a, b) => a.at - b.at)
}

function readIn(engine: SqliteEngine, id: ConversationId): ThreadEntry[] {
  const key = findKey(engine, id)
  if (!key) return []
  const rows = engine.all<{ id: string; at: number; body: Uint8Array }>(
    "SELECT id, at, body FROM events WHERE conversation = ? AND kind = 'message' AND body IS NOT NULL ORDER BY seq",
    id,
  )
  return rows.map((row) => {
    const { text, from } = readMessageBody(engine.vault.open(key, row.body, `event:${row.id}`))
    return { direction: 'in', at: row.at, text, address: from, status: null, effectId: null }
  })
}

function readOut(engine: SqliteEngine, id: ConversationId): ThreadEntry[] {
  const rows = engine.all<OutRow>(
    'SELECT id, conversation, channel, at, phase, status, body FROM outbox WHERE target = ? ORDER BY seq',
    id,
  )
  return rows.flatMap((row) => {
    const key = findKey(engine, row.conversation)
    const address = addressOf(engine, id)
    if (!key || !address) return []
    const text = engine.vault.open(key, row.body, `outbox:${row.id}`)
    const status = row.phase === 'waiting' ? 'queued' : row.phase === 'out' ? (row.status ?? 'accepted') : row.phase
    return [{ direction: 'out', at: row.at, text, address: addressFor(row, address), status, effectId: row.id }]
  })
}

/** A page names its channel; anything else went where the other side wrote from. */
function addressFor(row: OutRow, address: Address): Address {
  return row.channel ? { ...address, channel: row.channel } : address
}

function readCase(row: CaseColumns): CaseRow {
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

interface CaseColumns {
  conversation: ConversationId
  code: CaseCode
  level: Level
  roles: string
  status: CaseRow['status']
  taken_by: string
  opened_at: number
  alert_at: number | null
}
interface OutRow {
  id: EffectId
  conversation: ConversationId
  channel: Address['channel'] | null
  at: number
  phase: string
  status: string | null
  body: Uint8Array
}
