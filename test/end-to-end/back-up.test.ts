import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { type Installation, install } from './installation.ts'

const ana = '+528681110001'
const luz = '+528681110002'
const person = '+525550200001'
const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", languages: [es], roles: [medical, protection, general] }
  - { id: luz, name: Luz, phone: "${luz}", languages: [es], roles: [medical, protection, general] }
shifts:
  - { person: ana, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1 }
  - { person: luz, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 2 }
coordinator: luz
`
const opened: Installation[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.end()
})

test('a machine is lost with a P1 open: restored elsewhere it sends nothing until released, then pages', async () => {
  const env = { PUENTE_BACKUP_PASSPHRASE: 'seven words that two people know' }
  const lost = await install({ timeScale: 60, env })
  opened.push(lost)
  lost.importRota(rota)
  await lost.start()
  await lost.text(person, 'hola')
  await lost.waitFor(person, /1 = S/)
  await lost.text(person, '1')
  await lost.waitFor(ana, /^L1 /)
  const file = join(lost.folder, 'b.backup')
  const isWriting = Promise.all(Array.from({ length: 20 }, (_, n) => lost.text(`+5255502001${10 + n}`, 'hola')))
  expect(lost.run('backup', file)).toMatchObject({ code: 0, err: '' })
  await isWriting
  await lost.kill()

  const found = await install({ timeScale: 60, env })
  opened.push(found)
  mkdirSync(join(found.folder, 'data'))
  const refused = found.run('restore', file)
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('key file') })
  copyFileSync(join(lost.folder, 'data/puente.key'), join(found.folder, 'data/puente.key'))
  writeFileSync(join(found.folder, 'wrong'), 'another passphrase, long enough')
  expect(found.run('restore', file, '--passphrase-file', join(found.folder, 'wrong')).err).toContain('passphrase')
  expect(found.run('restore', file)).toMatchObject({ code: 0, err: '' })
  await found.start()
  const held = () => found.run('resume-sending').out
  // The second line's five minutes, here five seconds, are over by then, and nobody counts as asked.
  await new Promise((resolve) => setTimeout(resolve, 6_000))
  expect(held()).toMatch(/1 open P1 that nobody has taken/)
  expect(held()).not.toMatch(/pages to advocates/)
  expect(found.twilio.outbound()).toEqual([])
  expect(found.run('resume-sending', '--yes').out).toContain('Sending goes on')
  expect(await found.waitFor(luz, /^L1 /)).toMatch(/TAKE/)
}, 90_000)
