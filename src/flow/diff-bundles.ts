import { parse } from 'yaml'
import { diffConditions, diffData, diffList, isSame, keysOf, without } from './diff-data.ts'
import type { FlowData, QuestionData } from './flow-schema.ts'
import { type BundleFiles, type Dialogs, readDialogs } from './read-bundle.ts'

/**
 * What is different between two bundles, in a coordinator's words, most serious first: levels and rules, questions, the
 * path, then all other files in the order of their names. Every change has a line; one that changes no meaning is said to
 * be of layout or comments only.
 *
 * @example
 * diffBundles(before, after) // ['level of OB_URGENT: P2 to P1', 'question MED: option 3 (unsure) added']
 */
export function diffBundles(before: BundleFiles, after: BundleFiles): string[] {
  const lines: string[] = []
  const old = readDialogs(before).dialogs
  const now = readDialogs(after).dialogs
  const told = new Map<string, string[]>()
  if (old && now) {
    told.set('dialogs/rules.yaml', diffRules(old, now))
    told.set('dialogs/intake.yaml', [...diffQuestions(old.flow, now.flow), ...diffPaths(old.flow, now.flow)])
  }
  for (const changes of told.values()) lines.push(...changes)
  for (const file of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    if (before[file] === after[file]) continue
    if (before[file] === undefined) lines.push(`file ${file}: added`)
    else if (after[file] === undefined) lines.push(`file ${file}: removed`)
    else {
      const changes = told.get(file) ?? diffFile(file, before[file], after[file])
      if (changes.length === 0) lines.push(`file ${file}: layout or comments only`)
      else if (!told.has(file)) lines.push(...changes)
    }
  }
  return lines
}

function diffRules({ rules: old }: Dialogs, { rules: now }: Dialogs): string[] {
  const lines: string[] = []
  for (const id of keysOf(old.flags, now.flags)) {
    const [one, other] = [old.flags[id], now.flags[id]]
    if (!one) lines.push(`flag ${id}: added (${other!.level})`)
    else if (!other) lines.push(`flag ${id} (${one.level}): removed`)
    else {
      if (one.level !== other.level) lines.push(`level of ${id}: ${one.level} to ${other.level}`)
      lines.push(...diffList(`roles of ${id}`, one.roles ?? [], other.roles ?? []))
      lines.push(...diffWhen(`rule of ${id}`, one.when, other.when))
      const toldAbove = ['level', 'roles', 'when']
      lines.push(...diffData(`flag ${id}`, without(one, toldAbove), without(other, toldAbove)))
    }
  }
  for (const id of keysOf(old.upgrades, now.upgrades)) {
    const [one, other] = [old.upgrades[id], now.upgrades[id]]
    if (!one) lines.push(`upgrade ${id}: added (to ${other!.to})`)
    else if (!other) lines.push(`upgrade ${id} (to ${one.to}): removed`)
    else lines.push(...diffData(`upgrade ${id}`, one, other))
  }
  lines.push(...diffData('how people may be reached', old.contact, now.contact))
  const toldAbove = ['flags', 'upgrades', 'contact']
  return [...lines, ...diffData('rules', without(old, toldAbove), without(now, toldAbove))]
}

function diffQuestions(old: FlowData, now: FlowData): string[] {
  const lines: string[] = []
  for (const id of keysOf(old.questions, now.questions)) {
    const [one, other] = [old.questions[id], now.questions[id]]
    if (!one) lines.push(`question ${id}: added (${other!.title})`)
    else if (!other) lines.push(`question ${id} (${one.title}): removed`)
    else lines.push(...diffQuestion(id, one, other))
  }
  return lines
}

function diffQuestion(id: string, one: QuestionData, other: QuestionData): string[] {
  const lines: string[] = []
  const { options = [] } = one
  const { options: otherOptions = [] } = other
  for (const option of otherOptions) {
    const before = options.find((own) => own.id === option.id)
    if (!before) lines.push(`question ${id}: option ${option.digit} (${option.id}) added`)
    else {
      if (before.digit !== option.digit)
        lines.push(`question ${id}: option ${option.id} is ${option.digit} now, was ${before.digit}`)
      lines.push(...diffData(`question ${id}, option ${option.id}`, { ...before, digit: option.digit }, option))
    }
  }
  for (const option of options)
    if (!otherOptions.some((own) => own.id === option.id))
      lines.push(`question ${id}: option ${option.digit} (${option.id}) removed`)
  if (lines.length === 0 && !isSame(options, otherOptions)) lines.push(`question ${id}: the order of options changed`)
  return [...lines, ...diffData(`question ${id}`, without(one, ['options']), without(other, ['options']))]
}

function diffPaths(old: FlowData, now: FlowData): string[] {
  const lines: string[] = []
  for (const path of keysOf(old.paths, now.paths)) {
    const [before, after] = [stepsOf(old, path), stepsOf(now, path)]
    const [asked, askedNow] = [before, after].map((steps) => steps.map(({ ask }) => ask)) as [string[], string[]]
    const changes = diffList(`path ${path}`, asked, askedNow)
    const isReordered = changes.length === 1 && changes[0]!.endsWith('the order changed')
    lines.push(...(isReordered ? [`path ${path}: the order of questions changed`] : changes))
    if (changes.length > 0) continue
    const inside = before.flatMap((step, index) => {
      const other = after[index]!
      return diffWhen(`path ${path}, ${step.ask} asked when`, step.when, other.when)
    })
    const groups = diffData(`path ${path}`, groupsOf(old, path), groupsOf(now, path))
    lines.push(...inside, ...groups)
    if (inside.length + groups.length === 0 && !isSame(old.paths[path], now.paths[path]))
      lines.push(`path ${path}: how questions are grouped changed`)
  }
  const toldAbove = ['questions', 'paths']
  return [...lines, ...diffData('intake', without(old, toldAbove), without(now, toldAbove))]
}

const stepsOf = (flow: FlowData, path: string) =>
  (flow.paths[path] ?? []).flatMap((entry) => ('ask' in entry ? [entry] : entry.steps))
const groupsOf = (flow: FlowData, path: string) =>
  (flow.paths[path] ?? []).flatMap((entry) => ('ask' in entry ? [] : [without(entry, ['steps'])]))

/** A condition that is left out always holds. */
function diffWhen(name: string, before: object | undefined, after: object | undefined): string[] {
  if (isSame(before, after)) return []
  return before && after ? diffConditions(name, before, after) : diffData(name, before, after)
}

/** Any other file: its data, named as coordinators name it. */
function diffFile(file: string, before: string, after: string): string[] {
  const [folder, second, third] = file.replace(/\.(ya?ml|json)$/, '').split('/')
  const read = file.endsWith('.json')
    ? (JSON.parse as (text: string) => unknown)
    : (text: string): unknown => parse(text)
  let one: unknown
  let other: unknown
  try {
    one = read(before)
    other = read(after)
  } catch {
    return [`file ${file}: changed, and one of the two cannot be read`]
  }
  if (folder !== 'locales') {
    const lines = diffData(third === undefined ? second! : `${second} ${third}`, one, other)
    // A file whose one subject is named as the file is.
    return lines.map((line) => line.replace(`${second}, ${second}, `, `${second}, `))
  }
  if (third === 'review') return diffReview(second!, one as Review, other as Review)
  if (third === 'answers') return diffAnswers(second!, one as Answers, other as Answers)
  if (file.endsWith('.json')) return diffTexts(`${second}, ${third}`, one as Texts, other as Texts)
  return diffData(`${third} ${second}`, one, other)
}

type Texts = Record<string, unknown>
function diffTexts(name: string, one: Texts, other: Texts): string[] {
  return keysOf(one, other).flatMap((id) => {
    const [before, after] = [one[id], other[id]]
    if (before === undefined) return [`text ${name} ${id}: added`]
    if (after === undefined) return [`text ${name} ${id}: removed`]
    if (typeof before !== 'string' || typeof after !== 'string') return diffData(`text ${name} ${id}`, before, after)
    return before === after ? [] : [`text ${name} ${id}: "${before}" is now "${after}"`]
  })
}

type Review = Record<string, unknown> & { source?: unknown }
/** From which wording a text was translated is a sum that says nothing to a reader. */
function diffReview(language: string, { source, ...one }: Review, { source: otherSource, ...other }: Review): string[] {
  const lines = diffData(`review ${language}`, one, other)
  return isSame(source, otherSource)
    ? lines
    : [...lines, `review ${language}: which wording the texts go back to changed`]
}

type Answers = Record<string, unknown> & { options?: Record<string, Record<string, unknown[]>> }
/** Words that are read as an option. */
function diffAnswers(language: string, before: Answers, after: Answers): string[] {
  const { options: one = {} } = before
  const { options: other = {} } = after
  const lines = keysOf(one, other).flatMap((question) =>
    keysOf(one[question] ?? {}, other[question] ?? {}).flatMap((option) =>
      diffList(
        `words ${language}, ${question} ${option}`,
        (one[question]?.[option] ?? []).map((word) => `"${word}"`),
        (other[question]?.[option] ?? []).map((word) => `"${word}"`),
      ),
    ),
  )
  return [...lines, ...diffData(`words ${language}`, without(before, ['options']), without(after, ['options']))]
}
