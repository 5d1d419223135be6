import type { Address, AdvocateId, ConversationId } from '../../types.ts'
import type { DocumentKind } from '../store.ts'
import { addressOf, keyOf, noteAddress, openAdvocate } from './conversations.ts'
import type { SqliteEngine } from './engine.ts'

/** Documents read so far, by kind, with the version they were read at. */
export type DocumentCache = Map<DocumentKind, { version: number; body: unknown }>

export async function writeDocument(engine: SqliteEngine, kind: DocumentKind, body: unknown, now: number) {
  const json = JSON.stringify(body)
  return engine.commit(() => insertDocument(engine, kind, json, now))
}

/** Stores a document in place of the version that it was made from; null when there is a newer one by now. */
export async function replaceDocument(
  engine: SqliteEngine,
  kind: DocumentKind,
  body: unknown,
  { after, now }: { after: number; now: number },
): Promise<number | null> {
  const json = JSON.stringify(body)
  return engine.commit(() => {
    if (newestVersion(engine, kind) !== after) return null
    const version = insertDocument(engine, kind, json, now)
    engine.run('DELETE FROM documents WHERE kind = ? AND version < ?', kind, version)
    return version
  })
}

/** The newest version of a document; decrypted again only when there is a newer one. */
export function readDocument(
  engine: SqliteEngine,
  cache: DocumentCache,
  kind: DocumentKind,
): { version: number; body: unknown } | null {
  const version = newestVersion(engine, kind)
  if (version === 0) return null
  const cached = cache.get(kind)
  if (cached?.version === version) return cached
  // An older version may have gone since, with a newer one of another process in its place.
  const row = engine.get<{ version: number; body: Uint8Array }>(
    'SELECT version, body FROM documents WHERE kind = ? ORDER BY version DESC LIMIT 1',
    kind,
  )!
  const json = engine.vault.open(keyOf(engine, 'documents'), row.body, `document:${kind}:${row.version}`)
  const document = { version: row.version, body: JSON.parse(json) as unknown }
  cache.set(kind, document)
  return document
}

/** Replaces the rota and whose address is whose. */
export async function replaceRota(
  engine: SqliteEngine,
  rota: unknown,
  people: { advocate: AdvocateId; addresses: Address[] }[],
  now: number,
): Promise<number> {
  const json = JSON.stringify(rota)
  return engine.commit(() => {
    engine.run('DELETE FROM rota_addresses')
    for (const { advocate, addresses } of people) {
      for (const [position, address] of addresses.entries()) insertAddress(engine, advocate, address, position)
      const first = addresses[0]
      if (first) keepReachable(engine, openAdvocate(engine, advocate, first), addresses, first)
    }
    const version = insertDocument(engine, 'rota', json, now)
    // An older rota holds the numbers of people who left.
    engine.run("DELETE FROM documents WHERE kind = 'rota' AND version < ?", version)
    return version
  })
}

/** Answers go to the address last written from; when the rota has it no more, to the first one it has. */
function keepReachable(engine: SqliteEngine, id: ConversationId, addresses: Address[], first: Address): void {
  // A new rota wakes everybody in it once: what comes with a shift, such as the digest, starts from there.
  engine.run('UPDATE conversations SET due_at = ? WHERE id = ?', engine.now(), id)
  const last = addressOf(engine, id)
  const isKept = addresses.some(({ channel, value }) => channel === last?.channel && value === last.value)
  if (!isKept) noteAddress(engine, id, first)
}

function insertAddress(engine: SqliteEngine, advocate: AdvocateId, address: Address, position: number): void {
  const sealed = engine.vault.seal(keyOf(engine, 'documents'), JSON.stringify(address), 'rota_address')
  engine.run(
    'INSERT INTO rota_addresses (hash, advocate, channel, position, address) VALUES (?, ?, ?, ?, ?)',
    engine.vault.hashAddress(address),
    advocate,
    address.channel,
    position,
    sealed,
  )
}

function insertDocument(engine: SqliteEngine, kind: DocumentKind, json: string, now: number): number {
  const version = newestVersion(engine, kind) + 1
  const sealed = engine.vault.seal(keyOf(engine, 'documents'), json, `document:${kind}:${version}`)
  engine.run('INSERT INTO documents (kind, version, at, body) VALUES (?, ?, ?, ?)', kind, version, now, sealed)
  return version
}

function newestVersion(engine: SqliteEngine, kind: DocumentKind): number {
  const row = engine.get<{ version: number | null }>(
    'SELECT MAX(version) AS version FROM documents WHERE kind = ?',
    kind,
  )
  return row?.version ?? 0
}
