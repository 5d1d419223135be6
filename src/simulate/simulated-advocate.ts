import { chanceOf } from './chance.ts'
import type { AdvocatePlan } from './plan-run.ts'
import type { Phone } from './simulated-person.ts'

export interface SimulatedAdvocate {
  read(address: string, body: string): void
}

/** Makes an advocate who answers pages, reminders and notices as their habit is. */
export function simulateAdvocate(plan: AdvocatePlan, { time, seed, write }: Phone): SimulatedAdvocate {
  const chance = chanceOf(`${seed}:${plan.name}`)
  const { habit, number } = plan
  const say = (body: string, afterMs: number) => void time.after(afterMs, () => write(number, body))

  function answerPage(code: string): void {
    if (habit === 'ignores' && !chance.is(0.1)) return
    const soon = chance.whole(10_000, 240_000)
    const wait = habit === 'late' ? chance.whole(4 * 60_000, 50 * 60_000) : soon
    if (habit === 'passes' && chance.is(0.7)) {
      say(chance.pick([`2 ${code}`, `${code} 2`]), wait)
      return
    }
    say(chance.pick([`1 ${code}`, `1${code}`, `${code} 1`, '1', `1 ${code.toLowerCase()}`]), wait)
    // Two thumbs, one page: the same answer twice.
    if (chance.is(0.1)) say(`1 ${code}`, wait + chance.whole(100, 4_000))
  }

  function afterTaking(code: string): void {
    if (habit === 'takes_and_forgets') return
    if (chance.is(0.7)) say(`4 ${code}`, chance.whole(20_000, 200_000))
    if (chance.is(0.6)) say(`5 ${code} estoy aqui`, chance.whole(60_000, 600_000))
    if (chance.is(0.2)) say(`${code} he called once`, chance.whole(60_000, 900_000))
    if (habit === 'closes' || chance.is(0.3)) say(`9 ${code} ok`, chance.whole(600_000, 4 * 3_600_000))
    else if (chance.is(0.1)) say(`2 ${code}`, chance.whole(300_000, 3_600_000))
    if (chance.is(0.1)) say(`3 ${code}`, chance.whole(60_000, 600_000))
  }

  return {
    read(_, body) {
      const page = /^L\d (\w{4}) /.exec(body)
      if (page) return answerPage(page[1]!)
      const own = /^(\w{4})\b/.exec(body)?.[1]
      if (own === undefined || !/^[2-9B-DF-HJ-NP-RTV-XZ]{4}$/.test(own)) return
      const asks = new RegExp(`1 ${own} =`).test(body)
      if (asks) {
        if (habit !== 'takes_and_forgets' && chance.is(0.8)) say(`1 ${own}`, chance.whole(20_000, 280_000))
      } else if (new RegExp(`9 ${own} =`).test(body)) afterTaking(own)
    },
  }
}
