import { drawCaseWord } from '../handoff/case-word.ts'
import type { RelayInput } from '../handoff/route-advocate-reply.ts'
import {
  type FromOtherPhone,
  hearOtherPhone,
  isCaseLive,
  type OtherPhone,
  type OtherPhoneNotice,
} from '../other-phone.ts'
import type { PersonState } from '../person-state.ts'
import { advocateLanguage, ownCase } from '../relay-words.ts'
import type { AdvocateId, CaseCode, EffectId } from '../types.ts'
import { type Draft, forward, notify } from './draft.ts'

/** "7 CODE": a word for another phone; "7 CODE text": words for whoever wrote from there last. */
export function speakToOtherPhone(
  draft: Draft,
  input: Extract<RelayInput, { kind: 'other_phone_says' }>,
  id: string,
): void {
  const { world, state } = draft
  const { advocate, text } = input
  const { code } = state
  if (code === null) return
  const latest = state.phones.toSorted((one, other) => other.at - one.at)[0]
  const answer = (key: string, params: Record<string, string> = {}) => {
    const said = world.words(advocateLanguage(world, advocate), key, { code, ...params })
    notify(draft, `${id}.w` as EffectId, advocate, said)
  }
  if (!ownCase(state, advocate).isTaker) answer('why_not_yours')
  else if (text === null) answer('case_word', { word: giveCaseWord(draft, code, advocate) })
  else if (latest === undefined) answer('no_other_phone')
  else forward(draft, latest.conversation, { kind: 'say_here', advocate, text, code, word: state.word ?? '' })
}

/** News from another phone of the person whose case this is. */
export function hearPhone(draft: Draft, input: FromOtherPhone, id: string): void {
  const { world, state } = draft
  const eraseAt = world.now + (24 * 60 * 60_000) / world.timeScale
  const heard = hearOtherPhone(state, input, { now: world.now, eraseAt })
  Object.assign(state, heard.state)
  draft.inputs.push(...heard.inputs)
  if (heard.answer !== null) forward(draft, input.phone.conversation, heard.answer)
  for (const notice of heard.notices) tellTakers(draft, notice, `${id}.${notice}`, input.phone.ownCode)
}

/** Everybody who has the case hears about its other phones. */
export function tellTakers(draft: Draft, notice: OtherPhoneNotice, id: string, ownCode: CaseCode | null): void {
  const { world, state } = draft
  for (const { advocate } of state.handoff?.takers ?? []) {
    const params = { code: state.code!, other: ownCode ?? '' }
    const text = world.words(advocateLanguage(world, advocate), notice, params)
    notify(draft, `${id}.${advocate}` as EffectId, advocate, text)
  }
}

/** Other phones hear when the case gets a human, loses them, or is over. */
export function tellPhones(draft: Draft, before: PersonState, known: OtherPhone[]): void {
  const { state } = draft
  const status = isCaseLive(state) ? (state.dialog.caseStatus as 'open' | 'taken') : 'closed'
  const takenBy = takersOf(state)
  if (status === before.dialog.caseStatus && takenBy.join() === takersOf(before).join()) return
  const all = new Set([...known, ...state.phones].map(({ conversation }) => conversation))
  for (const conversation of all) forward(draft, conversation, { kind: 'case_is', status, takenBy })
}

/** A new word, which ends the one before. */
function giveCaseWord(draft: Draft, code: CaseCode, advocate: AdvocateId): string {
  const { world, state, audit } = draft
  const word = drawCaseWord(world.bundle.dialogs.levels.words, world.drawIndex)
  draft.caseWord = word
  state.hasCaseWord = true
  audit.push({ at: world.now, actor: advocate, action: 'case_word_given', subject: code })
  return word
}

const takersOf = ({ handoff }: PersonState): AdvocateId[] => handoff?.takers.map(({ advocate }) => advocate) ?? []
