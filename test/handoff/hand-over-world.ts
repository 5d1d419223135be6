import { advanceHandOver, type HandOverAsk, type HandOverInput } from '../../src/handoff/hand-over.ts'
import { onCall } from '../../src/handoff/on-call.ts'
import type { Rota } from '../../src/handoff/rota.ts'
import type { AdvocateId } from '../../src/types.ts'
import { id, levels, night, words } from './world.ts'

/** Several advocates' conversations around one rota: events go between them as the shell would carry them. */
export function advanceHandover(start: Rota) {
  let rota = start
  let now = night
  const asked = new Map<AdvocateId, HandOverAsk | null>()
  const say = (who: string, input: HandOverInput): string[] => {
    const advocate = id(who)
    const advance = advanceHandOver(asked.get(advocate) ?? null, input, { advocate, rota, levels, words, now })
    asked.set(advocate, JSON.parse(JSON.stringify(advance.asked)))
    rota = advance.rota ?? rota
    return [
      ...advance.answers.map((text) => `${who}: ${text}`),
      ...advance.forward.flatMap((one) => say(one.to, one.input)),
    ]
  }
  return Object.assign(say, {
    goesOnFor(minutes: number) {
      now += minutes * 60_000
    },
    /** First line, as the rota lists people. */
    onCall: () => onCall(rota, { line: 1, at: now }).map((person) => person.id as string),
  })
}
