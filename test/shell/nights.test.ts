import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota } from './rota.ts'

/** What the owner of a phone does about a text: after so many minutes they write this, or nothing. */
type Owner = (text: string) => { minutes: number; says: string } | null

const codeIn = (text: string): string | null => /^L1 (\w{4})/.exec(text)?.[1] ?? null
const answers =
  (minutes: number, reply: (code: string) => string): Owner =>
  (text) => {
    const code = codeIn(text)
    return code === null ? null : { minutes, says: reply(code) }
  }
const takesAfter = (minutes: number) => answers(minutes, (code) => `1 ${code}`)
const sendsWrongCode = answers(1, () => '1 ZZZZ')
const isAutomatic: Owner = () => ({ minutes: 0.5, says: 'Estoy conduciendo, le escribo luego.' })

interface Plan {
  starts: string
  zone: string
  owners?: Record<string, Owner>
  dead?: string[]
  stops?: string[]
  /** The hand-over between Ana and Luz on the first line; without it the usual rota. */
  changesAt?: string
  minutes: number
}

const plans: Record<string, Plan> = {
  'nobody answers, and clocks are set back in Matamoros': {
    starts: '2026-11-01T06:50:00Z',
    zone: 'America/Matamoros',
    changesAt: '01:30',
    minutes: 50,
  },
  'one answers late, and an hour is missing in Chicago': {
    starts: '2027-03-14T07:55:00Z',
    zone: 'America/Chicago',
    changesAt: '03:00',
    owners: { [luz]: takesAfter(7) },
    minutes: 25,
  },
  'two take it in the same instant, in Mexico City': {
    starts: '2026-11-01T07:55:00Z',
    zone: 'America/Mexico_City',
    owners: { [ana]: takesAfter(6), [luz]: takesAfter(1) },
    minutes: 10,
  },
  'phones are dead': {
    starts: '2026-11-24T08:14:00Z',
    zone: 'America/Matamoros',
    dead: [ana, luz],
    owners: { [dora]: takesAfter(2) },
    minutes: 10,
  },
  'one opted out, one sends a wrong code, one answers by itself': {
    starts: '2026-11-24T08:14:00Z',
    zone: 'America/Matamoros',
    stops: [ana],
    owners: { [luz]: sendsWrongCode, [dora]: isAutomatic },
    minutes: 32,
  },
}

const minuteMs = 60_000
const names: Record<string, string> = { [ana]: 'ana', [luz]: 'luz', [dora]: 'dora', [person]: 'person' }

function rotaOf({ zone, changesAt }: Plan): string {
  const text = rota.replace('zone: America/Matamoros', `zone: ${zone}`)
  if (changesAt === undefined) return text
  const days = 'days: [mon, tue, wed, thu, fri, sat, sun]'
  return text.replace(
    /shifts:[\s\S]*coordinator/,
    `shifts:
  - { person: ana, ${days}, from: "00:00", to: "${changesAt}", line: 1 }
  - { person: luz, ${days}, from: "${changesAt}", to: "24:00", line: 1 }
coordinator`,
  )
}

let phones: Phones
afterEach(() => phones.end())

/** Plays one night; each urgent case has, whenever all is at rest, a human or a page that is due. */
async function play(plan: Plan): Promise<string> {
  const start = Date.parse(plan.starts)
  const lines: string[] = []
  const note = (at: number, who: string, words: string) => lines.push(`${clock(at - start)} ${who} ${words}`)
  phones = await Phones.open({ start, rota: rotaOf(plan) })
  for (const number of plan.dead ?? []) phones.dead.add(number)
  for (const number of plan.stops ?? []) await phones.says(number, 'STOP')
  phones.onMoment = async () => {
    const waits = (await phones.openCases()).filter(({ level, status }) => level <= 'P2' && status === 'open')
    if (waits.length > 0) expect(await phones.store.nextDueAt()).not.toBeNull()
  }
  let read = 0
  const replies: { at: number; number: string; says: string }[] = []
  const listen = () => {
    for (const { at, to, channel, text } of phones.inbox.slice(read)) {
      note(at, `→ ${names[to]} (${channel})`, text.replaceAll('\n', ' | '))
      const reply = plan.owners?.[to]?.(text)
      if (reply) replies.push({ at: at + reply.minutes * minuteMs, number: to, says: reply.says })
    }
    read = phones.inbox.length
  }
  note(start, 'person:', 'mi hijo no despierta')
  await phones.says(person, 'mi hijo no despierta')
  for (let half = 1; half <= plan.minutes * 2; half += 1) {
    listen()
    const due = replies.filter(({ at }) => at <= phones.now)
    for (const reply of due) {
      replies.splice(replies.indexOf(reply), 1)
      note(phones.now, `${names[reply.number]}:`, reply.says)
      await phones.says(reply.number, reply.says, { settles: false })
    }
    if (due.length > 0) await phones.settle()
    listen()
    await phones.goesOnUntil(start + (half * minuteMs) / 2)
  }
  listen()
  return `${lines.join('\n')}\n`
}

function clock(ms: number): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const rest = ms % 1000 === 0 ? '' : `.${ms % 1000}`
  return `${pad(Math.floor(ms / minuteMs))}:${pad(Math.floor(ms / 1000) % 60)}${rest}`
}

/** `UPDATE_NIGHTS=1` writes the transcripts anew; what changed is then read by whoever changed it. */
test.each(Object.entries(plans))('%s', async (name, plan) => {
  const seen = await play(plan)
  const file = new URL(`nights/${name.replace(/[^a-z]+/gi, '-').toLowerCase()}.txt`, import.meta.url)
  if (process.env.UPDATE_NIGHTS) writeFileSync(file, seen)
  expect(seen).toBe(readFileSync(file, 'utf8'))
})
