// Installs the peers when they are not there, as the lockfile beside this file names them, then measures.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const asksHelp = process.argv.includes('--help') || process.argv.includes('-h')
if (!asksHelp && !existsSync(`${folder}node_modules/botbuilder`)) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
process.argv.splice(1, 1, `${folder}run.ts`)
await import('./run.ts')
