import { userInfo } from 'node:os'
import type { StoreFigures } from '../store/store.ts'
import type { CommandIo } from './io.ts'
import { withStore } from './with-store.ts'

const help = `puente resume-sending [--yes [--by NAME]]

After a restore nothing is sent and no wait ends until a human says so. Without --yes it only says what would go out.
Who released it stands in the audit: NAME, or else who is signed in on this machine.

  npx puente resume-sending
  npx puente resume-sending --yes --by marta
`

/** `puente resume-sending`: what would go out, in words, and its release. */
export async function resumeSending(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  return withStore(io, async (store) => {
    if (!(await store.isSendingPaused())) {
      io.stdout.write('Sending is not held: everything goes out as it should.\n')
      return 0
    }
    const now = Date.now()
    io.stdout.write(`${whatGoesOut(await store.figures(now), now)}\n`)
    if (!args.includes('--yes')) {
      io.stdout.write('Nothing was sent. To release it: npx puente resume-sending --yes\n')
      return 0
    }
    await store.setSendingPaused(false, { by: nameOf(args), at: now })
    io.stdout.write('Sending goes on.\n')
    return 0
  })
}

function nameOf(args: string[]): string {
  const at = args.indexOf('--by')
  return (at < 0 ? undefined : args[at + 1]) ?? userInfo().username
}

/** What a release would do, a line for each kind. */
export function whatGoesOut({ outbox, cases }: StoreFigures, now: number): string {
  const lines = outbox.map(({ priority, waiting, expired, perhapsSent, oldestDueAt }) => {
    const age = oldestDueAt === null ? '' : `, the oldest since ${Math.floor((now - oldestDueAt) / 60_000)} min`
    const dropped = expired === 0 ? '' : ` ${expired} of them came too late and will be dropped.`
    const asked = perhapsSent === 0 ? '' : ` ${perhapsSent} may be out already: Twilio is asked before they go.`
    return `${waiting} ${names[priority]} wait${age}.${dropped}${asked}`
  })
  const untaken = cases.filter(({ status }) => status === 'open')
  for (const { level, count } of untaken) lines.push(`${count} open ${level} that nobody has taken.`)
  return lines.length === 0 ? 'Nothing waits.' : lines.join('\n')
}

const names = { 0: 'pages to advocates', 1: 'safety answers and notices', 2: 'other messages' } as const
