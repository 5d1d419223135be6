import { parse } from 'yaml'
import { z } from 'zod'
import { conditionForms, conditionSchema } from '../triage/condition.ts'
import { conditionExamples } from './condition-examples.ts'
import { fileFormats } from './file-formats.ts'

/** A JSON Schema, as far as the reference page and editors look at it. */
export interface JsonSchema {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: JsonSchema | boolean
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  title?: string
  description?: string
  default?: unknown
  minimum?: number
  maximum?: number
  definitions?: Record<string, JsonSchema>
  $ref?: string
  $schema?: string
}

/**
 * The JSON Schema of each kind of file (draft 7, which every editor knows), made from the zod schema that `puente check`
 * uses. It says the shape; what names mean to each other, and what a person would get, only the check knows.
 *
 * @returns name, such as `intake`, to schema
 */
export function jsonSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    fileFormats.map(({ name, file, about, schema }) => {
      const shape = shapeOf(schema)
      const definitions = JSON.stringify(shape).includes(conditionRef)
        ? { definitions: { condition: condition() } }
        : {}
      return [name, { ...shape, title: file, description: about, ...definitions }]
    }),
  )
}

const conditionRef = '#/definitions/condition'

/** What may be written in a file: where a default steps in, a key may be left out. */
function shapeOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    // Zod sees a condition as a function; its forms are data.
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === conditionSchema) Object.assign(jsonSchema, { $ref: conditionRef })
    },
  }) as JsonSchema
}

function condition(): JsonSchema {
  const examples = conditionExamples.map(({ yaml, holds }) => ({ data: parse(yaml) as object, holds }))
  return {
    description: 'When something holds. It is data, never a formula, so that it can be proven.',
    anyOf: conditionForms.map((form) => {
      const { $schema: _, ...shape } = shapeOf(form)
      return { ...shape, description: examples.find(({ data }) => form.safeParse(data).success)?.holds }
    }),
  }
}
