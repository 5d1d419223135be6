import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Work } from '../../src/store/store.ts'
import { engines, stopPostgres, type TestDatabase } from './engines.ts'
import { sms, turnOf } from './fixtures.ts'

afterAll(stopPostgres)

describe.each(engines)('killed in the middle of its work on $name', ({ create }) => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await create()
  })
  afterEach(() => database.remove())

  test('nothing that was acknowledged is lost, nothing is done twice', async () => {
    const stored = new Set<string>()
    const done = new Set<string>()
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await runAndKill(database, { name: `p${kill}`, linesAtLeast: 60 + 37 * kill })
      for (const [word, id] of said) (word === 'stored' ? stored : done).add(id!)
    }
    expect(stored.size).toBeGreaterThan(50)

    // The next process may take over when the leases of the dead one end.
    let now = Date.now() + 31_000
    const store = await database.open(() => now)
    for (;;) {
      const works = await store.claimWork(20, now)
      if (works.length === 0) break
      const { refused } = await store.commitTurns(works.map(listen))
      expect(refused).toEqual([])
      now += 1
    }
    const heard: string[] = []
    for (let client = 0; client < 8; client++) {
      const id = await store.findConversation(sms(`+155501${1000 + client}`))
      const state = id ? ((await store.readConversation(id))!.state as string[]) : []
      expect(state).toEqual(inOrderOfAcceptance(state))
      heard.push(...state)
    }
    expect(new Set(heard).size).toBe(heard.length)
    expect([...stored].filter((id) => !heard.includes(id))).toEqual([])
    expect([...done].filter((id) => !heard.includes(id))).toEqual([])
    expect((await store.verifyAudit()).ok).toBe(true)
  })
})

const KILLS = 3

function listen(work: Work) {
  return turnOf(work, { state: [...((work.state as string[] | null) ?? []), ...work.events.map(({ id }) => id)] })
}

/** Ids are `SM<process>.<client>.<n>`, and each client waits for one before it writes the next. */
function inOrderOfAcceptance(ids: string[]): string[] {
  const rank = (id: string) => {
    const [process, , n] = id.slice(3).split('.')
    return Number(process) * 1e6 + Number(n)
  }
  return [...ids].sort((a, b) => rank(a) - rank(b))
}

/** Runs the process until it has said so many lines, then kills it with SIGKILL. Only whole lines count. */
async function runAndKill(
  { databaseUrl, keyFile }: TestDatabase,
  { name, linesAtLeast }: { name: string; linesAtLeast: number },
): Promise<string[][]> {
  const script = fileURLToPath(new URL('./acknowledging-process.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [script, databaseUrl, keyFile, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let said = ''
  let complaints = ''
  child.stderr!.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdout!.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > linesAtLeast) child.kill('SIGKILL')
  })
  await ended
  if (!said) throw new Error(`The process ended before it said anything: ${complaints}`)
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '))
}
