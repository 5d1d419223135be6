import { afterEach, describe, expect, test } from '@jest/globals'
import { type Installation, install } from './installation.ts'

const ana = '+528681110001'
const luz = '+528681110002'
const eva = '+528681110003'
const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", languages: [es, en], roles: [medical, protection] }
  - { id: luz, name: Luz, phone: "${luz}", languages: [es], roles: [medical, protection, child_protection, trafficking, language, legal, general] }
  - { id: eva, name: Eva, phone: "${eva}", languages: [en], roles: [general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: luz, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 2 }
coordinator: eva
`
const person = '+525550200001'

let here: Installation
afterEach(() => here.end())

async function open(options?: Parameters<typeof install>[0]): Promise<Installation> {
  here = await install(options)
  here.importRota(rota)
  await here.start()
  return here
}

const codeIn = (page: string) => /^L\d ([2-9B-DF-HJ-NP-RTV-XZ]{4}) \//.exec(page)![1]!

describe('the main job, on real processes', () => {
  test.each([
    ['Spanish', 'Hola', /^Hola\b.*1 = S/s],
    ['English', 'hello', /^Hi\. Is anyone/],
    ['Haitian Creole', 'Bonswa', /1 = Wi/],
  ])('%s: greeting, yes, page, take, and the person is told', async (_, greeting, question) => {
    const { text, waitFor, inboxOf } = await open()
    expect(await text(person, greeting)).toBe(200)
    await waitFor(person, question)
    expect(inboxOf(ana)).toEqual([])
    await text(person, '1')
    const page = await waitFor(ana, /^L1 /)
    expect(page).toMatch(/ \/ Reply 1 \w{4} TAKE, 2 \w{4} PASS$/)
    expect(inboxOf(person).join('\n')).not.toMatch(/has read your message|ley[oó]|leído|li mesaj/i)
    await text(ana, `1 ${codeIn(page)}`)
    await waitFor(person, /le[íy]\w* su mensaje|has read your message|li mesaj/i)
    expect(here.twilio.contractProblems).toEqual([])
  })

  test('nobody answers: second line at 5, coordinator at 10, everybody at 15, the truth, and on', async () => {
    const { text, waitFor, inboxOf } = await open({ timeScale: 60 })
    await text(person, 'ayuda')
    await waitFor(person, /1 = S/)
    for (const answer of ['1', '3', '1', '1', '1']) {
      const before = inboxOf(person).length
      await text(person, answer)
      await waitUntilMore(person, before)
    }
    const first = Date.now()
    const page = await waitFor(ana, /^L1 /)
    await waitFor(luz, /^L1 /, 20_000)
    await waitFor(eva, /^L1 /, 20_000)
    await waitFor(person, /Nadie|todavía|todavia/i, 20_000)
    expect(Date.now() - first).toBeLessThan(20_000)
    await untilHolds(() => inboxOf(ana).filter((body) => body.startsWith('L1')).length >= 3, 40_000)
    await text(luz, `1 ${codeIn(page)}`)
    await waitFor(ana, /^TAKEN /)
    await waitFor(eva, /^TAKEN /)
  })

  test('SIGKILL in the middle: nothing accepted is lost, the chain goes on, no one is asked twice', async () => {
    const { text, waitFor, inboxOf } = await open({ timeScale: 60 })
    await text(person, 'hola')
    await waitFor(person, /1 = S/)
    expect(await text(person, '1')).toBe(200)
    await here.kill()
    await here.start()
    await waitFor(ana, /^L1 /)
    await here.kill()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await here.start()
    await waitFor(luz, /^L1 /, 30_000)
    const questions = inboxOf(person).filter((body) => /1 Enferm/.test(body))
    expect(questions.length).toBe(1)
    const code = codeIn(inboxOf(luz)[0]!)
    await text(luz, `1 ${code}`)
    await waitFor(ana, new RegExp(`^TAKEN ${code}`))
  })

  test('the same webhook three times is one turn; a forged one is none', async () => {
    const { waitFor, inboxOf, url } = await open()
    const { sid } = await here.twilio.receive({ from: person, to: '+15550100000', body: 'hola' })
    await waitFor(person, /1 = S/)
    const forged = await fetch(`${url}/hooks/twilio/message`, {
      method: 'POST',
      body: new URLSearchParams({ MessageSid: sid, From: person, Body: '1' }),
      headers: { 'x-twilio-signature': 'forged' },
    })
    expect(forged.status).toBe(403)
    await here.text(person, '2')
    await waitFor(person, /máquina|maquina/)
    expect(inboxOf(person).length).toBe(2)
    expect(inboxOf(ana)).toEqual([])
  })

  test('no number, name or message reaches the log', async () => {
    const { text, waitFor, logs } = await open()
    await text(person, 'mi hijo no despierta y esta muy mal')
    await waitFor(ana, /^L1 /)
    await text(ana, `1 ${codeIn(here.inboxOf(ana)[0]!)}`)
    await waitFor(person, /le[ií]do|ley[oó]/)
    await here.stop()
    for (const planted of [person.slice(3), ana.slice(1), 'despierta', 'Ana', 'a-token-for-tests-only'])
      expect(logs()).not.toContain(planted)
  })
})

const untilHolds = async (holds: () => boolean, ms: number) => {
  const end = Date.now() + ms
  while (!holds()) {
    if (Date.now() > end) throw new Error(here.logs())
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
const waitUntilMore = (number: string, before: number) => untilHolds(() => here.inboxOf(number).length > before, 15_000)
