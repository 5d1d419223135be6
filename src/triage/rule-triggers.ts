import type { DangerCategory, FlagId, QuestionId } from '../types.ts'
import type { Answers, ConditionContext, ConditionData, Facts } from './condition.ts'

/** Something without which a condition cannot hold. */
type Trigger =
  | { kind: 'option'; question: QuestionId; option: string }
  | { kind: 'answer' | 'left'; question: QuestionId }
  | { kind: 'flag' | 'event' | 'danger'; id: string }

/**
 * Finds which of many conditions could hold at all, without trying each: most rules need one certain answer, word or
 * flag, and a conversation has few of those. What is not found does not hold; what is found has still to be tried.
 */
export interface TriggerIndex {
  /** Marks the places of all conditions that could hold; those that hang on flags of this turn are not among them. */
  mark(marks: Uint8Array, facts: Facts): void
  /** Marks what a flag of this turn makes possible. */
  markFlag(marks: Uint8Array, flag: FlagId): void
  /** Questions that count for a condition also when the flow has left them without an answer. */
  leftQuestions: QuestionId[]
}

export function indexTriggers(
  conditions: readonly ConditionData[],
  leftCountsAs: ConditionContext['leftCountsAs'],
): TriggerIndex {
  const always: number[] = []
  const byOption = new Map<QuestionId, Map<string, number[]>>()
  const byAnswer = new Map<QuestionId, number[]>()
  const byLeft = new Map<QuestionId, number[]>()
  const byName = {
    flag: new Map<string, number[]>(),
    event: new Map<string, number[]>(),
    danger: new Map<string, number[]>(),
  }
  for (const [place, condition] of conditions.entries()) {
    const triggers = triggersOf(condition, leftCountsAs)
    if (triggers === null) always.push(place)
    for (const trigger of triggers ?? []) {
      if (trigger.kind === 'option') {
        if (!byOption.has(trigger.question)) byOption.set(trigger.question, new Map())
        addTo(byOption.get(trigger.question)!, trigger.option, place)
      } else if ('id' in trigger) addTo(byName[trigger.kind], trigger.id, place)
      else addTo(trigger.kind === 'left' ? byLeft : byAnswer, trigger.question, place)
    }
  }
  return {
    leftQuestions: [...byLeft.keys()],
    markFlag: (marks, flag) => markAll(marks, byName.flag.get(flag)),
    mark(marks, facts) {
      markAll(marks, always)
      for (const event of facts.events) markAll(marks, byName.event.get(event))
      for (const category in facts.danger) markAll(marks, byName.danger.get(category as DangerCategory))
      for (const [question, places] of byLeft) if (isLeftOpen(facts, question)) markAll(marks, places)
      markAnswers(marks, facts.answers)
    },
  }

  function markAnswers(marks: Uint8Array, answers: Answers): void {
    for (const question in answers) {
      const answer = answers[question]
      if (answer === undefined) continue
      markAll(marks, byAnswer.get(question))
      const options = byOption.get(question)
      if (options === undefined) continue
      if (typeof answer === 'string') markAll(marks, options.get(answer))
      else if (Array.isArray(answer)) for (const option of answer) markAll(marks, options.get(option))
    }
  }
}

/** Skipped, given up by the flow, or left behind: what {@link compileCondition} takes for "left". */
function isLeftOpen({ answers, isLeft }: Facts, question: QuestionId): boolean {
  const answer = answers[question]
  return answer === undefined ? isLeft(question) : answer === null || answer === false
}

function markAll(marks: Uint8Array, places: readonly number[] | undefined): void {
  if (places !== undefined) for (const place of places) marks[place] = 1
}

function addTo<Key>(table: Map<Key, number[]>, key: Key, place: number): void {
  const places = table.get(key)
  if (places === undefined) table.set(key, [place])
  else if (places.at(-1) !== place) places.push(place)
}

/** @returns null when anything at all could make it hold */
function triggersOf(data: ConditionData, leftCountsAs: ConditionContext['leftCountsAs']): Trigger[] | null {
  const inner = (condition: ConditionData) => triggersOf(condition, leftCountsAs)
  // All must hold, so it is enough to wait for the rarest of them.
  if ('all' in data) return data.all.map(inner).reduce(fewer, null)
  if ('any' in data) return joined(data.any.map(inner))
  if ('of' in data) return data.at_least < 1 ? null : joined(data.of.map(inner))
  if ('is' in data) return options(data.question, list(data.is), leftCountsAs)
  if ('includes' in data) return options(data.question, list(data.includes), leftCountsAs)
  if ('under' in data || 'at_most' in data || 'at_least' in data || 'answered' in data)
    return [{ kind: 'answer', question: data.question }]
  if ('skipped' in data) return list(data.question).map((question) => ({ kind: 'left', question }))
  if ('left' in data)
    return [
      { kind: 'answer', question: data.left },
      { kind: 'left', question: data.left },
    ]
  if ('flag' in data) return list(data.flag).map((id) => ({ kind: 'flag', id }))
  if ('event' in data) return [{ kind: 'event', id: data.event }]
  if ('danger' in data) return list(data.danger).map((id) => ({ kind: 'danger', id }))
  return null
}

function options(question: QuestionId, named: string[], leftCountsAs: ConditionContext['leftCountsAs']): Trigger[] {
  const whenLeft = leftCountsAs(question)
  const triggers: Trigger[] = named.map((option) => ({ kind: 'option', question, option }))
  if (whenLeft !== undefined && named.includes(whenLeft)) triggers.push({ kind: 'left', question })
  return triggers
}

const fewer = (one: Trigger[] | null, other: Trigger[] | null): Trigger[] | null =>
  one === null || (other !== null && other.length < one.length) ? other : one

const joined = (each: (Trigger[] | null)[]): Trigger[] | null =>
  each.some((triggers) => triggers === null) ? null : each.flatMap((triggers) => triggers ?? [])

const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value])
