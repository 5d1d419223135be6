import { type Chance, chanceOf } from '../../src/simulate/chance.ts'
import type { FakeTwilio } from '../twilio/fake-twilio.ts'
import { ourNumber } from './fleet.ts'

/** People who write at a steady rate, advocates who answer their pages, and a carrier that says what arrived. */
export interface Traffic {
  /** No more texts of people or advocates; receipts go on until `end`. */
  stop(): Promise<void>
  end(): void
}

export const advocates = new Map(
  ['ana', 'luc', 'marta', 'rosa'].map((name, index) => [`+52868111000${index + 1}`, name]),
)

const people = Array.from({ length: 12 }, (_, index) => `+5255502${10_000 + index}`)
const firstWords = ['hola', 'hello', 'bonswa', 'ayuda', 'me quieren matar', 'my son is not breathing']

export function startTraffic(twilio: FakeTwilio, seed: string, textsPerSecond: number): Traffic {
  const chance = chanceOf(`${seed}:traffic`)
  const underWay = new Set<Promise<unknown>>()
  let isStopped = false
  let seen = 0

  const write = (from: string, body: string, lost = false) => {
    if (isStopped) return
    const sending = twilio
      .receive({ from, to: ourNumber, body, lost })
      .catch(() => null)
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }

  const writing = setInterval(() => {
    const from = chance.pick(people)
    write(from, nextWords(chance), chance.is(0.03))
  }, 1000 / textsPerSecond)

  const answering = setInterval(() => {
    for (const message of twilio.outbound().slice(seen)) {
      seen += 1
      const { sid, to, body } = message.resource
      const isLost = chance.is(0.1)
      setTimeout(() => void report(sid, isLost), chance.whole(50, 400))
      const code = /^L\d (\w{4}) /.exec(body)?.[1]
      if (!advocates.has(to) || code === undefined || isLost || chance.is(0.5)) continue
      setTimeout(() => write(to, chance.is(0.8) ? `1 ${code}` : `2 ${code}`), chance.whole(500, 3_000))
    }
  }, 50)

  async function report(sid: string, isLost: boolean): Promise<void> {
    await twilio.report(sid, 'sent').catch(() => null)
    await (isLost ? twilio.report(sid, 'undelivered', 30003) : twilio.report(sid, 'delivered')).catch(() => null)
  }

  return {
    async stop() {
      clearInterval(writing)
      isStopped = true
      await Promise.all(underWay)
    },
    end: () => clearInterval(answering),
  }
}

function nextWords(chance: Chance): string {
  if (chance.is(0.15)) return chance.pick(firstWords)
  if (chance.is(0.02)) return 'SOS'
  return String(chance.whole(1, 6))
}

export const rota = `version: 1
zone: America/Matamoros
people:
${[...advocates]
  .map(
    ([phone, name]) =>
      `  - { id: ${name}, name: ${name}, phone: "${phone}", languages: [es, en], roles: [medical, protection, child_protection, trafficking, language, legal, general] }`,
  )
  .join('\n')}
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: luc, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: marta, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 2 }
coordinator: rosa
`
