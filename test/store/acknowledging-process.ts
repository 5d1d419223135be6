/**
 * A process that takes messages and turns as fast as it can, and says on its standard output what was acknowledged.
 * The test kills it in the middle. Started with: database address, key file, a name that makes its ids its own, how many
 * write at once.
 */
import { openStore } from '../../src/store/open-store.ts'
import { inbound, reply, sms, turnOf } from './fixtures.ts'

const [databaseUrl, keyFile, name, clients = '8'] = process.argv.slice(2)
const store = await openStore({ databaseUrl: databaseUrl!, keyFile: keyFile!, now: Date.now })
await store.migrate()

const say = (line: string) => process.stdout.write(`${line}\n`)

async function write(client: number): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `SM${name}.${client}.${n}`
    await store.acceptInbound(inbound({ id, from: sms(`+155501${1000 + client}`), at: Date.now() }))
    say(`stored ${id}`)
  }
}

async function work(): Promise<void> {
  for (;;) {
    const works = await store.claimWork(16, Date.now())
    const turns = works.map((entry) => {
      const heard = [...((entry.state as string[] | null) ?? []), ...entry.events.map(({ id }) => id)]
      return turnOf(entry, { state: heard, send: entry.events.map(({ id }) => reply(entry, { id: `${id}.1` })) })
    })
    const { refused } = await store.commitTurns(turns)
    for (const turn of turns) {
      if (!refused.includes(turn.conversation)) for (const id of turn.done) say(`done ${id}`)
    }
    if (works.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

void work()
await Promise.all(Array.from({ length: Number(clients) }, (_, client) => write(client)))
