import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { exportSheets } from '../../src/commands/export.ts'
import { type Gate, importSheets } from '../../src/commands/import.ts'
import type { BundleFiles } from '../../src/flow/read-bundle.ts'
import { readWorkbook, writeWorkbook } from '../../src/spreadsheet/workbook.ts'

const bundle = {
  'dialogs/roles.yaml': 'version: 1',
  'locales/en/messages.json': '{ "M_QUIET": "OK, thank you.", "M_BYE": "Goodbye." }',
  'locales/es/messages.json': '{ "M_QUIET": "OK, gracias.", "M_BYE": "Adiós." }',
}

function folderOf(files: BundleFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'puente-words-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

/** A gate that lets everything through but one text. */
const gate: Gate = (files) => ({
  problems: files['locales/es/messages.json']!.includes('policía')
    ? [{ code: 'locale/forbidden-word', source: 'locales/es/messages.json', line: 1, column: 1, message: 'Harmless.' }]
    : [],
  warnings: [],
  states: null,
})

async function run(command: typeof exportSheets | typeof importSheets, ...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await command(args, { stdin: new PassThrough(), stdout, stderr }, gate)
  return { code, said: String(stdout.read() ?? ''), complained: String(stderr.read() ?? '') }
}

/** The sheet as a translator sends it back: one Spanish text is another. */
async function translated(folder: string, text = 'Gracias.'): Promise<string> {
  const file = join(folder, 'words.xlsx')
  await run(exportSheets, file, '--dialogs', folder)
  const { sheets } = await readWorkbook(readFileSync(file))
  const messages = sheets.find(({ name }) => name === 'messages')!
  messages.rows[0]![messages.columns.indexOf('es')] = text
  writeFileSync(file, await writeWorkbook(sheets))
  return file
}
const spanish = (folder: string) => readFileSync(join(folder, 'locales/es/messages.json'), 'utf8')

describe('a spreadsheet that comes back', () => {
  test('into the files that it was made from', async () => {
    const folder = folderOf(bundle)
    const { code, said } = await run(importSheets, await translated(folder), '--dialogs', folder)
    expect(said).toBe('text es, messages M_QUIET: "OK, gracias." is now "Gracias."\n1 difference.\n')
    expect(code).toBe(0)
    expect(spanish(folder)).toBe('{ "M_QUIET": "Gracias.", "M_BYE": "Adiós." }')
  })

  test('unchanged changes nothing', async () => {
    const folder = folderOf(bundle)
    const before = readBundleFiles(folder)
    const { code, said } = await run(importSheets, await translated(folder, 'OK, gracias.'), '--dialogs', folder)
    expect([code, said]).toEqual([0, '0 differences.\n'])
    expect(readBundleFiles(folder)).toEqual(before)
  })

  test('into files that changed meanwhile is refused; with the old ones beside it both changes are kept', async () => {
    const base = folderOf(bundle)
    const file = await translated(base)
    const here = bundle['locales/es/messages.json'].replace('Adiós', 'Hasta luego')
    const folder = folderOf({ ...bundle, 'locales/es/messages.json': here })
    const refused = await run(importSheets, file, '--dialogs', folder)
    expect(refused.code).toBe(1)
    expect(refused.said).toContain('sheet settings, cell B3: The sheets were made from other files')
    expect(spanish(folder)).toBe(here)

    expect((await run(importSheets, file, '--dialogs', folder, '--base', base)).code).toBe(0)
    expect(spanish(folder)).toBe('{ "M_QUIET": "Gracias.", "M_BYE": "Hasta luego." }')
  })

  test('is refused when the gate refuses it; a draft is written all the same', async () => {
    const folder = folderOf(bundle)
    const file = await translated(folder, 'La policía.')
    const before = readBundleFiles(folder)
    const refused = await run(importSheets, file, '--dialogs', folder)
    expect(refused.code).toBe(1)
    expect(refused.said).toMatch(/"La policía\."[\s\S]*locale\/forbidden-word[\s\S]*Nothing was written/)
    expect(readBundleFiles(folder)).toEqual(before)

    const draft = join(folder, 'draft')
    expect((await run(importSheets, file, '--dialogs', folder, '--draft', draft)).code).toBe(1)
    expect(spanish(draft)).toContain('La policía.')
    expect(existsSync(join(draft, 'dialogs/roles.yaml'))).toBe(true)
    const again = await run(importSheets, file, '--dialogs', folder, '--draft', draft)
    expect([again.code, again.complained]).toEqual([2, expect.stringContaining('Name another folder')])
  })

  test('beside a file that cannot be read is not begun', async () => {
    const folder = folderOf(bundle)
    const file = await translated(folder)
    writeFileSync(join(folder, 'dialogs/roles.yaml'), 'roles: [')
    for (const command of [exportSheets, importSheets]) {
      const { code, complained } = await run(command, file, '--dialogs', folder)
      expect([code, complained]).toEqual([1, 'dialogs/roles.yaml cannot be read. "puente check" says why.\n'])
    }
  })

  test('too large is not even read', async () => {
    const folder = folderOf(bundle)
    const file = join(folder, 'large.xlsx')
    writeFileSync(file, new Uint8Array(50_000_000))
    const { code, said } = await run(importSheets, file, '--dialogs', folder)
    expect([code, said]).toEqual([
      1,
      `${file}: This file has 50 MB; at most 10 MB are read.\n1 thing is refused; nothing was written.\n`,
    ])
  })
})
