import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conditionExamples } from '../src/flow/condition-examples.ts'
import { fileFormats } from '../src/flow/file-formats.ts'
import { type JsonSchema, jsonSchemas } from '../src/flow/json-schemas.ts'
import { migrations } from '../src/flow/migrate/migrate.ts'

/** docs/format.md, from the schemas that the check uses: what stands there is what is checked. */
export function formatReference(): string {
  const lines = [
    '# The files that coordinators edit, version 1',
    '',
    'Written by `node scripts/write-format-reference.ts` from the schemas that `puente check` uses. Unknown keys are refused with a',
    'suggestion. Files are YAML 1.2 in UTF-8: `no` is a word and not false; aliases, merge keys and tabs are refused.',
    '',
    'Editors that know JSON Schema, such as VS Code with the YAML extension, suggest keys and underline what does not fit: the',
    'first line of each file names its schema in `docs/schema/`. `npx puente schema` writes them anew.',
    '',
    'Start from the files that are there: copy a question that works, change its id, its texts and its place in `paths`.',
    '',
    '## Versions',
    '',
    'Each file says its version. `npx puente migrate` shows what would change in older files, line by line, and writes it; comments',
    'and layout stay. What was published in an older version goes on. A newer file is refused: update Puente first.',
    '',
    ...migrations.map(({ why }, index) => `- Version ${index + 1}: ${why}`),
    '',
    '## Conditions',
    '',
    'A condition says when something holds. It is data, never a formula, so that it can be proven.',
    '',
    '| Condition | Holds when |',
    '| --- | --- |',
    ...conditionExamples.map(({ yaml, holds }) => `| \`${yaml}\` | ${holds} |`),
  ]
  const schemas = jsonSchemas()
  for (const { name, file, about } of fileFormats) {
    lines.push('', `## ${file}`, '', about, '', '| Key | Value | Meaning |', '| --- | --- | --- |')
    rows(schemas[name]!, '', lines)
  }
  return `${lines.join('\n')}\n`
}

function rows(shape: JsonSchema, path: string, lines: string[]): void {
  for (const [key, inner] of Object.entries(shape.properties ?? {})) {
    const name = path === '' ? key : `${path}.${key}`
    const isNeeded = shape.required?.includes(key) ?? false
    const standard = inner.default === undefined ? '' : ` Left out: ${JSON.stringify(inner.default)}.`
    lines.push(
      `| \`${name}\`${isNeeded ? ' (needed)' : ''} | ${kindOf(inner)} | ${inner.description ?? ''}${standard} |`,
    )
    descend(inner, name, lines)
  }
}

function descend(shape: JsonSchema, name: string, lines: string[]): void {
  if (shape.properties) rows(shape, name, lines)
  if (shape.items) descend(shape.items, `${name}[]`, lines)
  if (typeof shape.additionalProperties === 'object') descend(shape.additionalProperties, `${name}.<id>`, lines)
  for (const one of shape.anyOf ?? shape.oneOf ?? []) if (one.properties || one.items) descend(one, name, lines)
}

function kindOf(shape: JsonSchema): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``
  if (shape.enum) return shape.enum.map((one) => `\`${String(one)}\``).join(', ')
  if (shape.anyOf ?? shape.oneOf) return [...new Set((shape.anyOf ?? shape.oneOf)!.map(kindOf))].join(' or ')
  if (shape.type === 'array') return `list of ${shape.items ? kindOf(shape.items) : 'anything'}`
  if (shape.type === 'object') return shape.properties ? 'keys' : 'entries by id'
  if (shape.$ref ?? shape.allOf) return 'a condition'
  const bounds = [shape.minimum, shape.maximum].filter((one) => one !== undefined && Math.abs(one) < 1e9)
  const kind = { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false' }[
    String(shape.type)
  ]
  return `${kind ?? String(shape.type)}${bounds.length > 0 ? ` (${bounds.join(' to ')})` : ''}`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/format.md', import.meta.url), formatReference())
