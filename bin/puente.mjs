#!/usr/bin/env node
// Plain JavaScript, because an older Node cannot even load a .ts file. It checks the version, then loads the rest.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Puente needs Node 24 or later, this is ${process.versions.node}. Start it with "npm start" or "npx puente": they bring Node 24 on Linux and Windows; elsewhere install it from nodejs.org.\n`,
  )
  process.exit(1)
}
// Stripped types and compiled code are kept beside the packages: the next start is twice as fast.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)))
const { runCommand } = await import('../src/cli.ts')
process.exitCode = await runCommand(process.argv.slice(2), process)
