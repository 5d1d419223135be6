import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDangerScanner } from '../../src/danger-files.ts'
import { scanDanger } from '../../src/triage/scan-danger.ts'

const scanner = readDangerScanner(fileURLToPath(new URL('../..', import.meta.url)))

// The shortest way to say it, which longer entries of a lexicon can leave out.
test.each([
  ['es', 'mi hijo no respira', 'medical'],
  ['en', 'my child is not breathing', 'medical'],
  ['ht', 'pitit mwen pa respire', 'medical'],
  ['ht', 'ti bebe a pa respire', 'medical'],
  ['tr', 'ölmek istiyorum', 'selfharm'],
  ['fa', 'می خواهند ما را بکشند', 'threat'],
  ['fa', 'میخوان منو بکشن', 'threat'],
  ['pa', 'ਮੇਰਾ ਬੱਚਾ ਸਾਹ ਨਹੀਂ ਲੈ ਰਿਹਾ', 'medical'],
  ['pa', 'mainu maar denge', 'threat'],
  ['pa', 'ਮੈਂ ਮਰਨਾ ਚਾਹੁੰਦਾ ਹਾਂ', 'selfharm'],
])('%s: %s', (language, text, category) => {
  const found = scanDanger(scanner, text, language)
  expect(found.urgent).toBe(true)
  expect(found.categories).toContain(category)
})

test('the wish not to die is no alarm', () => {
  expect(scanDanger(scanner, 'ölmek istemiyorum', 'tr').urgent).toBe(false)
})

test('who is not pregnant says so in Punjabi without an alarm', () => {
  expect(scanDanger(scanner, 'ਮੈਂ ਗਰਭਵਤੀ ਨਹੀਂ ਹਾਂ', 'pa').urgent).toBe(false)
})
