import { createServer } from 'node:http'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { account, hookPath } from '../webhooks.ts'
import { reportTo } from './report.ts'

/** Stores one message with the state and two replies; resolves when that is durable. */
export type StoreTurn = (turn: { id: string; conversation: string; state: string; replies: string[] }) => Promise<void>

/**
 * The least that a signed webhook can cost: Node's own server, Twilio's own check of the signature, and what
 * BENCH_STORE names: `nothing`, `sqlite-each`, `sqlite-group`, `postgres-each` or `postgres-group`. No flow, no
 * encryption, no order, no second try; each answer is sent when the turn is durable.
 */
const kind = process.env.BENCH_STORE!
let turns = 0
let commits = 0
const onCommit = () => {
  commits++
}
const store = await openBare()
const state = JSON.stringify({
  answers: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`Q${n}`, 'an answer'])),
})

createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', async () => {
    const form = Object.fromEntries(new URLSearchParams(body))
    const signature = String(request.headers['x-twilio-signature'])
    if (!validateRequest(account.authTokens[0]!, signature, account.publicUrl + hookPath, form)) {
      response.writeHead(403).end()
      return
    }
    await store({ id: form.MessageSid!, conversation: form.From!, state, replies: ['a first reply', 'a second reply'] })
    turns++
    const answer = '<Response/>'
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': answer.length }).end(answer)
  })
}).listen(0, '127.0.0.1', function listening(this: { address(): unknown }) {
  reportTo((this.address() as { port: number }).port, () => {
    const durableCommits = commits
    commits = 0
    return { turns, durableCommits }
  })
})

async function openBare(): Promise<StoreTurn> {
  if (kind === 'nothing') return async () => undefined
  const [engine, way] = kind.split('-')
  const options = { database: process.env.BENCH_DATABASE!, isGrouped: way === 'group', onCommit }
  if (engine === 'sqlite') return (await import('../peers/bare-sqlite.ts')).bareSqlite(options)
  return (await import('../peers/bare-postgres.ts')).barePostgres(options)
}
