import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'

/**
 * Takes a conversation under way to another bundle, when that one was published as urgent.
 *
 * The rule: flags and levels stay, whatever the new rules would make of the old answers. Answers to questions or options
 * that are gone are dropped. An open question that is gone is left, and the next message is met with the first question
 * of the new path that has no answer; a path that is gone is left for the one that every conversation begins with.
 */
export function moveConversation(flow: Flow, before: Conversation): Conversation {
  if (before.bundle === flow.bundle) return before
  const answers: Conversation['answers'] = {}
  for (const [id, answer] of Object.entries(before.answers)) {
    const question = flow.questions[id]
    if (!question) continue
    const known = new Set((question.options ?? []).map((option) => option.id))
    if (typeof answer === 'string' && !known.has(answer)) continue
    if (Array.isArray(answer)) {
      const left = answer.filter((option) => known.has(option))
      if (left.length > 0) answers[id] = left
    } else answers[id] = answer
  }
  const path = flow.paths[before.path] ? before.path : flow.data.sos.path
  const place = (open: Conversation['open']): Conversation['open'] => {
    if (open === null || !flow.questions[open.question]) return null
    const step = flow.paths[path]!.steps.findIndex(({ question }) => question === open.question)
    return { ...open, step }
  }
  const kept = { ...before.kept }
  for (const [flag, message] of Object.entries(before.flags)) if (flow.rules.byId.has(flag)) kept[flag] = message
  for (const flag of Object.keys(kept)) if (!flow.rules.byId.has(flag)) delete kept[flag]
  const flags = Object.fromEntries(Object.entries(before.flags).filter(([flag]) => flow.rules.byId.has(flag)))
  return {
    ...before,
    bundle: flow.bundle,
    answers,
    path,
    open: place(before.open),
    behind: place(before.behind),
    kept,
    flags,
  }
}
