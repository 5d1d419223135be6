import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))
const rows = [
  ...readFileSync(join(root, 'docs/reliability.md'), 'utf8').matchAll(/^\| ([SIFM]\d+) \| .+? \| (.+) \|$/gm),
]
const linesOf = { S: 10, I: 18, F: 22, M: 10 }

describe('docs/reliability.md', () => {
  test('has every line of the checklist once', () => {
    const wanted = Object.entries(linesOf).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => `${kind}${index + 1}`),
    )
    expect(rows.map(([, line]) => line)).toEqual(wanted)
  })

  test.each(rows.map(([, line, shownBy]) => [line!, shownBy!]))('%s: the tests that it names exist', (_, shownBy) => {
    const named = [...shownBy.matchAll(/`([a-z][\w/-]*)`: ([^`;|]+?)(?=;|\. |$)/g)]
    expect(named.length > 0 || /^(Open|Numbers below)/.test(shownBy)).toBe(true)
    for (const [, file, title] of named) {
      const path = join(root, 'test', `${file}.test.ts`)
      expect([file, existsSync(path)]).toEqual([file, true])
      const text = readFileSync(path, 'utf8')
      expect([title, text.includes(title!)]).toEqual([title, true])
    }
  })
})
