import type { QuestionId } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation, OpenQuestion } from './conversation.ts'
import { nextQuestion } from './turn.ts'

/**
 * What became of the open question. `gone` and `renumbered`: a digit that the person sends now was meant for what they
 * have before them, so it is not read as an answer, and the first question without one is asked instead.
 */
export type MoveRule = 'nothing_open' | 'stays' | 'gone' | 'renumbered'

/**
 * Takes a conversation under way to another bundle, when that one was published as urgent.
 *
 * The rule: flags and levels stay, whatever the new rules would make of the old answers. Answers to questions or options
 * that are gone are dropped. An open question that is gone, or whose digits mean something else, is left: the next message
 * is met with the first question of the path that has no answer, and until then silence means what it means there,
 * counted from when the person was last asked. A path that is gone is left for the one that every conversation begins
 * with.
 *
 * @param shownAs - {@link numberingOf} of the open question when it was sent; null when that is not known
 * @returns `rule` is null when there was nothing to move
 */
export function moveConversation(
  flow: Flow,
  before: Conversation,
  shownAs: string | null,
): { conversation: Conversation; rule: MoveRule | null } {
  if (before.bundle === flow.bundle) return { conversation: before, rule: null }
  const path = flow.paths[before.path] ? before.path : flow.data.sos.path
  const place = (open: OpenQuestion | null): OpenQuestion | null => {
    if (open === null || !flow.questions[open.question]) return null
    const step = flow.paths[path]!.steps.findIndex(({ question }) => question === open.question)
    return { ...open, step }
  }
  const kept = { ...before.kept, ...before.flags }
  for (const flag of Object.keys(kept)) if (!flow.rules.byId.has(flag)) delete kept[flag]
  const flags = Object.fromEntries(Object.entries(before.flags).filter(([flag]) => flow.rules.byId.has(flag)))
  const rule = ruleFor(flow, before.open, shownAs)
  const conversation: Conversation = {
    ...before,
    bundle: flow.bundle,
    answers: answersLeft(flow, before.answers),
    path,
    open: rule === 'stays' ? place(before.open) : null,
    behind: place(before.behind),
    kept,
    flags,
  }
  const asked = before.behind ?? before.open
  if (asked !== null && conversation.open === null && conversation.behind === null && before.ended === null) {
    const next = nextQuestion(flow, conversation)
    if (next) conversation.behind = { ...asked, ...next, tries: 0 }
  }
  return { conversation, rule }
}

/** What the person may send to a question, and what it then means. */
export function numberingOf(flow: Flow, question: QuestionId | undefined): string | null {
  const data = question === undefined ? undefined : flow.questions[question]
  if (!data) return null
  const options = (data.options ?? []).map(({ digit, id }) => `${digit}=${id}`)
  return [data.answer, data.number?.kind ?? '', ...options].join(' ')
}

function ruleFor(flow: Flow, open: OpenQuestion | null, shownAs: string | null): MoveRule {
  if (open === null) return 'nothing_open'
  if (!flow.questions[open.question]) return 'gone'
  return numberingOf(flow, open.question) === shownAs ? 'stays' : 'renumbered'
}

function answersLeft(flow: Flow, before: Conversation['answers']): Conversation['answers'] {
  const answers: Conversation['answers'] = {}
  for (const [id, answer] of Object.entries(before)) {
    const question = flow.questions[id]
    if (!question) continue
    const known = new Set((question.options ?? []).map((option) => option.id))
    if (typeof answer === 'string' && !known.has(answer)) continue
    if (Array.isArray(answer)) {
      const left = answer.filter((option) => known.has(option))
      if (left.length > 0) answers[id] = left
    } else answers[id] = answer
  }
  return answers
}
