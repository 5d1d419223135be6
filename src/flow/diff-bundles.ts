import { parse } from 'yaml'
import type { FlowData, QuestionData } from './flow-schema.ts'
import { type BundleFiles, type Dialogs, readDialogs } from './read-bundle.ts'

/**
 * What is different between two bundles, in a coordinator's words, most serious first: levels and rules, questions, the
 * path, then texts and other files.
 *
 * @example
 * diffBundles(before, after) // ['level of OB_URGENT: P2 to P1', 'question MED: option 3 (unsure) added']
 */
export function diffBundles(before: BundleFiles, after: BundleFiles): string[] {
  const lines: string[] = []
  const old = readDialogs(before).dialogs
  const now = readDialogs(after).dialogs
  if (old && now) {
    lines.push(...diffRules(old, now), ...diffQuestions(old.flow, now.flow), ...diffPaths(old.flow, now.flow))
    lines.push(...diffLevels(old, now))
  }
  const told = new Set(old && now ? ['dialogs/intake.yaml', 'dialogs/rules.yaml', 'dialogs/levels.yaml'] : [])
  for (const file of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    if (before[file] === after[file]) continue
    if (before[file] === undefined) lines.push(`file ${file}: added`)
    else if (after[file] === undefined) lines.push(`file ${file}: removed`)
    else if (file.endsWith('.json')) lines.push(...diffTexts(file, before[file], after[file]))
    else if (/^locales\/[^/]+\/answers\.yaml$/.test(file)) lines.push(...diffAnswers(file, before[file], after[file]))
    else if (!told.has(file))
      lines.push(`file ${file}: ${isSameData(before[file], after[file]) ? 'layout or comments only' : 'changed'}`)
  }
  if (lines.length === 0 && Object.keys({ ...before, ...after }).some((file) => before[file] !== after[file]))
    lines.push('only layout or comments changed')
  return lines
}

function diffRules({ rules: old }: Dialogs, { rules: now }: Dialogs): string[] {
  const lines: string[] = []
  for (const id of keys(old.flags, now.flags)) {
    const one = old.flags[id]
    const other = now.flags[id]
    if (!one) lines.push(`flag ${id}: added (${other!.level})`)
    else if (!other) lines.push(`flag ${id} (${one.level}): removed`)
    else {
      if (one.level !== other.level) lines.push(`level of ${id}: ${one.level} to ${other.level}`)
      lines.push(...diffList(`roles of ${id}`, one.roles ?? [], other.roles ?? []))
      if (!isSame(one.when, other.when)) lines.push(`rule of ${id}: changed`)
    }
  }
  for (const id of keys(old.upgrades, now.upgrades)) {
    const one = old.upgrades[id]
    const other = now.upgrades[id]
    if (!one) lines.push(`upgrade ${id}: added (to ${other!.to})`)
    else if (!other) lines.push(`upgrade ${id} (to ${one.to}): removed`)
    else if (one.to !== other.to) lines.push(`upgrade ${id}: to ${one.to} before, to ${other.to} now`)
    else if (!isSame(one, other)) lines.push(`upgrade ${id}: changed`)
  }
  if (!isSame(old.contact, now.contact)) lines.push('how people may be reached: changed')
  return lines
}

function diffQuestions(old: FlowData, now: FlowData): string[] {
  const lines: string[] = []
  for (const id of keys(old.questions, now.questions)) {
    const one = old.questions[id]
    const other = now.questions[id]
    if (!one) lines.push(`question ${id}: added (${other!.title})`)
    else if (!other) lines.push(`question ${id} (${one.title}): removed`)
    else lines.push(...diffQuestion(id, one, other))
  }
  return lines
}

function diffQuestion(id: string, one: QuestionData, other: QuestionData): string[] {
  const lines: string[] = []
  for (const option of other.options ?? []) {
    const before = one.options?.find((own) => own.id === option.id)
    if (!before) lines.push(`question ${id}: option ${option.digit} (${option.id}) added`)
    else if (before.digit !== option.digit)
      lines.push(`question ${id}: option ${option.id} is ${option.digit} now, was ${before.digit}`)
  }
  for (const option of one.options ?? [])
    if (!other.options?.some((own) => own.id === option.id))
      lines.push(`question ${id}: option ${option.digit} (${option.id}) removed`)
  for (const key of keys(one, other))
    if (key !== 'options' && !isSame(one[key as keyof QuestionData], other[key as keyof QuestionData]))
      lines.push(`question ${id}: ${key} changed`)
  return lines
}

function diffPaths(old: FlowData, now: FlowData): string[] {
  const lines: string[] = []
  const stepsOf = (flow: FlowData, path: string) =>
    (flow.paths[path] ?? []).flatMap((entry) => ('ask' in entry ? [entry] : entry.steps))
  for (const path of keys(old.paths, now.paths)) {
    const before = stepsOf(old, path).map(({ ask }) => ask)
    const after = stepsOf(now, path).map(({ ask }) => ask)
    const changes = diffList(`path ${path}`, before, after)
    lines.push(...changes)
    if (changes.length === 0 && before.join() !== after.join())
      lines.push(`path ${path}: the order of questions changed`)
    else if (changes.length === 0 && !isSame(old.paths[path], now.paths[path]))
      lines.push(`path ${path}: when questions are asked changed`)
  }
  for (const key of keys(old, now))
    if (
      !['questions', 'paths', 'version', 'kind', 'id'].includes(key) &&
      !isSame(old[key as keyof FlowData], now[key as keyof FlowData])
    )
      lines.push(`intake, ${key}: changed`)
  return lines
}

function diffLevels({ levels: old }: Dialogs, { levels: now }: Dialogs): string[] {
  return (['P1', 'P2', 'P3', 'P4'] as const)
    .filter((level) => !isSame(old.levels[level], now.levels[level]))
    .map((level) => `who is asked when at ${level}: changed`)
}

function diffTexts(file: string, before: string, after: string): string[] {
  const [, language, namespace] = file.split('/')
  const one = parse(before) as Record<string, string>
  const other = parse(after) as Record<string, string>
  return keys(one, other).flatMap((id) => {
    const name = `${language}, ${namespace!.replace('.json', '')} ${id}`
    if (one[id] === undefined) return [`text ${name}: added`]
    if (other[id] === undefined) return [`text ${name}: removed`]
    return one[id] === other[id] ? [] : [`text ${name}: "${one[id]}" is now "${other[id]}"`]
  })
}

/** Words that are read as this option; what else a file of words holds changes as a whole. */
function diffAnswers(file: string, before: string, after: string): string[] {
  type Answers = { options?: Record<string, Record<string, unknown[]>> }
  const { options: one = {}, ...others } = parse(before) as Answers
  const { options: other = {}, ...otherOthers } = parse(after) as Answers
  const language = file.split('/')[1]
  const lines = keys(one, other).flatMap((question) =>
    keys(one[question] ?? {}, other[question] ?? {}).flatMap((option) =>
      diffList(
        `words ${language}, ${question} ${option}`,
        (one[question]?.[option] ?? []).map((word) => `"${word}"`),
        (other[question]?.[option] ?? []).map((word) => `"${word}"`),
      ),
    ),
  )
  if (!isSame(others, otherOthers)) lines.push(`file ${file}: changed`)
  return lines.length > 0 ? lines : [`file ${file}: layout, order or comments only`]
}

function diffList(what: string, before: readonly string[], after: readonly string[]): string[] {
  return [
    ...after.filter((one) => !before.includes(one)).map((one) => `${what}: ${one} added`),
    ...before.filter((one) => !after.includes(one)).map((one) => `${what}: ${one} removed`),
  ]
}

const keys = (one: object, other: object): string[] => [...new Set([...Object.keys(one), ...Object.keys(other)])]
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

function isSameData(before: string, after: string): boolean {
  try {
    return isSame(parse(before), parse(after))
  } catch {
    return false
  }
}
