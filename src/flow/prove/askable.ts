import { type Condition, compileCondition, type Facts, isAtLeast, namesIn } from '../../triage/condition.ts'
import type { FlagId, Level, QuestionId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import type { Conversation } from '../conversation.ts'
import type { FlowData } from '../flow-schema.ts'
import type { OpenCondition, residuals } from './residual.ts'

/** A step with what decides whether it comes. */
export interface StepLooks {
  question: QuestionId
  number: number
  /** All of these must hold for it to come. */
  needs: { holds: Condition; open: OpenCondition; looksAtLevel: boolean }[]
  /** From this level on it never comes. */
  neverFrom: Level | null
  /** Flags that its conditions name. */
  flags: FlagId[]
}

/** The steps of each path. */
export function stepLooks(
  flow: Flow,
  data: FlowData,
  questionNumbers: ReadonlyMap<QuestionId, number>,
  { open }: ReturnType<typeof residuals>,
): Record<string, StepLooks[]> {
  const looksOf = (
    entry: FlowData['paths'][string][number],
    { ask, when }: { ask: string; when?: FlowData['turns'][number]['when'] },
  ): StepLooks => {
    const exit = 'ask' in entry ? undefined : entry.early_exit
    const conditions = [...new Set([when, entry.when])].filter((one) => one !== undefined)
    return {
      question: ask,
      number: questionNumbers.get(ask)!,
      needs: conditions.map((one) => ({
        holds: compileCondition(one, flow.rules.context),
        open: open(one),
        looksAtLevel: /"(level|level_at_least|danger|danger_named|flag_role|event)"/.test(JSON.stringify(one)),
      })),
      neverFrom: exit && !exit.still_ask.includes(ask) ? exit.at : null,
      flags: conditions.flatMap((one) => namesIn(one).flags),
    }
  }
  return Object.fromEntries(
    Object.entries(data.paths).map(([name, entries]) => [
      name,
      entries.flatMap((entry) => ('ask' in entry ? [entry] : entry.steps).map((step) => looksOf(entry, step))),
    ]),
  )
}

/**
 * Marks the questions without an answer that a conversation can still come to, directly or through other answers.
 *
 * @param found - by number of the question; is written into
 */
export function markAskable(
  steps: readonly StepLooks[],
  { answers, level }: Conversation,
  facts: Facts,
  found: Uint8Array,
): void {
  found.fill(0)
  const waiting: { number: number; unmet: OpenCondition[] }[] = []
  for (const { question, number, needs, neverFrom } of steps) {
    if (answers[question] !== undefined || found[number] === 1) continue
    if (neverFrom !== null && isAtLeast(level, neverFrom)) continue
    const unmet: OpenCondition[] = []
    for (const { holds, open, looksAtLevel } of needs) if (!looksAtLevel && !holds(facts)) unmet.push(open)
    if (unmet.length === 0) found[number] = 1
    else waiting.push({ number, unmet })
  }
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const { number, unmet } of waiting) {
      if (found[number] === 1 || !unmet.every(({ questions }) => includesAny(questions, found))) continue
      found[number] = 1
      isGrowing = true
    }
  }
}

/** Whether one of the questions is marked. */
export function includesAny(questions: readonly number[], marked: Uint8Array): boolean {
  for (const number of questions) if (marked[number] === 1) return true
  return false
}
