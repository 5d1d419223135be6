/** What a cell holds: words as they are, a whole number, a number, "yes" or nothing, yes or no, or a list with commas. */
export type CellKind = 'text' | 'whole' | 'number' | 'yes' | 'yes_no' | 'list' | 'text_or_whole'

/** A value as a cell shows it; "" for none. */
export function cellText(value: unknown, kind: CellKind): string {
  if (value === undefined || value === null) return ''
  if (kind === 'yes' || kind === 'yes_no') return value === true ? 'yes' : 'no'
  return kind === 'list' ? listText(value) : String(value)
}

/**
 * Reads a cell.
 *
 * @returns the value, undefined for an empty cell; or why it is refused
 */
export function readCell(text: string, kind: CellKind): { value: unknown } | { message: string } {
  if (text === '') return { value: undefined }
  const isWhole = /^-?\d+$/.test(text)
  switch (kind) {
    case 'text':
      return { value: text }
    case 'text_or_whole':
      return { value: isWhole ? Number(text) : text }
    case 'whole':
      return isWhole ? { value: Number(text) } : { message: `"${text}" is not a whole number.` }
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? { value: Number(text) } : { message: `"${text}" is not a number.` }
    case 'list':
      return { value: readList(text) }
    case 'yes':
      return /^(yes|true|x)$/i.test(text) ? { value: true } : { message: `Here is "yes" or nothing, not "${text}".` }
    case 'yes_no':
      return /^(yes|true|x|no|false)$/i.test(text)
        ? { value: !/^(no|false)$/i.test(text) }
        : { message: `Here is "yes", "no" or nothing, not "${text}".` }
  }
}

/** Items with commas between them; an item that has a comma or quotes of its own is in double quotes. */
export function listText(value: unknown): string {
  const items = Array.isArray(value) ? value : [value]
  return items.map((item) => quoted(String(item))).join(', ')
}
const quoted = (item: string): string => (/[",]|^\s|\s$|^$/.test(item) ? `"${item.replaceAll('"', '""')}"` : item)

/** Reads what `listText` writes, and what people make of it: spaces do not matter, nor do empty items. */
export function readList(text: string): string[] {
  return [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*?))\s*(?:,|$)/g)].flatMap(([whole, inQuotes, plain]) => {
    if (inQuotes !== undefined) return [inQuotes.replaceAll('""', '"')]
    return whole === '' || plain === '' ? [] : [plain!]
  })
}
