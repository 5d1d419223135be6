import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { formatReference } from '../../scripts/write-format-reference.ts'
import { conditionExamples } from '../../src/flow/condition-examples.ts'
import { conditionSchema } from '../../src/triage/condition.ts'
import { brokenCopies, warnedCopies, withoutCopy } from './check/broken-copies.ts'

const read = (path: string) => readFileSync(path, 'utf8')

describe('the reference pages', () => {
  test('the format page says what the schemas say', () => {
    expect(read('docs/format.md')).toBe(formatReference())
  })

  test.each(conditionExamples.map(({ yaml }) => [yaml]))('the condition %s can be read', (yaml) => {
    expect(conditionSchema.safeParse(parse(yaml)).error?.issues).toBeUndefined()
  })

  const copied = new Set([...brokenCopies, ...warnedCopies].map(({ code }) => code))

  test.each(codesOfTheGate().map((code) => [code]))('%s has an entry, and a copy or a reason why not', (code) => {
    expect(read('docs/checks.md')).toContain(`## ${code}\n`)
    expect(copied.has(code)).toBe(!(code in withoutCopy))
  })
})

/** Codes that are written out in the source. Those of the rota file have a page of their own: docs/rota-file.md. */
function codesOfTheGate(): string[] {
  const files = ['check', 'promises', 'prove'].flatMap((folder) =>
    readdirSync(`src/flow/${folder}`).map((file) => `src/flow/${folder}/${file}`),
  )
  const areas =
    'danger|directory|file|flow|languages|levels|locale|phrasebook|promises|proof|roles|rota|rules|scenario|texts|words'
  const found = [...files, 'src/bundle-files.ts', 'src/handoff/levels.ts'].flatMap((file) =>
    [...read(file).matchAll(new RegExp(`['\`]((?:${areas})/[a-z-]+)['\`]`, 'g'))].map((match) => match[1]!),
  )
  return [...new Set(found)].sort()
}
