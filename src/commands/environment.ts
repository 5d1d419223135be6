import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { readSettings, type Settings } from '../http/settings.ts'
import type { CommandIo } from './io.ts'

/** The environment with `.env` of the working folder behind it; problems go to standard error, then it is null. */
export function settingsOr(io: CommandIo): Settings | null {
  const file = join(process.cwd(), '.env')
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const result = readSettings({ ...fromFile, ...process.env })
  if (result.ok) return result.settings
  for (const problem of result.problems) io.stderr.write(`${problem}\n`)
  return null
}
