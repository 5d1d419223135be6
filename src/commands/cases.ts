import type { CommandIo } from './io.ts'
import { withStore } from './with-store.ts'

const help = `puente cases [--json]

Lists open cases, the most urgent and oldest first, without what was said. A case of level P3 is late after 8 hours.

  npx puente cases
  npx puente cases --json
`

const lateMinutes = { P1: 5, P2: 30, P3: 480, P4: 4320 }

/** `puente cases`: the coordinator's list. */
export async function cases(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  return withStore(io, async (store) => {
    const open = (await store.openCases()).sort((a, b) => a.level.localeCompare(b.level) || a.openedAt - b.openedAt)
    if (args.includes('--json')) {
      for (const { code, level, roles, status, takenBy, openedAt } of open)
        io.stdout.write(
          `${JSON.stringify({ code, level, roles, status, takenBy, openedAt: new Date(openedAt).toISOString() })}\n`,
        )
      return 0
    }
    if (open.length === 0) {
      io.stdout.write('No case is open. New ones appear here as soon as somebody needs a person.\n')
      return 0
    }
    for (const { code, level, roles, status, takenBy, openedAt } of open) {
      const minutes = Math.floor((Date.now() - openedAt) / 60_000)
      const late = status === 'open' && minutes > lateMinutes[level] ? '  LATE' : ''
      const who = status === 'taken' ? `taken by ${takenBy.join(', ')}` : 'waits'
      io.stdout.write(
        `${level}  ${code}  ${String(minutes).padStart(5)} min  ${who.padEnd(18)}  ${roles.join(', ')}${late}\n`,
      )
    }
    return 0
  })
}
