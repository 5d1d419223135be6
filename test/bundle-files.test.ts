import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readDraftFiles } from '../src/bundle-files.ts'

describe('the files of a draft', () => {
  let root = ''
  const draft = (make: (path: (name: string) => string) => void) => {
    root = mkdtempSync(join(tmpdir(), 'puente-draft-'))
    for (const folder of ['dialogs', 'locales', 'locales/es']) mkdirSync(join(root, folder))
    writeFileSync(join(root, 'dialogs/roles.yaml'), 'version: 1\n')
    make((name) => join(root, name))
    const { files, problems } = readDraftFiles(root)
    return { files, problems: problems.map(({ source, code, message }) => `${source} ${code} ${message}`) }
  }
  afterEach(() => rmSync(root, { recursive: true }))

  test('are read with forward slashes; what is no dialog is left alone', () => {
    const { files, problems } = draft((path) => {
      writeFileSync(path('locales/es/messages.json'), '{}')
      writeFileSync(path('dialogs/notes.txt'), 'milk')
    })
    expect(files).toEqual({ 'dialogs/roles.yaml': 'version: 1\n', 'locales/es/messages.json': '{}' })
    expect(problems).toEqual([])
  })

  test('empty folders are no problem of the reading', () => {
    expect(draft((path) => rmSync(path('dialogs/roles.yaml')))).toEqual({ files: {}, problems: [] })
  })

  test('a folder that is a file', () => {
    const { problems } = draft((path) => {
      rmSync(path('dialogs'), { recursive: true })
      writeFileSync(path('dialogs'), '')
    })
    expect(problems).toEqual([
      'dialogs file/cannot-read The folder dialogs cannot be read: it is a file and not a folder.',
    ])
  })

  test('a folder that is not there', () => {
    const { problems } = draft((path) => rmSync(path('locales'), { recursive: true }))
    expect(problems).toEqual(['locales file/cannot-read The folder locales cannot be read: it is not there.'])
  })

  test('links are not followed, also those that lead in a circle', () => {
    const { files, problems } = draft((path) => {
      symlinkSync(path('dialogs'), path('dialogs/again'))
      symlinkSync('loop.yaml', path('dialogs/loop.yaml'))
    })
    expect(Object.keys(files)).toEqual(['dialogs/roles.yaml'])
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' ')).sort()).toEqual([
      'dialogs/again file/link',
      'dialogs/loop.yaml file/link',
    ])
  })

  test('a file of ten million bytes is not read', () => {
    const { files, problems } = draft((path) => {
      writeFileSync(path('dialogs/intake.yaml'), '')
      truncateSync(path('dialogs/intake.yaml'), 10_000_000)
    })
    expect(Object.keys(files)).toEqual(['dialogs/roles.yaml'])
    expect(problems).toEqual([
      'dialogs/intake.yaml file/too-large The file has 10000000 bytes; at most 4000000 are read.',
    ])
  })

  test('letters of another encoding become signs that the gate names', () => {
    const { files } = draft((path) => writeFileSync(path('dialogs/notes.yaml'), Buffer.from('a\u00f1o: 1', 'latin1')))
    expect(files['dialogs/notes.yaml']).toContain('\ufffd')
  })
})
