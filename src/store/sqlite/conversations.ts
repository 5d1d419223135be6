import type { Address, AdvocateId, ConversationId } from '../../types.ts'
import { personAddress } from '../address-key.ts'
import { conversationId } from '../ids.ts'
import type { StoredConversation } from '../store.ts'
import type { DataKey, WrappedKey } from '../vault.ts'
import type { SqliteEngine } from './engine.ts'
import { readMeta } from './meta.ts'

/** The conversation that an address belongs to: of the rota's advocate first, else of the person. */
export function conversationOf(engine: SqliteEngine, address: Address): ConversationId | null {
  const hash = engine.vault.hashAddress(address)
  const advocate = engine.get<{ advocate: AdvocateId }>('SELECT advocate FROM rota_addresses WHERE hash = ?', hash)
  if (advocate) return conversationOfAdvocate(engine, advocate.advocate)
  const person = engine.get<{ id: ConversationId }>(
    'SELECT id FROM conversations WHERE address_hash = ?',
    engine.vault.hashAddress(personAddress(address)),
  )
  return person?.id ?? null
}

export function conversationOfAdvocate(engine: SqliteEngine, advocate: AdvocateId): ConversationId | null {
  const row = engine.get<{ id: ConversationId }>('SELECT id FROM conversations WHERE advocate = ?', advocate)
  return row?.id ?? null
}

/** Starts the conversation of an address seen for the first time. */
export function openConversation(engine: SqliteEngine, address: Address): ConversationId {
  const hash = engine.vault.hashAddress(address)
  const row = engine.get<{ advocate: AdvocateId }>('SELECT advocate FROM rota_addresses WHERE hash = ?', hash)
  if (row) return openAdvocate(engine, row.advocate, address)
  return insert(engine, { hash: engine.vault.hashAddress(personAddress(address)), advocate: null, address })
}

/** The advocate's conversation; it survives every import of the rota. */
export function openAdvocate(engine: SqliteEngine, advocate: AdvocateId, address: Address): ConversationId {
  return conversationOfAdvocate(engine, advocate) ?? insert(engine, { hash: null, advocate, address })
}

/** Remembers the address that the other side wrote from last, for the answer. */
export function noteAddress(engine: SqliteEngine, id: ConversationId, address: Address): void {
  const known = addressOf(engine, id)
  if (known && known.channel === address.channel && known.value === address.value) return
  const sealed = engine.vault.seal(keyOf(engine, id), JSON.stringify(address), `address:${id}`)
  engine.run('UPDATE conversations SET address = ? WHERE id = ?', sealed, id)
  engine.addresses.set(id, address)
}

/** The address that the other side wrote from last, or null when the conversation was erased. */
export function addressOf(engine: SqliteEngine, id: ConversationId): Address | null {
  const cached = engine.addresses.get(id)
  if (cached) return cached
  const row = engine.get<{ address: Uint8Array | null }>('SELECT address FROM conversations WHERE id = ?', id)
  if (!row?.address) return null
  const address: Address = JSON.parse(engine.vault.open(keyOf(engine, id), row.address, `address:${id}`))
  engine.addresses.set(id, address)
  return address
}

/** @throws when the conversation was erased; callers look for its row first. */
export function keyOf(engine: SqliteEngine, owner: string): DataKey {
  const key = findKey(engine, owner)
  if (!key) throw new Error(`There is no key of ${owner}; it was erased, or the database is damaged.`)
  return key
}

export function findKey(engine: SqliteEngine, owner: string): DataKey | null {
  const cached = engine.keys.get(owner)
  if (cached) return cached
  const row = engine.get<{ key_id: string; wrapped: Uint8Array }>(
    'SELECT key_id, wrapped FROM keys WHERE owner = ?',
    owner,
  )
  if (!row) return null
  const key = engine.vault.unwrap({ keyId: row.key_id, wrapped: row.wrapped })
  engine.keys.set(owner, key)
  return key
}

export function insertKey(engine: SqliteEngine, owner: string, { keyId, wrapped }: WrappedKey): void {
  engine.run('INSERT INTO keys (owner, key_id, wrapped) VALUES (?, ?, ?)', owner, keyId, wrapped)
}

export function readConversation(engine: SqliteEngine, id: ConversationId): StoredConversation | null {
  const row = engine.get<Pick<StoredConversation, 'kind' | 'advocate' | 'version'>>(
    'SELECT kind, advocate, version FROM conversations WHERE id = ?',
    id,
  )
  if (!row) return null
  const { kind, advocate, version } = row
  return { id, kind, advocate, version, state: readState(engine, id, version) }
}

/** The state as it was committed with `version`. */
export function readState(engine: SqliteEngine, id: ConversationId, version: number): unknown {
  const cached = engine.states.get(id)
  if (cached?.version === version) return JSON.parse(cached.json)
  const row = engine.get<{ state: Uint8Array | null }>('SELECT state FROM conversations WHERE id = ?', id)
  if (!row?.state) return null
  const json = engine.vault.open(keyOf(engine, id), row.state, `state:${id}:${version}`)
  engine.states.set(id, { version, json })
  return JSON.parse(json)
}

function insert(
  engine: SqliteEngine,
  { hash, advocate, address }: { hash: Uint8Array | null; advocate: AdvocateId | null; address: Address },
): ConversationId {
  const id = conversationId(engine.now(), engine.vault.token(8))
  const { key, wrapped } = engine.vault.newDataKey(readMeta(engine, 'current_key')!)
  insertKey(engine, id, wrapped)
  engine.run(
    'INSERT INTO conversations (id, kind, advocate, address_hash, address) VALUES (?, ?, ?, ?, ?)',
    id,
    advocate === null ? 'person' : 'advocate',
    advocate,
    hash,
    engine.vault.seal(key, JSON.stringify(address), `address:${id}`),
  )
  engine.keys.set(id, key)
  engine.addresses.set(id, address)
  return id
}
