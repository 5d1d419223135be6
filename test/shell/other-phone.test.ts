import { afterEach, describe, expect, test } from '@jest/globals'
import { Phones } from './phones.ts'
import { ana, dora, luz, person, rota, start } from './rota.ts'

const borrowed = '+15550200002'
const stranger = '+15550200003'

let phones: Phones
afterEach(() => phones.end())

/** Somebody has a case that Ana took and wrote to, and a word for another phone. */
async function withWord(): Promise<{ code: string; word: string }> {
  phones = await Phones.open({ start, rota })
  await phones.says(person, 'mi hijo no despierta')
  const code = /^L1 (\w{4})/m.exec(phones.texts(ana).join('\n'))![1]!
  await phones.says(ana, `1 ${code}`)
  await phones.says(ana, `5 ${code} voy`)
  return { code, word: await newWord(code) }
}

async function newWord(code: string): Promise<string> {
  await phones.says(ana, `7 ${code}`)
  return /([a-z]+ [a-z]+ \d{4})\./.exec(phones.texts(ana).at(-1)!)![1]!
}

/** What a phone gets from here on. */
function from(number: string): () => string[] {
  const before = phones.texts(number).length
  return () => phones.texts(number).slice(before)
}

const cases = async () => (await phones.openCases()).map(({ code, level, status }) => `${code} ${level} ${status}`)
const wrong = (word: string) =>
  word.replace(/\d{4}$/, (digits) => String((Number(digits) + 1) % 10_000).padStart(4, '0'))

describe('a new phone of the same person', () => {
  test('goes on with the case: danger there pages whoever has it, under the same code, and no second case opens', async () => {
    const { code, word } = await withWord()
    const toAna = from(ana)
    await phones.says(borrowed, word.toUpperCase())
    expect(toAna().join('\n')).toMatch(new RegExp(`^${code}: otro teléfono envió la palabra correcta`))
    await phones.says(borrowed, 'me van a matar esta noche')
    expect(toAna().some((text) => text.startsWith(`L1 ${code}`))).toBe(true)
    expect(await cases()).toEqual([`${code} P1 taken`])
    await phones.says(ana, `4 ${code}`)
    expect(toAna().at(-1)).toMatch(/otro teléfono.*\n.*P1.*\n(.*\n)*.*me van a matar/)
  })

  test('whoever has the case and stays silent loses it to the next, as with any danger', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, word)
    await phones.says(borrowed, 'me van a matar esta noche')
    const toLuz = from(luz)
    await phones.goesOnFor(30)
    expect(toLuz().some((text) => text.startsWith(`L1 ${code}`))).toBe(true)
  })

  test('a phone with a case of its own keeps it, and whoever has either case hears of the other', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, 'me van a matar esta noche')
    const own = (await phones.openCases()).find((one) => one.code !== code)!.code
    const [toAna, toLuz, toBorrowed] = [from(ana), from(luz), from(borrowed)]
    await phones.goesOnFor(5)
    await phones.says(luz, `1 ${own}`)
    await phones.says(borrowed, word)
    expect(toAna().join('\n')).toMatch(new RegExp(`^${code}: otro teléfono, conocido como ${own}, `, 'm'))
    expect(toLuz().join('\n')).toMatch(new RegExp(`^${own}: this phone sent the right word of ${code}\\.`, 'm'))
    expect(toBorrowed().join('\n')).not.toContain(code)
    // Whoever takes it later hears it too.
    await phones.says(luz, `2 ${own}`)
    const heard = from(ana)
    await phones.says(ana, `1 ${own}`)
    expect(heard().join('\n')).toMatch(
      new RegExp(`^${own}: este teléfono envió la palabra correcta de ${code}\\.`, 'm'),
    )
  })

  test('Ana writes there with 7 and reads the answers; the lost phone hears nothing of it', async () => {
    const { code, word } = await withWord()
    const lost = from(person)
    const here = from(borrowed)
    const toAna = from(ana)
    await phones.says(borrowed, word)
    await phones.says(ana, `7 ${code} soy yo, Ana`)
    expect(here().at(-1)).toMatch(/^[a-z]+: soy yo, Ana$/)
    await phones.says(borrowed, 'sí, perdí el teléfono')
    expect(toAna().at(-1)).toBe(`${code} (7): sí, perdí el teléfono`)
    expect(lost()).toEqual([])
  })

  test('0 there is a silent exit of that phone, and Ana is told', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, `hola ${word}`)
    const here = from(borrowed)
    const toAna = from(ana)
    await phones.says(borrowed, '0')
    expect(here()).toEqual([])
    expect(toAna().join('\n')).toContain(`${code}: el otro teléfono envió 0`)
    const after = from(ana)
    await phones.says(ana, `7 ${code} hola`)
    expect(after().at(-1)).toMatch(new RegExp(`^${code} \\(7\\): no enviado`))
    expect(here()).toEqual([])
  })

  test('ERASE there never ends an urgent case: what was said goes within a day, the rest at closing', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, word)
    const toAna = from(ana)
    await phones.says(borrowed, 'ERASE')
    expect(toAna().join('\n')).toContain(`${code}: el otro teléfono pide borrar todo`)
    expect(await cases()).toEqual([`${code} P1 taken`])
    await phones.goesOnFor(24 * 60 + 1)
    const to = from(ana)
    expect((await cases())[0]).toMatch(new RegExp(`^${code} P1`))
    await phones.says(ana, `1 ${code}`)
    await phones.says(ana, `4 ${code}`)
    expect(to().at(-1)).not.toContain('mi hijo no despierta')
  })

  test("after closing the word is nobody's, and danger on either phone opens a new case", async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, word)
    await phones.says(ana, `9 ${code} llegó`)
    await phones.says(dora, `1 ${code}`)
    expect(await cases()).toEqual([])
    await phones.says(borrowed, 'me van a matar esta noche')
    expect(await cases()).toEqual([expect.not.stringContaining(code)])
    await phones.says(stranger, word)
    await phones.says(stranger, 'mi hijo no despierta')
    expect(await cases()).toHaveLength(2)
  })

  test('danger in the very second in which the case is closed is paged all the same', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, word)
    await phones.says(ana, `9 ${code} llegó`)
    await phones.says(dora, `1 ${code}`, { settles: false })
    await phones.says(borrowed, 'me van a matar esta noche')
    const open = await phones.openCases()
    expect(open).toHaveLength(1)
    expect(await phones.store.nextDueAt()).not.toBeNull()
  })

  test('a case that it opened before the word goes on by itself, and both are told of each other', async () => {
    const { code, word } = await withWord()
    await phones.says(borrowed, 'me van a matar esta noche')
    const [other] = (await cases()).filter((line) => !line.startsWith(code)).map((line) => line.slice(0, 4))
    const toAna = from(ana)
    await phones.says(borrowed, word)
    expect(toAna().join('\n')).toContain(`${code}: otro teléfono, conocido como ${other}`)
    expect(await cases()).toHaveLength(2)
  })

  test('a new word ends the one before; only whoever has the case gets one', async () => {
    const { code, word } = await withWord()
    const toLuz = from(luz)
    await phones.says(luz, `7 ${code}`)
    expect(toLuz().join()).not.toMatch(/\d{4}/)
    const next = await newWord(code)
    const toAna = from(ana)
    await phones.says(borrowed, word)
    expect(toAna()).toEqual([])
    await phones.says(borrowed, next)
    expect(toAna()).toHaveLength(1)
  })
})

describe('a phone in the wrong hands learns nothing', () => {
  const scripts: string[][] = [
    ['hola', '1', '3', '1', '1', '1'],
    ['me van a matar esta noche'],
    ['hola', '2', '1', '30', '2', '3', '4', '1'],
    ['¿quién eres?', '0'],
    ['hola', 'PERSONA'],
    ['hola', 'ERASE'],
  ]
  test.each(scripts.map((texts) => [texts.join(' / '), texts] as const))(
    'after the right and after a wrong word it reads the same: %s',
    async (_, texts) => {
      const { word } = await withWord()
      await phones.says(borrowed, word)
      await phones.says(stranger, wrong(word))
      for (const text of texts) {
        await phones.says(borrowed, text)
        await phones.says(stranger, text)
      }
      expect(phones.texts(borrowed).length).toBeGreaterThan(0)
      expect(phones.texts(borrowed)).toEqual(phones.texts(stranger))
    },
  )

  test('guessing: after so many wrong words the right one does nothing, and the coordinator hears of a wave of them', async () => {
    const { word } = await withWord()
    for (let n = 0; n < 5; n++) await phones.says(stranger, `coco radio ${1000 + n}`)
    const toAna = from(ana)
    await phones.says(stranger, word)
    expect(toAna()).toEqual([])
    const toDora = from(dora)
    for (let n = 0; n < 15; n++) await phones.says(`+1555030${1000 + n}`, `coco radio ${2000 + n}`)
    expect(toDora().filter((text) => text.includes('palabras equivocadas'))).toHaveLength(1)
    await phones.says(borrowed, word)
    expect(toAna()).toEqual([])
    await phones.goesOnFor(60)
    const later = from(ana)
    await phones.says(borrowed, word)
    expect(later().join()).toContain('otro teléfono')
  })
})
