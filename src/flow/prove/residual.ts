import { type ConditionContext, type ConditionData, compileCondition, type Facts } from '../../triage/condition.ts'
import type { RulesData } from '../../triage/rules-schema.ts'
import type { FlagId, QuestionId } from '../../types.ts'

/** What is left of a condition that is settled: it will never hold, or it holds whatever comes. Other numbers are open. */
export const NEVER = 0
export const ALWAYS = 1

/** How much of a conversation a residual looks at, one small number for each question and flag. */
export interface Known {
  /** By number of the question: {@link ASKABLE}, else {@link GONE} plus the class of its answer. */
  answers: Uint16Array
  /** By number of the flag: 1 for one that stays whatever is said. */
  kept: Uint8Array
}
/** The question may still be asked. */
export const ASKABLE = 0
/** It was not answered and never will be; answers come after this number. */
export const GONE = 1

/** A condition that can be asked for what is left of it. */
export interface OpenCondition {
  /** Those that it looks at, flags followed to what raises them. */
  questions: number[]
  /** Something decides too that no answer settles: what happens in a message, the level, the flags as a whole. */
  looksBeyond: boolean
  /** Two conversations with the same number here meet the same condition from now on, whatever is said. */
  residual(known: Known, facts: Facts): number
}

/**
 * Works out what is left of conditions when some answers are known: parts that are settled fall away, so that "threat
 * or touch" after a threat is the same as nothing at all. What is left is named by a number, equal for equal rests.
 */
export function residuals(parts: {
  rules: RulesData
  context: ConditionContext
  questionNumbers: ReadonlyMap<QuestionId, number>
  flagNumbers: ReadonlyMap<FlagId, number>
}): { open(data: ConditionData): OpenCondition; openFlag(id: FlagId): OpenCondition } {
  const { rules, context, questionNumbers, flagNumbers } = parts
  const numbers = new Map<string, number>()
  const nameOf = (text: string): number => {
    let number = numbers.get(text)
    if (number === undefined) {
      number = numbers.size + 2
      numbers.set(text, number)
    }
    return number
  }

  function reduce(part: Part, known: Known, facts: Facts): number {
    switch (part.kind) {
      case 'count': {
        let needed = part.atLeast
        const open: number[] = []
        for (const inner of part.parts) {
          const rest = reduce(inner, known, facts)
          if (rest === ALWAYS) needed--
          else if (rest !== NEVER) open.push(rest)
        }
        if (needed <= 0) return ALWAYS
        if (open.length < needed) return NEVER
        if (open.length === 1) return open[0]!
        open.sort((one, other) => one - other)
        // One of several, or all of them: the same part twice says no more than once.
        const isPlain = needed === 1 || needed === open.length
        const each = isPlain ? [...new Set(open)] : open
        if (each.length === 1) return each[0]!
        return nameOf(`${needed === open.length ? 'all' : needed} ${each.join()}`)
      }
      case 'not': {
        const rest = reduce(part.part, known, facts)
        return rest === ALWAYS ? NEVER : rest === NEVER ? ALWAYS : nameOf(`not ${rest}`)
      }
      case 'kept':
        return known.kept[part.flag] === 1 ? ALWAYS : NEVER
      case 'open':
        return nameOf(part.name)
      case 'answer': {
        const code = known.answers[part.question]!
        if (code === ASKABLE) return nameOf(`? ${part.name}`)
        // Whether the path has gone past the question is not settled before it has.
        if (code === GONE) return part.countsWhenLeft ? nameOf(`left ${part.name}`) : NEVER
        return part.holds(facts) ? ALWAYS : NEVER
      }
    }
  }

  function partOf(data: ConditionData, within: ReadonlySet<FlagId>): Part {
    const inner = (one: ConditionData) => partOf(one, within)
    if ('all' in data) return { kind: 'count', atLeast: data.all.length, parts: data.all.map(inner) }
    if ('any' in data) return { kind: 'count', atLeast: 1, parts: data.any.map(inner) }
    if ('of' in data) return { kind: 'count', atLeast: data.at_least, parts: data.of.map(inner) }
    if ('not' in data) return { kind: 'not', part: inner(data.not) }
    if ('flag' in data)
      return { kind: 'count', atLeast: 1, parts: [data.flag].flat().map((id) => flagPart(id, within)) }
    if ('left' in data) return answerPart(data.left, data, true)
    if ('skipped' in data) {
      const each = [data.question].flat()
      return {
        kind: 'count',
        atLeast: 1,
        parts: each.map((question) => answerPart(question, { question, skipped: true }, false)),
      }
    }
    if ('question' in data && typeof data.question === 'string') {
      const options = 'is' in data ? [data.is].flat() : 'includes' in data ? [data.includes].flat() : []
      const whenLeft = context.leftCountsAs(data.question)
      return answerPart(data.question, data, whenLeft !== undefined && options.includes(whenLeft))
    }
    // What happens in a message, the level, the flags as a whole: not settled by answers.
    return { kind: 'open', name: JSON.stringify(data) }
  }

  function answerPart(id: QuestionId, data: ConditionData, countsWhenLeft: boolean): Part {
    const question = questionNumbers.get(id)
    if (question === undefined) return { kind: 'count', atLeast: 1, parts: [] }
    const holds = compileCondition(data, context)
    return { kind: 'answer', name: JSON.stringify(data), question, countsWhenLeft, holds }
  }

  /** Kept from before, or raised by answers and not replaced by something worse. */
  function flagPart(id: FlagId, within: ReadonlySet<FlagId>): Part {
    const flag = rules.flags[id]
    if (!flag) return { kind: 'count', atLeast: 1, parts: [] }
    if (within.has(id)) return { kind: 'open', name: `flag ${id}` }
    const deeper = new Set([...within, id])
    const kept: Part = { kind: 'kept', flag: flagNumbers.get(id)! }
    const raised: Part[] = [kept, partOf(flag.when, deeper)]
    const worse = (flag.instead_of_nothing_worse ?? []).map((other) => flagPart(other, deeper))
    const own: Part = { kind: 'count', atLeast: 1, parts: raised }
    if (worse.length === 0) return own
    return {
      kind: 'count',
      atLeast: 2,
      parts: [own, { kind: 'not', part: { kind: 'count', atLeast: 1, parts: worse } }],
    }
  }

  function openPart(part: Part): OpenCondition {
    const questions = new Set<number>()
    const flags = new Set<number>()
    look(part, questions, flags)
    const questionList = [...questions]
    const flagList = [...flags]
    const start: Trie = []
    return {
      questions: questionList,
      looksBeyond: isBeyond(part),
      residual(known, facts) {
        let at = start
        for (const question of questionList) at = at[known.answers[question]!] ??= []
        for (const flag of flagList) at = at[known.kept[flag]!] ??= []
        at.residual ??= reduce(part, known, facts)
        return at.residual
      },
    }
  }

  return {
    open: (data) => openPart(partOf(data, new Set())),
    openFlag: (id) => openPart(flagPart(id, new Set())),
  }
}

type Part =
  | { kind: 'count'; atLeast: number; parts: Part[] }
  | { kind: 'not'; part: Part }
  | { kind: 'kept'; flag: number }
  | { kind: 'open'; name: string }
  | { kind: 'answer'; name: string; question: number; countsWhenLeft: boolean; holds(facts: Facts): boolean }

/** What was worked out before, by one answer after the other. */
type Trie = Trie[] & { residual?: number }

const isBeyond = (part: Part): boolean =>
  part.kind === 'open' ||
  (part.kind === 'count' ? part.parts.some(isBeyond) : part.kind === 'not' && isBeyond(part.part))

function look(part: Part, questions: Set<number>, flags: Set<number>): void {
  if (part.kind === 'count') for (const inner of part.parts) look(inner, questions, flags)
  else if (part.kind === 'not') look(part.part, questions, flags)
  else if (part.kind === 'kept') flags.add(part.flag)
  else if (part.kind === 'answer') questions.add(part.question)
}
