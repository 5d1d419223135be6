import { readAdvocateReply } from '../handoff/read-advocate-reply.ts'
import { advocateLanguage } from '../relay-words.ts'
import type { EffectId } from '../types.ts'
import { type Draft, notify } from './draft.ts'

/**
 * A number that is not in the rota answers with the code of a case, as whoever was taken out of it during their shift does.
 * It is no person in danger to be asked about themselves: nothing is done, it gets no answer, and the coordinator hears of it,
 * once for a number and code. Words about danger are heard like anybody's.
 *
 * @returns whether that is what it was
 */
export async function isFromOutsideTheRota(draft: Draft, text: string): Promise<boolean> {
  const { world, state, work } = draft
  if (state.code !== null || text.length > longest) return false
  const [reply] = readAdvocateReply(text, [])
  if (reply?.kind !== 'unknown_code' || world.bundle.flow.ears.scanDanger(text, null).categories.length > 0)
    return false
  const { code } = reply
  if (!(await world.isCaseCode(code))) return false
  const { coordinator } = world.rota
  const said = world.words(advocateLanguage(world, coordinator), 'from_outside', { code })
  notify(draft, `${work.id}.outside.${code}` as EffectId, coordinator, said)
  draft.audit.push({ at: world.now, actor: 'puente', action: 'answer_from_outside', subject: code })
  return true
}

const longest = 160
