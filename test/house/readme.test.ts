import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap((block) => block[1]!.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '')

describe('the README', () => {
  const commands = [...new Set(lines.filter((line) => line.startsWith('npx puente')))]
  const folder = mkdtempSync(join(tmpdir(), 'puente-readme-'))

  test.each(commands)('%s', (line) => {
    const args = line.replace(/^npx puente /, '').split(' ')
    const result = spawnSync(process.execPath, [join(root, 'bin/puente.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
      input: 'hola\n1\n',
      env: { PATH: process.env.PATH ?? '', PUENTE_DATA_DIR: folder },
    })
    expect(result.stderr).not.toMatch(/Error|at file:/)
    expect(result.status).toBe(0)
  })

  test('the npm scripts that it names exist, and CI runs no other', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    expect(lines).toEqual(expect.arrayContaining(['npm ci && npm start', 'npm ci && npm test']))
    expect(scripts).toMatchObject({ start: expect.any(String), test: expect.any(String) })
    const ci = readFileSync(join(root, '.ci/run'), 'utf8')
    expect(ci.split('\n').filter((line) => /^npm /.test(line))).toEqual(['npm ci', 'npm test'])
  })

  test('what it links to is there', () => {
    for (const [, target] of readme.matchAll(/\]\(([A-Z][\w./-]*)\)/g))
      expect(existsSync(join(root, target!))).toBe(true)
  })
})
