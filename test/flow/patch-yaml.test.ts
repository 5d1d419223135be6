import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { patchYaml } from '../../src/flow/patch-yaml.ts'

type Data = Record<string, unknown>
const read = (text: string) => parse(text) as Data

describe('a text that is to say something else', () => {
  test.each([
    {
      name: 'one value changes, its comment stays',
      text: 'a: 1 # one\nb: [x, y]   # two\n',
      wanted: { a: 2, b: ['x', 'y', 'z'] },
      now: 'a: 2 # one\nb: [x, y, z]   # two\n',
    },
    {
      name: 'a key comes after the one before it, with an empty line where there are some',
      text: 'q:\n  A:\n    t: 1\n\n  # about B\n  B:\n    t: 2\n',
      wanted: { q: { A: { t: 1 }, NEW: { t: 3, o: [{ d: 1, id: 'yes' }] }, B: { t: 2 } } },
      now: 'q:\n  A:\n    t: 1\n\n  NEW:\n    t: 3\n    o: [{ d: 1, id: yes }]\n\n  # about B\n  B:\n    t: 2\n',
    },
    {
      name: 'an item goes, the comment of the next one stays',
      text: 'list:\n  - { id: a, x: 1 }\n  - { id: b }\n  # about c\n  - id: c\n    y: 2\n',
      wanted: {
        list: [
          { id: 'a', x: 2 },
          { id: 'c', y: 2 },
        ],
      },
      now: 'list:\n  - { id: a, x: 2 }\n  # about c\n  - id: c\n    y: 2\n',
    },
    {
      name: 'a condition becomes longer than a line',
      text: 'when: { flag: A } # why\nend: 1\n',
      wanted: {
        when: {
          any: Array.from({ length: 3 }, (_, at) => ({ question: `A_LONG_QUESTION_${at}`, is: 'a_long_answer' })),
        },
        end: 1,
      },
      now:
        'when:\n  any:\n    - { question: A_LONG_QUESTION_0, is: a_long_answer }\n    - { question: A_LONG_QUESTION_1, is: a_long_answer }\n' +
        '    - { question: A_LONG_QUESTION_2, is: a_long_answer } # why\nend: 1\n',
    },
    {
      name: 'JSON stays JSON, one text a line',
      text: '{\n  "a": "x",\n  "b": "y"\n}\n',
      wanted: { a: 'no "X"', c: 'new', b: 'y' },
      now: '{\n  "a": "no \\"X\\"",\n  "c": "new",\n  "b": "y"\n}\n',
    },
    {
      name: 'the first item of a list is another one',
      text: 'x: # of x\n  - a\n  - b\n',
      wanted: { x: ['new', 'a', 'b'] },
      now: 'x: # of x\n  - new\n  - a\n  - b\n',
    },
  ])('$name', ({ text, wanted, now }) => expect(patchYaml(text, wanted)).toBe(now))

  test('what a file says already changes no byte of it', () => {
    for (const [path, text] of Object.entries(readBundleFiles('.')).filter(([file]) =>
      /^dialogs|\/(es|ar|zh)\//.test(file),
    ))
      expect([path, patchYaml(text, parse(text))]).toEqual([path, text])
  })

  // Any change of any shipped file comes out as wanted (patchYaml throws otherwise) and touches few of its lines.
  const shipped = [
    'dialogs/intake.yaml',
    'dialogs/rules.yaml',
    'dialogs/texts.yaml',
    'locales/es/answers.yaml',
    'locales/es/questions.json',
  ]
  test.each(shipped.map((path) => [path]))('any change of %s keeps the other lines', (path) => {
    const text = readFileSync(path, 'utf8')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.constantFrom('set', 'drop', 'add'),
        fc.jsonValue(),
        (pick, how, value) => {
          const wanted = read(text)
          const places = collections(wanted)
          const place = places[pick % places.length]!
          const keys = Object.keys(place)
          const key = keys[pick % Math.max(1, keys.length)]
          if (Array.isArray(place)) {
            if (how === 'add') place.splice(pick % (place.length + 1), 0, value)
            else if (how === 'drop') place.splice(pick % Math.max(1, place.length), 1)
            else if (place.length > 0) place[pick % place.length] = value
          } else if (how === 'add') place.new_key = value
          else if (key !== undefined) {
            if (how === 'drop') delete place[key]
            else place[key] = value
          }
          const before = text.split('\n')
          const after = new Set(patchYaml(text, wanted).split('\n'))
          const lost = before.filter((line) => !after.has(line))
          // What is added takes away at most the line to which it is added.
          if (how === 'add') expect(lost.length).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('any data can become any other', () => {
    const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 })
    fc.assert(
      fc.property(data, data, fc.boolean(), (one, other, isJson) => {
        const text = isJson ? JSON.stringify(one, null, 2) : stringify(one)
        const plain = parse(JSON.stringify(other)) as unknown
        expect(parse(patchYaml(text, plain))).toEqual(plain)
      }),
      { numRuns: 200 },
    )
  })
})

/** Every map and list in it. */
function collections(data: unknown): (Data | unknown[])[] {
  if (typeof data !== 'object' || data === null) return []
  return [data as Data | unknown[], ...Object.values(data).flatMap(collections)]
}
