import type { AdvocateId, CaseCode, ConversationId } from '../../types.ts'
import {
  type CaseColumns,
  type InColumns,
  inOrder,
  type OutColumns,
  readCase,
  readIn,
  readOut,
} from '../look-up-rows.ts'
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
  return inOrder(...(await Promise.all([incoming(engine, id), outgoing(engine, id)])))
}

async function incoming(engine: PostgresEngine, id: ConversationId): Promise<ThreadEntry[]> {
  const key = (await keysOf(engine, engine, [id])).get(id)
  if (!key) return []
  const rows = await engine.rows<InColumns>(
    `SELECT id, at, body FROM events WHERE conversation = $1 AND kind = 'message' AND body IS NOT NULL ORDER BY seq`,
    id,
  )
  return rows.map((row) => readIn(row, engine.vault.open(key, row.body, `event:${row.id}`)))
}

async function outgoing(engine: PostgresEngine, id: ConversationId): Promise<ThreadEntry[]> {
  const rows = await engine.rows<OutColumns>(
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
    return [readOut(row, engine.vault.open(key, row.body, `outbox:${row.id}`), address)]
  })
}
