import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { jsonSchemas } from '../flow/json-schemas.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'

const help = `puente schema [DIR]

Writes the JSON Schemas of all files that coordinators edit to DIR/docs/schema/ (this project). The first line of each
file names its own, so that editors such as VS Code, with the YAML extension, suggest keys, explain them and underline
what does not fit. For a folder that "puente pull" made, name it: puente schema draft

  puente schema
`

/** `puente schema`: what editors need to help with the files. */
export async function schema(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  if (args.length > 1 || args[0]?.startsWith('-')) {
    io.stderr.write(`One folder, or none.\n\n${help}`)
    return 2
  }
  const folder = join(resolve(args[0] ?? projectRoot), 'docs', 'schema')
  const schemas = Object.entries(jsonSchemas())
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of schemas)
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`)
  io.stdout.write(`${schemas.length} schemas are in ${folder}.\n`)
  return 0
}
