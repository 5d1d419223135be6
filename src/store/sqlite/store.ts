import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { KeyFile } from '../key-file.ts'
import type { DocumentKind, Store } from '../store.ts'
import { Vault, type WrappedKey } from '../vault.ts'
import { findAged, forgetAdvocates } from './aged.ts'
import { addAudit, readAudit, verifyAudit } from './audit.ts'
import { backUp } from './back-up.ts'
import { tryCaseWord } from './case-words.ts'
import { conversationOf, readConversation } from './conversations.ts'
import { type DocumentCache, readDocument, replaceDocument, replaceRota, writeDocument } from './documents.ts'
import { SqliteEngine } from './engine.ts'
import { eraseConversation, forgetMessages } from './erase.ts'
import { figures, health, nextDueAt, readParked } from './health.ts'
import { acceptInbound } from './inbound.ts'
import { findCase, openCases, openPagesOf, readThread } from './look-ups.ts'
import { countErased, isSendingPaused, setSendingPaused, writeMeta } from './meta.ts'
import { migrate } from './migrate.ts'
import { claimOutbox, finishAttempts, startAttempts } from './outbox.ts'
import { claimProviderErasures, finishProviderErasures, readNotErasable } from './provider-erasures.ts'
import { recordReceipt } from './receipts.ts'
import { rotateKeys } from './rotate-keys.ts'
import { commitTurns } from './turns.ts'
import { claimWork, hastenCases, hastenDue, releaseWork } from './work.ts'

/** The store in one SQLite file. */
export function sqliteStore(options: {
  path: string
  keyFile: KeyFile
  now: () => number
  randomBytes: (size: number) => Buffer
}): Store {
  const { path, keyFile, now, randomBytes } = options
  const vault = new Vault({ keys: keyFile, randomBytes })
  const engine = new SqliteEngine({ path, vault, now })
  const documents: DocumentCache = new Map()
  return {
    migrate: () => migrate(engine, keyFile.currentId()),
    close: () => engine.close(),

    acceptInbound: (event) => acceptInbound(engine, event),
    claimWork: (limit, at) => claimWork(engine, limit, at),
    commitTurns: (turns) => commitTurns(engine, turns),
    releaseWork: (work, failure) => releaseWork(engine, work, failure),
    freeLeases: () =>
      engine.commit(() => {
        engine.run('DELETE FROM leases')
        engine.run("UPDATE outbox SET lease = NULL, lease_until = NULL WHERE phase = 'waiting' AND lease IS NOT NULL")
      }),
    hastenDue: (at) => hastenDue(engine, at),
    hastenCases: (at) => hastenCases(engine, at),
    onWake: (listener) => engine.onWake(listener),
    nextDueAt: async () => nextDueAt(engine),

    claimOutbox: (limit, at) => claimOutbox(engine, limit, at),
    startAttempts: (messages, at) => startAttempts(engine, messages, at),
    finishAttempts: (outcomes, at) => finishAttempts(engine, outcomes, at),
    recordReceipt: (receipt, at) => recordReceipt(engine, receipt, at),
    setSendingPaused: (paused, change) => setSendingPaused(engine, paused, change),
    isSendingPaused: async () => isSendingPaused(engine),

    findConversation: async (address) => conversationOf(engine, address),
    readConversation: async (id) => readConversation(engine, id),
    findCase: async (code) => findCase(engine, code),
    openCases: async () => openCases(engine),
    openPagesOf: async (advocate) => openPagesOf(engine, advocate),
    tryCaseWord: (guess, at) => tryCaseWord(engine, guess, at),
    readThread: async (id) => readThread(engine, id),

    writeDocument: (kind, body, at) => writeDocument(engine, kind, body, at),
    replaceDocument: (kind, body, from) => replaceDocument(engine, kind, body, from),
    readDocument: async <T>(kind: DocumentKind) =>
      readDocument(engine, documents, kind) as { version: number; body: T } | null,
    replaceRota: (rota, addresses, at) => replaceRota(engine, rota, addresses, at),

    eraseConversation: (id, at) => eraseConversation(engine, id, at),
    forgetMessages: (id, at) => forgetMessages(engine, id, at),
    findAged: async (before) => findAged(engine, before),
    forgetAdvocates: (before, at) => forgetAdvocates(engine, before, at),
    readNotErasable: async () => readNotErasable(engine),
    claimProviderErasures: (limit, at) => claimProviderErasures(engine, limit, at),
    finishProviderErasures: (outcomes) => finishProviderErasures(engine, outcomes),
    countErased: async () => countErased(engine),
    rotateKeys: () => rotateKeys(engine, keyFile, randomBytes),
    backUp: (to) => backUp(engine, to),
    noteBackUp: (at) => engine.commit(() => writeMeta(engine, 'backed_up_at', String(at))),

    addAudit: (entries) => addAudit(engine, entries),
    readAudit: async (afterSeq, limit) => readAudit(engine, afterSeq, limit),
    verifyAudit: async () => verifyAudit(engine),

    readClock: async () => null,
    health: async (at) => health(engine, at),
    figures: async (at) => figures(engine, at),
    readParked: async () => readParked(engine),
    durableCommits: () => engine.durableCommits,
  }
}

/** A key that the database at `path` was written with, or null when it holds nothing yet. */
export function findSqliteKey(path: string): WrappedKey | null {
  if (!existsSync(path)) return null
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'keys'").get()) return null
    const row = db.prepare("SELECT key_id, wrapped FROM keys WHERE owner = 'hash'").get()
    return row ? { keyId: String(row.key_id), wrapped: row.wrapped as Uint8Array } : null
  } finally {
    db.close()
  }
}
