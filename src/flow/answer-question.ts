import type { AnswerShape, ReadAnswer } from '../language/read-reply.ts'
import { type Answer, isAtLeast } from '../triage/condition.ts'
import { assess } from '../triage/rules.ts'
import type { DangerCategory, QuestionId } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { QuestionData } from './flow-schema.ts'
import { type Draft, factsOf } from './turn.ts'

/**
 * Reads a text as the answer to a question, by the rules of protocol section 4.
 *
 * @returns the answer as it is kept, or undefined when the text does not fit
 */
export function readAs(draft: Draft, question: QuestionId, text: string): Answer | undefined {
  const { flow, conversation, message } = draft
  const data = flow.questions[question]!
  if (message?.optionId !== undefined) {
    const tapped = data.options?.find(({ id }) => id === message.optionId)
    if (tapped) return toAnswer(draft, question, data, [tapped.id])
  }
  const read: ReadAnswer = flow.ears.readAnswer(text, conversation.language, shapeOf(flow, question, draft.now))
  if (read.kind === 'chosen') return toAnswer(draft, question, data, read.options)
  if (read.kind === 'number') return read.value === 0 && data.zero ? data.zero.counts_as : read.value
  const short = text.trim()
  if (data.other_text && short.length > 0 && short.length <= data.other_text.characters_max && /\p{L}/u.test(short))
    return data.other_text.option
  return undefined
}

/** Writes an answer down; also what follows from it at once, such as the city. */
export function writeAnswer(draft: Draft, question: QuestionId, answer: Answer, text: string): void {
  const { flow, conversation } = draft
  const data = flow.questions[question]!
  conversation.answers[question] = answer
  conversation.answeredAt = { ...conversation.answeredAt, [question]: draft.now }
  if (data.options?.some(({ place }) => place !== undefined)) {
    const place = data.options.find(({ id }) => id === answer)?.place
    const isFree = answer === data.other_text?.option && /\p{L}/u.test(text)
    conversation.city = place ?? (isFree ? text.trim() : null)
  }
  if (question === flow.data.contact_question) conversation.contactChosenIn = conversation.messages
  draft.answered = question
}

/** SKIP: what it counts as here, null for "left open", undefined where it does not fit. */
export function skipOf(data: QuestionData): Answer | undefined {
  if (data.skip === 'refused') return undefined
  return data.skip ?? null
}

/** What a hit of the danger scan counts as at a question that says so, joined with what was read. */
export function dangerAnswer(
  flow: Flow,
  question: QuestionId,
  categories: DangerCategory[],
  read: Answer | undefined,
): Answer | undefined {
  const fixed = flow.data.danger_answers[question]
  if (fixed !== undefined) return fixed
  const byCategory = flow.questions[question]!.danger_counts_as
  if (!byCategory) return read
  const chosen = new Set(Array.isArray(read) ? read : [])
  for (const category of categories) if (byCategory[category] !== undefined) chosen.add(byCategory[category])
  const inOrder = flow.questions[question]!.options!.map(({ id }) => id).filter((id) => chosen.has(id))
  return inOrder.length > 0 ? inOrder : read
}

const shapes = new WeakMap<QuestionData, AnswerShape>()

function shapeOf(flow: Flow, question: QuestionId, now: number): AnswerShape {
  const data = flow.questions[question]!
  let shape = shapes.get(data)
  if (!shape) {
    const [first, second] = data.options ?? []
    shape = {
      question,
      type: data.answer,
      options: (data.options ?? []).map(({ id, digit, days }) => ({
        id,
        digit,
        ...(days && { days: { min: days.from, max: days.to } }),
      })),
      ...(data.number && {
        min: data.number.min,
        max: data.number.max,
        number: { kind: data.number.kind, notSure: data.number.not_sure },
      }),
      ...(data.yes_no && { yesNo: { yes: first?.id, no: second?.id } }),
      noneOption: data.none,
      ...(data.days_need_a_unit && { bareNumberIsDays: false }),
      zeroIsAnswer: data.zero !== undefined,
    }
    shapes.set(data, shape)
  }
  if (shape.number?.kind === 'age') shape.number.thisYear = new Date(now).getUTCFullYear()
  return shape
}

function toAnswer(draft: Draft, question: QuestionId, data: QuestionData, chosen: string[]): Answer {
  if (data.answer === 'one') return chosen.length === 1 ? chosen[0]! : oneOfSeveral(draft, question, data, chosen)
  let options = chosen
  if (data.none !== undefined && options.length > 1) options = options.filter((id) => id !== data.none)
  const { youngest } = data
  if (youngest) {
    const first = youngest.find((id) => options.includes(id))
    options = options.filter((id) => id === first || !youngest.includes(id))
  }
  return options
}

/** Several digits at a question for one: a list of the data decides, else the most serious, else the earlier option. */
function oneOfSeveral(draft: Draft, question: QuestionId, data: QuestionData, chosen: string[]): string {
  if (data.several) return data.several.find((id) => chosen.includes(id)) ?? chosen[0]!
  let best = chosen[0]!
  let bestRank = 0
  for (const option of chosen) {
    const rank = seriousness(draft, question, option)
    if (rank > bestRank) {
      best = option
      bestRank = rank
    }
  }
  return best
}

const RANK = { P1: 4, P2: 3, P3: 2, P4: 1 }

/** How urgent the flags are that this option alone would raise; 0 for none. */
function seriousness(draft: Draft, question: QuestionId, option: string): number {
  const { flow, conversation } = draft
  const facts = factsOf(draft)
  const answers = { ...conversation.answers }
  facts.answers = answers
  delete answers[question]
  facts.flags = draft.before.flags
  const without = assess(flow.rules, facts, conversation.kept, conversation.messages)
  answers[question] = option
  facts.flags = draft.before.flags
  const withIt = assess(flow.rules, facts, conversation.kept, conversation.messages)
  let rank = 0
  for (const id in withIt.flags)
    if (without.flags[id] === undefined) rank = Math.max(rank, RANK[flow.rules.byId.get(id)!.level])
  if (withIt.level !== without.level && isAtLeast(withIt.level, without.level))
    rank = Math.max(rank, RANK[withIt.level])
  return rank
}
