import type { CellKind } from './cells.ts'
import { conditionNames } from './condition-rows.ts'

/** A column of a sheet, and the part of the data that its cells hold. */
export interface Column {
  name: string
  /** Below the question, option or rule of the row. */
  path: readonly string[]
  kind: CellKind
}

/** What a question has beside its id, its options and its words. */
export const questionColumns: readonly Column[] = [
  { name: 'type', path: ['answer'], kind: 'text' },
  { name: 'title', path: ['title'], kind: 'text' },
  { name: 'yes_no', path: ['yes_no'], kind: 'yes' },
  { name: 'none', path: ['none'], kind: 'text' },
  { name: 'skip', path: ['skip'], kind: 'text' },
  { name: 'not_understood', path: ['not_understood'], kind: 'text' },
  { name: 'role', path: ['role'], kind: 'text' },
  { name: 'number.kind', path: ['number', 'kind'], kind: 'text' },
  { name: 'number.min', path: ['number', 'min'], kind: 'whole' },
  { name: 'number.max', path: ['number', 'max'], kind: 'whole' },
  { name: 'number.not_sure', path: ['number', 'not_sure'], kind: 'whole' },
  { name: 'days_need_a_unit', path: ['days_need_a_unit'], kind: 'yes' },
  { name: 'several', path: ['several'], kind: 'list' },
  { name: 'youngest', path: ['youngest'], kind: 'list' },
  { name: 'zero.counts_as', path: ['zero', 'counts_as'], kind: 'text_or_whole' },
  { name: 'zero.stops', path: ['zero', 'stops'], kind: 'yes_no' },
  { name: 'question_mark', path: ['question_mark'], kind: 'text' },
  { name: 'left_counts_as', path: ['left_counts_as'], kind: 'text' },
  { name: 'listed_as', path: ['listed_as'], kind: 'text' },
  { name: 'listed', path: ['listed'], kind: 'yes_no' },
  { name: 'valid_hours', path: ['valid_hours'], kind: 'number' },
  { name: 'other_text.option', path: ['other_text', 'option'], kind: 'text' },
  { name: 'other_text.characters_max', path: ['other_text', 'characters_max'], kind: 'whole' },
]

export const optionColumns: readonly Column[] = [
  { name: 'digit', path: ['digit'], kind: 'whole' },
  { name: 'days.from', path: ['days', 'from'], kind: 'whole' },
  { name: 'days.to', path: ['days', 'to'], kind: 'whole' },
  { name: 'place', path: ['place'], kind: 'text' },
]

/** What flags and upgrades have beside their condition. */
export const ruleColumns: Record<'flag' | 'upgrade', readonly Column[]> = {
  flag: [
    { name: 'level', path: ['level'], kind: 'text' },
    { name: 'roles', path: ['roles'], kind: 'list' },
    { name: 'names_danger', path: ['names_danger'], kind: 'yes' },
    { name: 'instead_of_nothing_worse', path: ['instead_of_nothing_worse'], kind: 'list' },
  ],
  upgrade: [
    { name: 'level', path: ['to'], kind: 'text' },
    { name: 'uses', path: ['uses'], kind: 'list' },
    { name: 'with_any', path: ['with_any'], kind: 'list' },
  ],
}
export const ruleColumnNames: readonly string[] = [
  ...new Set([...ruleColumns.flag, ...ruleColumns.upgrade].map(({ name }) => name)),
]

/** Puts the values of columns together as data: `days.from` becomes `{ days: { from } }`. Empty cells leave no trace. */
export function valuesAt(
  columns: readonly Column[],
  read: (column: string, kind: CellKind) => unknown,
): Record<string, unknown> {
  const data: Record<string, unknown> = {}
  for (const { name, path, kind } of columns) {
    const value = read(name, kind)
    if (value !== undefined) setValue(data, path, value)
  }
  return data
}

/** Sets a value in plain data; undefined takes it away, and with it a parent below `depth` that is empty then. */
export function setValue(data: unknown, path: readonly (string | number)[], value: unknown, depth = 0): void {
  const parents = [data as Record<string | number, unknown>]
  for (const key of path.slice(0, -1)) {
    const parent = parents.at(-1)!
    if (parent[key] === undefined && value === undefined) return
    parent[key] ??= {}
    parents.push(parent[key] as Record<string | number, unknown>)
  }
  if (value !== undefined) {
    parents.at(-1)![path.at(-1)!] = value
    return
  }
  delete parents.at(-1)![path.at(-1)!]
  for (let at = parents.length - 1; at > depth && Object.keys(parents[at]!).length === 0; at--)
    delete parents[at - 1]![path[at - 1]!]
}

/** Cells that offer a list to choose from: sheet and column to what may stand there. */
export const cellLists: Record<string, readonly string[]> = {
  'survey.type': ['one', 'many', 'number'],
  'rules.level': ['P1', 'P2', 'P3', 'P4'],
  'rules.condition': conditionNames,
  'order.condition': conditionNames,
}
