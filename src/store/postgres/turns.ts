import type { AdvocateId, CaseCode, ConversationId, EventId } from '../../types.ts'
import { NewerSchemaError, StoreUnavailableError } from '../schema-version.ts'
import type { NewOutbox, TurnCommit } from '../store.ts'
import { queueAudit } from './audit.ts'
import { findTakenWords, replaceCaseWords } from './case-words.ts'
import { conversationsOfAdvocates, keysOf } from './conversations.ts'
import type { PostgresEngine, Transaction } from './engine.ts'
import { insertEvents, type NewEvent } from './inbound.ts'
import { releaseWork } from './work.ts'

/**
 * Commits turns in one durable transaction that they share with others; tells which were refused. A turn that cannot
 * be written for a reason of its own counts as a failed try of that conversation and is among the refused.
 */
export async function commitTurns(engine: PostgresEngine, turns: TurnCommit[]): Promise<{ refused: ConversationId[] }> {
  const outcomes = await Promise.allSettled(
    turns.map(async (turn) => engine.commit(storeTurns, { turn, ...writeTexts(turn) })),
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

interface TurnWrite {
  turn: TurnCommit
  state: string
  forward: string[]
}

/** JSON is made before the transaction, so that a value that has none stops its own turn only. */
function writeTexts(turn: TurnCommit): Omit<TurnWrite, 'turn'> {
  return {
    state: JSON.stringify(turn.state) ?? 'null',
    forward: turn.forward.map(({ body }) => JSON.stringify(body) ?? 'null'),
  }
}

/** @returns for each, whether the turn was still the worker's to commit */
async function storeTurns(engine: PostgresEngine, tx: Transaction, writes: TurnWrite[]): Promise<boolean[]> {
  const held = await holdLeases(tx, writes)
  const taken = await findLiveCodes(tx, writes)
  const unfit = await findTakenWords(
    engine,
    tx,
    writes.map(({ turn }) => turn),
  )
  const accepted: TurnWrite[] = []
  const released: ConversationId[] = []
  for (const write of writes) {
    const { conversation: id, version, case: row } = write.turn
    if (!held.has(id)) continue
    released.push(id)
    const isFresh = held.get(id) === version
    // Of two turns for one conversation the second has an old version.
    held.delete(id)
    const owner = row && row.status !== 'closed' ? taken.get(row.code) : undefined
    if (!isFresh || (owner !== undefined && owner !== id) || unfit.has(id)) continue
    if (row && row.status !== 'closed') taken.set(row.code, id)
    accepted.push(write)
  }
  await write(engine, tx, accepted, released)
  return writes.map((entry) => accepted.includes(entry))
}

/** The versions of those conversations whose lease is the worker's, locked until the commit. */
async function holdLeases(tx: Transaction, writes: TurnWrite[]): Promise<Map<ConversationId, number>> {
  const rows = await tx.rows<{ id: ConversationId; version: number }>(
    `SELECT c.id, c.version FROM unnest($1::text[], $2::text[]) AS t (id, token)
     JOIN leases l ON l.conversation = t.id AND l.token = t.token
     JOIN conversations c ON c.id = t.id
     ORDER BY c.id FOR NO KEY UPDATE OF c, l`,
    writes.map(({ turn }) => turn.conversation),
    writes.map(({ turn }) => turn.lease),
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

async function findLiveCodes(tx: Transaction, writes: TurnWrite[]): Promise<Map<CaseCode, ConversationId>> {
  const codes = writes.flatMap(({ turn }) => (turn.case ? [turn.case.code] : []))
  if (codes.length === 0) return new Map()
  const rows = await tx.rows<{ code: CaseCode; conversation: ConversationId }>(
    "SELECT code, conversation FROM cases WHERE code = ANY($1) AND status <> 'closed'",
    codes,
  )
  return new Map(rows.map(({ code, conversation }) => [code, conversation]))
}

/** Writes everything the accepted turns change; each kind of row for all of them at once. */
async function write(
  engine: PostgresEngine,
  tx: Transaction,
  writes: TurnWrite[],
  released: ConversationId[],
): Promise<void> {
  const turns = writes.map(({ turn }) => turn)
  const advocates = turns.flatMap(({ send }) => send.flatMap(({ to }) => ('advocate' in to ? [to.advocate] : [])))
  const [keys, conversationOf, forwards] = await Promise.all([
    keysOf(
      engine,
      tx,
      turns.map(({ conversation }) => conversation),
    ),
    conversationsOfAdvocates(tx, advocates),
    findForwards(tx, writes),
  ])
  const states = writes.map(({ turn, state }) => {
    const about = `state:${turn.conversation}:${turn.version + 1}`
    return engine.vault.seal(keys.get(turn.conversation)!, state, about)
  })
  const messages = turns.flatMap((turn) =>
    turn.send.map((message) => ({
      ...outboxColumns(message, conversationOf),
      conversation: turn.conversation,
      body: engine.vault.seal(keys.get(turn.conversation)!, message.text, `outbox:${message.id}`),
    })),
  )
  await Promise.all([
    closeTurns(tx, turns, states, released),
    insertOutbox(tx, messages),
    insertEvents(engine, tx, forwards),
    insertCases(tx, turns),
    insertOpenPages(tx, turns),
    replaceCaseWords(engine, tx, turns),
    queueAudit(
      engine,
      tx,
      turns.flatMap(({ audit }) => audit),
    ),
    cancel(tx, turns),
  ])
  for (const { turn, state } of writes) {
    engine.states.set(turn.conversation, { version: turn.version + 1, json: state })
    for (const { id, text } of turn.send) engine.outboxTexts.set(id, text)
  }
}

/** Done events keep what a person said, for the thread; what we told ourselves is no longer needed. */
async function closeTurns(
  tx: Transaction,
  turns: TurnCommit[],
  states: Uint8Array[],
  released: ConversationId[],
): Promise<void> {
  const done = turns.flatMap((turn) => turn.done.map((event) => ({ event, conversation: turn.conversation })))
  await tx.count(
    `WITH
       freed AS (DELETE FROM leases WHERE conversation = ANY($5)),
       finished AS (
         UPDATE events SET status = 'done', body = CASE WHEN kind = 'message' THEN body END
         FROM unnest($6::text[], $7::text[]) AS d (id, conversation)
         WHERE events.id = d.id AND events.conversation = d.conversation AND status = 'pending'),
       no_case AS (DELETE FROM cases WHERE conversation = ANY($8)),
       no_pages AS (DELETE FROM open_pages WHERE conversation = ANY($1))
     UPDATE conversations SET version = t.version + 1, failures = 0, due_at = t.due_at, state = t.state
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) AS t (id, version, due_at, state)
     WHERE conversations.id = t.id`,
    turns.map(({ conversation }) => conversation),
    turns.map(({ version }) => version),
    turns.map(({ dueAt }) => dueAt),
    states,
    released,
    done.map(({ event }) => event),
    done.map(({ conversation }) => conversation),
    turns.filter((turn) => turn.case === null).map(({ conversation }) => conversation),
  )
}

function outboxColumns(message: NewOutbox, conversationOf: Map<AdvocateId, ConversationId>) {
  const { to } = message
  if ('conversation' in to) return { ...message, target: to.conversation, advocate: null, channel: null }
  return { ...message, target: conversationOf.get(to.advocate) ?? null, advocate: to.advocate, channel: to.channel }
}

async function insertOutbox(
  tx: Transaction,
  messages: (ReturnType<typeof outboxColumns> & { conversation: ConversationId; body: Uint8Array })[],
): Promise<void> {
  if (messages.length === 0) return
  await tx.count(
    // Under the key of the conversation that made it: a page about a person is erased with that person.
    `INSERT INTO outbox (id, conversation, target, advocate, channel, priority, at, send_at, expires_at, rather_twice,
       repeat, body)
     SELECT id, conversation, target, advocate, channel, priority, at, at, expires_at, rather_twice, repeat, body
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[],
       $9::boolean[], $10::boolean[], $11::bytea[]) WITH ORDINALITY
       AS m (id, conversation, target, advocate, channel, priority, at, expires_at, rather_twice, repeat, body, position)
     ORDER BY position
     ON CONFLICT (id) DO NOTHING`,
    messages.map(({ id }) => id),
    messages.map(({ conversation }) => conversation),
    messages.map(({ target }) => target),
    messages.map(({ advocate }) => advocate),
    messages.map(({ channel }) => channel),
    messages.map(({ priority }) => priority),
    messages.map(({ at }) => at),
    messages.map(({ expiresAt }) => expiresAt),
    messages.map(({ ratherTwice }) => ratherTwice),
    messages.map(({ repeat }) => repeat),
    messages.map(({ body }) => body),
  )
}

/** Forwarded events with the conversation each goes to; those to a conversation that was erased go nowhere. */
async function findForwards(tx: Transaction, writes: TurnWrite[]): Promise<NewEvent[]> {
  const forwards = writes.flatMap(({ turn, forward: bodies }) =>
    turn.forward.map((forward, index) => ({ ...forward, body: bodies[index]! })),
  )
  if (forwards.length === 0) return []
  const names = forwards.map(({ to }) => to)
  const rows = await tx.rows<{ name: string; id: ConversationId }>(
    `SELECT id AS name, id FROM conversations WHERE id = ANY($1)
     UNION ALL SELECT advocate AS name, id FROM conversations WHERE advocate = ANY($1)`,
    names,
  )
  // A conversation's own id comes first, should an advocate ever be named like one.
  const found = new Map<string, ConversationId>()
  for (const { name, id } of rows) if (!found.has(name)) found.set(name, id)
  return forwards.flatMap(({ id, to, at, body }) => {
    const conversation = found.get(to)
    return conversation ? [{ id: id as EventId, conversation, kind: 'internal' as const, at, body }] : []
  })
}

async function insertCases(tx: Transaction, turns: TurnCommit[]): Promise<void> {
  for (const { conversation, case: row } of turns) {
    if (!row) continue
    await tx.count(
      `INSERT INTO cases (conversation, code, level, roles, status, taken_by, opened_at, alert_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (conversation) DO UPDATE SET code = excluded.code, level = excluded.level, roles = excluded.roles,
         status = excluded.status, taken_by = excluded.taken_by, opened_at = excluded.opened_at,
         alert_at = excluded.alert_at`,
      conversation,
      row.code,
      row.level,
      JSON.stringify(row.roles),
      row.status,
      JSON.stringify(row.takenBy),
      row.openedAt,
      row.alertAt,
    )
  }
}

async function insertOpenPages(tx: Transaction, turns: TurnCommit[]): Promise<void> {
  const pages = turns.flatMap(({ conversation, openPages }) =>
    openPages.map((page, position) => ({ ...page, conversation, position })),
  )
  if (pages.length === 0) return
  await tx.count(
    `INSERT INTO open_pages (conversation, position, advocate, code, level, role, at)
     SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])`,
    pages.map(({ conversation }) => conversation),
    pages.map(({ position }) => position),
    pages.map(({ advocate }) => advocate),
    pages.map(({ code }) => code),
    pages.map(({ level }) => level),
    pages.map(({ role }) => role),
    pages.map(({ at }) => at),
  )
}

async function cancel(tx: Transaction, turns: TurnCommit[]): Promise<void> {
  const ids = turns.flatMap((turn) => turn.cancel)
  if (ids.length === 0) return
  await tx.count("UPDATE outbox SET phase = 'cancelled' WHERE id = ANY($1) AND phase = 'waiting'", ids)
}
