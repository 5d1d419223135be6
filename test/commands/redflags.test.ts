import { PassThrough, Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { redflags } from '../../src/commands/redflags.ts'

async function run(args: string[], input = '') {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const code = await redflags(args, { stdin: Readable.from([input]), stdout, stderr })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

test('answers each line, and goes on after a bad one', async () => {
  const input = [
    '{"lang":"es","text":"mi hijo no respira"}',
    'not json',
    '{"lang":"es"}',
    '{"lang":"zz","text":"孩子昏迷了"}',
    '{"text":"hola"}',
  ]
  const { code, out } = await run([], `${input.join('\n')}\n`)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(code).toBe(0)
  expect(lines).toHaveLength(5)
  expect(lines[0]).toMatchObject({ urgent: true, categories: ['medical'] })
  expect(typeof lines[0].because).toBe('string')
  expect(lines[1]).toHaveProperty('error')
  expect(lines[2]).toHaveProperty('error')
  expect(lines[3]).toMatchObject({ urgent: true })
  expect(lines[4]).toMatchObject({ urgent: false, categories: [] })
})

test('explains a text in plain words', async () => {
  const { out } = await run(['--explain', 'nos tienen encerrados', '--lang', 'es'])
  expect(out).toContain('somebody is paged')
  expect(out).toContain('“nos tienen encerrados”')
  expect(out).toContain('CAPTIVE')
  const lowered = await run(['--explain', 'me golpearon hace muchos años', '--lang', 'es'])
  expect(lowered.out).toContain('Does not count')
})

test('says how it is called', async () => {
  expect((await run(['--help'])).out).toContain('npx puente redflags')
  expect((await run(['--nonsense'])).code).toBe(2)
})
