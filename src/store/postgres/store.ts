import pg from 'pg'
import type { KeyFile } from '../key-file.ts'
import type { DocumentKind, Store } from '../store.ts'
import { Vault, type WrappedKey } from '../vault.ts'
import { findAged, forgetAdvocates } from './aged.ts'
import { addAudit, readAudit, verifyAudit } from './audit.ts'
import { tryCaseWord } from './case-words.ts'
import { conversationsOf, readConversation } from './conversations.ts'
import { type DocumentCache, readDocument, replaceDocument, replaceRota, writeDocument } from './documents.ts'
import { type LeaseClock, PostgresEngine } from './engine.ts'
import { eraseConversation, forgetMessages } from './erase.ts'
import { figures, health, nextDueAt, readParked } from './health.ts'
import { acceptInbound } from './inbound.ts'
import { readClock } from './lease-clock.ts'
import { findCase, openCases, openPagesOf, readThread } from './look-ups.ts'
import { countErased, isSendingPaused, setSendingPaused, storeMeta } from './meta.ts'
import { migrate } from './migrate.ts'
import { claimOutbox, finishAttempts, startAttempts } from './outbox.ts'
import { claimProviderErasures, finishProviderErasures, readNotErasable } from './provider-erasures.ts'
import { recordReceipt } from './receipts.ts'
import { rotateKeys } from './rotate-keys.ts'
import { commitTurns } from './turns.ts'
import { claimWork, hastenCases, hastenDue, releaseWork } from './work.ts'

/** The store in a PostgreSQL database, which several nodes share. */
export function postgresStore(options: {
  databaseUrl: string
  keyFile: KeyFile
  now: () => number
  randomBytes: (size: number) => Buffer
  leases: LeaseClock
}): Store {
  const { databaseUrl, keyFile, now, randomBytes, leases } = options
  const vault = new Vault({ keys: keyFile, randomBytes })
  const engine = new PostgresEngine({ databaseUrl, vault, now, leases })
  const documents: DocumentCache = new Map()
  return {
    migrate: () => migrate(engine, keyFile.currentId()),
    close: () => engine.close(),

    acceptInbound: (event) => acceptInbound(engine, event),
    claimWork: (limit, at) => claimWork(engine, limit, at),
    commitTurns: (turns) => commitTurns(engine, turns),
    releaseWork: (work, failure) => releaseWork(engine, work, failure),
    freeLeases: async () => undefined,
    hastenDue: (at) => hastenDue(engine, at),
    hastenCases: (at) => hastenCases(engine, at),
    onWake: (listener) => engine.onWake(listener),
    nextDueAt: () => nextDueAt(engine),

    claimOutbox: (limit, at) => claimOutbox(engine, limit, at),
    startAttempts: (messages, at) => startAttempts(engine, messages, at),
    finishAttempts: (outcomes, at) => finishAttempts(engine, outcomes, at),
    recordReceipt: (receipt, at) => recordReceipt(engine, receipt, at),
    setSendingPaused: (paused, change) => setSendingPaused(engine, paused, change),
    isSendingPaused: () => isSendingPaused(engine),

    findConversation: async (address) => (await conversationsOf(engine, engine, [address]))[0] ?? null,
    readConversation: (id) => readConversation(engine, id),
    findCase: (code) => findCase(engine, code),
    openCases: () => openCases(engine),
    openPagesOf: (advocate) => openPagesOf(engine, advocate),
    tryCaseWord: (guess, at) => tryCaseWord(engine, guess, at),
    readThread: (id) => readThread(engine, id),

    writeDocument: (kind, body, at) => writeDocument(engine, kind, body, at),
    replaceDocument: (kind, body, from) => replaceDocument(engine, kind, body, from),
    readDocument: async <T>(kind: DocumentKind) =>
      (await readDocument(engine, documents, kind)) as { version: number; body: T } | null,
    replaceRota: (rota, addresses, at) => replaceRota(engine, rota, addresses, at),

    eraseConversation: (id, at) => eraseConversation(engine, id, at),
    forgetMessages: (id, at) => forgetMessages(engine, id, at),
    findAged: (before) => findAged(engine, before),
    forgetAdvocates: (before, at) => forgetAdvocates(engine, before, at),
    readNotErasable: () => readNotErasable(engine),
    claimProviderErasures: (limit, at) => claimProviderErasures(engine, limit, at),
    finishProviderErasures: (outcomes) => finishProviderErasures(engine, outcomes),
    countErased: () => countErased(engine),
    rotateKeys: () => rotateKeys(engine, keyFile, randomBytes),
    backUp: async () => {
      throw new Error('A PostgreSQL database is backed up with pg_dump; keep the key file apart from the dump.')
    },
    noteBackUp: (at) => engine.commit(storeMeta, { key: 'backed_up_at', value: String(at) }),

    addAudit: (entries) => addAudit(engine, entries),
    readAudit: (afterSeq, limit) => readAudit(engine, afterSeq, limit),
    verifyAudit: () => verifyAudit(engine),

    readClock: () => readClock(engine),
    health: (at) => health(engine, at),
    figures: (at) => figures(engine, at),
    readParked: () => readParked(engine),
    durableCommits: () => engine.durableCommits,
  }
}

/** A key that the database was written with, or null when it holds nothing yet. */
export async function findPostgresKey(databaseUrl: string): Promise<WrappedKey | null> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const table = await client.query("SELECT to_regclass('keys') AS name")
    if (table.rows[0].name === null) return null
    const { rows } = await client.query("SELECT key_id, wrapped FROM keys WHERE owner = 'hash'")
    return rows[0] ? { keyId: rows[0].key_id, wrapped: rows[0].wrapped } : null
  } finally {
    await client.end()
  }
}
