import type { Address, CaseCode, ConversationId } from '../../types.ts'
import { personAddress } from '../address-key.ts'
import { allPhones, type CaseWordLimits, type CaseWordTry, hourOf } from '../case-word-tries.ts'
import type { TurnCommit } from '../store.ts'
import { oneByOne, type PostgresEngine, type Transaction } from './engine.ts'

/** Whose case a word is; counts it when it is nobody's. */
export function tryCaseWord(
  engine: PostgresEngine,
  guess: { word: string; from: Address; limits: CaseWordLimits },
  now: number,
): Promise<CaseWordTry> {
  return engine.commit(lookUp, { ...guess, hour: hourOf(now) })
}

const lookUp = oneByOne(
  async (
    engine: PostgresEngine,
    tx: Transaction,
    { word, from, limits, hour }: { word: string; from: Address; limits: CaseWordLimits; hour: number },
  ): Promise<CaseWordTry> => {
    // One at a time on all nodes, or many at once would each find the hour's tries not yet used up.
    await tx.rows('SELECT pg_advisory_xact_lock($1)', CASE_WORDS_LOCK)
    await tx.count('DELETE FROM case_word_misses WHERE hour <> $1', hour)
    const phone = engine.vault.hashAddress(personAddress(from))
    const rows = await tx.rows<{ phone: Buffer; misses: number }>(
      'SELECT phone, misses FROM case_word_misses WHERE phone = ANY($1)',
      [phone, allPhones],
    )
    const missesOf = (counted: Uint8Array) => rows.find((row) => row.phone.equals(counted))?.misses ?? 0
    const ofAll = missesOf(allPhones)
    if (missesOf(phone) >= limits.onePhone || ofAll >= limits.allPhones) return { kind: 'not_tried' }
    const [found] = await tx.rows<{ conversation: ConversationId; code: CaseCode }>(
      `SELECT w.conversation, c.code FROM case_words w JOIN cases c ON c.conversation = w.conversation
       WHERE w.hash = $1 AND c.status <> 'closed'`,
      engine.vault.hashCaseWord(word),
    )
    if (found) return { kind: 'right', ...found }
    await tx.count(
      `INSERT INTO case_word_misses (phone, hour, misses) SELECT phone, $2, 1 FROM unnest($1::bytea[]) AS p (phone)
       ON CONFLICT (phone) DO UPDATE SET misses = case_word_misses.misses + 1`,
      [phone, allPhones],
      hour,
    )
    return { kind: 'wrong', isLast: ofAll + 1 >= limits.allPhones }
  },
)

/** An arbitrary number that nothing else in this database locks. */
const CASE_WORDS_LOCK = 711_005

/** Conversations whose turn would give them a word that another case has. */
export async function findTakenWords(
  engine: PostgresEngine,
  tx: Transaction,
  turns: TurnCommit[],
): Promise<Set<ConversationId>> {
  const wanted = turns.flatMap(({ conversation, caseWord }) =>
    typeof caseWord === 'string' ? [{ conversation, hash: engine.vault.hashCaseWord(caseWord) }] : [],
  )
  if (wanted.length === 0) return new Set()
  const rows = await tx.rows<{ id: ConversationId }>(
    `SELECT t.id FROM unnest($1::text[], $2::bytea[]) AS t (id, hash)
     JOIN case_words w ON w.hash = t.hash AND w.conversation <> t.id`,
    wanted.map(({ conversation }) => conversation),
    wanted.map(({ hash }) => hash),
  )
  return new Set(rows.map(({ id }) => id))
}

/** Gives cases their new words, or takes them back. */
export async function replaceCaseWords(engine: PostgresEngine, tx: Transaction, turns: TurnCommit[]): Promise<void> {
  for (const { conversation, caseWord } of turns) {
    if (caseWord === undefined) continue
    await tx.count('DELETE FROM case_words WHERE conversation = $1', conversation)
    if (caseWord === null) continue
    const hash = engine.vault.hashCaseWord(caseWord)
    await tx.count('INSERT INTO case_words (conversation, hash) VALUES ($1, $2)', conversation, hash)
  }
}
