import { afterEach, describe, expect, test } from '@jest/globals'
import { type StubTranslator, startStubTranslator } from '../channels/translation/stub-libre-translate.ts'
import { type Installation, install } from './installation.ts'

const ana = '+528681110001'
const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", languages: [es], roles: [medical, protection, general] }
  - { id: eva, name: Eva, phone: "+528681110003", languages: [en], roles: [general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
coordinator: eva
`
const [marie, rosa] = ['+525550200001', '+525550200002']

let here: Installation
let stub: StubTranslator
afterEach(async () => {
  await here.end()
  await stub.close()
})

/** Somebody asks for help and Ana takes it. */
async function taken(person: string, greeting: string): Promise<string> {
  const before = here.inboxOf(ana).length
  await here.text(person, greeting)
  await here.waitFor(person, /1 = /)
  await here.text(person, '1')
  const page = await here.waitFor(ana, new RegExp(`^(?:(?!${[...taken.codes].join('|') || 'never'}).)*TAKE,`, 's'))
  expect(here.inboxOf(ana).length).toBeGreaterThan(before)
  const code = /^L1 (\w{4})/.exec(page)![1]!
  taken.codes.add(code)
  await here.text(ana, `1 ${code}`)
  await here.waitFor(ana, new RegExp(`^${code} es tuyo|^${code}.*4 ${code}`))
  return code
}
taken.codes = new Set<string>()

describe('an advocate and a person who share no language, on real processes', () => {
  test('both read the original with the machine under it; two people stay apart; phrases need no machine', async () => {
    stub = await startStubTranslator()
    here = await install({ env: { PUENTE_TRANSLATE_URL: stub.url } })
    here.importRota(rota)
    await here.start()
    const one = await taken(marie, 'Bonswa')
    const other = await taken(rosa, 'hola')

    await here.text(ana, `5 ${one} Voy en camino`)
    const toMarie = await here.waitFor(marie, /Voy en camino/)
    expect(toMarie).toMatch(/^\w+: Voy en camino\n\[tradiksyon machin\] ht for "Voy en camino"$/)
    await here.text(marie, 'Mesi anpil')
    await here.waitFor(ana, new RegExp(`^${one}: Mesi anpil\n\\[traducci[oó]n autom[aá]tica\\] es for "Mesi anpil"$`))

    await here.text(ana, `5 ${other} Soy Ana`)
    expect(await here.waitFor(rosa, /Soy Ana/)).toMatch(/^\w+: Soy Ana$/)
    expect(here.inboxOf(marie).join()).not.toContain('Soy Ana')

    const asked = stub.asked.length
    await here.text(ana, `5 ${one} 2`)
    await here.waitFor(ana, new RegExp(`^${one}: enviado(?:.|\n)*`))
    expect(stub.asked.length).toBe(asked)

    stub.mode = 'breaks'
    await here.text(marie, 'Li pa respire byen')
    await here.waitFor(ana, new RegExp(`^${one}: Li pa respire byen\n\\[esta vez sin traducci[oó]n`))
    await here.text(ana, `5 ${one} Ya llego`)
    expect(await here.waitFor(marie, /Ya llego/)).toBe('Ya llego')
    await here.waitFor(ana, /enviado.*\[esta vez sin traducci[oó]n autom[aá]tica\]$/)

    await here.stop()
    for (const planted of ['camino', 'Mesi', stub.url.slice(7)]) expect(here.logs()).not.toContain(planted)
  })

  test('"4" shows what the answers suggest and, in the original, what the person wrote', async () => {
    stub = await startStubTranslator()
    here = await install()
    here.importRota(rota)
    await here.start()
    await here.text(rosa, `mi hijo no despierta, soy ${rosa}`)
    const page = await here.waitFor(ana, /^L1 /)
    const code = /^L1 (\w{4})/.exec(page)![1]!
    await here.text(ana, `1 ${code}`)
    await here.waitFor(ana, /es tuyo/)
    await here.text(ana, `4 ${code}`)
    const view = await here.waitFor(ana, /Las respuestas sugieren:/)
    expect(view).toMatch(new RegExp(`^${code} / .*\nLas respuestas sugieren:\nP1 .*\n.*“mi hijo no despierta, soy …”`))
  })

  test('"6" and a word: when the person sends it everything goes quiet', async () => {
    stub = await startStubTranslator()
    here = await install()
    here.importRota(rota)
    await here.start()
    const code = await taken(rosa, 'hola')
    await here.text(ana, `6 ${code} papaya`)
    await here.waitFor(ana, new RegExp(`^${code}: si env`))
    const before = here.inboxOf(rosa).length
    await here.text(rosa, 'Papaya')
    await here.waitFor(ana, new RegExp(`^${code}: no escribas`))
    expect(here.inboxOf(rosa).length).toBe(before)
  })

  test('a person who sent 0 gets nothing, and the advocate reads why', async () => {
    stub = await startStubTranslator()
    here = await install({ env: { PUENTE_TRANSLATE_URL: stub.url } })
    here.importRota(rota)
    await here.start()
    const code = await taken(marie, 'Bonswa')
    await here.text(marie, '0')
    await here.waitFor(ana, new RegExp(`^${code}: no escribas`))
    await here.text(ana, `5 ${code} Hola`)
    await here.waitFor(ana, new RegExp(`^${code}: no enviado`))
    expect(here.inboxOf(marie).join()).not.toContain('Hola')
    expect(stub.asked).toEqual([])
  })
})
