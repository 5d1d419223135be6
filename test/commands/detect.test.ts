import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { detect } from '../../src/commands/detect.ts'

async function run(input: string, args: string[] = []) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const exitCode = await detect(args, { stdin: Readable.from([input]), stdout, stderr })
  stdout.end()
  stderr.end()
  return { exitCode, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

describe('puente detect', () => {
  test('one answer a line, in order', async () => {
    const { out, exitCode } = await run('"hola"\n"mwen bezwen èd"\n"123"\n')
    expect(out).toBe('es\nht\nund\n')
    expect(exitCode).toBe(0)
  })

  test('a line that is no JSON string is answered und, and its text stays out of the note', async () => {
    const { out, err, exitCode } = await run('my secret\n"hello"\n42\n\n')
    expect(out).toBe('und\nen\nund\nund\n')
    expect(err).toContain('line 1')
    expect(err).not.toContain('secret')
    expect(exitCode).toBe(1)
  })

  test('--country settles what several languages share', async () => {
    expect((await run('"салом"', ['--country', '+992'])).out).toMatch(/^\??tg\n$/)
    expect((await run('"салом"', ['--country=+998'])).out).toMatch(/^\??uz\n$/)
  })

  test('a wrong call is explained', async () => {
    expect(await run('', ['--country'])).toMatchObject({ exitCode: 2, out: '' })
    expect((await run('', ['--help'])).out).toContain('npx puente detect')
  })

  test('answers come while the input is still open', async () => {
    const stdin = new PassThrough()
    const stdout = new PassThrough()
    const running = detect([], { stdin, stdout, stderr: new PassThrough() })
    stdin.write('"bonswa"\n')
    const [first] = (await new Promise<Buffer[]>((resolve) => stdout.once('data', (data) => resolve([data])))) as [
      Buffer,
    ]
    expect(String(first)).toBe('ht\n')
    stdin.end()
    expect(await running).toBe(0)
  })
})
