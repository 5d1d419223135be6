import type { LanguageEntry } from '../language/languages.ts'
import { plainForSms } from '../language/plain-sms.ts'
import { fillText, isWritten, rawText, sentencesOf, type Texts } from '../language/texts.ts'
import type { Channel, Language, MessageId } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { entryText } from './directory.ts'
import { factsFor, type Part, type Reply } from './turn.ts'

/** What a message needs beside the flow to become words. */
export interface Rendering {
  texts: Texts
  languages: LanguageEntry[]
  now: number
  /** The word by which the person knows the advocate; null while nobody has the case. */
  word: string | null
  /** Simulated phones show entries of the directory that are marked for them. */
  isDemonstration: boolean
}

/**
 * One reply as the person reads it: parts joined by a line break, in the conversation's language or, where there is
 * none that we can write, in each bridge language.
 *
 * @returns null when nothing is left to say
 */
export function renderReply(flow: Flow, conversation: Conversation, reply: Reply, rendering: Rendering): string | null {
  const lines: string[] = []
  for (const part of reply.parts) {
    if (part.kind === 'language_choice') {
      lines.push(languageChoice(part.languages, rendering.languages))
      continue
    }
    // The menu of languages is the same in all of them.
    const isMenu = part.kind === 'question' && part.id === flow.data.language_question
    const [anyLanguage] = flow.data.bridge_languages
    for (const language of isMenu ? [anyLanguage!] : languagesFor(flow, conversation, part, rendering.texts)) {
      const text = renderPart(flow, conversation, part, language, rendering)
      if (text !== null && !lines.includes(text)) lines.push(text)
    }
  }
  return lines.length === 0 ? null : lines.join('\n')
}

/** A text that goes out without a turn, such as M_TAKEN, as the person reads it. */
export function renderMessage(
  flow: Flow,
  conversation: Conversation,
  id: MessageId,
  rendering: Rendering,
): string | null {
  return renderReply(flow, conversation, { parts: [{ kind: 'text', id }] }, rendering)
}

function languagesFor(flow: Flow, conversation: Conversation, part: Part, texts: Texts): Language[] {
  if (part.kind !== 'language_choice' && part.language !== undefined) return [part.language]
  const { language } = conversation
  return language !== null && isWritten(texts, language) ? [language] : flow.data.bridge_languages
}

function renderPart(
  flow: Flow,
  conversation: Conversation,
  part: Exclude<Part, { kind: 'language_choice' }>,
  language: Language,
  rendering: Rendering,
): string | null {
  const { texts, now, isDemonstration } = rendering
  const { channel } = conversation
  if (part.kind === 'question') {
    const offered = conversation.otherLanguage?.language
    const name = rendering.languages.find(({ id }) => id === offered)?.autonym ?? null
    // A question that this language does not have yet goes out in a bridge language; the publish gate has told of it.
    for (const one of [language, ...flow.data.bridge_languages]) {
      const text = fillText(texts, one, 'questions', part.id, { language: name })
      if (text !== null) return forChannel(texts, text, one, channel)
    }
    return null
  }
  const condition = flow.texts.only_while_valid[part.id]
  if (condition !== undefined && entryText(flow.directory, condition, language, now, isDemonstration) === null)
    return null
  const hasPlaceholders = rawText(texts, language, 'messages', part.id)?.includes('{{') ?? false
  const values = hasPlaceholders ? placeholderValues(flow, conversation, language, rendering) : {}
  let text = fillText(texts, language, 'messages', part.id, values)
  if (text !== null && channel === 'sms' && flow.texts.sms_without_last_sentence.includes(part.id)) {
    const sentences = sentencesOf(text)
    if (sentences.length > 1) text = sentences.slice(0, -1).join('').trim()
  }
  return forChannel(texts, text, language, channel)
}

function placeholderValues(
  flow: Flow,
  conversation: Conversation,
  language: Language,
  { word, now, isDemonstration }: Rendering,
): Record<string, string | null> {
  const values: Record<string, string | null> = { WORD: word }
  const facts = factsFor(flow, conversation)
  const textOf = (entry: string) => entryText(flow.directory, entry, language, now, isDemonstration)
  for (const name in flow.placeholders) {
    const found = flow.placeholders[name]!.find(({ entry, when }) => when(facts) && textOf(entry) !== null)
    values[name] = found ? textOf(found.entry) : null
  }
  return values
}

/** SMS carries some letters at double price; where plain ones say the same they go plain. WhatsApp has them as they are. */
function forChannel({ plain }: Texts, text: string | null, language: Language, channel: Channel): string | null {
  if (text === null || channel !== 'sms') return text
  const key = `${language} ${text}`
  const known = plain.get(key)
  if (known !== undefined) return known
  if (plain.size >= plainMax) plain.clear()
  const written = plainForSms(text, language)
  plain.set(key, written)
  return written
}

/** Of our texts there are fewer in one language; those with a name or a place filled in have no end. */
const plainMax = 1_000

/** Likely languages in their own scripts, 9 for any other: one short message. */
function languageChoice(choice: Language[], languages: LanguageEntry[]): string {
  const names = choice.map((id, index) => `${index + 1} ${languages.find((entry) => entry.id === id)?.autonym ?? id}`)
  return [...names, '9 ?'].join(' ')
}
