import { afterEach, expect, test } from '@jest/globals'
import { type Installation, install, until } from './installation.ts'

const ana = '+528681110001'
const eva = '+528681110003'
const person = '+525550200001'
const all = 'medical, protection, child_protection, trafficking, language, legal, general'
const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", languages: [es, en], roles: [${all}] }
  - { id: eva, name: Eva, phone: "${eva}", languages: [en], roles: [general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
coordinator: eva
`
const ours = '+15550100005'

let here: Installation
afterEach(() => here.end())

test('an advocate is rung, presses a key, and talks with the person; neither sees the number of the other', async () => {
  here = await install({ env: { TWILIO_VOICE_FROM: ours } })
  here.importRota(rota)
  await here.start()
  const { text, waitFor, twilio } = here
  await text(person, 'mi hijo no despierta')
  const code = /^L1 (\w{4})/.exec(await waitFor(ana, /^L1 /))![1]!
  for (const [answer, next] of [
    ['2', /ciudad/],
    ['1', /comunicarse|contactar|1 = /],
    ['2', /./],
  ] as const) {
    await text(person, answer)
    await waitFor(person, next)
  }
  await text(ana, `1 ${code}`)
  await waitFor(ana, new RegExp(`LLAMAR ${code} = te llamamos`))
  const ringing = async (number: number) => {
    await text(ana, `LLAMAR ${code}`)
    await until(
      async () => twilio.rung.length === number,
      20_000,
      () => here.logs(),
    )
    return twilio.rung[number - 1]!
  }

  const first = await ringing(1)
  expect(first.parameters).toMatchObject({ To: ana, From: ours })
  expect(JSON.stringify(first.parameters)).not.toContain(person.slice(-10))
  expect(await twilio.press(first, '7')).toMatch(/<Gather .*marque 1/)
  const nobody = await twilio.connect(first, await twilio.press(first, '1'), 'no-answer')
  expect(nobody).toMatchObject({ to: person, from: ours, isRecorded: false })
  await waitFor(ana, /no contestaron/)

  const second = await ringing(2)
  const talk = await twilio.connect(second, await twilio.press(second, '1'), 'completed')
  expect(talk).toMatchObject({ to: person, from: ours, isRecorded: false })
  expect(talk.hears).toContain('<Hangup/>')
  await twilio.hangUp(second, 'completed')
  await waitFor(ana, /la llamada terminó/)

  const third = await ringing(3)
  await text(person, '0')
  await until(
    async () => !(await twilio.press(third, '1')).includes('<Dial'),
    20_000,
    () => here.logs(),
  )
  await waitFor(ana, /Enviaron 0/)

  const fourth = twilio.rung.length
  await text(ana, `LLAMAR ${code}`)
  await waitFor(ana, new RegExp(`^${code}: no enviado. Enviaron 0`))
  expect(twilio.rung).toHaveLength(fourth)
  expect(twilio.contractProblems).toEqual([])
  expect(here.logs()).not.toMatch(/868111|555010000|525550|despierta/)
})
