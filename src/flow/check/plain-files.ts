import { isAlias, isPair, isScalar, visit } from 'yaml'
import { type ParseYaml, parseYaml, sayYamlError } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import type { BundleFiles } from '../read-bundle.ts'
import { remember } from './remember.ts'

const LARGEST_CHARACTERS = 1_000_000
const DEEPEST = 60

/**
 * Looks at the bare text of every file before anything reads it: what a reader could choke on, or would read as
 * something else than its writer meant.
 *
 * @returns `unreadable` names files that must not be read any further
 */
export function checkPlainFiles(
  files: BundleFiles,
  parse: ParseYaml = parseYaml,
): { problems: Problem[]; unreadable: Set<string> } {
  const problems: Problem[] = []
  const unreadable = new Set<string>()
  for (const [file, text] of Object.entries(files)) {
    const found = file.endsWith('.json') ? checkJson(text, parse) : checkYaml(text, parse)
    problems.push(...found.map((problem) => ({ ...problem, source: file })))
    if (found.length > 0) unreadable.add(file)
  }
  return { problems, unreadable }
}

const checkJson = remember(600, (text, parse: ParseYaml) => checkText(text, true, parse))
const checkYaml = remember(600, (text, parse: ParseYaml) => checkText(text, false, parse))

function checkText(text: string, isJson: boolean, parse: ParseYaml): Problem[] {
  if (text.length > LARGEST_CHARACTERS)
    return [
      at(text, 0, 'file/too-large', `The file has ${text.length} characters; at most ${LARGEST_CHARACTERS} are read.`),
    ]
  if (text.trim() === '') return [at(text, 0, 'file/empty', 'The file is empty.')]
  const depth = tooDeepAt(text)
  if (depth !== null)
    return [at(text, depth, 'file/too-deep', `Things stand inside each other more than ${DEEPEST} deep here.`)]
  if (text.startsWith('\ufeff'))
    return [
      at(text, 0, 'file/byte-order-mark', 'The file begins with a byte order mark. Save it as "UTF-8" without BOM.'),
    ]
  const odd = text.search(/[\0\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff\ufffd]/)
  if (odd >= 0)
    return [
      at(
        text,
        odd,
        'file/odd-character',
        'This character cannot be read. Save the file as UTF-8, without control characters.',
      ),
    ]
  const tab = isJson ? null : text.match(/^[ ]*\t/m)
  if (tab)
    return [
      at(
        text,
        tab.index! + tab[0].length - 1,
        'file/tab',
        'Lines are set in with spaces here, not with a tab. Replace the tab by spaces.',
      ),
    ]
  if (isJson) {
    const found = jsonProblem(text)
    if (found) return [found]
    // JSON itself lets doubled keys pass; reading as YAML says where they are.
    if (!hasDoubledKeys(text)) return []
  }
  return yamlProblems(text, parse)
}

/** Whether more keys are written in a JSON text than come out of it. */
function hasDoubledKeys(text: string): boolean {
  let written = 0
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/gs)) if (colon !== undefined) written++
  return written !== keysIn(JSON.parse(text))
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value).reduce<number>((sum, one) => sum + keysIn(one), 0)
  return Array.isArray(value) ? inner : inner + Object.keys(value).length
}

function yamlProblems(text: string, parse: ParseYaml): Problem[] {
  const { document, lines } = parse(text)
  const problems: Problem[] = []
  const report = (offset: number, code: string, message: string, length = 1) => {
    const { line, col } = lines.linePos(offset)
    problems.push({ code, line: Math.max(1, line), column: Math.max(1, col), message, length })
  }
  for (const error of [...document.errors, ...document.warnings]) {
    const own = OWN_WORDS[error.code]
    const length = Math.max(1, error.pos[1] - error.pos[0])
    report(error.pos[0], own?.code ?? 'file/yaml', own?.message ?? sayYamlError(error), length)
  }
  if (problems.length > 0) return problems.slice(0, 20)
  visit(document, (_, node) => {
    if (problems.length >= 20) return visit.BREAK
    if (isAlias(node))
      report(node.range![0], 'file/alias', `"*${node.source}" repeats other lines. Write the lines out.`)
    else if (isPair(node) && isScalar(node.key)) {
      const { key } = node
      const written = key.source ?? String(key.value)
      if (key.value === '<<')
        report(key.range![0], 'file/merge-key', '"<<" takes over other lines. Write the lines out.')
      else if (key.value === null || (typeof key.value !== 'string' && String(key.value) !== written))
        report(
          key.range![0],
          'file/unclear-key',
          `"${written}" would be read as ${key.value === null ? 'nothing' : String(key.value)}. Put it in quotes: "${written}".`,
          written.length,
        )
    }
    return undefined
  })
  return problems
}

/** What a coordinator meets most, in plainer words than those of YAML. */
const OWN_WORDS: Record<string, { code: string; message: string }> = {
  DUPLICATE_KEY: {
    code: 'file/double-key',
    message: 'This key is there twice in one place. Only one of the two would count; take one away.',
  },
  TAG_RESOLVE_FAILED: {
    code: 'file/tag',
    message: 'A word that begins with "!" gives YAML an order, and none is known here. Put the text in quotes.',
  },
}

function jsonProblem(text: string): Problem | null {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''))
    return null
  } catch (error) {
    const message = (error as Error).message
    const position = Number(message.match(/at position (\d+)/)?.[1] ?? 0)
    return at(
      text,
      Math.min(position, Math.max(0, text.length - 1)),
      'file/json',
      `This file is not JSON here: ${message.split(' in JSON')[0]!}.\nNo text of this file could be sent.`,
    )
  }
}

/** Where brackets, or the beginning of a line, stand deeper than allowed. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (isQuoted) {
      if (sign === '\\') index++
      else if (sign === '"' || sign === '\n') isQuoted = false
      continue
    }
    if (sign === '"') isQuoted = true
    else if (sign === '{' || sign === '[') {
      if (++depth > DEEPEST) return index
    } else if (sign === '}' || sign === ']') depth = Math.max(0, depth - 1)
  }
  const dashes = text.match(/^[ ]*(?:- ){30,}/m)
  if (dashes) return dashes.index!
  const indent = text.match(/^[ ]{200,}\S/m)
  return indent ? indent.index! : null
}

function at(text: string, offset: number, code: string, message: string): Problem {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { code, line, column: offset - (before.lastIndexOf('\n') + 1) + 1, message }
}
