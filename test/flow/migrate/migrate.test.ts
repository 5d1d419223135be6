import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { migrate } from '../../../src/commands/migrate.ts'
import { readBundle } from '../../../src/flow/bundle-parts.ts'
import { textsSchema } from '../../../src/flow/flow-schema.ts'
import { migrateBundle, migrations, NEWEST_VERSION, upToDate } from '../../../src/flow/migrate/migrate.ts'
import { toVersion1 } from '../../../src/flow/migrate/to-version-1.ts'
import { readYaml } from '../../../src/handoff/read-yaml.ts'
import { type ConditionData, compileCondition, type Facts } from '../../../src/triage/condition.ts'
import { smallBundle } from '../check/small-bundle.ts'

const folder = 'test/flow/migrate'
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const fixtures = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: step }) =>
    readdirSync(join(folder, step))
      .filter((file) => file.endsWith('.before.yaml'))
      .map((file) => ({ step, name: file.replace('.before.yaml', '') })),
  )
const before = read('0-to-1/texts.before.yaml')
const shipped = smallBundle()

describe('files of an older version', () => {
  test('each step has a file of before and one of after', () => {
    expect([...new Set(fixtures.map(({ step }) => step))].sort()).toEqual(
      migrations.map((_, at) => `${at}-to-${at + 1}`),
    )
  })

  test.each(fixtures)('$step, $name', ({ step, name }) => {
    const path = `dialogs/${name}.yaml`
    const [migrated] = migrateBundle({ [path]: read(`${step}/${name}.before.yaml`) })
    expect(migrated!.text).toBe(read(`${step}/${name}.after.yaml`))
    expect(migrated!.why.length).toBeGreaterThan(0)
    // Twice is once, and no comment is lost.
    expect(migrateBundle({ [path]: migrated!.text })).toEqual([])
    for (const comment of read(`${step}/${name}.before.yaml`).match(/#.*$/gm) ?? [])
      expect(migrated!.text).toContain(comment)
  })

  test('what has only an old number gets the new one, and every shipped file is of the newest', () => {
    expect(migrateBundle(shipped)).toEqual([])
    expect(upToDate(shipped)).toBe(shipped)
    const path = 'dialogs/intake.yaml'
    const [migrated] = migrateBundle({ [path]: shipped[path]!.replace('version: 1', 'version: 0') })
    expect(migrated).toEqual({ path, from: 0, text: shipped[path], why: [] })
  })

  test('a text is due exactly when it was due before', () => {
    const [entry] = toVersion1.change.texts!({
      with_next_question: [{ text: 'T', after: 'HELD', when: { flag: 'A' }, at_once_when: { flag: 'B' } }],
    }).with_next_question as { when: ConditionData }[]
    const isDue = compileCondition(entry!.when, { leftCountsAs: () => undefined, flag: () => undefined })
    for (const held of [true, false])
      for (const isFlagged of [true, false])
        for (const isAtOnce of [true, false]) {
          const flags = { ...(isFlagged && { A: 1 }), ...(isAtOnce && { B: 1 }) }
          const facts = { answers: {}, flags, isLeft: () => held } as unknown as Facts
          expect(isDue(facts)).toBe(isFlagged && (held || isAtOnce))
        }
  })

  test('a bundle that was published in an older version still runs', () => {
    const { parts, problems } = readBundle({ ...shipped, 'dialogs/texts.yaml': before })
    expect(problems).toEqual([])
    expect(parts!.dialogs.texts.version).toBe(NEWEST_VERSION)
  })

  test('what cannot be read is left to the check', () => {
    for (const text of ['version: 0\nversion: 1\n', 'version: 0\nx: [', 'no: version', 'version: zero'])
      expect(migrateBundle({ 'dialogs/texts.yaml': text })).toEqual([])
  })

  test('an old or a newer file is refused with what to do, and with nothing else', () => {
    const said = (text: string) =>
      readYaml(text, textsSchema, 'texts').problems.map(({ line, message }) => `${line}: ${message}`)
    expect(said(before)).toEqual([
      '2: This file is of version 0, which is older than version 1. "puente migrate" brings it up.',
    ])
    expect(said('kind: texts\nversion: 2\nnew_key: x\n')).toEqual([
      '2: This file is of version 2, and this Puente reads version 1. Update Puente, or take the file as it was before.',
    ])
  })

  test('"puente migrate" shows each line and writes; with --look it only shows', async () => {
    const root = mkdtempSync(join(tmpdir(), 'puente-migrate-'))
    for (const name of ['dialogs', 'locales']) mkdirSync(join(root, name))
    const file = join(root, 'dialogs/texts.yaml')
    writeFileSync(file, before)
    const run = async (...args: string[]) => {
      const stdout = new PassThrough()
      const code = await migrate(['--dialogs', root, ...args], { stdin: new PassThrough(), stdout, stderr: stdout })
      return { code, said: String(stdout.read()) }
    }
    const looked = await run('--look')
    expect(looked.said).toMatch(
      /^dialogs\/texts.yaml: version 0 to 1\nA text waits[\s\S]*\n- {5}after: HELD\n[\s\S]*1 file would be changed\.\n$/,
    )
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect((await run()).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(read('0-to-1/texts.after.yaml'))
    expect(await run()).toEqual({ code: 0, said: 'Every file is of version 1 already.\n' })
    expect((await run('--force')).code).toBe(2)
  })
})
