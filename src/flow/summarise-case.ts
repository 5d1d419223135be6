import { fillText, type Texts } from '../language/texts.ts'
import { isAtLeast } from '../triage/condition.ts'
import type { FlagId, Language } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'

/**
 * What the answers suggest, the worst first, in the advocate's language; made from structured answers alone, so that it
 * never repeats what the person wrote.
 *
 * @returns one line a flag, such as "P1 A danger sign in pregnancy or after birth"
 */
export function summariseCase(flow: Flow, texts: Texts, conversation: Conversation, language: Language): string[] {
  const levelOf = (flag: FlagId) => flow.rules.byId.get(flag)?.level ?? 'P4'
  const wordsOf = (flag: FlagId) =>
    fillText(texts, language, 'flags', flag) ?? fillText(texts, 'en', 'flags', flag) ?? flag
  return Object.keys(conversation.flags)
    .sort(
      (one, other) => Number(isAtLeast(levelOf(other), levelOf(one))) - Number(isAtLeast(levelOf(one), levelOf(other))),
    )
    .map((flag) => `${levelOf(flag)} ${wordsOf(flag)}`)
}
