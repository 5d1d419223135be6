import { userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { AgedWords } from '../store/store.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'
import { optionsOrExit } from './options.ts'
import { withStore } from './with-store.ts'

const help = `puente purge [--days N] [--dry-run | --yes] [--by NAME]

Erases what is old now, instead of when its time comes: conversations of persons who have not written for N days, and what
advocates wrote and read before that. Without --days it goes by retention_days of dialogs/intake.yaml. Says in words what
would go, then asks. A person whose case is open or taken is kept. Twilio's copies are erased within minutes by the running
server; what Twilio refused to erase is listed by its id. What was erased is gone for good; old back-ups are not touched.
Who did it, and how much went, stands in the audit: NAME, or else who is signed in on this machine.

  npx puente purge --dry-run
  npx puente purge --days 7 --yes --by marta
`

/** `puente purge`: what is old goes now. */
export async function purge(args: string[], io: CommandIo): Promise<number> {
  const options = optionsOrExit({ command: 'purge', help, io }, () => readOptions(args))
  if (typeof options === 'number') return options
  const days = options.days ?? loadBundle(io)?.flow.data.retention_days
  if (days === undefined) return 1
  return withStore(io, async (store) => {
    const now = Date.now()
    const before = now - days * dayMs
    const aged = await store.findAged(before)
    io.stdout.write(`${inWords(aged, days)}\n`)
    const refused = await store.readNotErasable()
    for (const { providerId, code } of refused)
      io.stdout.write(
        `Twilio would not erase ${providerId}${code === null ? '' : ` (${code})`}: delete it in its console.\n`,
      )
    if (aged.conversations.length + aged.advocateMessages === 0) return 0
    if (options.isDryRun) {
      io.stdout.write('Nothing was erased: this was a dry run.\n')
      return 0
    }
    if (!options.isSure && !(await isConfirmed(io))) {
      io.stdout.write('Nothing was erased.\n')
      return 1
    }
    // Before the first erasure: a purge that is broken off half-way has still been begun by somebody.
    await store.addAudit([{ at: now, actor: options.by, action: 'purged', subject: forAudit(aged, days) }])
    for (const id of aged.conversations) await store.eraseConversation(id, now)
    await store.forgetAdvocates(before, now)
    io.stdout.write('It is erased.\n')
    return 0
  })
}

/** What would go, a line for each kind. */
export function inWords({ conversations, needed, advocateMessages }: AgedWords, days: number): string {
  const lines = [
    `${count(conversations.length, 'person has', 'persons have')} not written for ${count(days, 'day', 'days')}: all they said and were told goes.`,
    `${count(advocateMessages, 'message', 'messages')} from and to advocates, older than that, ${advocateMessages === 1 ? 'goes' : 'go'}.`,
  ]
  if (needed > 0)
    lines.push(
      `${count(needed, 'person is', 'persons are')} as old and kept, because the case is not closed: npx puente cases lists them.`,
    )
  return lines.join('\n')
}

/** How much and how old; nothing by which somebody could be told from it. */
const forAudit = ({ conversations, advocateMessages }: AgedWords, days: number) =>
  `conversations ${conversations.length}, advocate messages ${advocateMessages}, days ${days}`

const count = (number: number, one: string, several: string) => `${number} ${number === 1 ? one : several}`

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      days: { type: 'string' },
      'dry-run': { type: 'boolean' },
      yes: { type: 'boolean' },
      by: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  if (values.days !== undefined && !/^[1-9]\d{0,4}$/.test(values.days)) return '--days is a whole number, 1 or more.'
  if (values.yes && values['dry-run']) return '--dry-run and --yes contradict each other.'
  const days = values.days === undefined ? undefined : Number(values.days)
  const by = values.by ?? userInfo().username
  return { days, isDryRun: values['dry-run'] === true, isSure: values.yes === true, by }
}

/** Where nobody sits at the other end, nobody has agreed. */
async function isConfirmed({ stdin, stdout }: CommandIo): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stdout })
  const answer = new Promise<string>((resolve) => {
    lines.question('Erase it? It cannot be brought back. Type yes: ', resolve)
    lines.once('close', () => resolve(''))
  })
  const isYes = (await answer).trim().toLowerCase() === 'yes'
  lines.close()
  return isYes
}

const dayMs = 24 * 60 * 60_000
