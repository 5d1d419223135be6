import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fingerprintOf, readSeal } from '../../src/evidence/seal.ts'
import { madeHereAt, makeRecord, sealKey } from '../../src/evidence-record.ts'
import type { CaseCode } from '../../src/types.ts'
import { Phones } from '../shell/phones.ts'
import { ana, luz, person, rota, start } from '../shell/rota.ts'

/** To "who reads this phone: only me" and "threatened today", and then how they may be reached: text. */
const threatened = ['hola', '2', '1', '30', '2', '3', '4', '1', '1', '1', '1']
const consentQuestion = /hoja para un abogado/

let phones: Phones
let code: CaseCode
beforeEach(async () => {
  phones = await Phones.open({ start, rota })
})
afterEach(() => phones.end())

async function tell(texts: string[]): Promise<void> {
  for (const text of texts) {
    await phones.says(person, text)
    await phones.goesOnFor(0.5)
  }
  code = (await phones.openCases())[0]!.code
  await phones.says(ana, `1 ${code}`)
}

const make = (isDemonstration = true) =>
  makeRecord(
    {
      store: phones.store,
      bundleOf: phones.bundleOf,
      zone: 'America/Matamoros',
      now: phones.now,
      isDemonstration,
      by: 'dora',
    },
    code,
  )
/** The shipped words as they read today: a coordinator may change them without this test. */
const wordsIn = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(`locales/${language}/${file}.json`, 'utf8'))
const lastOf = (number: string) => phones.texts(number).at(-1)!

describe('consent', () => {
  test('the person is asked, answers, and whoever asked is told; nothing is written before', async () => {
    await tell(threatened)
    expect((await make()).kind).toBe('not_asked')
    await phones.says(ana, `8 ${code}`)
    expect(lastOf(person)).toMatch(consentQuestion)
    expect((await make()).kind).toBe('not_answered')
    await phones.says(person, '1')
    expect(lastOf(ana)).toContain(`npx puente evidence ${code}`)
    expect((await make()).kind).toBe('made')
  })

  test('no means no, also when it comes after a yes', async () => {
    await tell(threatened)
    for (const answer of ['si', 'no']) {
      await phones.says(ana, `8 ${code}`)
      await phones.says(person, answer)
    }
    expect(lastOf(ana)).toMatch(/no quiere constancia/)
    expect((await make()).kind).toBe('refused')
  })

  test('on a phone that others may read nothing is asked; the advocate asks by voice and notes the yes', async () => {
    await tell(['mi hijo no despierta', '1', '1', '5', '1', '1', '1', '1'])
    const before = phones.texts(person).length
    await phones.says(ana, `8 ${code}`)
    expect(phones.texts(person)).toHaveLength(before)
    expect(lastOf(ana)).toContain(`8 ${code} SI`)
    await phones.says(ana, `8 ${code} sí`)
    const made = await make()
    expect(made.kind === 'made' && made.content.consent.way).toBe('spoken')
  })

  test('only whoever has the case may ask', async () => {
    await tell(threatened)
    await phones.says(luz, `8 ${code}`)
    expect(phones.texts(person).some((text) => consentQuestion.test(text))).toBe(false)
  })

  test('a danger instead of an answer is heard, and is no yes', async () => {
    await tell(threatened)
    await phones.says(ana, `8 ${code}`)
    await phones.says(person, 'si me quieren matar estan afuera')
    expect((await make()).kind).toBe('not_answered')
  })

  test('ERASE takes the consent with everything else', async () => {
    await tell(threatened)
    await phones.says(ana, `8 ${code} YES`)
    await phones.says(person, 'ERASE')
    await phones.goesOnFor(25 * 60)
    expect((await make()).kind).not.toBe('made')
  })
})

describe('the record', () => {
  beforeEach(async () => {
    await tell([...threatened, 'Me siguen dos hombres, mi número es +1 555 020 0001. مرحبا'])
    await phones.says(ana, `8 ${code}`)
    await phones.says(person, '1')
  })

  test('says what was reported and when, what it touches, and what was done, in two languages', async () => {
    const made = await make()
    if (made.kind !== 'made') throw new Error(made.kind)
    const { content, file } = made
    expect(content.reported).toContainEqual({
      at: start + 4 * 60_000,
      question: { en: wordsIn('en', 'questions').TH, es: wordsIn('es', 'questions').TH },
      answer: { en: wordsIn('en', 'options')['TH.now'], es: wordsIn('es', 'options')['TH.now'] },
    })
    expect(content.grounds.map(({ source }) => source)).toContain('8 CFR 208.33(a)(3)(i)(B)')
    expect(content.handled.map(({ action }) => action)).toEqual(expect.arrayContaining(['alert', 'taken']))
    expect(content.written.map(({ text }) => text).join(' ')).not.toContain('020 0001')
    expect(JSON.stringify(content)).not.toMatch(/\bAna\b/)
    expect(file.subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('outside of demonstrations nothing is pointed at that nobody has checked', async () => {
    const made = await make(false)
    expect(made.kind === 'made' && made.content.grounds).toEqual([])
  })

  test('a changed byte, wherever it is, breaks the seal; the audit knows the whole file', async () => {
    const made = await make()
    if (made.kind !== 'made') throw new Error(made.kind)
    const whole = readSeal(made.file)
    const fingerprint = fingerprintOf(await sealKey(phones.store, phones.now))
    expect(whole).toEqual({ kind: 'whole', seal: { fingerprint, digest: made.seal.digest } })
    expect(await madeHereAt(phones.store, made.seal.digest)).toBe(phones.now)
    fc.assert(
      fc.property(fc.nat(made.file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const forged = Buffer.from(made.file)
        forged[at] = forged[at]! ^ change
        const found = readSeal(forged)
        // A change of the key's own line can at most make it another's seal, never this one's.
        return found.kind !== 'whole' || found.seal.fingerprint !== fingerprint
      }),
    )
    for (const cut of [1, 10, 200]) expect(readSeal(made.file.subarray(0, -cut)).kind).not.toBe('whole')
    expect(readSeal(Buffer.concat([made.file, Buffer.from('x')])).kind).toBe('broken')
  })
})
