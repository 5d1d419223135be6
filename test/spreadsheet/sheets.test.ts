import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import exceljs from 'exceljs'
import fc from 'fast-check'
import { parse } from 'yaml'
import { diffBundles } from '../../src/flow/diff-bundles.ts'
import type { BundleFiles } from '../../src/flow/read-bundle.ts'
import { bundleToSheets } from '../../src/spreadsheet/bundle-sheets.ts'
import { cellName } from '../../src/spreadsheet/cell-name.ts'
import { listText, readList } from '../../src/spreadsheet/cells.ts'
import { conditionLines, readCondition } from '../../src/spreadsheet/condition-rows.ts'
import { takeOver } from '../../src/spreadsheet/take-over.ts'
import { readWorkbook, type Sheet, writeWorkbook } from '../../src/spreadsheet/workbook.ts'
import type { ConditionData } from '../../src/triage/condition.ts'
import { smallBundle } from '../flow/check/small-bundle.ts'

const files = Object.fromEntries(
  Object.entries(smallBundle()).filter(([path]) => /^dialogs\/|^locales\/(en|es|ar)\//.test(path)),
)
const sheets = () => JSON.parse(JSON.stringify(exported)) as Sheet[]
const exported = bundleToSheets(files, 'x')

/** A cell, by the texts with which its row begins and the name of its column. */
function at(all: Sheet[], name: string, row: string, column: string) {
  const sheet = all.find((one) => one.name === name)!
  const number = sheet.rows.findIndex((cells) => cells.join('|').startsWith(row))
  const index = sheet.columns.indexOf(column)
  if (number < 0 || index < 0) throw new Error(`${name} has no ${row}, ${column}`)
  return { sheet, number, index }
}
/** Writes into a cell, and says which one it was. */
function write(all: Sheet[], name: string, row: string, column: string, text: string): string {
  const { sheet, number, index } = at(all, name, row, column)
  sheet.rows[number]![index] = text
  return cellName(index, number + 1)
}
/** Puts a row in behind another one, and says which cell is its first. */
function insert(all: Sheet[], name: string, after: string, cells: Record<string, string>): string {
  const { sheet, number } = at(all, name, after, sheet0(all, name).columns[0]!)
  sheet.rows.splice(
    number + 1,
    0,
    sheet.columns.map((column) => cells[column] ?? ''),
  )
  return cellName(0, number + 2)
}
const sheet0 = (all: Sheet[], name: string) => all.find((one) => one.name === name)!
function remove(all: Sheet[], name: string, row: string, count = 1): void {
  const { sheet, number } = at(all, name, row, sheet0(all, name).columns[0]!)
  sheet.rows.splice(number, count)
}

/** Lines that are only in one of two bundles: "-" before, "+" after. */
function changedLines(before: BundleFiles, after: BundleFiles): string[] {
  return Object.keys(after).flatMap((path) => {
    const old = before[path]!.split('\n')
    const now = after[path]!.split('\n')
    return [
      ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
      ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
    ]
  })
}

describe('a bundle as a spreadsheet', () => {
  test('comes back as it went: not one byte of any file changes', async () => {
    const { sheets: back, problems } = await readWorkbook(await writeWorkbook(sheets()))
    expect(problems).toEqual([])
    expect(takeOver(back, files, null)).toEqual({ files: {}, problems: [] })
  })

  test('however the files are laid out', () => {
    const paths = ['dialogs/intake.yaml', 'dialogs/rules.yaml', 'locales/es/answers.yaml']
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.nat(2000),
        fc.constantFrom('', '# a note', '    # set in'),
        (path, pick, line) => {
          // A line between two others, where neither is inside brackets, changes nothing that is said.
          const lines = files[path]!.split('\n')
          const places = lines.flatMap((one, index) =>
            /^ *[\w"-]+:( |$)/.test(one) && !/^ *-/.test(one) ? [index] : [],
          )
          lines.splice(places[pick % places.length]!, 0, line)
          const own = { ...files, [path]: lines.join('\n') }
          expect(takeOver(bundleToSheets(own, 'x'), own, null)).toEqual({ files: {}, problems: [] })
        },
      ),
      { numRuns: 8 },
    )
  })

  const changes: { name: string; edit: (all: Sheet[]) => void; says: string[]; lines: string[] }[] = [
    {
      name: 'a text in one language',
      edit: (all) => write(all, 'survey', 'LOC|', 'label::es', '¿Dónde está? 1 = Matamoros. 2 = Reynosa. 3 = Otro.'),
      says: [expect.stringMatching(/^text es, questions LOC: ".*" is now "¿Dónde está\?/) as unknown as string],
      lines: [
        expect.stringMatching(/^- "LOC"/) as unknown as string,
        '+ "LOC": "¿Dónde está? 1 = Matamoros. 2 = Reynosa. 3 = Otro.",',
      ],
    },
    {
      name: 'who looks at an answer, and what a number may be',
      edit: (all) => {
        write(all, 'survey', 'MED|', 'role', 'legal')
        write(all, 'survey', 'AGE|', 'number.max', '110')
      },
      says: ['question AGE, number, max: 120 is now 110', 'question MED, role: medical is now legal'],
      lines: ['- number: { kind: age, min: 1, max: 120 }', '+ number: { kind: age, min: 1, max: 110 }'],
    },
    {
      name: 'the level of a flag and one line of its rule',
      edit: (all) => {
        write(all, 'rules', 'flag|OB_URGENT|', 'level', 'P1')
        write(
          all,
          'rules',
          '||||||||1|includes|CHILD_DS|cannot_drink, vomits_all, injury, fits',
          'value',
          'fits, breathing',
        )
      },
      says: [
        ...['cannot_drink', 'vomits_all', 'injury', 'stiff_neck'].map(
          (sign) => `rule of MED_LIFE: CHILD_DS includes ${sign} removed`,
        ),
        'level of OB_URGENT: P2 to P1',
      ],
      lines: [
        '- - { question: CHILD_DS, includes: [cannot_drink, vomits_all, injury, fits, breathing, stiff_neck] }',
        '+ - { question: CHILD_DS, includes: [fits, breathing] }',
      ],
    },
    {
      name: 'a line more in a rule',
      edit: (all) =>
        insert(all, 'rules', '||||||||1|is|TR1|yes', { depth: '1', condition: 'under', question: 'AGE', value: '16' }),
      says: ['rule of TRAFFICK: AGE under 16 added'],
      lines: ['+ - { question: AGE, under: 16 }'],
    },
    {
      name: 'words that are read as an option',
      edit: (all) => write(all, 'choices', 'HELD|cannot_leave', 'spellings::es', 'encerrado, "no, no puedo"'),
      says: expect.arrayContaining(['words es, HELD cannot_leave: "no, no puedo" added']) as unknown as string[],
      lines: expect.arrayContaining(['+ cannot_leave: [encerrado, "no, no puedo"]']) as unknown as string[],
    },
    {
      name: 'a new question, with its options, its words, its place and a flag',
      edit: (all) => {
        insert(all, 'survey', 'LEG_24|', {
          name: 'WATER',
          type: 'one',
          title: 'Water to drink',
          yes_no: 'yes',
          not_understood: 'UNREAD',
          'label::en': 'Do you have water to drink? 1 = Yes. 2 = No.',
          'label::es': '¿Tiene agua para tomar? 1 = Sí. 2 = No.',
        })
        for (const [digit, name, en, es] of [
          ['2', 'no', 'No', 'No'],
          ['1', 'yes', 'Yes', 'Sí'],
        ] as const)
          insert(all, 'choices', 'LEG_24|no', { question: 'WATER', name, digit, 'label::en': en, 'label::es': es })
        insert(all, 'order', '|||||2|is|TR2', { path: 'intake', group: 'questions', ask: 'WATER' })
        insert(all, 'rules', 'flag|LEGAL_Q', {
          kind: 'flag',
          name: 'THIRST',
          level: 'P3',
          roles: 'general',
          depth: '0',
          condition: 'is',
          question: 'WATER',
          value: 'no',
        })
      },
      says: expect.arrayContaining([
        'flag THIRST: added (P3)',
        'question WATER: added (Water to drink)',
        'path intake: WATER added',
        'text es, options WATER.yes: added',
        'text es, questions WATER: added',
      ]) as unknown as string[],
      lines: expect.arrayContaining([
        '+ WATER:',
        '+ title: Water to drink',
        '+ - ask: WATER',
        '+ "WATER": "¿Tiene agua para tomar? 1 = Sí. 2 = No.",',
        '+ "WATER.no": "No",',
        '+ when: { question: WATER, is: no }',
      ]) as unknown as string[],
    },
    {
      name: 'a question less, with its words',
      edit: (all) => {
        remove(all, 'survey', 'TR4|')
        remove(all, 'choices', 'TR4|yes', 2)
        remove(all, 'order', 'intake|questions|TR4', 6)
        remove(all, 'rules', '||||||||1|is|TR4')
      },
      says: expect.arrayContaining([
        expect.stringMatching(/^rule of TRAFFICK: TR4 is .* removed$/),
        'question TR4 (Debt that cannot be paid): removed',
        'path intake: TR4 removed',
        expect.stringMatching(/^text ar, questions TR4: removed/),
      ]) as unknown as string[],
      lines: expect.arrayContaining(['- title: Debt that cannot be paid', '- - ask: TR4']) as unknown as string[],
    },
    {
      name: 'the order of two questions',
      edit: (all) => {
        const { sheet, number } = at(all, 'order', 'intake|questions|PREG|', 'path')
        const [row] = sheet.rows.splice(number, 1)
        sheet.rows.splice(at(all, 'order', 'intake|questions|MED|', 'path').number, 0, row!)
      },
      says: ['path intake: the order of questions changed'],
      lines: [],
    },
  ]
  test.each(changes)('$name', ({ edit, says, lines }) => {
    const all = sheets()
    edit(all)
    const taken = takeOver(all, files, null)
    expect(taken.problems).toEqual([])
    const now = { ...files, ...taken.files }
    expect(diffBundles(files, now)).toEqual(says)
    expect(changedLines(files, taken.files)).toEqual(lines)
    // What came in goes out again.
    expect(takeOver(bundleToSheets(now, 'x'), now, null)).toEqual({ files: {}, problems: [] })
    for (const [path, text] of Object.entries(taken.files))
      for (const comment of files[path]!.match(/^ *#.*$/gm) ?? []) expect(text).toContain(comment)
  })

  test('a change of any one word changes its line and no other', () => {
    const words = exported.flatMap(({ name, rows, columns }) =>
      rows.flatMap((row, number) =>
        row.flatMap((text, index) =>
          /^(label::)?(en|es|ar)$/.test(columns[index]!) && text !== '' ? [{ name, number, index }] : [],
        ),
      ),
    )
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'grapheme', minLength: 1 }), (pick, text) => {
        fc.pre(text.trim() === text && text !== '')
        const { name, number, index } = words[pick % words.length]!
        const all = sheets()
        sheet0(all, name).rows[number]![index] = text
        const taken = takeOver(all, files, null)
        expect(taken.problems).toEqual([])
        for (const [path, now] of Object.entries(taken.files)) {
          const old = files[path]!.split('\n')
          expect(now.split('\n').filter((line, row) => line !== old[row])).toHaveLength(1)
        }
      }),
      { numRuns: 10 },
    )
  })
})

describe('what is refused, with its sheet and cell', () => {
  // Each edit says which cell is to be refused.
  const refused: { name: string; sheet: string; edit: (all: Sheet[]) => string; message: RegExp }[] = [
    {
      name: 'a row twice',
      sheet: 'survey',
      edit: (all) => insert(all, 'survey', 'E1|', { name: 'E1' }),
      message: /^"E1" is in row 3 already/,
    },
    {
      name: 'a column that nobody knows',
      sheet: 'survey',
      edit: (all) => {
        sheet0(all, 'survey').columns.splice(1, 1, 'typ')
        return 'B1'
      },
      message: /^There is no column "typ" here/,
    },
    {
      name: 'a language that is not there',
      sheet: 'messages',
      edit: (all) => {
        sheet0(all, 'messages').columns.splice(1, 1, 'de')
        return 'B1'
      },
      message: /^There is no language "de"/,
    },
    {
      name: 'a sheet that nobody knows',
      sheet: 'Sheet1',
      edit: (all) => {
        all.push({ name: 'Sheet1', columns: [], rows: [] })
        return 'A1'
      },
      message: /^There is no sheet "Sheet1"/,
    },
    {
      name: 'a text that nobody knows',
      sheet: 'messages',
      edit: (all) => insert(all, 'messages', 'M_BYE|', { id: 'M_NEW', en: 'x' }),
      message: /^"M_NEW" is not a text/,
    },
    {
      name: 'a number that is none',
      sheet: 'choices',
      edit: (all) => write(all, 'choices', 'E1|yes', 'digit', 'one'),
      message: /^"one" is not a whole number/,
    },
    {
      name: 'a condition that is none',
      sheet: 'rules',
      edit: (all) => write(all, 'rules', 'flag|OB_URGENT', 'condition', 'contains'),
      message: /^There is no condition "contains"/,
    },
    {
      name: 'a line of a rule that stands nowhere',
      sheet: 'rules',
      edit: (all) => write(all, 'rules', '||||||||1|includes|CHILD_DS', 'depth', '3'),
      message: /^The depth is a number from 1 to 1 here/,
    },
    {
      name: 'an option of no question',
      sheet: 'choices',
      edit: (all) => insert(all, 'choices', 'E1|no', { question: 'E9', name: 'yes', digit: '1' }),
      message: /^There is no question "E9"/,
    },
    {
      name: 'a step of a group that does not begin above it',
      sheet: 'order',
      edit: (all) => write(all, 'order', 'intake|questions|MED|', 'group', 'other'),
      message: /^Above this row there is no row that begins the group "other"/,
    },
  ]
  test.each(refused)('$name', ({ sheet, edit, message }) => {
    const all = sheets()
    const cell = edit(all)
    const taken = takeOver(all, files, null)
    expect(taken.files).toEqual({})
    expect(taken.problems).toContainEqual({
      sheet,
      cell,
      message: expect.stringMatching(message),
    })
  })

  test('what changed on both sides; the rest would be kept from both', () => {
    const here = {
      ...files,
      'dialogs/rules.yaml': files['dialogs/rules.yaml']!.replace('at_least: 7', 'at_least: 8'),
      'locales/es/messages.json': files['locales/es/messages.json']!.replace(
        /"M_BYE": ".*"/,
        '"M_BYE": "Adiós de aquí."',
      ),
    }
    const all = sheets()
    write(all, 'rules', 'flag|PREG_T3', 'value', '6')
    write(all, 'messages', 'M_BYE|', 'ar', 'سلام')
    const { problems } = takeOver(all, here, files)
    expect(problems).toEqual([
      {
        sheet: 'rules',
        cell: expect.stringMatching(/^\w\d+$/),
        message: expect.stringMatching(/^"flag PREG_T3" \(when\) was changed here, too/),
      },
    ])

    write(all, 'rules', 'flag|PREG_T3', 'value', '7')
    const taken = takeOver(all, here, files)
    expect(taken.problems).toEqual([])
    expect(Object.keys(taken.files)).toEqual(['locales/ar/messages.json'])
  })

  test('a change of what was taken away here meanwhile', () => {
    const here = {
      ...files,
      'dialogs/intake.yaml': files['dialogs/intake.yaml']!.replace(/^ {2}- \{ flag: STOPPED,.*\n/m, ''),
    }
    const all = sheets()
    write(all, 'rules', 'turn|1 STOPPED', 'depth', '0')
    write(all, 'rules', 'turn|1 STOPPED', 'condition', 'no_flags')
    expect(takeOver(all, here, files)).toMatchObject({
      files: {},
      problems: [{ sheet: 'rules', message: expect.stringMatching(/^"turn 1 STOPPED" was taken away here/) }],
    })
  })

  test('cells that are no text, and files that are no workbook', async () => {
    const book = new exceljs.Workbook()
    const sheet = book.addWorksheet('messages')
    sheet.addRow(['id', 'en'])
    sheet.addRow([])
    sheet.addRow(['M_QUIET', { formula: 'A1', result: 'x' }])
    sheet.addRow(['M_BYE', new Date(Date.UTC(2026, 3, 3))])
    sheet.addRow(['M_P1', 'x', 'y'])
    sheet.mergeCells('B5:C5')
    const { problems } = await readWorkbook(new Uint8Array(await book.xlsx.writeBuffer()))
    expect(problems.map(({ cell, message }) => `${cell} ${message.split('.')[0]}`)).toEqual([
      'B3 This is a formula',
      'B4 This is a date now, as Excel makes one of "3-4"',
      'C5 This cell is merged with another',
    ])
    const said = async (bytes: Uint8Array) => (await readWorkbook(bytes)).problems.map(({ message }) => message)
    expect(await said(new TextEncoder().encode('id,en\nM_BYE,Goodbye'))).toEqual([
      expect.stringMatching(/not an XLSX file/),
    ])
    expect(await said(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]))).toEqual([expect.stringMatching(/old Excel file/)])
    expect(await said(new Uint8Array([0x50, 0x4b, 3, 4, 0]))).toEqual([expect.stringMatching(/cannot be read/)])
    expect(await said(new Uint8Array(50_000_000))).toEqual([expect.stringMatching(/has 50 MB; at most 10 MB/)])
  })
})

describe('cells', () => {
  test('any list comes back as it went', () => {
    fc.assert(fc.property(fc.array(fc.string()), (items) => expect(readList(listText(items))).toEqual(items)))
  })

  test('every condition that is shipped comes back as it went', () => {
    const found: ConditionData[] = []
    const collect = (data: unknown): void => {
      if (typeof data !== 'object' || data === null) return
      for (const [key, inner] of Object.entries(data)) {
        if (key === 'when' || key === 'unless') found.push(inner as ConditionData)
        else collect(inner)
      }
    }
    for (const name of ['intake', 'rules', 'texts']) collect(yaml(`dialogs/${name}.yaml`))
    expect(found.length).toBeGreaterThan(100)
    for (const condition of found)
      expect(
        readCondition(conditionLines(condition), (line, column, message) => {
          throw new Error(`${line} ${column} ${message}`)
        }),
      ).toEqual(condition)
  })

  test('what somebody should look at has a colour', async () => {
    const book = new exceljs.Workbook()
    await book.xlsx.load(
      (await writeWorkbook(
        bundleToSheets({ ...files, 'locales/es/messages.json': '{"M_BYE": "Adiós."}' }, 'x'),
      )) as never,
    )
    const sheet = book.getWorksheet('messages')!
    const colourOf = (column: string, row: number) =>
      (sheet.getCell(`${column}${row}`).fill as exceljs.FillPattern | undefined)?.fgColor?.argb
    const spanish = [2, 3, 4].map((row) => [sheet.getCell(`C${row}`).text !== '', colourOf('C', row)])
    expect(spanish).toContainEqual([false, 'FFF4B6B6'])
    expect(sheet.getCell('D2').alignment).toMatchObject({ readingOrder: 'rtl' })
    expect(sheet.views).toMatchObject([{ state: 'frozen', ySplit: 1, xSplit: 1 }])
  })
})

const yaml = (path: string): unknown => parse(readFileSync(path, 'utf8'))
