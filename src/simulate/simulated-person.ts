import { chanceOf } from './chance.ts'
import type { PersonPlan } from './plan-run.ts'
import type { VirtualTime } from './virtual-time.ts'

/** How a phone speaks to the world around it. */
export interface Phone {
  time: VirtualTime
  seed: string
  write(from: string, body: string, media?: number): void
}

/** A person with a phone, who writes first and answers what arrives. */
export interface SimulatedPerson {
  arrive(): void
  /** A text has reached one of the person's addresses. */
  read(address: string, body: string): void
}

/** Makes a person whose every choice follows from the run's seed and their own name. */
export function simulatePerson(plan: PersonPlan, { time, seed, write }: Phone): SimulatedPerson {
  const chance = chanceOf(`${seed}:${plan.name}`)
  const words = wordsOf[plan.language]
  let address = plan.channel === 'whatsapp' ? `whatsapp:${plan.number}` : plan.number
  let answered = 0
  let isGone = false
  const patience = plan.habit === 'vanishes' ? chance.whole(0, 5) : chance.whole(6, 25)

  const say = (body: string, afterMs: number, media = 0) => {
    const from = address
    time.after(afterMs, () => write(from, body, media))
  }

  function answer(body: string): void {
    answered += 1
    const think = chance.is(0.8) ? chance.whole(4_000, 90_000) : chance.whole(90_000, 4 * 3_600_000)
    const text = reply(body)
    say(text.body, think, text.media)
    if (plan.habit === 'repeats' && chance.is(0.5)) say(text.body, think + chance.whole(200, 5_000), text.media)
    if (chance.is(0.05)) say(chance.pick(words.chatter), think + chance.whole(1, 3_000))
  }

  function reply(body: string): { body: string; media: number } {
    const { habit } = plan
    if (habit === 'danger_words' && chance.is(0.4)) return { body: chance.pick(words.danger), media: 0 }
    if (habit === 'voice_notes' && chance.is(0.5)) return { body: '', media: 1 }
    if (habit === 'mumbles' && chance.is(0.5))
      return { body: chance.pick(['?', 'ok', '👍', 'asdf', '77', '.']), media: 0 }
    if (habit === 'sends_zero' && chance.is(0.25)) return { body: '0', media: 0 }
    if (habit === 'erases' && chance.is(0.25)) return { body: words.erase, media: 0 }
    if (habit === 'sends_stop' && chance.is(0.3)) {
      say('START', chance.whole(60_000, 6 * 3_600_000))
      return { body: 'STOP', media: 0 }
    }
    if (habit === 'changes_channel' && chance.is(0.25))
      address = address.startsWith('whatsapp:') ? plan.number : `whatsapp:${plan.number}`
    if (chance.is(0.03)) return { body: chance.pick(['SOS', words.person, 'SKIP']), media: 0 }
    const digits = digitsIn(body)
    if (digits.length === 0 || chance.is(0.04)) return { body: String(chance.whole(1, 60)), media: 0 }
    const several = chance.is(0.1) ? ` ${chance.pick(digits)}` : ''
    return { body: chance.pick(digits) + several, media: 0 }
  }

  return {
    arrive() {
      const first = plan.habit === 'danger_words' && chance.is(0.5) ? words.danger : words.greetings
      say(chance.pick(first), 0)
      if (chance.is(0.15)) say(chance.pick(words.greetings), chance.whole(1 * 3_600_000, 30 * 3_600_000))
    },
    read(at, body) {
      if (at !== address || isGone) return
      if (answered >= patience || chance.is(0.04)) {
        // Some never write again; some lose patience for this time only.
        isGone = plan.habit === 'vanishes' || chance.is(0.5)
        return
      }
      answer(body)
    },
  }
}

/** The digits that a question offers: `1 = Sí`, `3 Menor de 18`. */
function digitsIn(body: string): string[] {
  return [...body.matchAll(/(?<![\d\p{L}])(\d)(?= ?= ?|\s+\p{L})/gu)]
    .map((match) => match[1]!)
    .filter((digit) => digit !== '0')
}

const wordsOf: Record<
  PersonPlan['language'],
  { greetings: string[]; danger: string[]; chatter: string[]; person: string; erase: string }
> = {
  es: {
    greetings: ['hola', 'Buenas', 'ayuda', 'Hola, necesito información'],
    danger: [
      'mi hijo no despierta',
      'me quieren matar',
      'mi esposa esta sangrando mucho y esta embarazada',
      'nos tienen encerrados',
    ],
    chatter: ['gracias', 'somos tres', 'estamos cerca del puente'],
    person: 'PERSONA',
    erase: 'BORRAR',
  },
  en: {
    greetings: ['hello', 'Hi', 'help', 'hi I need some information'],
    danger: [
      'my son is not breathing',
      'they want to kill me',
      'my wife is pregnant and bleeding a lot',
      'they locked us in a room',
    ],
    chatter: ['thank you', 'we are three', 'we are near the bridge'],
    person: 'PERSON',
    erase: 'ERASE',
  },
  ht: {
    greetings: ['bonswa', 'Bonjou', 'alo', 'mwen bezwen èd'],
    danger: [
      'pitit mwen an pa ka respire',
      'yo vle touye m',
      'madanm mwen ansent epi l ap senyen anpil',
      'yo fèmen nou nan yon kay',
    ],
    chatter: ['mèsi', 'nou twa', 'nou toupre pon an'],
    person: 'MOUN',
    erase: 'EFASE',
  },
}

/** Phrases that must be found nowhere but in the phones: neither in the database file nor in a log. */
export const plantedPhrases: readonly string[] = Object.values(wordsOf).flatMap(({ danger }) => danger)
