import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Builds the browser part when it is missing or older than its sources, so that `npm start` is one command.
 *
 * @returns whether something was built
 */
export async function buildConsoleIfStale(root: string, say: (line: string) => void): Promise<boolean> {
  const dist = join(root, 'src/console/dist')
  const stamp = join(dist, '.sources')
  const sources = hashSources(root)
  if (existsSync(join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return false
  say('Building the page, about 5 s …')
  const { build } = await import('vite')
  await build({ configFile: join(root, 'src/console/vite.config.ts'), logLevel: 'error' })
  mkdirSync(dist, { recursive: true })
  writeFileSync(stamp, sources)
  return true
}

function hashSources(root: string): string {
  const hash = createHash('sha256')
  const add = (path: string) => hash.update(path.slice(root.length)).update('\0').update(readFileSync(path))
  const folder = join(root, 'src/console')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'dist')))
    .sort((one, other) => (join(one.parentPath, one.name) < join(other.parentPath, other.name) ? -1 : 1)))
    add(join(entry.parentPath, entry.name))
  for (const file of ['package-lock.json', 'locales/en/console.json', 'locales/es/console.json']) add(join(root, file))
  return hash.digest('hex')
}
