import { type Answer, type ConditionData, isAtLeast } from '../../triage/condition.ts'
import type { Level } from '../../types.ts'
import type { FlowData } from '../flow-schema.ts'
import type { PromisedAnswer, PromisedCase, Promises } from './promises-schema.ts'

type Answers = Record<string, PromisedAnswer>

/**
 * The conditions that the answers of a promise stand for. A list of options stands for each of them alone, so that the
 * first that is broken can be named.
 */
export function caseCondition(flow: FlowData, answers: Answers): ConditionData[] {
  return spread(answers).map((one) => ({
    all: Object.entries(one).flatMap(([question, answer]) => conditionsOf(flow, question, answer)),
  }))
}

/** The same as one condition: any option of each list. */
export function togetherCondition(flow: FlowData, answers: Answers): ConditionData {
  return {
    all: Object.entries(answers).flatMap(([question, answer]): ConditionData[] => {
      if (!Array.isArray(answer)) return conditionsOf(flow, question, answer)
      return flow.questions[question]?.answer === 'many' ? [{ question, includes: answer }] : [{ question, is: answer }]
    }),
  }
}

/** At least how urgent: as stated, else as the least serious of the flags that the promise names. */
export function promisedLevel(promises: Promises, { level, flag }: PromisedCase): Level {
  if (level !== undefined) return level
  return [flag ?? []].flat().reduce<Level>((least, id) => {
    const own = promises.flags[id]?.level ?? 'P4'
    return isAtLeast(own, least) ? least : own
  }, 'P1')
}

/** Who is asked at least: as stated, else whom all of the flags ask that the promise names. */
export function promisedRoles(promises: Promises, { roles, flag }: PromisedCase): string[] {
  if (roles !== undefined) return roles
  const named = [flag ?? []].flat()
  if (named.some((id) => promises.flags[id]?.give_way)) return []
  const [first, ...others] = named.map((id) => promises.flags[id]?.roles ?? [])
  return (first ?? []).filter((role) => others.every((list) => list.includes(role)))
}

/** The fewest answers that the promise stands for, one set for each of its options; ends of a range are two. */
export function caseAnswers(flow: FlowData, answers: Answers): { answers: Record<string, Answer>; left: string[] }[] {
  return spread(answers).flatMap((one) => {
    let found: { answers: Record<string, Answer>; left: string[] }[] = [{ answers: {}, left: [] }]
    for (const [question, answer] of Object.entries(one))
      found = found.flatMap((before) =>
        valuesOf(flow, question, answer).map((value) =>
          value === undefined
            ? { ...before, left: [...before.left, question] }
            : { ...before, answers: { ...before.answers, [question]: value } },
        ),
      )
    return found
  })
}

/** One entry for each option of each list. */
function spread(answers: Answers): Record<string, Exclude<PromisedAnswer, string[]>>[] {
  let all: Record<string, Exclude<PromisedAnswer, string[]>>[] = [{}]
  for (const [question, answer] of Object.entries(answers))
    all = all.flatMap((before) =>
      (Array.isArray(answer) ? answer : [answer]).map((one) => ({ ...before, [question]: one })),
    )
  return all
}

function conditionsOf(flow: FlowData, question: string, answer: Exclude<PromisedAnswer, string[]>): ConditionData[] {
  if (answer === 'unanswered') return [{ left: question }, { not: { question, answered: true } }]
  if (answer === 'skipped') return [{ question, skipped: true }]
  if (typeof answer === 'number')
    return [
      { question, at_least: answer },
      { question, at_most: answer },
    ]
  if (typeof answer === 'string')
    return flow.questions[question]?.answer === 'many' ? [{ question, includes: answer }] : [{ question, is: answer }]
  if ('all_of' in answer) return answer.all_of.map((option) => ({ question, includes: option }))
  return [
    { question, at_least: answer.from },
    { question, at_most: answer.to },
  ]
}

function valuesOf(flow: FlowData, question: string, answer: Exclude<PromisedAnswer, string[]>): (Answer | undefined)[] {
  if (answer === 'unanswered') return [undefined]
  if (answer === 'skipped') return [null]
  if (typeof answer === 'number') return [answer]
  if (typeof answer === 'string') return [flow.questions[question]?.answer === 'many' ? [answer] : answer]
  return 'all_of' in answer ? [answer.all_of] : [answer.from, answer.to]
}
