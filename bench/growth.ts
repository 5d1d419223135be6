import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readBundleOnce } from '../src/bundle-cache.ts'
import { readBundleFiles } from '../src/bundle-files.ts'
import { readLikenessModel } from '../src/danger-files.ts'
import { assembleFlow, type RunningBundle } from '../src/flow/assemble-flow.ts'
import type { BundleParts } from '../src/flow/bundle-parts.ts'
import { type Conversation, newConversation } from '../src/flow/conversation.ts'
import { takeTurn } from '../src/flow/take-turn.ts'
import { onCall } from '../src/handoff/on-call.ts'
import { readRota } from '../src/handoff/rota.ts'
import { readLanguageModel } from '../src/language-files.ts'
import { projectRoot } from '../src/project-root.ts'
import { type OpenedStore, openStore } from '../src/store/open-store.ts'
import { sendAll } from './load.ts'
import { interleaved, type Measured, median, microsecondsEach } from './measure.ts'
import type { ServerReport } from './servers/report.ts'
import { type MeasuredServer, runServer } from './servers/run-server.ts'
import { answersOfTriage, messageAt, startedAt } from './triage.ts'
import { signedWebhooks } from './webhooks.ts'

/** How one figure moves when the installation grows. */
export interface Curve {
  title: string
  along: string
  unit: string
  points: { size: number; value: number }[]
}

/** Microseconds of a turn in flows with more questions and rules than any conversation reaches. */
export async function growFlow(rounds: number): Promise<Curve> {
  const sizes = [1, 2, 4, 8, 16]
  const measured = await interleaved(
    sizes.map((size) =>
      contenderOf(
        String(size),
        assemble((parts) => withMoreRules(parts, size)),
      ),
    ),
    rounds,
  )
  const steps = assemble((parts) => parts).flow.paths.intake!.steps.length
  return {
    title: 'A turn, by size of the flow',
    along: 'questions in the path (rules grow alike)',
    unit: 'µs',
    points: sizes.map((size, at) => ({ size: size * steps, value: median(measured[at]!.values) })),
  }
}

/** Microseconds of a turn, by the languages that are loaded. */
export async function growLanguages(rounds: number): Promise<Curve> {
  const all = [...new Set(partsOfShipped().lexicons.map(({ language }) => language))]
  const first = ['es', 'en', 'ht']
  const order = [...first, ...all.filter((language) => !first.includes(language))]
  const sizes = [3, 6, 12, order.length].filter((size, at, list) => size <= order.length && list.indexOf(size) === at)
  const measured = await interleaved(
    sizes.map((size) =>
      contenderOf(
        String(size),
        assemble((parts) => withLanguages(parts, order.slice(0, size))),
      ),
    ),
    rounds,
  )
  return {
    title: 'A turn, by number of languages',
    along: 'languages',
    unit: 'µs',
    points: sizes.map((size, at) => ({ size, value: median(measured[at]!.values) })),
  }
}

/** Microseconds to find who is on call, by people in the rota. */
export async function growRota(rounds: number): Promise<Curve> {
  const sizes = [10, 100, 1_000]
  const measured = await interleaved(
    sizes.map((size) => {
      const rota = rotaOf(size)
      const at = startedAt
      return { name: String(size), round: () => microsecondsEach(() => onCall(rota, { line: 1, at }), 1, 60) }
    }),
    rounds,
  )
  return {
    title: 'Finding who is on call, by size of the rota',
    along: 'people in the rota',
    unit: 'µs',
    points: sizes.map((size, at) => ({ size, value: median(measured[at]!.values) })),
  }
}

/** Microseconds to look up the pages that an advocate's answer could mean, by cases that are open. */
export async function growOpenCases(rounds: number): Promise<Curve> {
  const sizes = [10, 100, 1_000, 10_000]
  const folder = mkdtempSync(join(tmpdir(), 'puente-bench-'))
  const stores: OpenedStore[] = []
  for (const size of sizes) {
    const path = join(folder, `${size}.db`)
    const store = await openStore({ databaseUrl: `file:${path}`, keyFile: join(folder, `${size}.key`), now: Date.now })
    await store.migrate()
    const db = new DatabaseSync(path)
    db.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${size})
      INSERT INTO open_pages SELECT 'c' || i, 0, 'a' || (i % (${size} / 5)), 'X' || i, 'P1', 'general', i FROM n;`)
    db.close()
    stores.push(store)
  }
  const measured = await interleaved(
    stores.map((store, at) => ({
      name: String(sizes[at]),
      round: () => microsecondsEach(() => store.openPagesOf('a1' as never), 1, 60),
    })),
    rounds,
  )
  for (const store of stores) await store.close()
  rmSync(folder, { recursive: true, force: true })
  return {
    title: "An advocate's open pages, by cases open in all",
    along: 'open cases (five pages an advocate)',
    unit: 'µs',
    points: sizes.map((size, at) => ({ size, value: median(measured[at]!.values) })),
  }
}

export interface StoredGrowth {
  rates: Curve
  /** Megabytes of the whole process after the same traffic. */
  memory: Curve
}

/** Turns a second over HTTP, and memory, by conversations that are stored and open. */
export async function growStored(rounds: number, sizes: number[]): Promise<StoredGrowth> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-bench-'))
  const servers: MeasuredServer[] = []
  try {
    for (const size of sizes) servers.push(await serverWith(folder, size))
    const turnsSoFar = servers.map(() => 0)
    const measured = await interleaved(
      servers.map((server, at) => ({
        name: String(sizes[at]),
        round: async () => {
          const requests = signedWebhooks(200, ['hola', '2', '1', '30', '2', '3'])
          turnsSoFar[at]! += requests.length
          const began = performance.now()
          await sendAll(server.port, requests, { inFlight: 32 })
          while ((await server.report()).turns < turnsSoFar[at]!) await new Promise((resolve) => setTimeout(resolve, 2))
          return (requests.length * 1000) / (performance.now() - began)
        },
      })),
      rounds,
    )
    const reports: ServerReport[] = []
    for (const server of servers) reports.push(await server.report('memory'))
    return {
      rates: curve('Turns a second, by conversations stored', 'turns/s', measured),
      memory: {
        title: 'Memory after the same traffic, by conversations stored',
        along: 'conversations stored',
        unit: 'MB of live objects',
        points: sizes.map((size, at) => ({ size, value: reports[at]!.liveBytes / 1e6 })),
      },
    }
  } finally {
    for (const server of servers) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }

  function curve(title: string, unit: string, measured: Measured[]): Curve {
    const points = measured.map(({ name, values }) => ({ size: Number(name), value: median(values) }))
    return { title, along: 'conversations stored', unit, points }
  }
}

/** A server beside so many conversations, each with a state, a key, a message, two replies and a time when it is due. */
async function serverWith(folder: string, size: number): Promise<MeasuredServer> {
  const path = join(folder, `${size}.db`)
  const keyFile = join(folder, `${size}.key`)
  const store = await openStore({ databaseUrl: `file:${path}`, keyFile, now: Date.now })
  await store.migrate()
  await store.close()
  const db = new DatabaseSync(path)
  const later = Date.now() + 7 * 24 * 3_600_000
  db.exec('PRAGMA synchronous = OFF; BEGIN')
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${size})`
  db.exec(`
    ${numbers} INSERT INTO conversations (id, kind, address_hash, version, due_at, address, state)
      SELECT 'old' || i, 'person', randomblob(32), 3, ${later} + i, randomblob(64), randomblob(900) FROM n;
    ${numbers} INSERT INTO keys (owner, key_id, wrapped) SELECT 'old' || i, key_id, randomblob(60) FROM n, (SELECT key_id FROM keys LIMIT 1);
    ${numbers} INSERT INTO events (id, conversation, kind, at, status, body)
      SELECT hex(randomblob(16)), 'old' || i, 'message', i, 'done', randomblob(150) FROM n;
    ${numbers} INSERT INTO outbox (id, conversation, target, priority, at, send_at, rather_twice, repeat, phase, body)
      SELECT hex(randomblob(16)), 'old' || i, 'old' || i, 2, i, i, 0, 0, 'out', randomblob(150) FROM n;`)
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return runServer('./puente.ts', { BENCH_DATABASE: `file:${path}`, BENCH_KEY: keyFile, BENCH_SENDING: 'off' })
}

function partsOfShipped(): BundleParts {
  const { parts } = readBundleOnce(projectRoot, readBundleFiles(projectRoot))
  if (parts === null) throw new Error('The shipped dialogs could not be read.')
  return parts
}

let model: ReturnType<typeof readLanguageModel> | undefined
let likeness: ReturnType<typeof readLikenessModel> | undefined

function assemble(change: (parts: BundleParts) => BundleParts): RunningBundle {
  model ??= readLanguageModel(projectRoot)
  likeness ??= readLikenessModel(projectRoot)
  return assembleFlow(change(partsOfShipped()), { id: 'bench', model, likeness })
}

function contenderOf(name: string, bundle: RunningBundle) {
  const { flow } = bundle
  const answers = answersOfTriage(bundle, 12)
  const fresh = newConversation(flow.bundle, flow.data.sos.path, 'sms')
  const begin = JSON.stringify(takeTurn(flow, fresh, messageAt('hola', startedAt), startedAt).conversation)
  const play = () => {
    let json = begin
    let now = startedAt
    for (const text of answers) {
      now += 10_000
      json = JSON.stringify(takeTurn(flow, JSON.parse(json) as Conversation, messageAt(text, now), now).conversation)
    }
  }
  return { name, round: () => microsecondsEach(play, answers.length, 150) }
}

/** The flow and its rules so many times over, the copies behind an answer that nobody gives. */
function withMoreRules(parts: BundleParts, times: number): BundleParts {
  const { flow, rules } = structuredClone(parts.dialogs)
  const path = flow.paths.intake!
  const steps = [...path]
  const flags = Object.entries(rules.flags)
  for (let copy = 1; copy < times; copy++) {
    for (const [id, flag] of flags) {
      const when = { all: [flag.when, { question: `AGE_${copy}`, answered: true as const }] }
      rules.flags[`${id}_${copy}`] = { ...flag, instead_of_nothing_worse: undefined, when }
    }
    const asks = steps.flatMap((entry) => ('ask' in entry ? [entry.ask] : entry.steps.map(({ ask }) => ask)))
    for (const ask of asks) {
      flow.questions[`${ask}_${copy}`] = flow.questions[ask]!
      path.push({ ask: `${ask}_${copy}`, when: { question: `AGE_${copy}`, answered: true } })
    }
  }
  return { ...parts, dialogs: { ...parts.dialogs, flow, rules } }
}

function withLanguages(parts: BundleParts, languages: string[]): BundleParts {
  const isKept = ({ language }: { language: string }) => languages.includes(language)
  return { ...parts, words: parts.words.filter(isKept), lexicons: parts.lexicons.filter(isKept) }
}

function rotaOf(people: number) {
  const numbers = Array.from({ length: people }, (_, n) => n)
  const lines = numbers.map(
    (n) =>
      `  - { id: p${n}, name: P, phone: "+1555${String(n).padStart(7, '0')}", languages: [es, en], roles: [general] }`,
  )
  const hour = (n: number) => `${String(n % 24).padStart(2, '0')}:00`
  const shifts = numbers.map(
    (n) =>
      `  - { person: p${n}, days: [mon, tue, wed, thu, fri, sat, sun], from: "${hour(n)}", to: "${hour(n + 8)}", line: ${1 + (n % 2)} }`,
  )
  const text = `version: 1\nzone: America/Matamoros\ncoordinator: p0\npeople:\n${lines.join('\n')}\nshifts:\n${shifts.join('\n')}\n`
  const { rota, problems } = readRota(text, { roles: ['general'], languages: ['es', 'en'] })
  if (rota === null) throw new Error(`The rota of the bench: ${problems.map(({ message }) => message).join('; ')}`)
  return rota
}
