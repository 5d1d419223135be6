import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { conditionExamples } from '../src/flow/condition-examples.ts'
import { directorySchema } from '../src/flow/directory.ts'
import { flowSchema, textsSchema } from '../src/flow/flow-schema.ts'
import { promisesSchema } from '../src/flow/promises/promises-schema.ts'
import { scenarioSchema } from '../src/flow/scenario-schema.ts'
import { answerWordsSchema, sharedWordsSchema } from '../src/language/answer-words.ts'
import { languagesSchema } from '../src/language/languages.ts'
import { rolesSchema, rulesSchema } from '../src/triage/rules-schema.ts'

interface Shape {
  type?: string | string[]
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  additionalProperties?: Shape | boolean
  anyOf?: Shape[]
  oneOf?: Shape[]
  enum?: unknown[]
  const?: unknown
  description?: string
  default?: unknown
  minimum?: number
  maximum?: number
}

const files: [file: string, about: string, schema: z.ZodType][] = [
  ['dialogs/intake.yaml', 'The questions, the order in which they are asked, and what turns the path.', flowSchema],
  ['dialogs/rules.yaml', 'From answers to flags, from flags to a level and to who is asked.', rulesSchema],
  ['dialogs/texts.yaml', 'Which text is due when. The words are in locales/.', textsSchema],
  ['dialogs/roles.yaml', 'Who can be paged.', rolesSchema],
  ['dialogs/directory.yaml', 'Numbers and policy sentences, each with its source and an end.', directorySchema],
  ['dialogs/languages.yaml', 'Every language that people may name, and how we can answer in it.', languagesSchema],
  ['dialogs/words.yaml', 'Words that no language owns.', sharedWordsSchema],
  ['locales/<language>/answers.yaml', 'The words that people answer with.', answerWordsSchema],
  ['dialogs/scenarios/<name>.yaml', 'A conversation that must come out as it is written.', scenarioSchema],
  ['dialogs/promises.yaml', 'What no change of the other files may break.', promisesSchema],
]

/** docs/format.md, from the schemas that the check uses: what stands there is what is checked. */
export function formatReference(): string {
  const lines = [
    '# The files that coordinators edit, version 1',
    '',
    'Written by `node scripts/write-format-reference.ts` from the schemas that `puente check` uses. Unknown keys are refused with a',
    'suggestion. Files are YAML 1.2 in UTF-8: `no` is a word and not false; aliases, merge keys and tabs are refused.',
    '',
    'Start from the files that are there: copy a question that works, change its id, its texts and its place in `paths`.',
    '',
    '## Conditions',
    '',
    'A condition says when something holds. It is data, never a formula, so that it can be proven.',
    '',
    '| Condition | Holds when |',
    '| --- | --- |',
    ...conditionExamples.map(({ yaml, holds }) => `| \`${yaml}\` | ${holds} |`),
  ]
  for (const [file, about, schema] of files) {
    const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
    lines.push('', `## ${file}`, '', about, '', '| Key | Value | Meaning |', '| --- | --- | --- |')
    rows(shape, '', lines)
  }
  return `${lines.join('\n')}\n`
}

function rows(shape: Shape, path: string, lines: string[]): void {
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

function descend(shape: Shape, name: string, lines: string[]): void {
  if (shape.properties) rows(shape, name, lines)
  if (shape.items) descend(shape.items, `${name}[]`, lines)
  if (typeof shape.additionalProperties === 'object') descend(shape.additionalProperties, `${name}.<id>`, lines)
  for (const one of shape.anyOf ?? shape.oneOf ?? []) if (one.properties || one.items) descend(one, name, lines)
}

function kindOf(shape: Shape): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``
  if (shape.enum) return shape.enum.map((one) => `\`${String(one)}\``).join(', ')
  if (shape.anyOf ?? shape.oneOf) return [...new Set((shape.anyOf ?? shape.oneOf)!.map(kindOf))].join(' or ')
  if (shape.type === 'array') return `list of ${shape.items ? kindOf(shape.items) : 'anything'}`
  if (shape.type === 'object') return shape.properties ? 'keys' : 'entries by id'
  if (shape.type === undefined) return 'a condition'
  const bounds = [shape.minimum, shape.maximum].filter((one) => one !== undefined && Math.abs(one) < 1e9)
  const kind = { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false' }[
    String(shape.type)
  ]
  return `${kind ?? String(shape.type)}${bounds.length > 0 ? ` (${bounds.join(' to ')})` : ''}`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/format.md', import.meta.url), formatReference())
