import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { exportWords } from '../../src/commands/export.ts'
import { importWords } from '../../src/commands/import.ts'
import { readWorkbook, writeWorkbook } from '../../src/spreadsheet/workbook.ts'

const bundle = {
  'dialogs/roles.yaml': 'version: 1',
  'locales/en/messages.json': '{ "M_QUIET": "OK, thank you.", "M_BYE": "Goodbye." }',
  'locales/es/messages.json': '{ "M_QUIET": "OK, gracias.", "M_BYE": "Adiós." }',
}

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'puente-words-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

async function run(command: typeof exportWords, ...args: string[]) {
  const stdout = new PassThrough()
  const code = await command(args, { stdin: new PassThrough(), stdout, stderr: new PassThrough() })
  return { code, said: String(stdout.read() ?? '') }
}

/** The sheet as a translator sends it back: one Spanish text is another. */
async function translated(folder: string): Promise<string> {
  const file = join(folder, 'words.xlsx')
  await run(exportWords, file, '--dialogs', folder)
  const { sheets } = await readWorkbook(readFileSync(file))
  const messages = sheets.find(({ name }) => name === 'messages')!
  messages.rows[0]![messages.columns.indexOf('es')] = 'Gracias.'
  writeFileSync(file, await writeWorkbook(sheets))
  return file
}
const spanish = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'locales/es/messages.json'), 'utf8')) as Record<string, string>

describe('a spreadsheet that comes back', () => {
  test('into the files that it was made from', async () => {
    const folder = folderOf(bundle)
    const { code, said } = await run(importWords, await translated(folder), '--dialogs', folder)
    expect(said).toBe('es, messages M_QUIET: "OK, gracias." is now "Gracias."\n1 texts changed.\n')
    expect(code).toBe(0)
    expect(spanish(folder)).toEqual({ M_QUIET: 'Gracias.', M_BYE: 'Adiós.' })
  })

  test('into files that changed meanwhile is refused; with the old ones beside it both changes are kept', async () => {
    const base = folderOf(bundle)
    const file = await translated(base)
    const here = { M_QUIET: 'OK, gracias.', M_BYE: 'Hasta luego.' }
    const folder = folderOf({ ...bundle, 'locales/es/messages.json': JSON.stringify(here) })
    const refused = await run(importWords, file, '--dialogs', folder)
    expect(refused.code).toBe(1)
    expect(refused.said).toContain('sheet settings, cell B3: The sheet was made from other files')
    expect(spanish(folder)).toEqual(here)

    expect((await run(importWords, file, '--dialogs', folder, '--base', base)).code).toBe(0)
    expect(spanish(folder)).toEqual({ M_QUIET: 'Gracias.', M_BYE: 'Hasta luego.' })
  })
})
