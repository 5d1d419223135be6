import { type ConditionData, conditionSchema } from '../triage/condition.ts'
import { listText, readList } from './cells.ts'

/**
 * The columns in which a condition stands, one line each. What holds together is one step deeper under `all`, `any`,
 * `not` or `of`:
 *
 * | depth | condition | question | value |
 * | 0 | any | | |
 * | 1 | includes | CHILD_DS | cannot_drink, fits |
 * | 1 | all | | |
 * | 2 | is | MED_WHO | baby_under_2_months |
 * | 2 | includes | CHILD_DS | fever, diarrhea |
 */
export const conditionColumns = ['depth', 'condition', 'question', 'value', 'from', 'except'] as const
export type ConditionColumn = (typeof conditionColumns)[number]

/** One line of a condition: its cells by column. */
export type ConditionLine = Partial<Record<ConditionColumn, string>>

/** How a kind of condition is written down: what stands in `question` and in `value`. */
interface Form {
  /** The key whose content stands in the column `question`. */
  question?: 'question' | 'left' | 'open'
  /** What the column `value` holds. */
  value?: 'words' | 'list' | 'word' | 'number' | 'true'
  /** The conditions one step deeper. */
  holds?: 'many' | 'one'
  hasFrom?: true
}

const forms: Record<string, Form> = {
  all: { holds: 'many' },
  any: { holds: 'many' },
  not: { holds: 'one' },
  of: { holds: 'many', value: 'number' },
  is: { question: 'question', value: 'words' },
  includes: { question: 'question', value: 'words' },
  under: { question: 'question', value: 'number' },
  at_least: { question: 'question', value: 'number' },
  at_most: { question: 'question', value: 'number' },
  answered: { question: 'question', value: 'true' },
  skipped: { question: 'question', value: 'true' },
  left: { question: 'left' },
  open: { question: 'open' },
  flag: { value: 'words' },
  level: { value: 'word' },
  level_at_least: { value: 'word' },
  danger: { value: 'words' },
  danger_named: { value: 'word' },
  flag_role: { value: 'words', hasFrom: true },
  only_flag_roles: { value: 'list', hasFrom: true },
  case_role: { value: 'words' },
  no_flags: { value: 'true' },
  taken: { value: 'true' },
  first_message: { value: 'word' },
  event: { value: 'word' },
}

/** The names that the column `condition` may have. */
export const conditionNames: readonly string[] = Object.keys(forms)

/** A condition as lines; none when there is no condition. */
export function conditionLines(data: ConditionData | undefined, depth = 0): ConditionLine[] {
  if (data === undefined) return []
  const content = data as unknown as Record<string, unknown>
  const name = Object.keys(forms).find((one) => one in content && (one !== 'at_least' || !('of' in content)))!
  const { question, value, holds, hasFrom } = forms[name]!
  const line: ConditionLine = { depth: String(depth), condition: name }
  if (question) line.question = listText(content[question])
  if (name === 'of') line.value = String(content.at_least)
  else if (value && value !== 'true') line.value = listText(content[name])
  if (hasFrom) line.from = String(content.from)
  if (content.except !== undefined) line.except = listText(content.except)
  const inner = holds === 'one' ? [content[name]] : holds === 'many' ? (content[name] as unknown[]) : []
  return [line, ...inner.flatMap((one) => conditionLines(one as ConditionData, depth + 1))]
}

/**
 * Reads lines as a condition.
 *
 * @param report - told what is wrong: the line, counted from 0, and the column
 * @returns undefined for no lines, null when something is wrong
 */
export function readCondition(
  lines: readonly ConditionLine[],
  report: (line: number, column: ConditionColumn, message: string) => void,
): ConditionData | undefined | null {
  if (lines.length === 0) return undefined
  let isRight = true
  const wrong: typeof report = (...what) => {
    isRight = false
    report(...what)
  }
  const depths = lines.map((line, index) => {
    const depth = Number(line.depth || 'x')
    const most = index === 0 ? 0 : Number(lines[index - 1]!.depth) + 1
    if (!Number.isInteger(depth) || depth < 0 || depth > most || (index > 0 && depth === 0))
      wrong(
        index,
        'depth',
        index === 0
          ? 'A condition begins with depth 0.'
          : `The depth is a number from 1 to ${most} here: one more than the line that this one stands under.`,
      )
    return depth
  })
  if (!isRight) return null
  const read = (at: number): { data: ConditionData; next: number } => {
    const line = lines[at]!
    const form = forms[line.condition ?? '']
    const inner: ConditionData[] = []
    let next = at + 1
    while (next < lines.length && depths[next]! > depths[at]!) {
      const one = read(next)
      inner.push(one.data)
      next = one.next
    }
    if (!form) {
      wrong(at, 'condition', `There is no condition "${line.condition ?? ''}". Known are ${conditionNames.join(', ')}.`)
      return { data: { no_flags: true }, next }
    }
    const name = line.condition!
    if (!form.holds && inner.length > 0)
      wrong(at + 1, 'depth', `Nothing stands under "${name}", only under all, any, not and of.`)
    if (form.holds === 'many' && inner.length === 0)
      wrong(at, 'condition', `Under "${name}" there is at least one line.`)
    if (form.holds === 'one' && inner.length !== 1) wrong(at, 'condition', `Under "${name}" there is exactly one line.`)
    if (!form.question && line.question) wrong(at, 'question', `"${name}" looks at no question.`)
    if (line.from && !form.hasFrom) wrong(at, 'from', `"${name}" has no "from".`)
    if (line.except && name !== 'flag_role') wrong(at, 'except', `"${name}" has no "except".`)
    if (line.value && (!form.value || form.value === 'true')) wrong(at, 'value', `"${name}" has no value.`)
    const content: Record<string, unknown> = {}
    if (form.question) content[form.question] = oneOrMany(line.question)
    if (form.holds === 'many') content[name] = inner
    if (form.holds === 'one') content[name] = inner[0]
    if (name === 'of') content.at_least = number(line.value)
    else if (form.value === 'true') content[name] = true
    else if (form.value === 'number') content[name] = number(line.value)
    else if (form.value === 'list') content[name] = readList(line.value ?? '')
    else if (form.value === 'words') content[name] = oneOrMany(line.value)
    else if (form.value) content[name] = line.value ?? ''
    if (form.hasFrom) content.from = line.from ?? ''
    if (line.except) content.except = readList(line.except)
    if (!form.holds) checkLeaf(content, form, (column, message) => wrong(at, column, message))
    return { data: content as unknown as ConditionData, next }
  }
  const { data } = read(0)
  return isRight ? data : null
}

function checkLeaf(
  content: Record<string, unknown>,
  form: Form,
  wrong: (column: ConditionColumn, message: string) => void,
): void {
  const issue = conditionSchema.safeParse(content).error?.issues[0]
  if (!issue) return
  const at = issue.path[0]
  const column = at === 'from' || at === 'except' ? at : at === form.question ? 'question' : 'value'
  const isEmpty = column === 'question' ? content[form.question!] === '' : issue.input === ''
  wrong(
    column,
    isEmpty ? `"${column}" is empty.` : `This does not fit: ${issue.message.replace(/^Invalid \w+: /, '')}.`,
  )
}

const number = (text: string | undefined): unknown => (text && /^-?\d+$/.test(text) ? Number(text) : text)

/** One name is itself, several are a list. */
function oneOrMany(text: string | undefined): string | string[] {
  const names = readList(text ?? '')
  return names.length > 1 ? names : (names[0] ?? '')
}
