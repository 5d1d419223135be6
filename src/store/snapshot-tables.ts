/**
 * What a back-up holds: the columns that both engines have, in an order in which they can be written again. Leases and
 * kept receipts are worth nothing later; numbers that the engine gives by itself are given anew, in the same order.
 */
export const snapshotTables: (SnapshotTable & { orderBy: string })[] = [
  { name: 'keys', columns: ['owner', 'key_id', 'wrapped'], orderBy: 'owner' },
  {
    name: 'conversations',
    columns: ['id', 'kind', 'advocate', 'address_hash', 'version', 'failures', 'due_at', 'address', 'state'],
    orderBy: 'id',
  },
  { name: 'events', columns: ['id', 'conversation', 'kind', 'at', 'status', 'failure', 'body'], orderBy: 'seq' },
  {
    name: 'outbox',
    columns: [
      ...['id', 'conversation', 'target', 'advocate', 'channel', 'priority', 'at', 'send_at', 'expires_at'],
      ...['rather_twice', 'repeat', 'phase', 'attempts', 'unknown', 'status', 'code', 'provider_id', 'body'],
    ],
    orderBy: 'seq',
  },
  {
    name: 'cases',
    columns: ['conversation', 'code', 'level', 'roles', 'status', 'taken_by', 'opened_at', 'alert_at'],
    orderBy: 'conversation',
  },
  {
    name: 'open_pages',
    columns: ['conversation', 'position', 'advocate', 'code', 'level', 'role', 'at'],
    orderBy: 'conversation, position',
  },
  { name: 'case_words', columns: ['conversation', 'hash'], orderBy: 'conversation' },
  { name: 'rota_addresses', columns: ['hash', 'advocate', 'channel', 'position', 'address'], orderBy: 'hash' },
  { name: 'documents', columns: ['kind', 'version', 'at', 'body'], orderBy: 'kind, version' },
  { name: 'audit', columns: ['seq', 'at', 'actor', 'action', 'subject', 'hash'], orderBy: 'seq' },
  { name: 'provider_erasures', columns: ['provider_id', 'at', 'try_at', 'attempts', 'code'], orderBy: 'provider_id' },
  { name: 'meta', columns: ['key', 'value'], orderBy: 'key' },
]

/** Yes-or-no columns, which SQLite keeps as numbers. */
export const booleanColumns: ReadonlySet<string> = new Set(['rather_twice', 'repeat', 'unknown'])

/** Entries of `meta` that go with the data; the others are about one database only. */
export const metaKept: ReadonlySet<string> = new Set(['current_key', 'erased'])

export type SnapshotValue = string | number | boolean | Uint8Array | null
export interface SnapshotRow {
  table: string
  values: SnapshotValue[]
}

export interface SnapshotTable {
  name: string
  columns: string[]
}
