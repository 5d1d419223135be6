import type { BundleFiles } from '../../../src/flow/read-bundle.ts'

/** A file as no coordinator means to write it, and what is said about it. */
export interface BadInput {
  name: string
  change(files: BundleFiles): BundleFiles
  /** The code of the problem; null when it is read like any other. */
  code: string | null
  /** Stands in its message. */
  says?: string
}

const intake = 'dialogs/intake.yaml'
const rules = 'dialogs/rules.yaml'
const levels = 'dialogs/levels.yaml'
const spanish = 'locales/es/messages.json'

const withText = (file: string, change: (text: string) => string) => (files: BundleFiles) => {
  const after = change(files[file]!)
  if (after === files[file]) throw new Error(`${file} was not changed.`)
  return { ...files, [file]: after }
}
const append = (file: string, more: string) => withText(file, (text) => `${text}\n${more}\n`)
const replace = (file: string, find: string | RegExp, by: string) => withText(file, (text) => text.replace(find, by))
const manyLines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

/** One question of two answers for each number, asked one after the other at the end of the contact path. */
const longFlow = (count: number) => (files: BundleFiles) => {
  const questions = manyLines(
    count,
    (index) =>
      `  N${index}: { title: "Number ${index}", answer: one, options: [{ digit: 1, id: yes }, { digit: 2, id: no }], yes_no: true, not_understood: UNREAD }`,
  )
  const steps = manyLines(count, (index) => `    - { ask: N${index} }`)
  return replace(
    intake,
    /\npaths:\n/,
    `\n${questions}\npaths:\n`,
  )(replace(intake, '  contact:\n    - ask: E1\n', `  contact:\n    - ask: E1\n${steps}\n`)(files))
}

export const badInputs: BadInput[] = [
  {
    name: 'an alias bomb',
    change: append(
      rules,
      `a: &a [x, x]\n${manyLines(30, (i) => `b${i}: &b${i} [*${i ? `b${i - 1}` : 'a'}, *${i ? `b${i - 1}` : 'a'}]`)}`,
    ),
    code: 'file/alias',
    says: 'Write the lines out',
  },
  { name: 'a key twice', change: append(intake, 'first_question: CONS'), code: 'file/double-key', says: 'twice' },
  {
    name: 'a text twice',
    change: replace(spanish, /\{\s*"M_BYE"|\{/, '{"M_P2": "Espera.",\n"M_P2": "Espera.",'),
    code: 'file/double-key',
    says: 'twice',
  },
  {
    name: 'a merge key',
    change: append(levels, '<<: { version: 2 }'),
    code: 'file/merge-key',
    says: 'Write the lines out',
  },
  { name: 'a tab at the beginning of a line', change: append(intake, '\tfirst: E1'), code: 'file/tab', says: 'spaces' },
  {
    name: 'a byte order mark',
    change: withText(intake, (text) => `\ufeff${text}`),
    code: 'file/byte-order-mark',
    says: 'UTF-8',
  },
  {
    name: 'line ends of Windows',
    change: (files) =>
      Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(/\n/g, '\r\n')])),
    code: null,
  },
  {
    name: 'bytes of another encoding',
    change: append(intake, '# A\ufffdo'),
    code: 'file/odd-character',
    says: 'UTF-8',
  },
  {
    name: 'ten million characters',
    change: append(intake, `# ${'x'.repeat(10_000_000)}`),
    code: 'file/too-large',
    says: 'at most',
  },
  {
    name: 'ten thousand brackets',
    change: append(intake, `deep: ${'['.repeat(10_000)}`),
    code: 'file/too-deep',
    says: 'inside each other',
  },
  {
    name: 'ten thousand dashes',
    change: append(intake, `deep:\n  ${'- '.repeat(10_000)}x`),
    code: 'file/too-deep',
    says: 'inside each other',
  },
  {
    name: 'ten thousand keys inside each other',
    change: append(
      intake,
      manyLines(1300, (index) => `${' '.repeat(index)}k:`),
    ),
    code: 'file/too-deep',
    says: 'inside each other',
  },
  {
    name: 'a list of 100,000 entries',
    change: replace('dialogs/words.yaml', /$/, `\nmore: [${'a,'.repeat(100_000)}a]\n`),
    code: 'words/unknown-key',
    says: 'more',
  },
  {
    name: 'a list of 100,000 wrong entries',
    change: replace('dialogs/roles.yaml', /roles:\n/, `roles:\n${'  - 1\n'.repeat(100_000)}`),
    code: 'roles/wrong-value',
  },
  {
    name: 'no as a key',
    change: replace(intake, '    yes_no: true', '    yes_no: true\n    no: 1'),
    code: 'flow/unknown-key',
    says: '"no"',
  },
  { name: '08 as a key', change: append(intake, '08: x'), code: 'file/unclear-key', says: 'quotes' },
  { name: 'null as a key', change: append(intake, 'null: x'), code: 'file/unclear-key', says: 'quotes' },
  {
    name: 'a key that would change every object',
    change: append(intake, '__proto__: { admin: true }'),
    code: 'flow/unknown-key',
  },
  {
    name: 'a language that nobody knows',
    change: (files) => ({ ...files, 'locales/xx/messages.json': '{"M_BYE": "?"}' }),
    code: 'locale/unknown-language',
  },
  { name: 'a placeholder gone', change: replace(spanish, '{{LINE}}', 'la linea'), code: 'locale/placeholder' },
  { name: 'a placeholder misspelt', change: replace(spanish, '{{LINE}}', '{{LIEN}}'), code: 'locale/placeholder' },
  {
    name: 'a sign that turns the direction of what follows',
    change: replace('locales/ar/messages.json', /("M_BYE": ")/, '$1\u202e'),
    code: 'locale/direction',
    says: 'direction',
  },
  {
    name: 'a file of another kind',
    change: (files) => ({ ...files, [intake]: files['dialogs/roles.yaml']! }),
    code: 'flow/wrong-value',
    says: 'kind',
  },
  {
    name: 'two documents in one file',
    change: append(intake, '---\nversion: 1'),
    code: 'file/yaml',
    says: 'one document',
  },
  {
    name: 'a file that is a list',
    change: (files) => ({ ...files, [intake]: '- version: 1\n' }),
    code: 'flow/wrong-value',
  },
  { name: 'a file that is a word', change: (files) => ({ ...files, [intake]: 'hello\n' }), code: 'flow/wrong-value' },
  { name: 'an empty file', change: (files) => ({ ...files, [intake]: '' }), code: 'file/empty' },
  {
    name: 'a file with nothing but remarks',
    change: (files) => ({ ...files, [intake]: '# nothing\n' }),
    code: 'flow/wrong-value',
    says: 'empty',
  },
  { name: 'nothing at all', change: () => ({}), code: 'flow/missing-file', says: 'missing' },
  {
    name: 'a word that means yes and stop in one language',
    change: replace('locales/ht/answers.yaml', '"yes": [wi,', '"yes": [sispann, wi,'),
    code: 'words/is-a-global-word',
  },
  {
    name: 'a word that means yes and no in one language',
    change: replace('locales/ht/answers.yaml', '"no": [non,', '"no": [wi, non,'),
    code: 'words/is-another-option',
    says: '"wi" stands for "yes" and for "no"',
  },
  {
    name: 'a thousand steps',
    change: longFlow(1000),
    code: 'flow/too-many-steps',
    says: 'at most 200',
  },
  {
    name: 'two flags that wait for each other',
    change: replace(
      rules,
      '\nflags:\n',
      '\nflags:\n  ROUND:\n    level: P3\n    when: { flag: ABOUT }\n  ABOUT:\n    level: P3\n    when: { flag: ROUND }\n',
    ),
    code: 'rules/circle',
    says: 'ROUND → ABOUT → ROUND',
  },
]
