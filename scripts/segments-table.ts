/**
 * Writes docs/segments.md: what a whole conversation costs in SMS, by language.
 *
 *   node scripts/segments-table.ts                 one segment at 0.0083 US dollars
 *   node scripts/segments-table.ts --price 0.05
 *
 * Plays the stories below through the real flow and counts every text that goes to the person.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadBundle } from '../src/commands/load-bundle.ts'
import { playVignette } from '../src/commands/vignettes.ts'

const { values } = parseArgs({ options: { price: { type: 'string', default: '0.0083' } } })
const price = Number(values.price)
if (!(price > 0)) throw new RangeError(`--price expects dollars for one segment, such as 0.0083, got ${values.price}`)

const stories: { name: string; answers: Record<string, string> }[] = [
  { name: 'labour', answers: { E1: '1', E2: '2', PREG_DS: '2', LOC: '1', CB: '1' } },
  {
    name: 'child alone',
    answers: {
      E1: '2',
      CONS: '1',
      AGE: '15',
      WHO: '4',
      MED: '2',
      PREG: '3',
      SAFE1: '1',
      TH: '4',
      TR1: '2',
      LOC: '1',
      CB: '1',
    },
  },
  {
    name: 'no need',
    answers: {
      E1: '2',
      CONS: '1',
      AGE: '30',
      MED: '2',
      PREG: '3',
      KIDS: '4',
      SAFE1: '1',
      TH: '4',
      TR1: '2',
      TR2: '3',
      SH: '3',
      DIS: '5',
      LEG: '8',
      LOC: '1',
    },
  },
  {
    name: 'longest',
    answers: {
      E1: '2',
      CONS: '1',
      AGE: '30',
      MED: '1',
      MED_WHO: '3',
      CHILD_DS: '7',
      DAYS: '1',
      MEDS: '8',
      MEDS_D: '3',
      PREG: '1',
      PREG_DS: '9',
      PREG_W: '4',
      KIDS: '3',
      SAFE1: '1',
      TH: '2',
      HELD: '1',
      TR1: '2',
      TR2: '2',
      TR3: '2',
      TR4: '2',
      SV: '4',
      SH: '3',
      DIS: '5',
      LEG: '1',
      LEG_24: '2',
      LOC: '1',
      CB: '1',
    },
  },
]

const bundle = loadBundle(process)
if (!bundle) process.exit(2)

function play(language: string, story: (typeof stories)[number], channel: 'sms' | 'whatsapp'): number {
  const { result, differences } = playVignette(bundle!, {
    id: story.name,
    lang: language,
    channel,
    answers: story.answers,
  })
  if (differences.length > 0)
    throw new Error(`"${story.name}" in ${language} no longer fits the flow: ${differences.join('; ')}`)
  if (result.segments === null) throw new Error(`${language} has no texts`)
  return result.segments
}

const rows = bundle.dialogs.languages
  .filter((entry) => entry.written)
  .map((entry) => {
    const segments = stories.map((story) => play(entry.id, story, 'sms'))
    const withAccents = stories.map((story) => play(entry.id, story, 'whatsapp'))
    return { entry, segments, withAccents }
  })
  .sort((one, other) => one.segments[3]! - other.segments[3]!)

const money = (segments: number) => (segments * price).toFixed(3)
const answers = stories.map((story) => Object.keys(story.answers).length)
const table = [
  `| language | ${stories.map((story, at) => `${story.name} (${answers[at]} answers)`).join(' | ')} | longest, US$ | with all accents, longest |`,
  `|---|${stories.map(() => '--:').join('|')}|--:|--:|`,
  ...rows.map(
    ({ entry, segments, withAccents }) =>
      `| ${entry.name} (${entry.id}) | ${segments.join(' | ')} | ${money(segments[3]!)} | ${withAccents[3] === segments[3] ? '=' : withAccents[3]} |`,
  ),
].join('\n')

writeFileSync(
  new URL('../docs/segments.md', import.meta.url),
  `# What a conversation costs in SMS

Segments that we send in one whole conversation, by language; the person's own answers are one segment each and not in the
table. Written by \`node scripts/segments-table.ts\`, from the texts and the flow as they are now: do not edit by hand.

${table}

- The stories: a woman in labour who says so at once; a child of 15 alone; an adult without any need; and the longest way
  through all questions (a child with fever, a medicine, a pregnancy, a threat some days ago).
- The money is ${price} US dollars a segment, Twilio's list price for a United States number in 2025 without carrier fees.
  Prices change and differ by country: \`node scripts/segments-table.ts --price 0.05\`.
- A text with one letter outside the small alphabet of SMS costs twice as much (70 letters a segment instead of 160).
  Spanish, Portuguese, French and Haitian Creole are sent with plain letters where that saves a segment and changes no
  word; the last column is what the same texts would cost with all their accents, as they are sent on WhatsApp.
  Turkish and Vietnamese keep their letters, since without them words mean something else
  (\`src/language/plain-letters.ts\` has the reasons).
`,
)
process.stdout.write(`docs/segments.md: ${rows.length} languages, ${stories.length} stories\n`)
