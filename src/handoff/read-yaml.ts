import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import type { ZodType, z } from 'zod'
import { didYouMean, type Problem } from '../problem.ts'
import { plainIssue } from './plain-issue.ts'

/** Where something stands in a YAML file: keys and list positions from the top. */
export type YamlPath = readonly (string | number)[]

/** A file that was read against a schema, with a way to point at any part of it. */
export interface YamlReading<T> {
  /** null when the shape is wrong; `problems` says why. */
  value: T | null
  problems: Problem[]
  /** Makes a problem that points at the value (or, with `key`, at the key) under `path`, or at its nearest parent. */
  problemAt(path: YamlPath, code: string, message: string, part?: 'key' | 'value'): Problem
}

/** A text as YAML 1.2, before any schema. */
export interface ParsedYaml {
  document: Document.Parsed
  lines: LineCounter
}
export type ParseYaml = (text: string) => ParsedYaml

export const parseYaml: ParseYaml = (text) => {
  const lines = new LineCounter()
  return { document: parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' }), lines }
}

/** What YAML itself has to say, as a sentence. */
export const sayYamlError = ({ code, message }: { code: string; message: string }): string =>
  code === 'MULTIPLE_DOCS'
    ? 'A file holds one document: take out the line "---".'
    : `${message.split(' at line ')[0]!.replace(/\.$/, '')}.`

/** Parses each text once, for several who look at the same files; is forgotten with them. */
export function parsingOnce(): ParseYaml {
  const known = new Map<string, ParsedYaml>()
  return (text) => {
    let parsed = known.get(text)
    if (parsed === undefined) {
      parsed = parseYaml(text)
      known.set(text, parsed)
    }
    return parsed
  }
}

/** Largest file that is read: a rota of a thousand people is far below it. */
const LARGEST_CHARACTERS = 1_000_000
/** Brackets in brackets; a reader that follows ten thousand of them is kept busy for seconds. */
const DEEPEST = 100
/** More than anybody mends at once. */
const PROBLEMS_MAX = 50

/**
 * Reads a YAML 1.2 file against a strict zod schema and says everything that is wrong with its shape at once.
 *
 * Aliases are refused (a small file could grow without end), as are doubled keys and custom tags.
 *
 * @param area - first half of the problem codes, such as `rota`
 */
export function readYaml<T>(
  text: string,
  schema: ZodType<T>,
  area: string,
  parse: ParseYaml = parseYaml,
): YamlReading<T> {
  if (text.length > LARGEST_CHARACTERS) {
    const message = `The file is larger than ${LARGEST_CHARACTERS} characters, so it was not read.`
    const problem: Problem = { code: `${area}/too-large`, line: 1, column: 1, message }
    return { value: null, problems: [problem], problemAt: () => problem }
  }
  const deepAt = tooDeepAt(text)
  if (deepAt !== null) {
    const before = text.slice(0, deepAt).split('\n')
    const place = { line: before.length, column: before.at(-1)!.length + 1 }
    const message = `This is nested more than ${DEEPEST} brackets deep, so it was not read.`
    const problem: Problem = { code: `${area}/yaml`, ...place, message }
    return { value: null, problems: [problem], problemAt: () => problem }
  }
  const { document, lines } = parse(text)
  const problemAt = pointer(document, lines)
  const problems: Problem[] = [...document.errors, ...document.warnings].slice(0, PROBLEMS_MAX).map((error) => {
    const openedAt = isUnclosed(error) ? openedBefore(document, error.pos[0]) : null
    const { line, col } = lines.linePos(openedAt ?? error.pos[0])
    const message = openedAt === null ? sayYamlError(error) : 'This is opened and never closed.'
    return { code: `${area}/yaml`, line: Math.max(1, line), column: Math.max(1, col), message }
  })
  if (problems.length > 0) return { value: null, problems, problemAt }
  keepUnquotedPhones(document)
  let raw: unknown
  try {
    raw = document.toJS({ maxAliasCount: 0 })
  } catch {
    const message = 'Aliases (*name) are not read here. Write the lines out.'
    return { value: null, problems: [problemAt([], `${area}/yaml`, message)], problemAt }
  }
  const otherKind = kindMistaken(raw, schema)
  if (otherKind !== null)
    return { value: null, problems: [problemAt(['kind'], `${area}/wrong-value`, otherKind)], problemAt }
  const parsed = schema.safeParse(raw, { reportInput: true, error: plainIssue })
  if (parsed.success) return { value: parsed.data, problems: [], problemAt }
  // A file of another version differs in all kinds of ways, and its version is the one thing to be said.
  const version = parsed.error.issues.find(({ path, input }) => path[0] === 'version' && Number.isInteger(input))
  const issues = version ? [version] : parsed.error.issues.flatMap(nearest)
  for (const issue of issues.slice(0, PROBLEMS_MAX)) {
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const meant = didYouMean(key, knownKeys(schema, path))
        problems.push(problemAt([...path, key], `${area}/unknown-key`, `"${key}" is not a key here.${meant}`, 'key'))
      }
      continue
    }
    const name = path.findLast((part) => typeof part === 'string') ?? 'the file'
    const missing = issue.input === undefined && issue.code === 'invalid_type'
    const code = missing ? 'missing' : issueCode(issue)
    const message = missing ? `"${name}" is missing.` : issue.message
    problems.push(problemAt(path, `${area}/${code}`, message, code === 'unknown-key' ? 'key' : 'value'))
  }
  return { value: null, problems, problemAt }
}

/** A quote or bracket without its end, which the reader notices only where the file ends or the next line begins. */
const isUnclosed = ({ message }: { message: string }): boolean => /^Missing closing|and end with a /.test(message)

/** Where the innermost quote or bracket begins that is still open at a place. */
function openedBefore(document: Document, place: number): number | null {
  let found: number | null = null
  visit(document, {
    Node(_, node) {
      const isOpened = isScalar(node) ? node.type?.startsWith('QUOTE_') : isCollection(node) && node.flow
      if (isOpened && node.range && node.range[0] < place && node.range[1] >= place)
        found = Math.max(found ?? 0, node.range[0])
    },
  })
  return found
}

/**
 * A value that may have several shapes is told by the shape that its writer was nearest to: the one whose problem lies
 * deepest, and of these the one with the fewest.
 */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length))
  const [best] = issue.errors
    .map((issues) => issues.flatMap((inner) => nearest(inner)))
    .sort((one, other) => depth(other) - depth(one) || one.length - other.length)
  const key = issue.path.findLast((part) => typeof part === 'string')
  return best!.map((inner) => ({
    ...inner,
    path: [...issue.path, ...inner.path],
    // The shapes were tried by themselves, where the place had no name yet.
    message: key === undefined || inner.path.length > 0 ? inner.message : inner.message.replace(/^This\b/, `"${key}"`),
  }))
}

/** One file in the place of another is one mistake, not one for each of its lines. */
function kindMistaken(raw: unknown, schema: unknown): string | null {
  const own = (raw as { kind?: unknown } | null)?.kind
  const { value } = (schema as { shape?: { kind?: { value?: unknown } } }).shape?.kind ?? {}
  if (typeof own !== 'string' || typeof value !== 'string' || own === value) return null
  return `This file says that it is of the kind "${own}"; here belongs one of the kind "${value}".\nPerhaps two files were exchanged.`
}

/** Where brackets are nested too deep, or null. Brackets in quotes are counted too: nobody writes so many. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (sign === '[' || sign === '{') depth += 1
    else if ((sign === ']' || sign === '}') && depth > 0) depth -= 1
    if (depth > DEEPEST) return index
  }
  return null
}

/** A schema's own check may carry its code in `params`. Everything else is `wrong-value`. */
function issueCode(issue: { message: string; code: string; params?: unknown }): string {
  const params = issue.code === 'custom' ? (issue.params as { code?: string } | undefined) : undefined
  return params?.code ?? 'wrong-value'
}

/** The keys that a strict object of the schema allows at a path, for a suggestion. */
function knownKeys(schema: unknown, path: YamlPath): string[] {
  let at = schema as { shape?: Record<string, unknown>; element?: unknown; unwrap?: () => unknown } | undefined
  for (const part of path) {
    while (at?.unwrap && !at.shape && !at.element) at = at.unwrap() as typeof at
    at = (typeof part === 'number' ? at?.element : at?.shape?.[part]) as typeof at
  }
  while (at?.unwrap && !at.shape) at = at.unwrap() as typeof at
  return Object.keys(at?.shape ?? {})
}

function pointer(document: Document, lines: LineCounter): YamlReading<unknown>['problemAt'] {
  return (path, code, message, part = 'value') => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : nodeAt(document, path.slice(0, depth))
      const key = depth > 0 ? keyAt(document, path.slice(0, depth)) : null
      // A missing part is shown at the key of its nearest parent, a wrong one at its own value.
      const shown = (part === 'key' || depth < path.length ? (key ?? node) : node) as Node | null
      if (!shown?.range) continue
      const [start, end] = shown.range
      const { line, col } = lines.linePos(start)
      const length = isScalar(shown) ? Math.max(1, end - start) : 1
      return { code, line, column: col, length, message }
    }
    return { code, line: 1, column: 1, message }
  }
}

function nodeAt(document: Document, path: YamlPath): Node | null {
  const node = document.getIn(path, true)
  return isNode(node) ? node : null
}

function keyAt(document: Document, path: YamlPath): Node | null {
  const parent = path.length === 1 ? document.contents : nodeAt(document, path.slice(0, -1))
  if (!isMap(parent)) return null
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path.at(-1)))
  return isNode(pair?.key) ? pair.key : null
}

// `phone: +52868…` without quotes is a number to YAML and loses its plus; it is plain what was meant.
function keepUnquotedPhones(document: Document): void {
  const people = document.get('people', true)
  if (!isNode(people) || !('items' in people)) return
  for (const person of (people as { items: unknown[] }).items) {
    if (!isMap(person)) continue
    const phone = person.get('phone', true)
    if (isScalar(phone) && typeof phone.value === 'number' && phone.source) phone.value = phone.source
  }
}
