import { afterEach, expect, test } from '@jest/globals'
import { type Installation, install, until } from './installation.ts'

const ana = '+528681110001'
const eva = '+528681110003'
const person = '+525550200001'
const all = 'medical, protection, child_protection, trafficking, language, legal, general'
const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", channels: [sms, whatsapp, voice], languages: [es, en], roles: [${all}] }
  - { id: eva, name: Eva, phone: "${eva}", channels: [voice, sms], languages: [en], roles: [general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
coordinator: eva
`

let here: Installation
afterEach(() => here.end())

const callsTo = (number: string) => here.twilio.rung.filter(({ resource }) => resource.to === number)
const untilRung = (number: string) =>
  until(
    async () => callsTo(number).length > 0,
    20_000,
    () => here.logs(),
  )

test('an advocate who does not read is rung, and takes it with a key', async () => {
  here = await install({
    timeScale: 60,
    env: { TWILIO_VOICE_FROM: '+15550100005', TWILIO_PAGE_TEMPLATE: `HX${'a'.repeat(32)}` },
  })
  here.importRota(rota)
  await here.start()
  const { text, waitFor, twilio } = here
  await text(person, 'mi hijo no despierta')
  const page = await waitFor(ana, /^L1 /)
  const code = /^L1 (\w{4})/.exec(page)![1]!
  await waitFor(`whatsapp:${ana}`, new RegExp(`^New message: L1 ${code}`))
  await untilRung(ana)
  const [call] = callsTo(ana)
  expect(call!.parameters).toMatchObject({ To: ana, From: '+15550100005' })
  expect(call!.parameters.Twiml).toContain('<Say language="es-MX">Mensaje automático. Algo urgente espera')
  expect(call!.parameters.Twiml!.replace(/action="[^"]*"/, '')).not.toContain(code)

  expect(await twilio.press(call!, '7')).toMatch(/<Gather .*<Say language="es-MX">Para tomarlo, marque 1/)
  expect(await twilio.press(call!, '1')).toMatch(/<Say language="es-MX">Gracias/)
  expect((await twilio.hangUp(call!, 'completed')).status).toBe(204)
  await waitFor(ana, new RegExp(`^${code} es tuyo`, 'i'))
  expect(twilio.contractProblems).toEqual([])
  expect(here.logs()).not.toMatch(/868111|555010000|525550|Mensaje/)
})

test('a call that nobody picks up goes on by text at once', async () => {
  here = await install({ timeScale: 60, env: { TWILIO_VOICE_FROM: '+15550100005' } })
  here.importRota(rota.replaceAll('person: ana', 'person: eva'))
  await here.start()
  await here.text(person, 'mi hijo no despierta')
  await untilRung(eva)
  const [call] = callsTo(eva)
  expect(here.inboxOf(eva).filter((body) => body.startsWith('L1'))).toEqual([])
  await here.twilio.hangUp(call!, 'no-answer')
  await here.waitFor(eva, /^L1 /)
  expect(here.twilio.contractProblems).toEqual([])
})
