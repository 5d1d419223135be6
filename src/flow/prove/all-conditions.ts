import { type ConditionData, isAtLeast, namesIn } from '../../triage/condition.ts'
import type { RulesData } from '../../triage/rules-schema.ts'
import type { FlowData } from '../flow-schema.ts'
import { promisedLevel, togetherCondition } from '../promises/promised-conditions.ts'
import type { Promises } from '../promises/promises-schema.ts'
import type { Dialogs } from '../read-bundle.ts'

/**
 * Every condition that decides what is asked, who is paged and where a path ends: what can tell two conversations apart.
 * Which text closes a path is played, not proven.
 */
export function allConditions({ flow, rules }: Dialogs, promises: Promises | null): ConditionData[] {
  const found: (ConditionData | undefined)[] = []
  for (const entries of Object.values(flow.paths))
    for (const entry of entries) {
      found.push(entry.when)
      if (!('ask' in entry)) for (const { when } of entry.steps) found.push(when)
    }
  for (const { when, unless } of flow.turns) found.push(when, unless)
  for (const { when } of [...flow.silence, ...flow.nudges]) found.push(when)
  for (const { when } of [...Object.values(rules.upgrades), ...rules.contact]) found.push(when)
  if (promises) {
    for (const promised of promises.cases)
      if (promised.event === undefined && isAtLeast(promisedLevel(promises, promised), 'P2'))
        found.push(togetherCondition(flow, promised.answers))
    for (const { answers } of promises.together) if (answers) found.push(togetherCondition(flow, answers))
    for (const { when } of [...promises.silence, ...promises.contact]) found.push(when)
    found.push(promises.nudge_only_when)
  }
  const named = new Set(found.flatMap((one) => (one ? namesIn(one).flags : [])))
  for (const { uses, with_any } of Object.values(rules.upgrades))
    for (const id of [...(uses ?? []), ...(with_any ?? [])]) named.add(id)
  for (const { all, any } of promises?.together ?? []) for (const id of [...all, ...(any ?? [])]) named.add(id)
  for (const { flag } of flow.turns) named.add(flag)
  found.push(...flagConditions(flow, rules, named))
  return found.filter((one) => one !== undefined)
}

/**
 * Conditions of the flags. Flags that one answer raises, and that nothing but their level and roles tells apart, stand
 * together: which of them it was makes no difference to anybody.
 */
function flagConditions(flow: FlowData, rules: RulesData, named: ReadonlySet<string>): ConditionData[] {
  const alike = new Map<string, { question: string; options: string[] }>()
  const found: ConditionData[] = []
  for (const [id, flag] of Object.entries(rules.flags)) {
    const bare = bareAnswer(flag.when)
    if (!bare || named.has(id) || flag.instead_of_nothing_worse) {
      found.push(flag.when)
      continue
    }
    const key = `${bare.question} ${flag.level} ${flag.roles?.toSorted().join()} ${flag.names_danger}`
    const group = alike.get(key) ?? { question: bare.question, options: [] }
    group.options.push(...bare.options)
    alike.set(key, group)
  }
  for (const { question, options } of alike.values())
    found.push(
      flow.questions[question]?.answer === 'many' ? { question, includes: options } : { question, is: options },
    )
  return found
}

function bareAnswer(data: ConditionData): { question: string; options: string[] } | null {
  if (!('question' in data) || typeof data.question !== 'string') return null
  if ('is' in data) return { question: data.question, options: [data.is].flat() }
  return 'includes' in data ? { question: data.question, options: [data.includes].flat() } : null
}
