import type { Address, AdvocateId, ConversationId } from '../../types.ts'
import { personAddress } from '../address-key.ts'
import { conversationId } from '../ids.ts'
import type { StoredConversation } from '../store.ts'
import type { DataKey, WrappedKey } from '../vault.ts'
import type { PostgresEngine, Reader, Transaction } from './engine.ts'
import { ChangedMeanwhileError } from './errors.ts'

/** The conversations that addresses belong to, in their order: of the rota's advocate first, else of the person. */
export async function conversationsOf(
  engine: PostgresEngine,
  reader: Reader,
  addresses: Address[],
): Promise<(ConversationId | null)[]> {
  const hashes = addresses.map((address) => engine.vault.hashAddress(address))
  const rows = await reader.rows<{ hash: Buffer; advocate: AdvocateId | null; a: ConversationId; p: ConversationId }>(
    `SELECT h.hash, r.advocate, a.id AS a, p.id AS p
     FROM unnest($1::bytea[], $2::bytea[]) AS h (hash, person)
     LEFT JOIN rota_addresses r ON r.hash = h.hash
     LEFT JOIN conversations a ON a.advocate = r.advocate
     LEFT JOIN conversations p ON p.address_hash = h.person`,
    hashes,
    addresses.map((address) => engine.vault.hashAddress(personAddress(address))),
  )
  const found = new Map(rows.map((row) => [hex(row.hash), row.advocate === null ? row.p : row.a]))
  return hashes.map((hash) => found.get(hex(hash)) ?? null)
}

export async function conversationsOfAdvocates(
  reader: Reader,
  advocates: AdvocateId[],
): Promise<Map<AdvocateId, ConversationId>> {
  if (advocates.length === 0) return new Map()
  const rows = await reader.rows<{ advocate: AdvocateId; id: ConversationId }>(
    'SELECT advocate, id FROM conversations WHERE advocate = ANY($1)',
    advocates,
  )
  return new Map(rows.map(({ advocate, id }) => [advocate, id]))
}

/**
 * Starts the conversations of addresses seen for the first time, all in a few round trips: after a raid most messages
 * are a first one. Several addresses may be one person's.
 *
 * @returns their conversations, in the order of the addresses
 * @throws ChangedMeanwhileError when another node has started one of them a moment ago
 */
export async function openConversations(
  engine: PostgresEngine,
  tx: Transaction,
  addresses: Address[],
): Promise<ConversationId[]> {
  if (addresses.length === 0) return []
  const hashes = addresses.map((address) => engine.vault.hashAddress(address))
  const onRota = await tx.rows<{ hash: Buffer; advocate: AdvocateId }>(
    'SELECT hash, advocate FROM rota_addresses WHERE hash = ANY($1)',
    hashes,
  )
  const advocateOf = new Map(onRota.map(({ hash, advocate }) => [hex(hash), advocate]))
  const persons = new Map<string, { hash: Uint8Array; address: Address }>()
  for (const [index, address] of addresses.entries()) {
    if (advocateOf.has(hex(hashes[index]!))) continue
    const hash = engine.vault.hashAddress(personAddress(address))
    if (!persons.has(hex(hash))) persons.set(hex(hash), { hash, address })
  }
  const opened = await insert(
    engine,
    tx,
    [...persons.values()].map(({ hash, address }) => ({ hash, advocate: null, address })),
  )
  const idOf = new Map([...persons.keys()].map((key, index) => [key, opened[index]!]))
  const ids: ConversationId[] = []
  for (const [index, address] of addresses.entries()) {
    const advocate = advocateOf.get(hex(hashes[index]!))
    ids.push(
      advocate === undefined
        ? idOf.get(hex(engine.vault.hashAddress(personAddress(address))))!
        : await openAdvocate(engine, tx, advocate, address),
    )
  }
  return ids
}

/** The advocate's conversation; it survives every import of the rota. */
export async function openAdvocate(
  engine: PostgresEngine,
  tx: Transaction,
  advocate: AdvocateId,
  address: Address,
): Promise<ConversationId> {
  const known = await conversationsOfAdvocates(tx, [advocate])
  return known.get(advocate) ?? (await insert(engine, tx, [{ hash: null, advocate, address }]))[0]!
}

/** Remembers the addresses that the other sides wrote from last, for the answers. */
export async function noteAddresses(
  engine: PostgresEngine,
  tx: Transaction,
  latest: Map<ConversationId, Address>,
): Promise<void> {
  const known = await addressesOf(engine, tx, [...latest.keys()])
  for (const [id, address] of latest) {
    const last = known.get(id)
    if (last && last.channel === address.channel && last.value === address.value) continue
    const key = (await keysOf(engine, tx, [id])).get(id)
    if (!key) throw new ChangedMeanwhileError()
    const sealed = engine.vault.seal(key, JSON.stringify(address), `address:${id}`)
    await tx.count('UPDATE conversations SET address = $1 WHERE id = $2', sealed, id)
    engine.addresses.set(id, address)
  }
}

/** The addresses that the other sides wrote from last; none for a conversation that was erased. */
export async function addressesOf(
  engine: PostgresEngine,
  reader: Reader,
  ids: ConversationId[],
): Promise<Map<ConversationId, Address>> {
  const { known, missing } = lookUp(ids, (id) => engine.addresses.get(id))
  if (missing.length === 0) return known
  const [keys, rows] = await Promise.all([
    keysOf(engine, reader, missing),
    reader.rows<{ id: ConversationId; address: Buffer }>(
      'SELECT id, address FROM conversations WHERE id = ANY($1) AND address IS NOT NULL',
      missing,
    ),
  ])
  for (const { id, address: sealed } of rows) {
    const key = keys.get(id)
    if (!key) continue
    const address: Address = JSON.parse(engine.vault.open(key, sealed, `address:${id}`))
    engine.addresses.set(id, address)
    known.set(id, address)
  }
  return known
}

/** The data keys of conversations, `hash` or `documents`; none for what was erased. */
export async function keysOf<Owner extends string>(
  engine: PostgresEngine,
  reader: Reader,
  owners: Owner[],
): Promise<Map<Owner, DataKey>> {
  const { known, missing } = lookUp(owners, (owner) => engine.keys.get(owner))
  if (missing.length === 0) return known
  const rows = await reader.rows<{ owner: Owner; key_id: string; wrapped: Buffer }>(
    'SELECT owner, key_id, wrapped FROM keys WHERE owner = ANY($1)',
    missing,
  )
  for (const { owner, key_id: keyId, wrapped } of rows) {
    const key = engine.vault.unwrap({ keyId, wrapped })
    engine.keys.set(owner, key)
    known.set(owner, key)
  }
  return known
}

export async function insertKey(tx: Transaction, owner: string, { keyId, wrapped }: WrappedKey): Promise<void> {
  await tx.count('INSERT INTO keys (owner, key_id, wrapped) VALUES ($1, $2, $3)', owner, keyId, wrapped)
}

export async function readConversation(engine: PostgresEngine, id: ConversationId): Promise<StoredConversation | null> {
  const row = await engine.first<Omit<StoredConversation, 'state'> & { state: Buffer | null }>(
    'SELECT id, kind, advocate, version, state FROM conversations WHERE id = $1',
    id,
  )
  if (!row) return null
  const key = (await keysOf(engine, engine, [id])).get(id)
  // The version and the state were read together, so the cache has nothing to add.
  const state = key && row.state ? JSON.parse(engine.vault.open(key, row.state, `state:${id}:${row.version}`)) : null
  return { ...row, state }
}

/** The states that were committed with these versions, by conversation; nothing for one that has none yet. */
export async function readStates(
  engine: PostgresEngine,
  reader: Reader,
  versions: Map<ConversationId, number>,
): Promise<Map<ConversationId, unknown>> {
  const cached = (id: ConversationId) => {
    const state = engine.states.get(id)
    return state && state.version === versions.get(id) ? state.json : undefined
  }
  const { known, missing } = lookUp([...versions.keys()], cached)
  if (missing.length > 0) {
    const [keys, rows] = await Promise.all([
      keysOf(engine, reader, missing),
      reader.rows<{ id: ConversationId; version: number; state: Buffer }>(
        'SELECT id, version, state FROM conversations WHERE id = ANY($1) AND state IS NOT NULL',
        missing,
      ),
    ])
    for (const { id, version, state } of rows) {
      const key = keys.get(id)
      if (!key) continue
      const json = engine.vault.open(key, state, `state:${id}:${version}`)
      engine.states.set(id, { version, json })
      known.set(id, json)
    }
  }
  return new Map([...known].map(([id, json]) => [id, JSON.parse(json) as unknown]))
}

interface NewConversation {
  hash: Uint8Array | null
  advocate: AdvocateId | null
  address: Address
}

async function insert(engine: PostgresEngine, tx: Transaction, fresh: NewConversation[]): Promise<ConversationId[]> {
  if (fresh.length === 0) return []
  // The lock keeps a rotation of keys from finishing before these keys, wrapped with the old one, are seen by it.
  const [current] = await tx.rows<{ value: string }>("SELECT value FROM meta WHERE key = 'current_key' FOR SHARE")
  const rows = fresh.map(({ hash, advocate, address }) => {
    const id = conversationId(engine.now(), engine.vault.token(8))
    const { key, wrapped } = engine.vault.newDataKey(current!.value)
    const sealed = engine.vault.seal(key, JSON.stringify(address), `address:${id}`)
    return { id, hash, advocate, address, sealed, key, wrapped }
  })
  const [inserted] = await Promise.all([
    tx.count(
      `INSERT INTO conversations (id, kind, advocate, address_hash, address)
       SELECT id, CASE WHEN advocate IS NULL THEN 'person' ELSE 'advocate' END, advocate, hash, address
       FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) AS c (id, advocate, hash, address)
       ON CONFLICT DO NOTHING`,
      rows.map(({ id }) => id),
      rows.map(({ advocate }) => advocate),
      rows.map(({ hash }) => hash),
      rows.map(({ sealed }) => sealed),
    ),
    tx.count(
      'INSERT INTO keys (owner, key_id, wrapped) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])',
      rows.map(({ id }) => id),
      rows.map(({ wrapped }) => wrapped.keyId),
      rows.map(({ wrapped }) => wrapped.wrapped),
    ),
  ])
  // Another node started the conversation of one of these addresses a moment ago.
  if (inserted < rows.length) throw new ChangedMeanwhileError()
  for (const { id, key, address } of rows) {
    engine.keys.set(id, key)
    engine.addresses.set(id, address)
  }
  return rows.map(({ id }) => id)
}

function lookUp<Key, Value>(
  wanted: Key[],
  cached: (key: Key) => Value | undefined,
): { known: Map<Key, Value>; missing: Key[] } {
  const known = new Map<Key, Value>()
  const missing: Key[] = []
  for (const key of new Set(wanted)) {
    const value = cached(key)
    if (value === undefined) missing.push(key)
    else known.set(key, value)
  }
  return { known, missing }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
