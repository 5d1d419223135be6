import type { AdvocateId, CaseCode, ConversationId, EventId } from '../../types.ts'
import { NewerSchemaError, StoreUnavailableError } from '../schema-version.ts'
import type { CaseRow, NewOutbox, OpenPage, TurnCommit } from '../store.ts'
import { appendAudit } from './audit.ts'
import { isWordOfAnother, replaceCaseWord } from './case-words.ts'
import { conversationOfAdvocate, keyOf } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'
import { insertEvent } from './inbound.ts'
import { releaseWork } from './work.ts'

/**
 * Commits turns in one durable transaction that they share with others; tells which were refused. A turn that cannot
 * be written for a reason of its own counts as a failed try of that conversation and is among the refused.
 */
export async function commitTurns(engine: SqliteEngine, turns: TurnCommit[]): Promise<{ refused: ConversationId[] }> {
  const outcomes = await Promise.allSettled(
    turns.map(async (turn) => {
      const texts = writeTexts(turn)
      return engine.commit(() => commitTurn(engine, turn, texts))
    }),
  )
  const refused: ConversationId[] = []
  for (const [index, outcome] of outcomes.entries()) {
    const turn = turns[index]!
    if (outcome.status === 'fulfilled') {
      if (!outcome.value) refused.push(turn.conversation)
      continue
    }
    if (outcome.reason instanceof StoreUnavailableError || outcome.reason instanceof NewerSchemaError) {
      throw outcome.reason
    }
    refused.push(turn.conversation)
    const { conversation: id, lease, version, dueAt, done } = turn
    const work = { id, lease, version, dueAt, events: done.map((event) => ({ id: event })) }
    await releaseWork(engine, work, `The turn could not be written: ${outcome.reason}`)
  }
  return { refused }
}

/** JSON is made before the transaction, so that a value that has none stops its own turn only. */
function writeTexts(turn: TurnCommit): { state: string; forward: string[] } {
  return {
    state: JSON.stringify(turn.state) ?? 'null',
    forward: turn.forward.map(({ body }) => JSON.stringify(body) ?? 'null'),
  }
}

/** @returns whether the turn was still the worker's to commit */
function commitTurn(engine: SqliteEngine, turn: TurnCommit, texts: { state: string; forward: string[] }): boolean {
  const id = turn.conversation
  const row = engine.get<{ seq: number; version: number; has_case: number; has_pages: number }>(
    `SELECT c.seq, c.version, EXISTS (SELECT 1 FROM cases WHERE conversation = c.id) AS has_case,
       EXISTS (SELECT 1 FROM open_pages WHERE conversation = c.id) AS has_pages
     FROM conversations c JOIN leases l ON l.conversation = c.id WHERE c.id = ? AND l.token = ?`,
    id,
    turn.lease,
  )
  if (!row) return false
  engine.run('DELETE FROM leases WHERE conversation = ?', id)
  if (row.version !== turn.version) return false
  if (turn.case && isCodeOfAnother(engine, turn.case)) return false
  if (isWordOfAnother(engine, turn)) return false

  const version = turn.version + 1
  engine.run(
    'UPDATE conversations SET version = ?, failures = 0, due_at = ?, state = ? WHERE seq = ?',
    version,
    turn.dueAt,
    engine.vault.seal(keyOf(engine, id), texts.state, `state:${id}:${version}`),
    row.seq,
  )
  engine.states.set(id, { version, json: texts.state })
  for (const event of turn.done) finishEvent(engine, id, event)
  for (const message of turn.send) insertOutbox(engine, id, message)
  for (const [index, forward] of turn.forward.entries()) {
    const to = findForwardTarget(engine, forward.to)
    const body = texts.forward[index]!
    if (to) insertEvent(engine, { id: forward.id, conversation: to, kind: 'internal', at: forward.at, body })
  }
  if (turn.case !== null || row.has_case) replaceCase(engine, id, turn.case)
  if (turn.openPages.length > 0 || row.has_pages) replaceOpenPages(engine, id, turn.openPages)
  replaceCaseWord(engine, turn)
  appendAudit(engine, turn.audit)
  for (const effect of turn.cancel) {
    engine.run("UPDATE outbox SET phase = 'cancelled' WHERE id = ? AND phase = 'waiting'", effect)
  }
  return true
}

function isCodeOfAnother(engine: SqliteEngine, { code, conversation, status }: CaseRow): boolean {
  if (status === 'closed') return false
  return (
    engine.get(
      "SELECT 1 FROM cases WHERE code = ? AND status <> 'closed' AND conversation <> ?",
      code,
      conversation,
    ) !== undefined
  )
}

/** Done events keep what a person said, for the thread; what we told ourselves is no longer needed. */
function finishEvent(engine: SqliteEngine, conversation: ConversationId, id: EventId): void {
  engine.run(
    `UPDATE events SET status = 'done', body = CASE WHEN kind = 'message' THEN body END
     WHERE id = ? AND conversation = ? AND status = 'pending'`,
    id,
    conversation,
  )
}

function insertOutbox(engine: SqliteEngine, conversation: ConversationId, message: NewOutbox): void {
  const { id, to } = message
  const isToAdvocate = 'advocate' in to
  const inserted = engine.run(
    `INSERT INTO outbox (id, conversation, target, advocate, channel, priority, at, send_at, expires_at, rather_twice,
       repeat, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    id,
    conversation,
    isToAdvocate ? conversationOfAdvocate(engine, to.advocate) : to.conversation,
    isToAdvocate ? to.advocate : null,
    isToAdvocate ? to.channel : null,
    message.priority,
    message.at,
    message.at,
    message.expiresAt,
    message.ratherTwice ? 1 : 0,
    message.repeat ? 1 : 0,
    // Under the key of the conversation that made it: a page about a person is erased with that person.
    engine.vault.seal(keyOf(engine, conversation), message.text, `outbox:${id}`),
  )
  if (inserted > 0) engine.outboxTexts.set(id, message.text)
}

function findForwardTarget(engine: SqliteEngine, to: ConversationId | AdvocateId): ConversationId | null {
  const row = engine.get<{ id: ConversationId }>('SELECT id FROM conversations WHERE id = ?', to)
  return row?.id ?? conversationOfAdvocate(engine, to as AdvocateId)
}

function replaceCase(engine: SqliteEngine, conversation: ConversationId, row: CaseRow | null): void {
  if (!row) {
    engine.run('DELETE FROM cases WHERE conversation = ?', conversation)
    return
  }
  engine.run(
    `INSERT INTO cases (conversation, code, level, roles, status, taken_by, opened_at, alert_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (conversation) DO UPDATE SET code = excluded.code, level = excluded.level, roles = excluded.roles,
       status = excluded.status, taken_by = excluded.taken_by, opened_at = excluded.opened_at,
       alert_at = excluded.alert_at`,
    conversation,
    row.code as CaseCode,
    row.level,
    JSON.stringify(row.roles),
    row.status,
    JSON.stringify(row.takenBy),
    row.openedAt,
    row.alertAt,
  )
}

function replaceOpenPages(engine: SqliteEngine, conversation: ConversationId, pages: OpenPage[]): void {
  engine.run('DELETE FROM open_pages WHERE conversation = ?', conversation)
  for (const [position, page] of pages.entries()) {
    engine.run(
      'INSERT INTO open_pages (conversation, position, advocate, code, level, role, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      conversation,
      position,
      page.advocate,
      page.code,
      page.level,
      page.role,
      page.at,
    )
  }
}
