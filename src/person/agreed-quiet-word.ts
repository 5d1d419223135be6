import type { RelayInput } from '../handoff/route-advocate-reply.ts'
import type { PersonState } from '../person-state.ts'
import { advocateLanguage } from '../relay-words.ts'
import type { EffectId } from '../types.ts'
import { type Draft, notify } from './draft.ts'
import { hashQuietWord, whyUnfitAsQuietWord } from './quiet-word.ts'

/** The person sends the word that they agreed on with whoever has the case. */
export const isQuietWord = ({ quietWord, code }: PersonState, text: string): boolean =>
  quietWord !== null && hashQuietWord(text, code ?? '') === quietWord

/** What the flow reads as "say nothing more", whatever is open. */
export const stopSign = '🛑'

/** "6 CODE word": kept as a hash, or the advocate hears why not. */
export function agreeOnQuietWord(draft: Draft, input: Extract<RelayInput, { kind: 'quiet_word' }>, id: string): void {
  const { world, state } = draft
  if (state.code === null) return
  const isTaker = state.handoff?.takers.some(({ advocate }) => advocate === input.advocate) ?? false
  const refusal = isTaker ? whyUnfitAsQuietWord(input.text, state.word, world.bundle) : 'why_not_yours'
  if (refusal === null) state.quietWord = hashQuietWord(input.text, state.code)
  const key = refusal ?? 'quiet_word_set'
  const language = advocateLanguage(world, input.advocate)
  notify(draft, `${id}.q` as EffectId, input.advocate, world.words(language, key, { code: state.code }))
}
