import type { Address, AdvocateId } from '../../types.ts'
import type { DocumentKind } from '../store.ts'
import type { DataKey } from '../vault.ts'
import { addressesOf, keysOf, noteAddresses, openAdvocate } from './conversations.ts'
import { oneByOne, type PostgresEngine, type Reader, type Transaction } from './engine.ts'

/** Documents read so far, by kind, with the version they were read at. */
export type DocumentCache = Map<DocumentKind, { version: number; body: unknown }>

export async function writeDocument(
  engine: PostgresEngine,
  kind: DocumentKind,
  body: unknown,
  now: number,
): Promise<number> {
  return engine.commit(storeDocument, { kind, json: JSON.stringify(body), now })
}

/** Stores a document in place of the version that it was made from; null when there is a newer one by now. */
export async function replaceDocument(
  engine: PostgresEngine,
  kind: DocumentKind,
  body: unknown,
  { after, now }: { after: number; now: number },
): Promise<number | null> {
  return engine.commit(replaceStored, { kind, json: JSON.stringify(body), after, now })
}

/** The newest version of a document; decrypted again only when there is a newer one. */
export async function readDocument(
  engine: PostgresEngine,
  cache: DocumentCache,
  kind: DocumentKind,
): Promise<{ version: number; body: unknown } | null> {
  const version = await newestVersion(engine, kind)
  if (version === 0) return null
  const cached = cache.get(kind)
  if (cached?.version === version) return cached
  // An older version may have gone since, with a newer one in its place.
  const row = await engine.first<{ version: number; body: Buffer }>(
    'SELECT version, body FROM documents WHERE kind = $1 ORDER BY version DESC LIMIT 1',
    kind,
  )
  if (!row) return null
  const json = engine.vault.open(await documentKey(engine, engine), row.body, `document:${kind}:${row.version}`)
  const document = { version: row.version, body: JSON.parse(json) as unknown }
  cache.set(kind, document)
  return document
}

/** Replaces the rota and whose address is whose. */
export async function replaceRota(
  engine: PostgresEngine,
  rota: unknown,
  people: RotaPerson[],
  now: number,
): Promise<number> {
  return engine.commit(storeRota, { json: JSON.stringify(rota), people, now })
}

interface RotaPerson {
  advocate: AdvocateId
  addresses: Address[]
}

const storeDocument = oneByOne(insertDocument)

const replaceStored = oneByOne(
  async (
    engine: PostgresEngine,
    tx: Transaction,
    { kind, json, after, now }: { kind: DocumentKind; json: string; after: number; now: number },
  ): Promise<number | null> => {
    await lockDocuments(tx)
    if ((await newestVersion(tx, kind)) !== after) return null
    const version = await insertDocument(engine, tx, { kind, json, now })
    await tx.count('DELETE FROM documents WHERE kind = $1 AND version < $2', kind, version)
    return version
  },
)

const storeRota = oneByOne(
  async (
    engine: PostgresEngine,
    tx: Transaction,
    { json, people, now }: { json: string; people: RotaPerson[]; now: number },
  ): Promise<number> => {
    const version = await insertDocument(engine, tx, { kind: 'rota', json, now })
    // An older rota holds the numbers of people who left.
    await tx.count("DELETE FROM documents WHERE kind = 'rota' AND version < $1", version)
    await tx.count('DELETE FROM rota_addresses')
    for (const person of people) {
      for (const [position, address] of person.addresses.entries()) {
        await insertAddress(engine, tx, person.advocate, address, position)
      }
      await keepReachable(engine, tx, person)
    }
    return version
  },
)

/** Answers go to the address last written from; when the rota has it no more, to the first one it has. */
async function keepReachable(engine: PostgresEngine, tx: Transaction, { advocate, addresses }: RotaPerson) {
  const first = addresses[0]
  if (!first) return
  const id = await openAdvocate(engine, tx, advocate, first)
  // A new rota wakes everybody in it once: what comes with a shift, such as the digest, starts from there.
  await tx.count('UPDATE conversations SET due_at = $1 WHERE id = $2', engine.now(), id)
  const last = (await addressesOf(engine, tx, [id])).get(id)
  const isKept = addresses.some(({ channel, value }) => channel === last?.channel && value === last.value)
  if (!isKept) await noteAddresses(engine, tx, new Map([[id, first]]))
}

async function insertAddress(
  engine: PostgresEngine,
  tx: Transaction,
  advocate: AdvocateId,
  address: Address,
  position: number,
): Promise<void> {
  const sealed = engine.vault.seal(await documentKey(engine, tx), JSON.stringify(address), 'rota_address')
  await tx.count(
    'INSERT INTO rota_addresses (hash, advocate, channel, position, address) VALUES ($1, $2, $3, $4, $5)',
    engine.vault.hashAddress(address),
    advocate,
    address.channel,
    position,
    sealed,
  )
}

async function insertDocument(
  engine: PostgresEngine,
  tx: Transaction,
  { kind, json, now }: { kind: DocumentKind; json: string; now: number },
): Promise<number> {
  await lockDocuments(tx)
  const version = (await newestVersion(tx, kind)) + 1
  const sealed = engine.vault.seal(await documentKey(engine, tx), json, `document:${kind}:${version}`)
  await tx.count('INSERT INTO documents (kind, version, at, body) VALUES ($1, $2, $3, $4)', kind, version, now, sealed)
  return version
}

/** One writer at a time, or two nodes would give out the same version. */
async function lockDocuments(tx: Transaction): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock($1)', DOCUMENTS_LOCK)
}

async function documentKey(engine: PostgresEngine, reader: Reader): Promise<DataKey> {
  return (await keysOf(engine, reader, ['documents'])).get('documents')!
}

async function newestVersion(reader: Reader, kind: DocumentKind): Promise<number> {
  const [row] = await reader.rows<{ version: number | null }>(
    'SELECT MAX(version) AS version FROM documents WHERE kind = $1',
    kind,
  )
  return row?.version ?? 0
}

/** An arbitrary number that nothing else in this database locks. */
const DOCUMENTS_LOCK = 711_003
