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
  return inOrder(incoming(engine, id), outgoing(engine, id))
}

function incoming(engine: SqliteEngine, id: ConversationId): ThreadEntry[] {
  const key = findKey(engine, id)
  if (!key) return []
  const rows = engine.all<InColumns>(
    "SELECT id, at, body FROM events WHERE conversation = ? AND kind = 'message' AND body IS NOT NULL ORDER BY seq",
    id,
  )
  return rows.map((row) => readIn(row, engine.vault.open(key, row.body, `event:${row.id}`)))
}

function outgoing(engine: SqliteEngine, id: ConversationId): ThreadEntry[] {
  const rows = engine.all<OutColumns>(
    'SELECT id, conversation, channel, at, phase, status, body FROM outbox WHERE target = ? ORDER BY seq',
    id,
  )
  return rows.flatMap((row) => {
    const key = findKey(engine, row.conversation)
    const address = addressOf(engine, id)
    if (!key || !address) return []
    return [readOut(row, engine.vault.open(key, row.body, `outbox:${row.id}`), address)]
  })
}
