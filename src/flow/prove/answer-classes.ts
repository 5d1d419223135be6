import type { Answer, ConditionData } from '../../triage/condition.ts'
import type { QuestionId } from '../../types.ts'
import type { QuestionData } from '../flow-schema.ts'

/** The answers to one question that conditions can tell apart: one example of each class. */
export interface AnswerClasses {
  examples: Answer[]
  /** Equal for two answers exactly when no condition can tell them apart. */
  classOf(answer: Answer | undefined): number
}

type Atom = (answer: Answer) => boolean

/**
 * Sorts the answers to a question into classes: options that every condition treats alike are one, sets of options
 * likewise, and numbers fall between the bounds that conditions name.
 *
 * @param conditions - every condition of the bundle
 */
export function answerClasses(
  id: QuestionId,
  question: QuestionData,
  conditions: readonly ConditionData[],
): AnswerClasses {
  const atoms: Atom[] = []
  const bounds = new Set<number>()
  const seen = new Set<string>()
  for (const condition of conditions) collect(condition, id, atoms, bounds, seen)
  const examples: Answer[] = []
  const classes = new Map<string, number>()
  for (const answer of allAnswers(question, bounds)) {
    const key = keyOf(atoms, answer)
    if (classes.has(key)) continue
    classes.set(key, classes.size + SPECIAL)
    examples.push(answer)
  }
  const known = new Map<Answer, number>()
  return {
    examples,
    classOf: (answer) => {
      if (answer === undefined) return 0
      if (answer === null) return 1
      if (answer === false) return 2
      if (typeof answer !== 'object') {
        const before = known.get(answer)
        if (before !== undefined) return before
      }
      const key = keyOf(atoms, answer)
      let found = classes.get(key)
      if (found === undefined) {
        found = classes.size + SPECIAL
        classes.set(key, found)
      }
      if (typeof answer !== 'object') known.set(answer, found)
      return found
    },
  }
}
/** Not asked, skipped, left: these come before the classes. */
const SPECIAL = 3

const keyOf = (atoms: readonly Atom[], answer: Answer): string => {
  let key = ''
  for (const atom of atoms) key += atom(answer) ? '1' : '0'
  return key
}

function allAnswers(question: QuestionData, bounds: ReadonlySet<number>): Answer[] {
  if (question.answer === 'number') {
    const { min, max } = question.number!
    const values = new Set([max, min])
    for (const bound of bounds)
      for (const value of [bound - 1, bound]) if (value >= min && value <= max) values.add(value)
    return [...values].sort((one, other) => one - other)
  }
  const options = (question.options ?? []).map(({ id }) => id)
  if (question.answer === 'one') return options
  const sets: string[][] = []
  for (let bits = 1; bits < 1 << options.length; bits++) sets.push(options.filter((_, index) => bits & (1 << index)))
  return sets.map((chosen) => tidy(question, chosen)).sort((one, other) => one.length - other.length)
}

/** What the engine makes of several options: "none" beside a sign is ignored, of ages only the youngest counts. */
function tidy(question: QuestionData, chosen: string[]): string[] {
  let options = chosen
  if (question.none !== undefined && options.length > 1) options = options.filter((id) => id !== question.none)
  const { youngest } = question
  if (youngest) {
    const first = youngest.find((id) => options.includes(id))
    options = options.filter((id) => id === first || !youngest.includes(id))
  }
  return options
}

function collect(data: ConditionData, id: QuestionId, atoms: Atom[], bounds: Set<number>, seen: Set<string>): void {
  const visit = (inner: ConditionData) => collect(inner, id, atoms, bounds, seen)
  if ('all' in data) data.all.forEach(visit)
  else if ('any' in data) data.any.forEach(visit)
  else if ('not' in data) visit(data.not)
  else if ('of' in data) data.of.forEach(visit)
  else if ('question' in data && data.question === id) {
    const name = JSON.stringify(data)
    if (seen.has(name)) return
    seen.add(name)
    const atom = atomOf(data, bounds)
    if (atom) atoms.push(atom)
  }
}

function atomOf(data: ConditionData & { question: string | string[] }, bounds: Set<number>): Atom | null {
  if ('is' in data || 'includes' in data) {
    const wanted = ['is' in data ? data.is : data.includes].flat()
    return (answer) =>
      typeof answer === 'string'
        ? wanted.includes(answer)
        : Array.isArray(answer) && answer.some((one) => wanted.includes(one))
  }
  if ('under' in data) {
    bounds.add(data.under)
    return (answer) => typeof answer === 'number' && answer < data.under
  }
  if ('at_least' in data) {
    bounds.add(data.at_least)
    return (answer) => typeof answer === 'number' && answer >= data.at_least
  }
  if ('at_most' in data) {
    bounds.add(data.at_most + 1)
    return (answer) => typeof answer === 'number' && answer <= data.at_most
  }
  return null
}
