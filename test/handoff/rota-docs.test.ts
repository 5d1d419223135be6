import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readRota } from '../../src/handoff/rota.ts'
import { rotaContext } from './world.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/rota-file.md')

test('every example of docs/rota-file.md is read without a problem', () => {
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!)
  expect(examples).toHaveLength(2)
  for (const example of examples) expect(readRota(example, rotaContext).problems).toEqual([])
})

test('every problem that a rota or levels.yaml can have has its line there', () => {
  const rota = read('src/handoff/rota.ts')
  const codes = [
    ...[...rota.matchAll(/report\(\s*\[[^\]]*(?:\[[^\]]*\][^\]]*)*\],\s*'([a-z-]+)'/g)].map(
      (match) => `rota/${match[1]}`,
    ),
    ...[...`${rota}${read('src/handoff/levels.ts')}`.matchAll(/'((?:rota|levels)\/[a-z-]+)'/g)].map(
      (match) => match[1]!,
    ),
    ...[...read('src/handoff/read-yaml.ts').matchAll(/\$\{area\}\/([a-z-]+)/g)].flatMap((match) => [
      `rota/${match[1]}`,
      `levels/${match[1]}`,
    ]),
    'rota/wrong-value',
  ]
  expect(new Set(codes).size).toBeGreaterThan(15)
  for (const code of codes) expect([code, page.includes(`\`${code}\``)]).toEqual([code, true])
})
