import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { diffBundles } from '../../src/flow/diff-bundles.ts'
import { diffData } from '../../src/flow/diff-data.ts'
import { projectRoot } from '../../src/project-root.ts'

const shipped = readBundleFiles(projectRoot)
/** One language is enough to read by. */
const files = Object.fromEntries(Object.entries(shipped).filter(([file]) => !/^locales\/(?!en\/)/.test(file)))
// biome-ignore lint/suspicious/noExplicitAny: tests reach into data of any file
type Data = any
const edited = (file: string, edit: (data: Data) => void) => {
  const data: unknown = parse(files[file]!)
  edit(data)
  return { ...files, [file]: file.endsWith('.json') ? JSON.stringify(data, null, 2) : stringify(data) }
}
const flow = 'dialogs/intake.yaml'
const rules = 'dialogs/rules.yaml'

/** Every kind of change, and what a coordinator reads. */
const kinds: [what: string, file: string, edit: (data: Data) => void, says: (string | RegExp)[]][] = [
  ['a level', rules, (data) => (data.flags.PREG.level = 'P1'), ['level of PREG: P4 to P1']],
  [
    'a role that a flag asks',
    rules,
    (data) => data.flags.MED_LIFE.roles.push('general'),
    ['roles of MED_LIFE: general added'],
  ],
  [
    'an option in a rule',
    rules,
    (data) => data.flags.OB_EMERG.when.includes.pop(),
    ['rule of OB_EMERG: PREG_DS includes breathing removed'],
  ],
  [
    'how a rule joins its conditions',
    rules,
    (data) => (data.flags.LAPSE_CRIT.when = { any: data.flags.LAPSE_CRIT.when.all }),
    ['rule of LAPSE_CRIT: how its conditions are joined changed'],
  ],
  [
    'any other property of a flag',
    rules,
    (data) => delete data.flags.OB_EMERG.names_danger,
    ['flag OB_EMERG, names_danger: true removed'],
  ],
  ['a flag less', rules, (data) => delete data.flags.PREG, ['flag PREG (P4): removed']],
  [
    'a flag more',
    rules,
    (data) => (data.flags.THIRST = { level: 'P3', roles: ['general'], when: { question: 'E1', is: 'yes' } }),
    ['flag THIRST: added (P3)'],
  ],
  [
    'an option more',
    flow,
    (data) => data.questions.E1.options.push({ digit: 3, id: 'unsure' }),
    ['question E1: option 3 (unsure) added'],
  ],
  ['an option less', flow, (data) => data.questions.E1.options.pop(), ['question E1: option 2 (no) removed']],
  [
    'other digits',
    flow,
    (data) => {
      const [one, two] = data.questions.E1.options
      Object.assign(one, { digit: 2 })
      Object.assign(two, { digit: 1 })
    },
    ['question E1: option yes is 2 now, was 1', 'question E1: option no is 1 now, was 2'],
  ],
  [
    'an answer that is read otherwise',
    flow,
    (data) => (data.questions.AGE.number.max = 99),
    [/^question AGE, number, max: \d+ is now 99$/],
  ],
  [
    'how long an answer counts',
    flow,
    (data) => (data.questions.SAFE1.valid_hours = 90),
    ['question SAFE1, valid_hours: 24 is now 90'],
  ],
  [
    'silence',
    flow,
    (data) => (data.silence[0].after_minutes = 99),
    [/^intake, silence: .*after_minutes: 99.* added$/, /^intake, silence: .* removed$/],
  ],
  [
    'days until everything is erased',
    flow,
    (data) => (data.retention_days = 5),
    ['intake, retention_days: 30 is now 5'],
  ],
  [
    'a wait',
    'dialogs/levels.yaml',
    (data) => (data.levels.P1.steps[1].at_minutes = 7),
    ['levels, P1, steps, at 5 minutes: removed', 'levels, P1, steps, at 7 minutes: added'],
  ],
  [
    'whom it pages',
    'dialogs/levels.yaml',
    (data) => (data.levels.P1.steps[2].page = ['everybody']),
    [
      'levels, P1, steps, at 10 minutes, page: everybody added',
      'levels, P1, steps, at 10 minutes, page: coordinator removed',
    ],
  ],
  [
    'a number of the directory',
    'dialogs/directory.yaml',
    (data) => (data.entries.emergency.says = '066'),
    ['directory, entries, emergency, says: 911 is now 066'],
  ],
  ['a role', 'dialogs/roles.yaml', (data) => data.roles.pop(), ['roles, general: removed']],
  [
    'a word of all languages',
    'dialogs/words.yaml',
    (data) => data.global.stop.push('BASTA'),
    ['words, global, stop: BASTA added'],
  ],
  [
    'when a text is due',
    'dialogs/texts.yaml',
    (data) => data.with_next_question[0].not_with.pop(),
    ['texts, with_next_question, M_P1_MED, not_with: HELD removed'],
  ],
  [
    'a promise',
    'dialogs/promises.yaml',
    (data) => (data.levels.P1.opened_within_minutes = 50),
    [/^promises, levels, P1, opened_within_minutes: \d+ is now 50$/],
  ],
  [
    'a story',
    'dialogs/scenarios/01-nelly.yaml',
    (data) => (data.ends.level = 'P4'),
    ['scenarios 01-nelly, ends, level: P2 is now P4'],
  ],
  [
    'a text',
    'locales/en/messages.json',
    (data) => (data.M_BYE = 'Go.'),
    [/^text en, messages M_BYE: ".+" is now "Go\."$/],
  ],
  ['a text less', 'locales/en/messages.json', (data) => delete data.M_BYE, ['text en, messages M_BYE: removed']],
  [
    'words for an option',
    'locales/en/answers.yaml',
    (data) => data.options.E2.sick.push('poorly'),
    ['words en, E2 sick: "poorly" added'],
  ],
  [
    'danger words',
    'locales/en/danger.yaml',
    (data) => (data.status = 'reviewed'),
    ['danger en, status: draft is now reviewed'],
  ],
  ['first words', 'locales/en/first-words.yaml', (data) => data.push('ahoy'), ['first-words en: ahoy added']],
  ['a review', 'locales/en/review.json', (data) => (data.reviewer = 'Ana'), ['review en, reviewer: null is now Ana']],
]

describe('a change in words', () => {
  test.each(kinds)('%s', (_, file, edit, says) => {
    const lines = diffBundles(files, edited(file, edit))
    expect(lines).toHaveLength(says.length)
    for (const [index, line] of says.entries()) expect(lines[index]).toMatch(line)
  })

  test('questions of a path: one less, another order, another condition', () => {
    const asks = (data: Data) => data.paths.intake
    const lines = (edit: (data: Data) => void) => diffBundles(files, edited(flow, edit))
    expect(lines((data) => asks(data).splice(0, 1))).toEqual([expect.stringMatching(/^path intake: \w+ removed$/)])
    expect(lines((data) => asks(data).reverse())).toEqual(['path intake: the order of questions changed'])
    const conditional = asks(parse(files[flow]!)).findIndex((step: Data) => step.ask && step.when)
    if (conditional >= 0)
      expect(lines((data) => delete asks(data)[conditional].when)[0]).toMatch(
        /^path intake, \w+ asked when: .* removed$/,
      )
  })

  test('nothing, a comment, a file more and a file less', () => {
    expect(diffBundles(files, files)).toEqual([])
    expect(diffBundles(files, { ...files, [flow]: `# Asked gently.\n${files[flow]}` })).toEqual([
      `file ${flow}: layout or comments only`,
    ])
    const { 'locales/en/forbidden.yaml': _, ...less } = files
    expect(diffBundles(files, less)).toEqual(['file locales/en/forbidden.yaml: removed'])
    expect(diffBundles(less, files)).toEqual(['file locales/en/forbidden.yaml: added'])
  })

  test('a file that cannot be read is told as changed, and the others are told all the same', () => {
    const broken = { ...edited('dialogs/roles.yaml', (data) => data.roles.pop()), 'locales/en/messages.json': '{' }
    expect(diffBundles(files, broken)).toEqual(
      expect.arrayContaining([
        'roles, general: removed',
        'file locales/en/messages.json: changed, and one of the two cannot be read',
      ]),
    )
  })

  test('whatever differs has a line, and what is the same has none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other)
        expect(diffData('it', one, other).length === 0).toBe(isSame || isSameButForOrder(one, other))
        expect(diffData('it', one, JSON.parse(JSON.stringify(one)))).toEqual([])
      }),
    )
  })
})

/** The order of keys has no meaning in YAML. */
function isSameButForOrder(one: unknown, other: unknown): boolean {
  return (
    diffData('', sorted(one), sorted(other)).length === 0 &&
    JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
  )
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
