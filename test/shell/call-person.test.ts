import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { callLookUp } from '../../src/connect-call.ts'
import { readCallNews, writeCallNews } from '../../src/handoff/call-person.ts'
import type { Rota } from '../../src/handoff/rota.ts'
import { readSpokenPage } from '../../src/language/spoken-page.ts'
import type { CaseCode } from '../../src/types.ts'
import { Phones } from './phones.ts'
import { ana, luz, person, rota, start } from './rota.ts'

let phones: Phones
let code: CaseCode
const calls = () =>
  callLookUp({
    store: phones.store,
    rota: async () => (await phones.store.readDocument<Rota>('rota'))!.body,
    bundleOf: phones.bundleOf,
    now: () => phones.now,
  })
/** What the signed webhooks store when a call of this advocate comes to something. */
const hears = (number: string, news: Parameters<typeof writeCallNews>[1]) =>
  phones.says(number, writeCallNews(code, news), { channel: 'voice' })
const lastTo = (number: string) => phones.texts(number).at(-1)
const rung = () => phones.inbox.filter(({ channel }) => channel === 'voice')

/** A sick child; the person answers the rest, and chooses how they may be reached. */
async function begin(way: string): Promise<void> {
  await phones.says(person, 'mi hijo no despierta')
  for (const answer of ['2', '1', way]) await phones.says(person, answer)
  code = (await phones.openCases())[0]!.code
  await phones.says(ana, `1 ${code}`)
}

beforeEach(async () => {
  phones = await Phones.open({ start, rota })
})
afterEach(() => phones.end())

describe('an advocate calls a person', () => {
  test('is rung first, and connected with a key', async () => {
    await begin('2')
    expect(lastTo(ana)).toContain(`LLAMAR ${code} = te llamamos`)
    await phones.says(ana, `llamar ${code}`)
    expect(lastTo(ana)).toContain('te llamamos ahora')
    const [call] = rung()
    expect(call!.to).toBe(ana)
    expect(readSpokenPage(call!.text)).toMatchObject({ language: 'es', code, connects: true })
    expect(await calls().numberFor(code, ana)).toBe(person)
    expect(await calls().callerOf(code)).toBe(ana)
  })

  test.each([
    ['1', 'No eligieron que se les llame'],
    ['4', 'Eligieron escribir primero'],
  ])('is refused after "%s", and told why', async (way, why) => {
    await begin(way)
    await phones.says(ana, `LLAMAR ${code}`)
    expect([rung(), await calls().numberFor(code, ana)]).toEqual([[], null])
    expect(lastTo(ana)).toContain(why)
  })

  test('only whoever has the case', async () => {
    await begin('2')
    await phones.says(luz, `CALL ${code}`)
    expect(rung()).toEqual([])
    await phones.says(ana, `LLAMAR ${code}`)
    expect(await calls().numberFor(code, luz)).toBeNull()
    await phones.says(ana, `2 ${code}`)
    expect(await calls().numberFor(code, ana)).toBeNull()
  })

  test('not when the person sends 0 before the key is pressed', async () => {
    await begin('2')
    await phones.says(ana, `LLAMAR ${code}`)
    await phones.says(person, '0')
    expect(await calls().numberFor(code, ana)).toBeNull()
    await hears(ana, 'refused')
    expect(lastTo(ana)).toContain('Enviaron 0')
  })

  test('not with a key that is pressed minutes later', async () => {
    await begin('2')
    await phones.says(ana, `LLAMAR ${code}`)
    await phones.goesOnFor(6)
    expect(await calls().numberFor(code, ana)).toBeNull()
    await hears(ana, 'refused')
    expect(lastTo(ana)).toContain('pasó demasiado tiempo')
  })

  test('counts as contact once they have spoken: the case does not lapse, and the bot asks nothing', async () => {
    await begin('2')
    await phones.says(ana, `LLAMAR ${code}`)
    await hears(ana, 'answered')
    await hears(ana, 'over')
    expect(lastTo(ana)).toContain('la llamada terminó')
    const before = phones.texts(ana).length
    await phones.goesOnFor(120)
    expect(phones.texts(ana).slice(before)).toEqual([])
    await phones.says(person, 'gracias por llamar')
    expect(lastTo(ana)).toBe(`${code}: gracias por llamar`)
  })

  test('does not count when nobody picked up: the reminder comes as ever', async () => {
    await begin('2')
    await phones.says(ana, `LLAMAR ${code}`)
    await hears(ana, 'not_answered')
    expect(lastTo(ana)).toContain(`LLAMAR ${code} = otra vez`)
    await phones.goesOnFor(15)
    expect(lastTo(ana)).toContain('todavía no hay contacto')
  })

  test('means nothing by text: no phone but the network’s word makes contact', async () => {
    await begin('2')
    await phones.says(ana, `LLAMAR ${code}`)
    await phones.says(ana, writeCallNews(code, 'over'))
    await phones.goesOnFor(15)
    expect(phones.texts(ana).join('\n')).not.toContain('la llamada terminó')
  })
})

test('news of a call is read back, and nothing else is news', () => {
  for (const news of ['answered', 'over', 'not_answered', 'refused'] as const)
    expect(readCallNews(writeCallNews('K7QF', news))).toEqual({ code: 'K7QF', news })
  for (const text of ['', '1 K7QF', '(call over) K7', '(call lost) K7QF', 'x (call over) K7QF'])
    expect(readCallNews(text)).toBeNull()
})
