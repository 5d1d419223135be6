import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { parse, parseDocument, visit } from 'yaml'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { fileFormats, formatOf } from '../../src/flow/file-formats.ts'
import { jsonSchemas } from '../../src/flow/json-schemas.ts'

const schemas = jsonSchemas()
const ajv = new Ajv({ strict: false })
addFormats.default(ajv)
const accepts = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]))
const shipped = Object.entries(readBundleFiles('.')).flatMap(([path, text]) => {
  const format = formatOf(path)
  return format ? [{ path, text, format }] : []
})

/** What the check refuses and an editor cannot see: that a turn has one of four keys. */
const onlyTheCheck: Record<string, string[]> = { scenario: ['missing: turns.0.media'] }

describe('JSON Schemas for editors', () => {
  test('the committed ones are those of the schemas that the check uses', () => {
    const files = readdirSync('docs/schema').sort()
    expect(files).toEqual(fileFormats.map(({ name }) => `${name}.json`).sort())
    for (const file of files)
      expect(JSON.parse(readFileSync(`docs/schema/${file}`, 'utf8'))).toEqual(
        JSON.parse(JSON.stringify(schemas[file.replace('.json', '')])),
      )
  })

  test('every kind of file is shipped, names its own schema and fits it', () => {
    expect(new Set(shipped.map(({ format }) => format))).toEqual(new Set(fileFormats))
    for (const { path, text, format } of shipped) {
      const up = '../'.repeat(path.split('/').length - 1)
      expect([path, text.split('\n')[0]]).toEqual([
        path,
        `# yaml-language-server: $schema=${up}docs/schema/${format.name}.json`,
      ])
      expect([path, accepts[format.name]!(parse(text)), accepts[format.name]!.errors]).toEqual([path, true, null])
    }
  })

  // One file of each kind is broken at each of its keys, in each of four ways; both judges say the same of every copy.
  test.each(fileFormats.map((format) => [format.name, format] as const))(
    'a broken %s is refused by both, a good one by neither',
    (name, format) => {
      const { text } = shipped.find((one) => one.format === format)!
      const verdicts = brokenCopies(text).map(({ how, data }) => ({
        how,
        zod: format.schema.safeParse(data).success,
        editor: accepts[name]!(data),
      }))
      expect(verdicts.filter(({ zod }) => !zod).length).toBeGreaterThan(3)
      expect(verdicts.filter(({ zod, editor }) => zod !== editor).map(({ how }) => how)).toEqual(
        onlyTheCheck[name] ?? [],
      )
    },
  )
})

/** Copies of a file with one key wrong: unknown, missing, another type, a word that is none of the allowed. */
function brokenCopies(text: string): { how: string; data: unknown }[] {
  const paths: (string | number)[][] = []
  visit(parseDocument(text), {
    Pair(_, pair, ancestors) {
      const path = ancestors.flatMap((one, index): (string | number)[] => {
        const parent = ancestors[index - 1] as { items?: unknown[] } | undefined
        if (typeof one === 'object' && one !== null && 'key' in one) return [String(one.key)]
        return Array.isArray(parent?.items) && !('key' in (one as object)) ? [parent.items.indexOf(one)] : []
      })
      paths.push([...path, String(pair.key)])
    },
  })
  const whole: unknown = parse(text)
  const step = Math.max(1, Math.floor(paths.length / 40))
  return paths
    .filter((_, index) => index % step === 0)
    .flatMap((path) => {
      const change = (how: string, edit: (parent: Record<string, unknown>, key: string) => void) => {
        const data = structuredClone(whole) as Record<string, unknown>
        const parent = path
          .slice(0, -1)
          .reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], data)
        edit(parent as Record<string, unknown>, String(path.at(-1)))
        return { how: `${how}: ${path.join('.')}`, data }
      }
      return [
        change('a key nobody knows', (parent, key) => {
          parent[`${key} and more`] = 'x'
        }),
        change('missing', (parent, key) => {
          delete parent[key]
        }),
        change('another type', (parent, key) => {
          parent[key] = { x: [] }
        }),
        change('another word', (parent, key) => {
          parent[key] = 'a word that nobody allows'
        }),
      ]
    })
}
