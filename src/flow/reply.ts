import type { Condition } from '../triage/condition.ts'
import { isAtLeast } from '../triage/condition.ts'
import type { MessageId, QuestionId } from '../types.ts'
import { type Draft, END_OF_PATH, factsOf, isSignalled, type Part, type Reply, settle } from './turn.ts'

interface DueText {
  text: MessageId
  when: Condition
}

/** What is to be said, decided before flags and level are known and carried out after. */
export type Outcome =
  | { kind: 'next' }
  | { kind: 'again'; texts: DueText[] }
  | { kind: 'texts'; texts: MessageId[] }
  | { kind: 'first' }

/** Go on: the next question, or the closing text. */
export const askNext: Outcome = { kind: 'next' }
/** The open question once more, with these texts in front. */
export const askAgain = (texts: DueText[]): Outcome => ({ kind: 'again', texts })
/** These texts and nothing else; none means silence. */
export const sayTexts = (texts: MessageId[]): Outcome => ({ kind: 'texts', texts })

/**
 * Applies the first turn of the path that a flag of this message calls for, and returns what writes the reply once
 * alerts are known.
 */
export function turnPath(draft: Draft, outcome: Outcome): (draft: Draft) => Reply[] {
  const { flow, conversation } = draft
  const facts = factsOf(draft)
  const found = flow.turns.find(
    (turn) =>
      isSignalled(draft, turn.flag, facts) &&
      (turn.at === null || (draft.openQuestion !== null && turn.at.includes(draft.openQuestion))) &&
      turn.when(facts),
  )
  // After the carrier's STOP, and to somebody who is held, no flag brings a text, whatever it says elsewhere.
  const isHeld = draft.before.ended !== null && draft.before.later === 'nothing'
  const wasSilent = isHeld || (draft.before.isOptedOut && conversation.isOptedOut)
  if (found && !wasSilent) {
    if (found.end !== null) {
      conversation.ended = found.end
      conversation.later = found.later
      conversation.open = null
      conversation.behind = null
      draft.turn.ended = found.end
      settle(draft)
      return (done) => sayAtEnd(done, found.say)
    }
    if (found.path !== null && found.path !== conversation.path) {
      conversation.path = found.path
      draft.position = -1
      settle(draft)
    }
  }
  if (outcome.kind === 'texts') return () => sayOnly(outcome.texts)
  if (outcome.kind === 'first') return askFirst
  if (outcome.kind === 'again') return (done) => repeat(done, outcome.texts)
  return goOn
}

/** The next question with what is due in front of it, the language menu, or the end of the path. */
function goOn(draft: Draft): Reply[] {
  const { flow, conversation } = draft
  if (conversation.ended !== null) return []
  if (conversation.language === null) return askLanguage(draft)
  if (draft.position === END_OF_PATH) return close(draft)
  const { question } = flow.paths[conversation.path]!.steps[draft.position]!
  return ask(draft, question, dueWithNext(draft, question))
}

function ask(draft: Draft, question: QuestionId, before: Part[]): Reply[] {
  const { flow, conversation, now } = draft
  const data = flow.questions[question]!
  const facts = factsOf(draft)
  const parts = [...before]
  for (const { text, when } of flow.before.get(question) ?? [])
    if (when(facts) && isUnsent(draft, text)) parts.push(once(draft, text))
  conversation.open = { question, step: draft.position, at: now, tries: 0, isSilenceNoted: false }
  conversation.behind = null
  const listed = data.listed_as ?? question
  if (data.listed && !conversation.asked.includes(listed)) conversation.asked = [...conversation.asked, listed]
  parts.push({ kind: 'question', id: question })
  return [{ parts }]
}

function askLanguage(draft: Draft): Reply[] {
  const { flow, conversation, now } = draft
  const question = flow.data.language_question
  conversation.open = { question, step: -1, at: now, tries: 0, isSilenceNoted: false }
  return [{ parts: [languagePart(draft)] }]
}

const languagePart = ({ flow, conversation }: Draft): Part =>
  conversation.languageChoice
    ? { kind: 'language_choice', languages: conversation.languageChoice }
    : { kind: 'question', id: flow.data.language_question }

/** After a stop or an unsafe phone: the first question alone, also to anything that is no answer to it. */
function askFirst(draft: Draft): Reply[] {
  if (draft.conversation.ended === null) return goOn(draft)
  return [{ parts: [{ kind: 'question', id: draft.flow.data.first_question }] }]
}

function repeat(draft: Draft, texts: DueText[]): Reply[] {
  const { flow, conversation, now } = draft
  const facts = factsOf(draft)
  const parts: Part[] = texts.filter(({ when }) => when(facts)).map(({ text }) => ({ kind: 'text', id: text }))
  if (conversation.ended !== null) {
    if (conversation.later === 'first_question') return askFirst(draft)
    if (parts.length > 0) return [{ parts }]
    return conversation.ended === 'done' ? closingAgain(draft) : []
  }
  const { open } = conversation
  if (open === null) return goOn(draft)
  open.at = now
  parts.push(
    open.question === flow.data.language_question ? languagePart(draft) : { kind: 'question', id: open.question },
  )
  return [{ parts }]
}

/** Texts that come with the next question, each once. */
function dueWithNext(draft: Draft, next: QuestionId | null): Part[] {
  const { flow } = draft
  const facts = factsOf(draft)
  const parts: Part[] = []
  for (const entry of flow.withNextQuestion) {
    if (!isUnsent(draft, entry.text) || !entry.when(facts)) continue
    if (next === null || !entry.notWith.includes(next) || entry.atOnce(facts)) parts.push(once(draft, entry.text))
  }
  return parts
}

function close(draft: Draft): Reply[] {
  const { flow, conversation, turn } = draft
  const parts = dueWithNext(draft, null)
  const facts = factsOf(draft)
  const closing = flow.closing.find(({ text, when, mayRepeat }) => when(facts) && (mayRepeat || isUnsent(draft, text)))
  conversation.ended = 'done'
  conversation.later = 'case'
  conversation.open = null
  turn.ended = 'done'
  if (conversation.caseStatus === 'none')
    conversation.caseStatus = isAtLeast(conversation.level, 'P3') ? 'open' : 'closed'
  if (closing && !parts.some((part) => part.kind === 'text' && part.id === closing.text))
    parts.push(once(draft, closing.text))
  for (const { text, when } of flow.closingAlso) if (when(facts) && isUnsent(draft, text)) parts.push(once(draft, text))
  return parts.length > 0 ? [{ parts }] : []
}

/** The closing text once more, as in a language that was chosen only now. */
function closingAgain(draft: Draft): Reply[] {
  const facts = factsOf(draft)
  const closing = draft.flow.closing.find(({ when }) => when(facts))
  return closing ? [{ parts: [{ kind: 'text', id: closing.text }] }] : []
}

function sayAtEnd(draft: Draft, texts: MessageId[]): Reply[] {
  const { flow, conversation, before } = draft
  const each = texts.filter((text) => isUnsent(draft, text))
  const isAnyAnswered = before.asked.length > 0 && Object.keys(before.answers).some((id) => flow.questions[id]?.listed)
  const language = conversation.language
  const isReadable = language !== null && flow.ears.isWritten(language)
  const replies: Reply[] = []
  for (const text of each) {
    const part = once(draft, text)
    if (flow.texts.each_bridge_language.includes(text) && !(isAnyAnswered && isReadable))
      for (const bridge of flow.data.bridge_languages) replies.push({ parts: [{ ...part, language: bridge }] })
    else replies.push({ parts: [part] })
  }
  return replies
}

function sayOnly(texts: MessageId[]): Reply[] {
  return texts.length === 0 ? [] : [{ parts: texts.map((id) => ({ kind: 'text', id })) }]
}

const isUnsent = (draft: Draft, text: MessageId): boolean => !draft.conversation.sent.includes(text)

function once(draft: Draft, text: MessageId): Part & { kind: 'text' } {
  draft.conversation.sent = [...draft.conversation.sent, text]
  return { kind: 'text', id: text }
}
