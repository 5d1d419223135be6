import type { Address, AdvocateId, CaseCode, ConversationId, EffectId, Level, RoleId } from '../../types.ts'
import { readMessageBody } from '../records.ts'
import type { CaseRow, OpenPage, ThreadEntry } from '../store.ts'
import { addressesOf, keysOf } from './conversations.ts'
import type { PostgresEngine } from './engine.ts'

/** The case of a code; of several with that code the one still open, else the newest. */
export async function findCase(engine: PostgresEngine, code: CaseCode): Promise<CaseRow | null> {
  const row = await engine.first<CaseColumns>(
    "SELECT * FROM cases WHERE code = $1 ORDER BY status = 'closed', opened_at DESC LIMIT 1",
    code,
  )
  return row ? readCase(row) : null
}

/** The cases that are not closed, the most urgent and oldest first. */
export async function openCases(engine: PostgresEngine): Promise<CaseRow[]> {
  const rows = await engine.rows<CaseColumns>("SELECT * FROM cases WHERE status <> 'closed' ORDER BY level, opened_at")
  return rows.map(readCase)
}

export async function openPagesOf(engine: PostgresEngine, advocate: AdvocateId): Promise<OpenPage[]> {
  return engine.rows<OpenPage>(
    'SELECT advocate, code, conversation, level, role, at FROM open_pages WHERE advocate = $1 ORDER BY at',
    advocate,
  )
}

/** What was said and answered, oldest first. */
export async function readThread(engine: PostgresEngine, id: ConversationId): Promise<ThreadEntry[]> {
  const [incoming, outgoing] = await Promise.all([readIn(engine, id), readOut(engine, id)])
  // Equal instants keep the order of the rows, and what came in stands before the answer to it.
  return [...incoming, ...outgoing].sort((a, b) => a.at - b.at)
}

async function readIn(engine: PostgresEngine, id: ConversationId): Promise<ThreadEntry[]> {
  const key = (await keysOf(engine, engine, [id])).get(id)
  if (!key) return []
  const rows = await engine.rows<{ id: string; at: number; body: Buffer }>(
    `SELECT id, at, body FROM events WHERE conversation = $1 AND kind = 'message' AND body IS NOT NULL ORDER BY seq`,
    id,
  )
  return rows.map((row) => {
    const { text, from } = readMessageBody(engine.vault.open(key, row.body, `event:${row.id}`))
    return { direction: 'in', at: row.at, text, address: from, status: null, effectId: null }
  })
}

async function readOut(engine: PostgresEngine, id: ConversationId): Promise<ThreadEntry[]> {
  const rows = await engine.rows<OutRow>(
    'SELECT id, conversation, channel, at, phase, status, body FROM outbox WHERE target = $1 ORDER BY seq',
    id,
  )
  const keys = await keysOf(
    engine,
    engine,
    rows.map(({ conversation }) => conversation),
  )
  const address = (await addressesOf(engine, engine, [id])).get(id)
  return rows.flatMap((row) => {
    const key = keys.get(row.conversation)
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
  body: Buffer
}
