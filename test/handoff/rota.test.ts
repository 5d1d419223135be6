import { describe, expect, test } from '@jest/globals'
import { readRota } from '../../src/handoff/rota.ts'
import { renderProblem } from '../../src/problem.ts'
import { rotaContext, rotaText } from './world.ts'

const good = `version: 1
zone: America/Matamoros
people:
  - id: ana
    name: Ana
    phone: "+528681110001"
    channels: [sms, whatsapp]
    languages: [es, en]
    roles: [medical, protection]
shifts:
  - person: ana
    days: [mon, tue, wed, thu, fri, sat, sun]
    from: "00:00"
    to: "24:00"
    line: 1
coordinator: ana
`

/** The rendered problems of a file, without its warnings. */
function check(text: string): string[] {
  return readRota(text, rotaContext).problems.map((problem) => renderProblem('rota.yaml', text, problem))
}
const codes = (text: string) => readRota(text, rotaContext).problems.map(({ code, line }) => `${line} ${code}`)

describe('a good file', () => {
  test('is read, with a warning for every role that nobody has', () => {
    const { rota, problems, warnings } = readRota(good, rotaContext)
    expect(problems).toEqual([])
    expect(rota?.people[0]).toMatchObject({ id: 'ana', channels: ['sms', 'whatsapp'] })
    expect(warnings.map((warning) => warning.code)).toEqual(Array(5).fill('rota/role-without-anybody'))
    expect(warnings[0]).toMatchObject({ line: 3, column: 1 })
  })

  test('may have several people on one line, and a number without quotes', () => {
    expect(check(rotaText)).toEqual([])
    const bare = readRota(good.replace('"+528681110001"', '+528681110001'), rotaContext)
    expect(bare.rota?.people[0]?.phone).toBe('+528681110001')
  })

  test('may use every optional part', () => {
    const text = `${rotaText}rotations:
  - { people: [ana, berta], starts: 2026-11-23, each: week, days: [sat], from: "06:00", to: "06:00", line: 2 }
overrides:
  - { person: dora, instead_of: ana, from: 2026-12-24T18:00, to: 2026-12-25T06:00 }
swaps:
  - { person: ana, with: berta, from: 2026-12-31T18:00, to: 2027-01-01T06:00 }
temporary:
  - from: 2026-12-20T00:00
    to: 2026-12-27T00:00
    shifts:
      - { person: carla, days: [mon], from: "22:00", to: "06:00" }
`
    expect(check(text)).toEqual([])
  })

  test('`to` at or before `from` is the next day', () => {
    expect(check(good.replace('"24:00"', '"00:00"'))).toEqual([])
  })
})

describe('a bad file is refused with the line', () => {
  test.each([
    ['no coordinator', good.replace('coordinator: ana\n', ''), '1 rota/missing'],
    ['an unknown coordinator', good.replace('coordinator: ana', 'coordinator: anna'), '16 rota/unknown-person'],
    ['an unknown zone', good.replace('Matamoros', 'Matamoras'), '2 rota/unknown-zone'],
    ['an unknown role', good.replace('[medical, ', '[medicall, '), '9 rota/unknown-role'],
    ['an unknown person', good.replace('- person: ana', '- person: eva'), '11 rota/unknown-person'],
    ['an unknown language', good.replace('[es, en]', '[es, xx]'), '8 rota/unknown-language'],
    ['a number that is none', good.replace('+528681110001', '868 111 0001'), '6 rota/wrong-value'],
    ['a time that is none', good.replace('"00:00"', '"0:00"'), '13 rota/wrong-value'],
    ['a shift without days', good.replace(/days: .*/, 'days: []'), '12 rota/zero-length'],
    ['a shift without length', good.replace('"00:00"', '"24:00"'), '14 rota/zero-length'],
    ['an unknown key', good.replace('line: 1', 'lines: 1'), '15 rota/unknown-key'],
    ['another version', good.replace('version: 1', 'version: 2'), '1 rota/wrong-value'],
    ['a doubled key', good.replace('line: 1', 'line: 1\n    line: 2'), '16 rota/yaml'],
    ['nothing', '', '1 rota/wrong-value'],
  ])('%s', (_, text, expected) => {
    expect(codes(text)).toEqual([expected])
  })

  test('one person twice at once, also over midnight and over the end of the week', () => {
    const twice = (first: string, second: string) =>
      codes(rotaText.replace(/shifts:[\s\S]*coordinator/, `shifts:\n  - ${first}\n  - ${second}\ncoordinator`))
    const shift = (days: string, from: string, to: string) =>
      `{ person: ana, days: [${days}], from: "${from}", to: "${to}" }`
    expect(twice(shift('mon', '08:00', '16:00'), shift('mon', '16:00', '20:00'))).toEqual([])
    expect(twice(shift('mon', '08:00', '16:00'), shift('mon', '15:59', '20:00'))).toEqual(['10 rota/twice-at-once'])
    expect(twice(shift('mon', '22:00', '06:00'), shift('tue', '05:00', '07:00'))).toEqual(['10 rota/twice-at-once'])
    expect(twice(shift('sun', '22:00', '06:00'), shift('mon', '05:00', '07:00'))).toEqual(['10 rota/twice-at-once'])
    expect(twice(shift('mon, mon', '08:00', '16:00'), shift('tue', '05:00', '07:00'))).toEqual(['9 rota/twice-at-once'])
  })

  test('two people with one number, in either Mexican form', () => {
    expect(codes(rotaText.replace('+528681110002', '+5218681110001'))).toEqual(['5 rota/same-number'])
  })

  test('a number from which the installation itself writes', () => {
    const { problems } = readRota(rotaText, { ...rotaContext, ownNumbers: ['+528681110002'] })
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual(['5 rota/own-number'])
  })

  test.each([
    ['coordinator: dora', 'coordinator: "dora', '12:14'],
    ['roles: [medical, protection] }\n  - { id: carla', 'roles: [medical, protection\n  - { id: carla', '5:79'],
    ['roles: [general] }', 'roles: [general }', '7:5'],
  ])('what is opened and never closed is shown where it is opened: %s', (from, to, place) => {
    expect(rotaText).toContain(from)
    const [first] = readRota(rotaText.replace(from, to), rotaContext).problems
    expect(`${first!.line}:${first!.column} ${first!.message}`).toBe(`${place} This is opened and never closed.`)
  })

  test('everything at once, with a caret and a suggestion', () => {
    const text = good.replace('Matamoros', 'Matamoras').replace('- person: ana', '- person: anna')
    expect(check(text)).toEqual([
      `rota.yaml:2:7  rota/unknown-zone
    2 | zone: America/Matamoras
      |       ^^^^^^^^^^^^^^^^^
"America/Matamoras" is not a time zone, such as America/Matamoros.
Shifts would start at the wrong hour.`,
      `rota.yaml:11:13  rota/unknown-person
   11 |   - person: anna
      |             ^^^^
"anna" is not the id of anybody under people. Did you mean "ana"?
Nobody would be paged in these hours.`,
    ])
  })

  test.each([
    [
      'an empty coordinator',
      good.replace('coordinator: ana', 'coordinator:'),
      '"coordinator" is empty; it should be text.',
    ],
    ['an id that is a number', good.replace('id: ana', 'id: 7'), '"id" should be text: put it in quotes, as "7".'],
    [
      'no list',
      good.replace('[sms, whatsapp]', 'sms'),
      '"channels" should be a list, such as [one, two] or lines that begin with "- "; here it is "sms".',
    ],
    [
      'a name with a null byte',
      good.replace('name: Ana', 'name: "A\\0na"'),
      'A name is letters and spaces; this one has a sign that cannot be seen.',
    ],
    ['two documents', `${good}---\nversion: 1\n`, 'A file holds one document: take out the line "---".'],
    ['tabs', good.replace('  - id', '\t- id'), 'Tabs are not allowed as indentation.'],
    ['a key that every object has', `${good}constructor: 1\n`, '"constructor" is not a key here.'],
    [
      'a custom tag',
      good.replace('name: Ana', 'name: !!js/function "x"'),
      'Unresolved tag: tag:yaml.org,2002:js/function.',
    ],
  ])('%s is explained', (_, text, expected) => {
    expect(readRota(text, rotaContext).problems[0]?.message).toBe(expected)
  })

  test('brackets without end are refused at once, and a long line is shown around its caret', () => {
    const text = `a: ${'['.repeat(10_000)}`
    const [shown] = check(text)
    expect(shown).toContain('rota/yaml')
    expect(shown!.length).toBeLessThan(600)
  })

  test('a byte order mark and Windows line ends do not matter', () => {
    expect(check(`\uFEFF${good.replaceAll('\n', '\r\n')}`)).toEqual([])
  })

  test('aliases and huge files are not read', () => {
    expect(codes('a: &a [x, x]\nb: [*a, *a, *a]\n')).toEqual(['1 rota/yaml'])
    expect(codes(`# ${'x'.repeat(1_000_001)}`)).toEqual(['1 rota/too-large'])
  })
})
