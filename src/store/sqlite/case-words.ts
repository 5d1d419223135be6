import type { Address, CaseCode, ConversationId } from '../../types.ts'
import { personAddress } from '../address-key.ts'
import { allPhones, type CaseWordLimits, type CaseWordTry, hourOf } from '../case-word-tries.ts'
import type { TurnCommit } from '../store.ts'
import type { SqliteEngine } from './engine.ts'

/** Whose case a word is; counts it when it is nobody's. */
export async function tryCaseWord(
  engine: SqliteEngine,
  { word, from, limits }: { word: string; from: Address; limits: CaseWordLimits },
  now: number,
): Promise<CaseWordTry> {
  return engine.commit((): CaseWordTry => {
    const hour = hourOf(now)
    const phone = engine.vault.hashAddress(personAddress(from))
    engine.run('DELETE FROM case_word_misses WHERE hour <> ?', hour)
    const ofAll = missesOf(engine, allPhones)
    if (missesOf(engine, phone) >= limits.onePhone || ofAll >= limits.allPhones) return { kind: 'not_tried' }
    const found = engine.get<{ conversation: ConversationId; code: CaseCode }>(
      `SELECT w.conversation, c.code FROM case_words w JOIN cases c ON c.conversation = w.conversation
       WHERE w.hash = ? AND c.status <> 'closed'`,
      engine.vault.hashCaseWord(word),
    )
    if (found) return { kind: 'right', ...found }
    for (const counted of [phone, allPhones])
      engine.run(
        `INSERT INTO case_word_misses (phone, hour, misses) VALUES (?, ?, 1)
         ON CONFLICT (phone) DO UPDATE SET misses = misses + 1`,
        counted,
        hour,
      )
    return { kind: 'wrong', isLast: ofAll + 1 >= limits.allPhones }
  })
}

function missesOf(engine: SqliteEngine, phone: Uint8Array): number {
  return engine.get<{ misses: number }>('SELECT misses FROM case_word_misses WHERE phone = ?', phone)?.misses ?? 0
}

/** Whether the turn gives its case a word that another case has. */
export function isWordOfAnother(engine: SqliteEngine, { conversation, caseWord }: TurnCommit): boolean {
  if (typeof caseWord !== 'string') return false
  const hash = engine.vault.hashCaseWord(caseWord)
  return engine.get('SELECT 1 FROM case_words WHERE hash = ? AND conversation <> ?', hash, conversation) !== undefined
}

/** Gives the case its new word, or takes it back. Call it inside a transaction. */
export function replaceCaseWord(engine: SqliteEngine, { conversation, caseWord }: TurnCommit): void {
  if (caseWord === undefined) return
  engine.run('DELETE FROM case_words WHERE conversation = ?', conversation)
  if (caseWord === null) return
  const hash = engine.vault.hashCaseWord(caseWord)
  engine.run('INSERT INTO case_words (conversation, hash) VALUES (?, ?)', conversation, hash)
}
