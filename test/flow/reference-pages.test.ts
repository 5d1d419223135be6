import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { formatReference } from '../../scripts/write-format-reference.ts'
import { conditionExamples } from '../../src/flow/condition-examples.ts'
import { conditionSchema } from '../../src/triage/condition.ts'

const read = (path: string) => readFileSync(path, 'utf8')

describe('the reference pages', () => {
  test('the format page says what the schemas say', () => {
    expect(read('docs/format.md')).toBe(formatReference())
  })

  test.each(conditionExamples.map(({ yaml }) => [yaml]))('the condition %s can be read', (yaml) => {
    expect(conditionSchema.safeParse(parse(yaml)).error?.issues).toBeUndefined()
  })

  test('every code of the gate has an entry', () => {
    const source = ['check', 'promises', 'prove'].flatMap((folder) =>
      readdirSync(`src/flow/${folder}`).map((file) => read(`src/flow/${folder}/${file}`)),
    )
    const codes = new Set(
      source.flatMap((text) =>
        [
          ...text.matchAll(
            /'((?:file|flow|rules|languages|directory|locale|words|danger|rota|promises|proof|scenario)\/[a-z-]+)'/g,
          ),
        ].map((match) => match[1]!),
      ),
    )
    const page = read('docs/checks.md')
    expect([...codes].filter((code) => !page.includes(`## ${code}\n`))).toEqual([])
  })
})
