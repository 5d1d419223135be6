import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parse,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { longestMatch } from './longest-match.ts'

/** Text from `from` up to `to` gives way to `text`. */
interface Edit {
  from: number
  to: number
  text: string
}
type Data = Record<string, unknown>

/** As wide as the shipped files are. */
const WIDTH = 120

/**
 * Changes a YAML or JSON text so that it says `wanted`, and leaves every byte as it is that need not change: comments,
 * quotes and line breaks of what stays are the coordinator's own.
 *
 * @param text - one document without aliases, as `puente check` demands
 * @param wanted - plain data; the order of keys does not matter, except that a new key comes after the one before it
 * @throws Error when the text would not say `wanted` afterwards; then it must not be written
 */
export function patchYaml(text: string, wanted: unknown): string {
  const document = parseDocument(text, { version: '1.2' })
  const edits: Edit[] = []
  // A JSON file stays one: its texts are in double quotes.
  const isJson = document.contents !== null && isFlow(document.contents as Node)
  if (document.contents === null) return stringify(wanted)
  const patch: Patch = {
    text,
    edits,
    say: (value) => flowText(value, isJson),
    plain: (node) => node.toJS(document),
  }
  change(patch, document.contents as Node, wanted, {
    isFlow: isJson,
    indent: -2,
    from: (document.contents as Node).range![0],
  })
  let patched = text
  for (const { from, to, text: inserted } of edits
    .map((edit, index) => ({ ...edit, index }))
    // From the end, so that places before stay true. At one place what goes away does so first, and texts keep their order.
    .sort((one, other) => other.from - one.from || other.to - one.to || other.index - one.index))
    patched = patched.slice(0, from) + inserted + patched.slice(to)
  if (!isSame(parse(patched, { version: '1.2' }), wanted))
    throw new Error('A text could not be changed without harm to what stands around it.')
  return patched
}

interface Patch {
  text: string
  edits: Edit[]
  /** A value on one line. */
  say(value: unknown): string
  plain(node: Node): unknown
}

/** Where a value stands: in brackets or in lines; how far its parent is set in; where a replacement begins. */
interface Place {
  isFlow: boolean
  indent: number
  from: number
}

function change(patch: Patch, node: Node, wanted: unknown, place: Place): void {
  if (isSame(patch.plain(node), wanted)) return
  if (isMap(node) && isRecord(wanted) && changeMap(patch, node as YAMLMap<Node, Node | null>, wanted)) return
  if (isSeq(node) && Array.isArray(wanted) && changeList(patch, node as YAMLSeq<Node>, wanted)) return
  replace(patch, place, endOf(node), wanted)
}

/** false when nothing of it stays, so that it is written anew. */
function changeMap(patch: Patch, node: YAMLMap<Node, Node | null>, wanted: Data): boolean {
  const keyOf = (pair: Pair<Node, Node | null>) => String((pair.key as unknown as { value: unknown }).value)
  const names = Object.keys(wanted)
  const parts = node.items.map((pair) => ({
    from: pair.key.range![0],
    to: endOf(pair),
    isKept: Object.hasOwn(wanted, keyOf(pair)),
    keep: () => {
      const value = wanted[keyOf(pair)]
      const from = pair.key.range![1]
      const indent = columnOf(patch.text, pair.key.range![0])
      // `key:` without a value, or with one.
      const place = { isFlow: isFlow(node), indent, from: patch.text.indexOf(':', from) + 1 }
      if (pair.value === null || pair.value.range![0] === pair.value.range![1]) {
        if (value !== null) replace(patch, place, place.from, value)
      } else change(patch, pair.value, value, place)
    },
  }))
  const inLines = node.items.some(({ value }) => isMap(value) && !isFlow(value as Node))
  const added = names
    .filter((name) => !node.items.some((pair) => keyOf(pair) === name))
    .map((name) => ({
      after: lastBefore(names, name, node.items.map(keyOf)),
      lines: (indent: number) => blockLines(patch, { [name]: wanted[name] }, indent, inLines),
      flow: patch.say({ [name]: wanted[name] }).replace(/^\{ | \}$/g, ''),
    }))
  return rearrange(patch, node, parts, added, '')
}

/** Where in `known` the nearest of the names before `name` stands; -1 for none. */
function lastBefore(names: string[], name: string, known: string[]): number {
  const before = names.slice(0, names.indexOf(name)).findLast((one) => known.includes(one))
  return before === undefined ? -1 : known.indexOf(before)
}

function changeList(patch: Patch, node: YAMLSeq<Node>, wanted: unknown[]): boolean {
  const pairs = align(
    node.items.map((item) => labelOf(patch.plain(item))),
    wanted.map(labelOf),
  )
  const parts = node.items.map((item, index) => {
    const match = pairs.find(([old]) => old === index)
    const from = item.range![0]
    return {
      from: isFlow(node) ? from : patch.text.lastIndexOf('-', from - 1),
      to: endOf(item),
      isKept: match !== undefined,
      keep: () =>
        change(patch, item, wanted[match![1]], { isFlow: isFlow(node), indent: columnOf(patch.text, from) - 2, from }),
    }
  })
  const inLines = node.items.some((item) => isMap(item) && !isFlow(item as Node))
  const added = wanted.flatMap((value, index) => {
    if (pairs.some(([, now]) => now === index)) return []
    const before = pairs.findLast(([, now]) => now < index)
    return [
      {
        after: before ? before[0] : -1,
        lines: (indent: number) => blockLines(patch, [value], indent, inLines),
        flow: patch.say([value]).slice(1, -1),
      },
    ]
  })
  return rearrange(patch, node, parts, added, '- ')
}

/** Takes parts of a map or a list out, puts others in, and goes into those that stay. */
function rearrange(
  patch: Patch,
  node: YAMLMap<Node, Node | null> | YAMLSeq<Node>,
  parts: { from: number; to: number; isKept: boolean; keep(): void }[],
  added: { after: number; lines(indent: number): string; flow: string }[],
  dash: string,
): boolean {
  const first = parts.findIndex(({ isKept }) => isKept)
  if (first < 0) return false
  const { text, edits } = patch
  // Of `- a: 1` and its like the first line cannot go without the dash in front of it.
  const isOnDashLine =
    !isFlow(node) && dash === '' && text.slice(lineStart(text, parts[0]!.from), parts[0]!.from).trim() !== ''
  if (isOnDashLine && (first > 0 || added.some(({ after }) => after < 0))) return false
  for (const [index, part] of parts.entries()) {
    if (part.isKept) {
      part.keep()
      continue
    }
    if (!isFlow(node)) edits.push(wholeLines(text, part.from, part.to))
    else if (index < first) edits.push({ from: part.from, to: parts[index + 1]!.from, text: '' })
    else edits.push({ from: parts[index - 1]!.to, to: part.to, text: '' })
  }
  const indent = columnOf(text, parts[0]!.from)
  const isSpaced = !isFlow(node) && parts.length > 1 && /\n[ ]*\r?\n/.test(text.slice(parts[0]!.to, parts[1]!.from))
  const hasOwnLines = parts.every(({ from }) => text.slice(lineStart(text, from), from).trim() === '')
  const comma = hasOwnLines ? `,\n${' '.repeat(indent)}` : ', '
  for (const { after, lines, flow } of added) {
    // After what stays; what goes away takes nothing with it.
    const kept = parts.findLastIndex(({ isKept }, index) => isKept && index <= after)
    if (kept < 0) {
      const from = isFlow(node) ? parts[first]!.from : lineStart(text, parts[first]!.from)
      edits.push({ from, to: from, text: isFlow(node) ? flow + comma : `${lines(indent)}\n${isSpaced ? '\n' : ''}` })
    } else if (isFlow(node)) {
      edits.push({ from: parts[kept]!.to, to: parts[kept]!.to, text: comma + flow })
    } else {
      const from = lineEnd(text, parts[kept]!.to)
      edits.push({ from, to: from, text: `${isSpaced ? '\n' : ''}\n${lines(indent)}` })
    }
  }
  return true
}

function replace(patch: Patch, place: Place, to: number, wanted: unknown): void {
  const { text, edits, say } = patch
  const isAfterKey = text[place.from - 1] === ':'
  const inline = say(wanted)
  const room = WIDTH - columnOf(text, place.from)
  const isShort = !isCollection(wanted) || inline.length < room
  if (place.isFlow || isShort) edits.push({ from: place.from, to, text: `${isAfterKey ? ' ' : ''}${inline}` })
  else {
    const lines = blockLines(patch, wanted, place.indent + 2)
    edits.push({ from: place.from, to, text: isAfterKey ? `\n${lines}` : lines.trimStart() })
  }
}

/**
 * Lines of a map or a list, set in. What fits on a line stands on one, but several maps in a list each have their own.
 *
 * @param inLines - maps right in it have a line for each key, as those beside them
 */
function blockLines(patch: Patch, value: unknown, indent: number, inLines = false): string {
  const space = ' '.repeat(indent)
  const fits = (inner: unknown, used: number) =>
    !isCollection(inner) ||
    (used + patch.say(inner).length <= WIDTH && !(Array.isArray(inner) && inner.filter(isRecord).length > 1))
  if (Array.isArray(value))
    return value
      .map((item) =>
        fits(item, indent + 2) && !(inLines && isRecord(item) && Object.keys(item).length > 0)
          ? `${space}- ${patch.say(item)}`
          : `${space}- ${blockLines(patch, item, indent + 2).trimStart()}`,
      )
      .join('\n')
  return Object.entries(value as Data)
    .map(([key, inner]) => {
      const name = `${space}${patch.say(key)}:`
      return fits(inner, name.length + 1) && !(inLines && isRecord(inner) && Object.keys(inner).length > 0)
        ? `${name} ${patch.say(inner)}`
        : `${name}\n${blockLines(patch, inner, indent + 2)}`
    })
    .join('\n')
}

function flowText(value: unknown, isJson: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, isJson)).join(', ')}]`
  if (isRecord(value)) {
    const pairs = Object.entries(value).map(([key, inner]) => `${flowText(key, isJson)}: ${flowText(inner, isJson)}`)
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
  }
  if (isJson) return JSON.stringify(value)
  return stringify([value], { version: '1.2', collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1)
}

/** Lines from a key or dash to the end of its value, with their line break, and an empty line that would be doubled. */
function wholeLines(text: string, from: number, to: number): Edit {
  const start = lineStart(text, from)
  let end = Math.min(text.length, lineEnd(text, to) + 1)
  if (/(^|\n)\r?\n$/.test(text.slice(0, start))) end += text.slice(end).match(/^\r?\n/)?.[0].length ?? 0
  return { from: start, to: end, text: '' }
}

/** Where a value ends, without the comment and the empty lines behind it. */
function endOf(node: Node | Pair<Node, Node | null>): number {
  if (isPair(node)) {
    const { key, value } = node as Pair<Node, Node | null>
    return value?.range && value.range[1] > value.range[0] ? endOf(value) : key.range![1] + 1
  }
  if ((isMap(node) || isSeq(node)) && !isFlow(node) && node.items.length > 0)
    return endOf(node.items.at(-1) as Node | Pair<Node, Node | null>)
  const end = node.range![1]
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') ? end - 1 : end
}

const isFlow = (node: Node): boolean => (node as { flow?: boolean }).flow === true
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
const columnOf = (text: string, at: number): number => at - lineStart(text, at)
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : text[end - 1] === '\r' ? end - 1 : end
}

/** What tells one item of a list from the others: its id, or all of it. */
function labelOf(value: unknown): string {
  if (isRecord(value))
    for (const key of ['id', 'ask', 'group', 'text', 'number'])
      if (['string', 'number'].includes(typeof value[key])) return `${key} ${String(value[key])}`
  return JSON.stringify(value)
}

/** Which items of two lists are the same, in order; between them, which may be one item that changed. */
function align(old: string[], now: string[]): [number, number][] {
  const same = longestMatch(old, now)
  return [...same, [old.length, now.length] as const].flatMap(([one, other], index) => {
    const [lastOne, lastOther] = same[index - 1] ?? [-1, -1]
    const changed = Math.min(one - lastOne, other - lastOther) - 1
    const between = Array.from({ length: changed }, (_, at): [number, number] => [lastOne + 1 + at, lastOther + 1 + at])
    return index < same.length ? [...between, [one, other] as [number, number]] : between
  })
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => isSame(item, other[index]))
  if (!isRecord(one)) return one === other
  if (!isRecord(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  )
}

const isCollection = (value: unknown): boolean => typeof value === 'object' && value !== null
const isRecord = (value: unknown): value is Data => isCollection(value) && !Array.isArray(value)
