import { buildConsoleIfStale } from '../console-build.ts'
import { createLog } from '../http/log.ts'
import { type Role, StartRefused, startPuente } from '../main.ts'
import { projectRoot } from '../project-root.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'

const help = `puente start [--role web,worker]

Starts the server, the worker and the pages. Without Twilio settings it runs on simulated phones: open the address that it
prints. Settings come from the environment and from .env; .env.example lists them all.

  npm start
  PORT=8080 npx puente start

With PostgreSQL several machines share the work. web takes in webhooks, behind a balancer; worker answers, pages and sends.
Any number of each may run, all with the same DATABASE_URL and key file; at least one must be a worker. A worker listens
too, for /healthz, /readyz and /metrics alone.

  npx puente start --role web
  PORT=3001 npx puente start --role worker
`

/** `puente start`: runs until SIGINT or SIGTERM, then ends within 10 s with nothing half done. */
export async function start(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const roles = rolesOf(args)
  if (roles === null) {
    io.stderr.write('puente start: --role is web, worker or web,worker. "puente start --help" says what each does.\n')
    return 2
  }
  const settings = settingsOr(io)
  if (settings === null) return 1
  const log = createLog({
    level: settings.logLevel,
    now: Date.now,
    write: (line) => io.stderr.write(line),
  })
  let puente: Awaited<ReturnType<typeof startPuente>>
  try {
    if (settings.twilio === null) await buildConsoleIfStale(projectRoot, (line) => io.stdout.write(`${line}\n`))
    puente = await startPuente({ settings, root: projectRoot, log, roles })
  } catch (error) {
    io.stderr.write(`${sentenceOf(error, settings.port)}\n`)
    return 1
  }
  const address = `http://${settings.host === '0.0.0.0' ? 'localhost' : settings.host}:${puente.server.port}`
  log.info('listening', { port: puente.server.port })
  if (puente.isKeyFileNew)
    io.stdout.write(
      `A new key file was made: ${settings.keyFile}\nKeep a copy elsewhere: without it nothing stored can be read.\n`,
    )
  if (settings.twilio === null) io.stdout.write(`Puente runs on simulated phones: open ${address}/\n`)
  else if (!roles.includes('web')) io.stdout.write(`Puente works; ${address}/readyz says how it gets on\n`)
  else io.stdout.write(`Puente listens on ${address}; Twilio posts to ${settings.publicUrl}/hooks/twilio/message\n`)
  if (!puente.hasRota)
    io.stdout.write('Nobody is on call yet, so nobody would be paged: npx puente rota import my-rota.yaml\n')
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  log.info('stopping')
  await puente.close()
  log.info('stopped')
  return 0
}

function rolesOf(args: string[]): Role[] | null {
  const at = args.findIndex((arg) => arg === '--role' || arg.startsWith('--role='))
  if (at < 0) return ['web', 'worker']
  const given = args[at] === '--role' ? (args[at + 1] ?? '') : args[at]!.slice('--role='.length)
  const roles = given.split(',').map((role) => role.trim())
  return roles.every((role): role is Role => role === 'web' || role === 'worker') ? roles : null
}

function sentenceOf(error: unknown, port: number): string {
  if (error instanceof StartRefused) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Set PORT to a free one.`
  if (error instanceof Error && /^(Missing|Wrong)Key/.test(error.name)) return error.message
  const kind = error instanceof Error ? error.name : typeof error
  const detail =
    error instanceof Error && error.name !== 'Error' ? '' : error instanceof Error ? `: ${error.message}` : ''
  return `Puente could not start: ${kind}${detail}`
}
