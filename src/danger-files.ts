import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { dangerLexiconSchema } from './triage/danger-lexicon.ts'
import { dangerRulesSchema } from './triage/danger-rules.ts'
import type { DangerScanner } from './triage/scan-danger.ts'
import { compileDanger } from './triage/scan-danger.ts'

/**
 * Reads `dialogs/danger-rules.yaml` and every `locales/<language>/danger.yaml`.
 *
 * @param root - the folder that holds `dialogs` and `locales`
 * @throws Error naming the file and the key when one does not fit its schema
 */
export function readDangerScanner(root: string): DangerScanner {
  const rules = readAs(dangerRulesSchema, root, join('dialogs', 'danger-rules.yaml'))
  const lexicons = readdirSync(join(root, 'locales'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'locales', entry.name, 'danger.yaml')))
    .map(({ name }) => {
      const source = readAs(dangerLexiconSchema, root, join('locales', name, 'danger.yaml'))
      if (source.language !== name) throw new Error(`locales/${name}/danger.yaml says it is for "${source.language}"`)
      return { language: name, source }
    })
  return compileDanger(lexicons, rules)
}

function readAs<Schema extends z.ZodType>(schema: Schema, root: string, path: string): z.output<Schema> {
  const read = schema.safeParse(parse(readFileSync(join(root, path), 'utf8')))
  if (!read.success) throw new Error(`${path} does not fit:\n${z.prettifyError(read.error)}`)
  return read.data
}
