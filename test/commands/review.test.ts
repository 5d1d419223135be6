import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { review } from '../../src/commands/review.ts'
import { projectRoot } from '../../src/project-root.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'review-'))
  for (const folder of ['dialogs', 'locales'])
    cpSync(join(projectRoot, folder), join(root, folder), { recursive: true })
  rmSync(join(root, 'locales/uk/back-translation.json'), { force: true })
})
afterAll(() => rmSync(root, { recursive: true }))

async function run(...args: string[]) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const code = await review([...args, '--dialogs', root], { stdin: Readable.from(['']), stdout, stderr })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

test('a reader gets the texts without the English, and what they say is kept until a text changes', async () => {
  const sheet = join(root, 'sheet.json')
  expect((await run('uk', '--sheet', sheet)).code).toBe(0)
  expect(readFileSync(sheet, 'utf8')).not.toContain('Is anyone')
  const rows = json('sheet.json')
  rows['questions.E1'].says = 'Greetings. Is anybody gravely ill?'
  rows['questions.AGE'].says = 'How old are you?'
  rows['questions.MED'] = { text: 'інший текст', says: 'another text' }
  writeFileSync(sheet, JSON.stringify(rows))

  const { out } = await run('uk', '--take', sheet, '--independent')
  expect(out).toContain('questions.MED has changed since the sheet was written.')
  expect(out).toContain('2 texts of uk are read back.')
  expect(json('locales/uk/review.json').back_translation.independent).toBe(true)
  expect((await run('uk', '--compare')).out).toContain('says     Greetings. Is anybody gravely ill?')

  const questions = json('locales/uk/questions.json')
  writeFileSync(
    join(root, 'locales/uk/questions.json'),
    JSON.stringify({ ...questions, AGE: 'Скільки вам років зараз?' }),
  )
  const told = await run('uk')
  expect(told.code).toBe(0)
  expect(told.out).toMatch(/read back 1 of \d+ \(\d{4}-\d\d-\d\d, independent\), 1 changed since/)
  expect(told.out).toContain('Changed since they were read back: questions.AGE\n')
})

test('all languages are told in a line each, without English, which is the master', async () => {
  const lines = (await run()).out.trim().split('\n')
  expect(lines).toHaveLength(17)
  expect(lines.every((line) => line.includes('read back'))).toBe(true)
})

test('a sheet that says nothing, and a call that means nothing, are refused', async () => {
  writeFileSync(join(root, 'empty.json'), '{}')
  expect(await run('uk', '--take', join(root, 'empty.json'))).toMatchObject({ code: 1 })
  expect(await run('uk', '--take', join(root, 'none.json'))).toMatchObject({ code: 1 })
  expect((await run('xx')).code).toBe(2)
  expect((await run('--compare')).code).toBe(2)
  expect((await run('uk', '--sheet')).code).toBe(2)
})
