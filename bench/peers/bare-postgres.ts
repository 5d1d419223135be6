import pg from 'pg'
import type { StoreTurn } from '../servers/bare.ts'
import { grouped } from './group.ts'

type Turn = Parameters<StoreTurn>[0]

/** A bare durable turn in one statement, so in one round trip and one commit; eight connections, or groups on one. */
export async function barePostgres(options: {
  database: string
  isGrouped: boolean
  onCommit(): void
}): Promise<StoreTurn> {
  const pool = new pg.Pool({ connectionString: options.database, max: options.isGrouped ? 1 : 8 })
  await pool.query(`
    CREATE TABLE seen (id TEXT PRIMARY KEY);
    CREATE TABLE states (conversation TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE outbox (seq BIGSERIAL PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);`)
  const write = async (turns: Turn[]) => {
    await pool.query({
      name: 'turn',
      text: `
        WITH came AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS t (id, conversation, state)),
        fresh AS (INSERT INTO seen SELECT id FROM came ON CONFLICT DO NOTHING RETURNING id),
        kept AS (
          INSERT INTO states SELECT DISTINCT ON (conversation) conversation, state FROM came JOIN fresh USING (id)
          ON CONFLICT (conversation) DO UPDATE SET state = excluded.state)
        INSERT INTO outbox (conversation, body)
        SELECT o.conversation, o.body FROM unnest($4::text[], $5::text[], $6::text[]) AS o (id, conversation, body)
        JOIN fresh USING (id)`,
      values: [
        turns.map(({ id }) => id),
        turns.map(({ conversation }) => conversation),
        turns.map(({ state }) => state),
        turns.flatMap(({ id, replies }) => replies.map(() => id)),
        turns.flatMap(({ conversation, replies }) => replies.map(() => conversation)),
        turns.flatMap(({ replies }) => replies),
      ],
    })
    options.onCommit()
  }
  return options.isGrouped ? grouped(write) : (turn) => write([turn])
}
