import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { exportSheets } from '../../src/commands/export.ts'
import { importSheets } from '../../src/commands/import.ts'
import { publish } from '../../src/commands/publish.ts'
import { pull } from '../../src/commands/pull.ts'
import type { GateRequest, runGate } from '../../src/gate.ts'
import { readRota } from '../../src/handoff/rota.ts'
import { projectRoot } from '../../src/project-root.ts'
import { readWorkbook, writeWorkbook } from '../../src/spreadsheet/workbook.ts'
import { openStore } from '../../src/store/open-store.ts'

const before = { ...process.env }
let folder: string
/** What the command prints is at issue here; the gate itself has its own tests. */
const letsThrough: typeof runGate = async () => ({ problems: [], warnings: [], states: 1 })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'puente-publish-'))
  Object.assign(process.env, { PUENTE_DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'puente.db')}` })
})
afterEach(() => {
  process.env = { ...before }
  rmSync(folder, { recursive: true, force: true })
})

/** The questions and rules without the words of other languages, which nothing here looks at. */
function draft(name: string): string {
  const root = join(folder, name)
  mkdirSync(join(root, 'locales'), { recursive: true })
  cpSync(join(projectRoot, 'dialogs'), join(root, 'dialogs'), { recursive: true })
  cpSync(join(projectRoot, 'locales/en'), join(root, 'locales/en'), { recursive: true })
  return root
}
const edit = (root: string, file: string, from: string, to: string) => {
  const text = readFileSync(join(root, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(root, file), text.replace(from, to))
}
async function run(command: (io: Parameters<typeof pull>[1]) => Promise<number>) {
  const stdout = new PassThrough()
  const code = await command({ stdin: new PassThrough(), stdout, stderr: stdout })
  return { code, out: String(stdout.read() ?? '') }
}
const publishes = (by: string, root: string, ...more: string[]) =>
  run((io) => publish(['--by', by, '--why', `as ${by} says`, '--dialogs', root, ...more], io, letsThrough))
const pulls = (root: string, ...more: string[]) => run((io) => pull([root, ...more], io))
const listed = async () => (await run((io) => publish(['--list'], io))).out.trim().split('\n')
const idIn = (out: string) => out.match(/Published as (\w+)/)![1]!

const intake = 'dialogs/intake.yaml'
/** What the second of two reads. */
const overtaken = `Not published: what others published would be undone. What was in use stays in use.

Published since this folder was made:
  ID  TIME  Ben: as Ben says
That changed:
  levels, surge, merge_minutes: 1 is now 11

"puente pull NEW" writes what is in use into a new folder: make your change there.
When this folder has it already: puente publish … --after ID
`

describe('two coordinators', () => {
  test('the second is told whose change would be undone, and can keep both', async () => {
    const own = draft('own')
    const first = idIn((await publishes('Ana', own)).out)
    const [ben, cleo] = [join(folder, 'ben'), join(folder, 'cleo')]
    await pulls(ben)
    await pulls(cleo)
    edit(ben, 'dialogs/levels.yaml', 'merge_minutes: ', 'merge_minutes: 1')
    edit(cleo, 'locales/en/messages.json', '"M_BYE": "', '"M_BYE": "Well. ')

    const accepted = await publishes('Ben', ben)
    expect(accepted.code).toBe(0)
    const refused = await publishes('Cleo', cleo)
    expect(refused.code).toBe(1)
    const second = idIn(accepted.out)
    expect(refused.out.replaceAll(second, 'ID').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d/, 'TIME')).toBe(overtaken)
    expect((await listed()).map((line) => line.split(' ')[0])).toEqual([second, first])

    const fresh = join(folder, 'fresh')
    await pulls(fresh)
    edit(fresh, 'locales/en/messages.json', '"M_BYE": "', '"M_BYE": "Well. ')
    const both = await publishes('Cleo', fresh)
    expect(both.code).toBe(0)
    expect(both.out).toContain('text en, messages M_BYE')
    expect(both.out).not.toContain('levels')
    // A folder goes on from what was published from it.
    edit(fresh, 'locales/en/messages.json', '"M_BYE": "Well. ', '"M_BYE": "So. ')
    expect((await publishes('Cleo', fresh)).code).toBe(0)
  })

  test('a spreadsheet that comes back into such a folder is not written into it, and both can be kept', async () => {
    await publishes('Ana', draft('own'))
    const [ben, cleo] = [join(folder, 'ben'), join(folder, 'cleo')]
    await pulls(ben)
    await pulls(cleo)
    edit(ben, 'dialogs/levels.yaml', 'merge_minutes: ', 'merge_minutes: 1')
    const sheet = join(folder, 'words.xlsx')
    await run((io) => exportSheets([sheet, '--dialogs', cleo], io))
    const { sheets } = await readWorkbook(readFileSync(sheet))
    const messages = sheets.find(({ name }) => name === 'messages')!
    messages.rows.find(([id]) => id === 'M_BYE')![messages.columns.indexOf('en')] = 'Well. Send PERSON.'
    writeFileSync(sheet, await writeWorkbook(sheets))
    const gate = () => ({ problems: [], warnings: [], states: null })
    const imports = (root: string, ...more: string[]) =>
      run((io) => importSheets([sheet, '--dialogs', root, ...more], io, gate))

    await publishes('Ben', ben)
    const before = readBundleFiles(cleo)
    const refused = await imports(cleo)
    expect(refused.code).toBe(1)
    expect(refused.out).toMatch(
      /Published since this folder was made:\n {2}\w+ {2}\S+ {2}Ben: as Ben says\nThat changed:/,
    )
    expect(refused.out).toContain(`puente import ${sheet} --dialogs NEW --base ${cleo}`)
    expect(readBundleFiles(cleo)).toEqual(before)

    const aside = join(folder, 'aside')
    expect((await imports(cleo, '--draft', aside)).out).toContain('The draft cannot be published as it is.')
    expect((await publishes('Cleo', aside)).out).toContain('Published since this folder was made:')

    const fresh = join(folder, 'fresh')
    await pulls(fresh)
    expect((await imports(fresh, '--base', cleo)).code).toBe(0)
    const both = await publishes('Cleo', fresh)
    expect(both.code).toBe(0)
    expect(both.out).toContain('text en, messages M_BYE')
    expect(both.out).not.toContain('levels')
  })

  test('a folder that does not say what it was made from is shown what it would change', async () => {
    await publishes('Ana', draft('own'))
    const copied = draft('copied')
    edit(copied, 'locales/en/messages.json', '"M_BYE": "', '"M_BYE": "Well. ')
    const { code, out } = await publishes('Ben', copied)
    expect(code).toBe(1)
    expect(out).toContain('does not say which published bundle it was made from')
    expect(out).toContain('text en, messages M_BYE')
    const after = out.match(/--after (\w+)/)![1]!
    expect((await publishes('Ben', copied, '--after', after)).code).toBe(0)
  })
})

test('an older bundle is put into use again, and what that changes is told', async () => {
  const own = draft('own')
  const first = idIn((await publishes('Ana', own)).out)
  edit(own, 'locales/en/messages.json', '"M_BYE": "', '"M_BYE": "Well. ')
  await publishes('Ana', own)
  const { code, out } = await run((io) =>
    publish(['--restore', first, '--by', 'Ben', '--why', 'a mistake', '--urgent'], io, letsThrough),
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^text en, messages M_BYE: "Well\. .*" is now "/)
  expect(out).toContain(`Published as ${first}`)
  expect((await listed())[0]).toMatch(/Ben: a mistake \(urgent\)$/)
  const old = join(folder, 'old')
  await pulls(old)
  expect(readFileSync(join(old, 'locales/en/messages.json'), 'utf8')).not.toContain('Well. ')
})

test('what the gate refuses is not published, restored or not', async () => {
  const own = draft('own')
  const first = idIn((await publishes('Ana', own)).out)
  const problem = { source: intake, code: 'flow/dead-end', line: 1, column: 1, message: 'No.' }
  const refuses: typeof runGate = async () => ({ problems: [problem], warnings: [], states: null })
  const call = ['--by', 'Ana', '--why', 'because']
  for (const args of [
    ['--dialogs', own],
    ['--restore', first],
    ['--dialogs', own, '--urgent'],
  ]) {
    const { code, out } = await run((io) => publish([...args, ...call], io, refuses))
    expect(code).toBe(1)
    expect(out).toContain('Not published: 1 problem')
  }
  expect(await listed()).toHaveLength(1)
})

describe('who is on call', () => {
  const asked: GateRequest['rota'][] = []
  const listens: typeof runGate = async ({ rota }) => {
    asked.push(rota)
    return letsThrough({ files: {}, now: 0, rota })
  }
  const published = (...more: string[]) =>
    run((io) => publish(['--by', 'Ana', '--why', 'so', '--dialogs', draft('own'), ...more], io, listens))
  const rotaFile = join(projectRoot, 'dialogs/demonstration/rota.yaml')

  test('is looked up in the rota in use, and that is said', async () => {
    expect((await published()).out).toContain('Who is on call was looked up in dialogs/demonstration/rota.yaml.')
    const text = readFileSync(rotaFile, 'utf8')
    const names = { roles: [...text.matchAll(/[a-z_]+/g)].map(String), languages: ['es', 'en', 'ht', 'fr', 'pt'] }
    const own = { ...readRota(text, names).rota!, zone: 'America/Tijuana' }
    const store = await openStore({
      databaseUrl: `file:${join(folder, 'puente.db')}`,
      keyFile: join(folder, 'puente.key'),
      now: Date.now,
    })
    await store.replaceRota(own, [], Date.now())
    await store.close()
    const { out } = await published()
    expect(out).toContain('Who is on call was looked up in the rota in use (version 1).')
    expect(readRota(asked.at(-1)!.text, names).rota).toEqual(own)
    expect((await published('--rota', rotaFile)).out).toContain(`looked up in ${rotaFile}.`)
  })

  test('in a file that is not there: a plain word, and nothing is published', async () => {
    const { code, out } = await published('--rota', join(folder, 'none.yaml'))
    expect([code, out]).toEqual([2, `${join(folder, 'none.yaml')} cannot be read. --rota names a rota file.\n`])
    expect(await listed()).toEqual([expect.stringContaining('Nothing was published yet')])
  })
})

test('a wrong call publishes nothing and says why', async () => {
  const own = draft('own')
  for (const [args, says] of [
    [['--urgnet'], '--urgnet is not known.'],
    [['--restore', 'nothing'], 'There is no published bundle nothing.'],
    [['--after'], '--after needs a value.'],
  ] as const) {
    const { code, out } = await publishes('Ana', own, ...args)
    expect(code).toBe(2)
    expect(out).toContain(says)
  }
  const anonymous = await run((io) => publish(['--dialogs', own], io, letsThrough))
  expect(anonymous.code).toBe(2)
  expect(anonymous.out).toContain('Who publishes, and why?')
  expect((await listed())[0]).toContain('Nothing was published yet')
  expect(existsSync(join(own, '.puente-base'))).toBe(false)
})
