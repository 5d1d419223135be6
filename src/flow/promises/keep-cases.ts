import type { Problem } from '../../problem.ts'
import { type Answer, type Facts, isAtLeast, type TurnEvent } from '../../triage/condition.ts'
import { assess } from '../../triage/rules.ts'
import type { FlagId, Level } from '../../types.ts'
import type { Subject } from '../check/subject.ts'
import type { Flow } from '../compile-flow.ts'
import { caseAnswers, promisedLevel, promisedRoles } from './promised-conditions.ts'
import type { PromisedCase, Promises } from './promises-schema.ts'

/**
 * Holds the rules against the promised cases, each with the fewest answers that it stands for: a rule that asks for more
 * before it pages is found here, however it is written.
 */
export function keepCases(subject: Subject, flow: Flow): Problem[] {
  const { promises } = subject
  if (!promises) return []
  const problems: Problem[] = []
  for (const [index, promised] of promises.cases.entries()) {
    const named = [promised.flag ?? []].flat()
    for (const { answers, left } of caseAnswers(flow.data, promised.answers)) {
      if (Object.keys(answers).some((question) => !flow.questions[question])) continue
      const missed = missedBy(flow, promises, promised, factsWith(answers, left, promised.event))
      if (missed === null) continue
      const at = named.find((flag) => subject.dialogs.rules.flags[flag])
      const place = at ? (['flags', at, 'when'] as const) : (['upgrades'] as const)
      const who = promised.event
        ? `A message with the event ${promised.event}`
        : `Whoever answers ${sayAnswers(answers, left)}`
      const message = `${who} is promised ${sayPromise(promises, promised)} (promise ${index + 1} under cases); with these rules they get ${missed}.\n${means(promisedLevel(promises, promised))}`
      problems.push(subject.point('dialogs/rules.yaml', [...place], 'promises/case', message, at ? 'value' : 'key'))
      break
    }
  }
  problems.push(...keepTogether(subject, flow, promises))
  return problems
}

/** Flags that are more serious together, tried with the fewest answers that raise each of them. */
function keepTogether(subject: Subject, flow: Flow, promises: Promises): Problem[] {
  const problems: Problem[] = []
  const raising = (flag: FlagId): { answers: Record<string, Answer>; left: string[] }[] =>
    promises.cases.filter((one) => one.flag === flag).flatMap((one) => caseAnswers(flow.data, one.answers))
  for (const { id, all, any, level } of promises.together) {
    const partners = any ?? [null]
    for (const partner of partners) {
      const names = [...all, ...(partner === null ? [] : [partner])]
      const sets = names.map((name) => raising(name).slice(0, 6))
      const combined = sets.reduce<{ answers: Record<string, Answer>; left: string[] }[]>(
        (before, own) =>
          before.flatMap((one) =>
            own
              .filter((other) => !clash(one.answers, other.answers))
              .map((other) => ({ answers: { ...one.answers, ...other.answers }, left: [...one.left, ...other.left] })),
          ),
        [{ answers: {}, left: [] }],
      )
      // U2: a small child is P1 by itself, so a grown one is tried first.
      const failed = combined.find(({ answers, left }) => {
        const facts = factsWith(answers, left)
        const got = assess(flow.rules, facts, {}, 1)
        return names.every((name) => got.flags[name] !== undefined) && !isAtLeast(got.level, level)
      })
      if (!failed) continue
      const message = `${names.join(' and ')} together are promised to be ${level} at least (${id}); whoever answers ${sayAnswers(failed.answers, failed.left)} stays below that.\n${means(level)}`
      const at = subject.dialogs.rules.upgrades[id] ? ['upgrades', id] : ['upgrades']
      problems.push(subject.point('dialogs/rules.yaml', at, 'promises/upgrade', message, 'key'))
      break
    }
  }
  return problems
}

const clash = (one: Record<string, Answer>, other: Record<string, Answer>): boolean =>
  Object.keys(one).some(
    (question) => other[question] !== undefined && JSON.stringify(one[question]) !== JSON.stringify(other[question]),
  )

function factsWith(answers: Record<string, Answer>, left: readonly string[], event?: TurnEvent): Facts {
  return {
    answers,
    flags: {},
    level: 'P4',
    danger: {},
    events: new Set(event ? [event] : []),
    open: null,
    isLeft: (question) => left.includes(question),
    caseRoles: [],
    taken: false,
    unclearRoles: [],
    firstMessageMediaOnly: false,
  }
}

/** What came instead of the promise, or null when it is kept. */
function missedBy(flow: Flow, promises: Promises, promised: PromisedCase, facts: Facts): string | null {
  const got = assess(flow.rules, facts, {}, 1)
  const level = promisedLevel(promises, promised)
  const named = [promised.flag ?? []].flat()
  const flags = Object.keys(got.flags)
  if (named.length > 0 && !named.some((flag) => flags.includes(flag)))
    return flags.length > 0 ? `only ${flags.join(', ')} (${got.level})` : 'no flag at all'
  if (!isAtLeast(got.level, level)) return `level ${got.level}`
  const asked = isAtLeast(level, 'P2') ? got.wakes : got.roles
  const missing = promisedRoles(promises, promised).filter((role) => !asked.includes(role))
  return missing.length > 0 ? `nobody of ${missing.join(' and ')}` : null
}

export function sayPromise(promises: Promises, promised: PromisedCase): string {
  const named = [promised.flag ?? []].flat()
  const level = promisedLevel(promises, promised)
  const roles = promisedRoles(promises, promised)
  return `${named.length > 0 ? `${named.join(' or ')}, ` : ''}${level}${roles.length > 0 ? `, ${roles.join(' and ')} asked` : ''}`
}

export function sayAnswers(answers: Record<string, Answer>, left: readonly string[] = []): string {
  const parts = Object.entries(answers).map(([question, answer]) =>
    answer === null
      ? `${question} = SKIP`
      : `${question} = ${Array.isArray(answer) ? answer.join(' + ') : String(answer)}`,
  )
  return [...parts, ...left.map((question) => `${question} = nothing`)].join(', ')
}

export const means = (level: Level): string =>
  level === 'P1'
    ? 'A person whose life may be in danger would wait.'
    : level === 'P2'
      ? 'A person in serious danger would wait until somebody reads the list.'
      : 'The advocate would not see it.'
