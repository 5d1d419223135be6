import { buildConsoleIfStale } from '../console-build.ts'
import { createLog } from '../http/log.ts'
import { StartRefused, startPuente } from '../main.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { projectRoot } from './load-bundle.ts'

const help = `puente start

Starts the server, the worker and the pages. Without Twilio settings it runs on simulated phones: open the address that it
prints. Settings come from the environment and from .env; .env.example lists them all.

  npm start
  PORT=8080 npx puente start
`

/** `puente start`: runs until SIGINT or SIGTERM, then ends within 10 s with nothing half done. */
export async function start(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
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
    puente = await startPuente({ settings, root: projectRoot, log })
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
