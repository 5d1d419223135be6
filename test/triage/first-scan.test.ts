import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDangerScanner } from '../../src/danger-files.ts'
import { readDanger } from '../../src/triage/scan-danger.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each([
  ['mi hijo no despierta', 'es'],
  ['mi hijo no despierta', null],
  ['pitit mwen an pa reveye', 'ht'],
])('the very first text of a process is read as any later one: %s (%s)', (text, language) => {
  const scanner = readDangerScanner(root)
  const first = readDanger(scanner, text, language)
  expect(first.scan.urgent).toBe(true)
  scanner.indexes.buildAll()
  expect(readDanger(scanner, text, language).scan).toEqual(first.scan)
})
