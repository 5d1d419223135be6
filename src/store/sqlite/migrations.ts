import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The schema of the SQLite engine, step by step. A step that was released is never edited; a new one is added. */
export const migrations: Record<string, Migration> = {
  '0001_first': { up: (db) => createAll(db, FIRST_SCHEMA) },
  '0002_provider_erasures': { up: (db) => createAll(db, PROVIDER_ERASURES) },
  '0003_events_without_status': { up: (db) => createAll(db, EVENTS_WITHOUT_STATUS) },
  '0004_case_words': { up: (db) => createAll(db, CASE_WORDS) },
}

async function createAll(db: Kysely<unknown>, statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const FIRST_SCHEMA = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',

  // Wrapped data keys: one for each conversation, and those named `hash` and `documents`. Erasing deletes the row.
  'CREATE TABLE keys (owner TEXT PRIMARY KEY, key_id TEXT NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID',
  'CREATE INDEX keys_by_key_id ON keys (key_id)',

  // `state` is last: a read of the version does not touch its overflow pages.
  `CREATE TABLE conversations (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'advocate')),
    advocate TEXT UNIQUE,
    address_hash BLOB UNIQUE,
    version INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    address BLOB,
    state BLOB
  )`,
  'CREATE INDEX conversations_due ON conversations (due_at) WHERE due_at IS NOT NULL',

  // Apart from the conversation, so that taking and giving back a lease writes a few bytes.
  'CREATE TABLE leases (conversation TEXT PRIMARY KEY, token TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID',

  `CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'internal', 'delivery_failed')),
    at INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'parked', 'erased')),
    failure BLOB,
    body BLOB
  )`,
  "CREATE INDEX events_pending ON events (seq, conversation) WHERE status = 'pending'",
  "CREATE INDEX events_parked ON events (seq) WHERE status = 'parked'",
  'CREATE INDEX events_of_conversation ON events (conversation, status, seq)',

  `CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    target TEXT,
    advocate TEXT,
    channel TEXT,
    priority INTEGER NOT NULL,
    at INTEGER NOT NULL,
    send_at INTEGER NOT NULL,
    expires_at INTEGER,
    rather_twice INTEGER NOT NULL,
    repeat INTEGER NOT NULL,
    phase TEXT NOT NULL DEFAULT 'waiting' CHECK (phase IN ('waiting', 'out', 'failed', 'dropped', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,
    lease TEXT,
    lease_until INTEGER,
    status TEXT,
    code INTEGER,
    provider_id TEXT,
    body BLOB NOT NULL
  )`,
  "CREATE INDEX outbox_queue ON outbox (priority, send_at, seq) WHERE phase = 'waiting'",
  'CREATE INDEX outbox_of_provider ON outbox (provider_id) WHERE provider_id IS NOT NULL',
  'CREATE INDEX outbox_of_target ON outbox (target)',
  'CREATE INDEX outbox_of_conversation ON outbox (conversation)',

  // Receipts for messages whose provider id is not known yet.
  `CREATE TABLE receipts (
    provider_id TEXT NOT NULL,
    status TEXT NOT NULL,
    code INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (provider_id, status)
  ) WITHOUT ROWID`,
  'CREATE INDEX receipts_by_age ON receipts (at)',

  `CREATE TABLE cases (
    conversation TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    level TEXT NOT NULL,
    roles TEXT NOT NULL,
    status TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    alert_at INTEGER
  ) WITHOUT ROWID`,
  // A code is one of 457,000, so it comes back after years; among cases that are not closed it is one case.
  "CREATE UNIQUE INDEX cases_by_live_code ON cases (code) WHERE status <> 'closed'",
  'CREATE INDEX cases_by_code ON cases (code)',

  `CREATE TABLE open_pages (
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    advocate TEXT NOT NULL,
    code TEXT NOT NULL,
    level TEXT NOT NULL,
    role TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (conversation, position)
  ) WITHOUT ROWID`,
  'CREATE INDEX open_pages_of_advocate ON open_pages (advocate)',

  `CREATE TABLE rota_addresses (
    hash BLOB PRIMARY KEY,
    advocate TEXT NOT NULL,
    channel TEXT NOT NULL,
    position INTEGER NOT NULL,
    address BLOB NOT NULL
  ) WITHOUT ROWID`,
  'CREATE INDEX rota_addresses_of_advocate ON rota_addresses (advocate, channel, position)',

  `CREATE TABLE documents (
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, version)
  ) WITHOUT ROWID`,

  // AUTOINCREMENT remembers the highest number ever given, which shows rows cut off at the end.
  `CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    hash TEXT NOT NULL
  )`,
]

const PROVIDER_ERASURES = [
  // Copies at the provider of messages that were erased here. `try_at` is null for those that cannot be erased.
  `CREATE TABLE provider_erasures (
    provider_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    try_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    code INTEGER
  ) WITHOUT ROWID`,
  'CREATE INDEX provider_erasures_due ON provider_erasures (try_at) WHERE try_at IS NOT NULL',
]

// An event's status changes with every turn, and an index that holds it was written twice more each time.
const EVENTS_WITHOUT_STATUS = [
  'DROP INDEX events_of_conversation',
  'CREATE INDEX events_of_conversation ON events (conversation, seq)',
]

const CASE_WORDS = [
  // The word by which a case goes on from another phone, as a keyed hash.
  `CREATE TABLE case_words (conversation TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE) WITHOUT ROWID`,
  // Wrong words of the hour under way, by the keyed hash of the phone, and of all phones.
  `CREATE TABLE case_word_misses (phone BLOB PRIMARY KEY, hour INTEGER NOT NULL, misses INTEGER NOT NULL) WITHOUT ROWID`,
]
