/**
 * Takes one safeguard away at a time, in a copy, and runs the tests that must notice. A safeguard whose loss no test
 * sees is a promise that nobody keeps.
 *
 *   npm run safeguards              all of them
 *   npm run safeguards -- lease     those whose name has the word in it
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Mutation {
  name: string
  /** File, the text that stands in it exactly once, and what takes its place. */
  edits: [file: string, find: string, replace: string][]
  tests: string[]
}

const store = 'test/store/store.test.ts'
const promises = 'test/store/promises.test.ts'

const mutations: Mutation[] = [
  {
    name: 'dedupe key, SQLite',
    edits: [
      ['src/store/sqlite/inbound.ts', 'const id = event.providerId as EventId', 'let id = event.providerId as EventId'],
      [
        'src/store/sqlite/inbound.ts',
        "if (hasEvent(engine, id)) return 'duplicate'",
        'if (hasEvent(engine, id)) id = (id + engine.vault.token(4)) as EventId',
      ],
    ],
    tests: [store, promises],
  },
  {
    name: 'dedupe key, PostgreSQL',
    edits: [
      [
        'src/store/postgres/inbound.ts',
        'id: event.providerId as EventId',
        'id: (event.providerId + engine.vault.token(4)) as EventId',
      ],
    ],
    tests: [store, promises],
  },
  {
    name: 'lease of a conversation, SQLite',
    edits: [
      ['src/store/sqlite/work.ts', 'if (!isLeased(engine, id, now)) chosen.add(id)', 'chosen.add(id)'],
      ['src/store/sqlite/work.ts', 'if (isLeased(engine, conversation, now))', 'if (now < 0)'],
    ],
    tests: [store, promises],
  },
  {
    name: 'lease, PostgreSQL',
    edits: [['src/store/postgres/lease-clock.ts', '} OR $', '} OR TRUE OR $']],
    tests: [store, promises],
  },
  {
    name: 'lease of a message, SQLite',
    edits: [
      ['src/store/sqlite/outbox.ts', '(lease_until IS NULL OR lease_until <= ? OR', '(TRUE OR lease_until <= ? OR'],
    ],
    tests: [store, promises],
  },
  {
    name: "leases by the database's clock",
    edits: [['src/store/open-store.ts', "leases = 'database'", "leases = 'caller'"]],
    tests: ['test/store/lease-clock.test.ts'],
  },
  {
    name: 'generation check, SQLite',
    edits: [['src/store/sqlite/turns.ts', 'if (row.version !== turn.version) return false', '']],
    tests: [store, promises],
  },
  {
    name: 'generation check, PostgreSQL',
    edits: [['src/store/postgres/turns.ts', 'held.get(id) === version', 'held.get(id) !== undefined']],
    tests: [store, promises],
  },
  {
    name: 'transaction, SQLite',
    edits: [['src/store/sqlite/engine.ts', "this.db.exec('ROLLBACK')", "this.db.exec('COMMIT')"]],
    tests: [store],
  },
  {
    name: 'transaction, PostgreSQL',
    edits: [['src/store/postgres/engine.ts', "isDurable ? 'BEGIN' :", "isDurable ? 'SELECT 1' :"]],
    tests: [store, promises],
  },
  {
    name: 'rank check, SQLite',
    edits: [['src/store/sqlite/receipts.ts', "if (deliveryRank(status) <= deliveryRank(row.status ?? '')) return", '']],
    tests: [store, promises],
  },
  {
    name: 'rank check, PostgreSQL',
    edits: [
      ['src/store/postgres/receipts.ts', "if (deliveryRank(status) <= deliveryRank(row.status ?? '')) return", ''],
      [
        'src/store/postgres/receipts.ts',
        "deliveryRank(status) > deliveryRank(statusOf.get(effectId) ?? '')",
        'deliveryRank(status) > 0',
      ],
    ],
    tests: [store, promises],
  },
  {
    name: 'fencing of turns, SQLite',
    edits: [['src/store/sqlite/turns.ts', 'WHERE c.id = ? AND l.token = ?', "WHERE c.id = ? AND ? <> ''"]],
    tests: [store, promises],
  },
  {
    name: 'fencing of turns, PostgreSQL',
    edits: [
      ['src/store/postgres/turns.ts', 'ON l.conversation = t.id AND l.token = t.token', 'ON l.conversation = t.id'],
    ],
    tests: [store, promises],
  },
  {
    name: 'fencing of sends, SQLite',
    edits: [
      [
        'src/store/sqlite/outbox.ts',
        "WHERE id = ? AND lease = ? AND phase = 'waiting' AND lease_until > ?",
        "WHERE id = ? AND ? <> '' AND phase = 'waiting' AND ? > 0",
      ],
    ],
    tests: [store, promises],
  },
  {
    name: 'fencing of sends, PostgreSQL',
    edits: [
      [
        'src/store/postgres/outbox.ts',
        "AND outbox.lease = m.lease AND phase = 'waiting' AND",
        "AND phase = 'waiting' AND TRUE OR FALSE AND",
      ],
    ],
    tests: [store, promises],
  },
  {
    name: 'fencing of a process held still',
    edits: [['src/channels/outbox-sender.ts', 'steadyMs() - claimedAt > beginWithinMs', 'beginWithinMs < 0']],
    tests: ['test/channels/outbox-sender.test.ts'],
  },
  {
    name: 'asking Twilio after an unknown outcome',
    edits: [['src/channels/twilio/send.ts', 'if (message.unknownOutcome) {', 'if (message.attempts < 0) {']],
    tests: ['test/channels/twilio/send.test.ts'],
  },
  {
    name: 'read-back: never asked',
    edits: [['src/run-read-back.ts', 'await run.readBack(since)', '{ found: 0, readUntil: since }']],
    tests: ['test/run-read-back.test.ts'],
  },
  {
    name: 'read-back: finds nothing',
    edits: [
      ['src/channels/twilio/read-back.ts', "message.direction !== 'inbound'", "message.direction !== 'outbound'"],
    ],
    tests: ['test/channels/twilio/read-back.test.ts'],
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))

function main(words: string[]): number {
  const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)))
  const folder = mkdtempSync(join(tmpdir(), 'puente-safeguards-'))
  try {
    for (const name of [
      'src',
      'test',
      'bin',
      'dialogs',
      'locales',
      'docs',
      'package.json',
      'jest.config.mjs',
      'README.md',
    ])
      cpSync(join(root, name), join(folder, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const unhealthy = runTests(folder, [...new Set(chosen.flatMap(({ tests }) => tests))])
    if (unhealthy.isRed) {
      process.stdout.write(
        `The tests are red with every safeguard in place, so they tell nothing:\n${unhealthy.said}\n`,
      )
      return 1
    }
    const survived = chosen.filter((mutation) => !isNoticed(folder, mutation))
    process.stdout.write(`${chosen.length - survived.length} of ${chosen.length} noticed.\n`)
    return survived.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isNoticed(folder: string, { name, edits, tests }: Mutation): boolean {
  const before = new Map<string, string>()
  for (const [file, find, replace] of edits) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    if (!before.has(path)) before.set(path, text)
    if (text.split(find).length !== 2)
      throw new Error(`"${find}" stands not exactly once in ${file}: mend the mutation.`)
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
  }
  const { isRed, said } = runTests(folder, tests)
  for (const [path, text] of before) writeFileSync(path, text)
  const noticedBy = /● (.+)/.exec(said)?.[1] ?? ''
  process.stdout.write(`${isRed ? 'noticed ' : 'SURVIVED'}  ${name.padEnd(42)} ${isRed ? noticedBy : ''}\n`)
  return isRed
}

function runTests(folder: string, tests: string[]): { isRed: boolean; said: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      '--testTimeout=30000',
      '--forceExit',
      ...tests,
    ],
    { cwd: folder, encoding: 'utf8', timeout: 300_000 },
  )
  return { isRed: status !== 0, said: stderr }
}

process.exitCode = main(process.argv.slice(2))
