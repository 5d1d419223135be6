import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** What each folder may import, beside itself, `types.ts` and `problem.ts`. */
const allowed: Record<string, string[]> = {
  language: [],
  triage: ['language'],
  handoff: ['language'],
  flow: ['triage', 'handoff', 'language'],
  spreadsheet: ['flow', 'triage', 'handoff', 'language'],
  evidence: ['flow', 'triage', 'handoff', 'language'],
  store: [],
  channels: ['store', 'language'],
}
/** Libraries that only one folder knows, so that replacing one is one folder's work. */
const homes: Record<string, string[]> = {
  botbuilder: ['channels'],
  twilio: ['channels'],
  franc: ['language'],
  i18next: ['language'],
  'temporal-polyfill': ['handoff'],
  kysely: ['store'],
  pg: ['store'],
  exceljs: ['spreadsheet'],
  pdfkit: ['evidence'],
  react: ['console'],
  '@mantine/core': ['console'],
}
const core = ['language', 'triage', 'handoff', 'flow']

interface Import {
  file: string
  folder: string
  name: string
  isTypeOnly: boolean
}

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('console/dist'))
  .map((entry) => join(entry.parentPath, entry.name))

const imports: Import[] = files.flatMap((path) => {
  const text = readFileSync(path, 'utf8')
  const file = relative(src, path)
  const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : ''
  const found = text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g)
  return [...found].map((match) => {
    const name = match[2] ?? match[3]!
    const target = name.startsWith('.') ? relative(src, resolve(dirname(path), name)) : name
    return { file, folder, name: target, isTypeOnly: match[1] !== undefined }
  })
})

const folderOf = (target: string) => (target.includes('/') ? target.slice(0, target.indexOf('/')) : '')
const shared = ['types.ts', 'problem.ts']

describe('arrows point one way', () => {
  test.each(Object.keys(allowed))('%s imports only what is below it', (folder) => {
    const wrong = imports.filter(
      ({ folder: own, name }) =>
        own === folder &&
        !name.startsWith('node:') &&
        (name.endsWith('.ts') || name.endsWith('.json')) &&
        !shared.includes(name) &&
        folderOf(name) !== folder &&
        !allowed[folder]!.includes(folderOf(name)),
    )
    expect(wrong.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('the core knows no network, disk, process or clock', () => {
    const wrong = imports.filter(({ folder, name }) => core.includes(folder) && name.startsWith('node:'))
    const reads = files.filter(
      (path) =>
        core.includes(folderOf(relative(src, path))) &&
        /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|process\.env|\bfetch\(|setTimeout\(/.test(
          readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ),
    )
    expect(wrong.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
    expect(reads.map((path) => relative(src, path))).toEqual([])
  })

  test.each(Object.entries(homes))('only %s is at home in %s', (library, folders) => {
    const guests = imports.filter(
      ({ folder, name }) => (name === library || name.startsWith(`${library}/`)) && !folders.includes(folder),
    )
    expect(guests.map(({ file }) => file)).toEqual([])
  })

  test('only the list of commands knows the commands', () => {
    const wrong = imports.filter(
      ({ folder, file, name }) => folderOf(name) === 'commands' && folder !== 'commands' && file !== 'cli.ts',
    )
    expect(wrong.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('the browser takes nothing but types and pure parts from the server', () => {
    const wrong = imports.filter(
      ({ folder, name, isTypeOnly }) =>
        folder === 'console' &&
        !isTypeOnly &&
        name.endsWith('.ts') &&
        folderOf(name) !== 'console' &&
        !core.includes(folderOf(name)),
    )
    expect(wrong.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('the check itself sees the imports', () => {
    expect(imports.length).toBeGreaterThan(200)
    expect(imports.some(({ name }) => name === 'i18next')).toBe(true)
  })
})
