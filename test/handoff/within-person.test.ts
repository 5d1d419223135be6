import { describe, expect, test } from '@jest/globals'
import type { HandoffInput } from '../../src/handoff/handoff-state.ts'
import { pageAloud } from '../../src/handoff/page-text.ts'
import { pageChannels, type RotaChannel } from '../../src/handoff/rota.ts'
import { readSpokenPage } from '../../src/language/spoken-page.ts'
import { advocateTables, code, id, Night, rota, rotaOf, rotaText, words } from './world.ts'

const all: RotaChannel[] = ['sms', 'whatsapp', 'voice']
const withAna = (channels: string, ways = all): Night => {
  const text = rotaText.replace('name: Ana,', `name: Ana, channels: [${channels}],`)
  return Object.assign(new Night({ rota: rotaOf(text) }), { ways })
}
/** Minute and channel of every page to Ana. */
const rung = ({ log, start }: Night) =>
  log.flatMap(({ at, effect }) =>
    effect.kind === 'page' && effect.advocate === 'ana' ? [`${(at - start) / 60_000} ${effect.channel}`] : [],
  )
const alert: Extract<HandoffInput, { kind: 'alert' }> = { kind: 'alert', level: 'P1', roles: ['medical'] }

describe('somebody who does not answer', () => {
  test.each([
    ['sms, whatsapp, voice', all, ['0 sms', '1 whatsapp', '3 voice']],
    ['sms, voice', all, ['0 sms', '3 voice']],
    ['sms, whatsapp, voice', ['sms'], ['0 sms']],
    ['whatsapp, voice', ['sms', 'voice'], ['0 sms', '3 voice']],
    ['voice', ['sms'], ['0 sms']],
    ['sms', all, ['0 sms']],
  ] as [string, RotaChannel[], string[]][])('with %s, where there is %j: %j', (channels, ways, pages) => {
    const dark = withAna(channels, ways)
    dark.does(alert)
    dark.goesOnFor(14)
    expect(rung(dark)).toEqual(pages)
  })

  test('is not rung for a P2, nor once they or somebody else have answered', () => {
    const calm = withAna('sms, voice')
    calm.facts = { ...calm.facts, level: 'P2' }
    calm.does({ ...alert, level: 'P2' })
    calm.goesOnFor(20)
    expect(rung(calm)).toEqual(['0 sms'])
    for (const answers of [
      { kind: 'pass', advocate: id('ana') } as const,
      { kind: 'taken', advocate: id('berta'), via: 'text' } as const,
    ]) {
      const dark = withAna('sms, voice')
      dark.does(alert)
      dark.does(answers)
      dark.goesOnFor(4)
      expect(rung(dark)).toEqual(['0 sms'])
    }
  })

  test('whose call fails for good gets the text at once, and the next step does not wait', () => {
    const dark = withAna('voice, sms')
    dark.does(alert)
    dark.goesOnFor(1)
    dark.does({ kind: 'page_failed', key: lastKey(dark) })
    expect(rung(dark)).toEqual(['0 voice', '1 sms'])
    dark.does({ kind: 'pass', advocate: id('berta') }, { kind: 'page_failed', key: lastKey(dark) })
    expect(dark.pages().at(-1)).toBe('1 carla P1')
  })
})

const lastKey = ({ log }: Night): string =>
  log.flatMap(({ effect }) => (effect.kind === 'page' && effect.advocate === 'ana' ? [effect.key] : [])).at(-1)!

describe('a page read aloud', () => {
  test('is in the first language of the advocate that has a voice, and carries its code unspoken', () => {
    const spoken = (...languages: string[]) =>
      readSpokenPage(pageAloud(code('K7QF'), { ...rota.people[0]!, languages }, words))
    expect(spoken('ht', 'fr')).toEqual({ language: 'fr', code: 'K7QF', words: advocateTables.fr!.call })
    expect(spoken('ht')).toMatchObject({ language: 'es' })
    expect(spoken('pt')).toMatchObject({ language: 'pt', words: expect.not.stringContaining('K7QF') })
  })

  test('any other text is none', () => {
    for (const text of ['', 'L1 K7QF / A', '[es] K7QF', 'say [es K7QF] this', '[es K7QF] ']) {
      expect(readSpokenPage(text)).toBeNull()
    }
  })
})

test('a channel that is not verified is no way to anybody', () => {
  const person = { ...rota.people[2]!, channels: ['sms', 'voice'] as RotaChannel[], verified: ['sms'] as RotaChannel[] }
  expect(pageChannels(person, all)).toEqual(['sms'])
})
