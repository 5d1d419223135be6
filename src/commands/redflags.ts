import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readDangerScanner } from '../danger-files.ts'
import type { DangerReading, DangerScanner } from '../triage/scan-danger.ts'
import { readDanger, scanDanger } from '../triage/scan-danger.ts'
import type { DangerCategory, RoleId } from '../types.ts'
import type { CommandIo } from './io.ts'

const help = `puente redflags
puente redflags --explain TEXT [--lang xx]

Looks for danger in a person's own words, as Puente does with every message.

Without --explain it reads JSON lines {"lang","text"} and writes one JSON line each, at once:
  {"urgent":true,"categories":["medical"],"because":"…"}
A line that cannot be read gives {"error":"…"}, and the next one is read. A "lang" that is not known, or none,
tries every language.

--explain says in plain words what was read in TEXT, which rule it met, what counted against it, and who would be
paged. Try words before you change locales/<language>/danger.yaml.

  echo '{"lang":"es","text":"mi hijo no despierta"}' | npx puente redflags
  npx puente redflags --explain "nos tienen en una casa" --lang es
  npx puente redflags --explain "ya lo atendieron, gracias"
`

const lineSchema = z.object({ lang: z.string().nullish(), text: z.string() })

/**
 * `puente redflags`: danger in free text, as JSON lines, or one text explained for a coordinator.
 *
 * @returns 0, also after lines that could not be read (each says so in its answer); 2 when the call was wrong
 */
export async function redflags(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const call = readCall(args)
  if (call === null) {
    io.stderr.write('puente redflags: expected no words, or --explain TEXT. "puente redflags --help" shows examples.\n')
    return 2
  }
  const scanner = readDangerScanner(fileURLToPath(new URL('../..', import.meta.url)))
  if (call.explain !== null) {
    io.stdout.write(explain(scanner, call.explain, call.language))
    return 0
  }
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    io.stdout.write(`${JSON.stringify(answerLine(scanner, line))}\n`)
  }
  return 0
}

function readCall(args: string[]): { explain: string | null; language: string | null } | null {
  const call: { explain: string | null; language: string | null } = { explain: null, language: null }
  for (let at = 0; at < args.length; at += 2) {
    const value = args[at + 1]
    if (value === undefined) return null
    if (args[at] === '--explain') call.explain = value
    else if (args[at] === '--lang') call.language = value
    else return null
  }
  return args.length > 0 && call.explain === null ? null : call
}

function answerLine(scanner: DangerScanner, line: string): object {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return { error: 'expected one JSON object with "lang" and "text" on this line' }
  }
  const read = lineSchema.safeParse(json)
  if (!read.success) return { error: 'expected "text" as a string, and "lang" as a string or nothing' }
  const { urgent, categories, because } = scanDanger(scanner, read.data.text, read.data.lang ?? null)
  return { urgent, categories, because: because.length > 0 ? because.join('; ') : 'nothing dangerous was read' }
}

/** Who is paged for the flag TEXT: protocol section 6. */
const pagedFor: Record<DangerCategory, RoleId> = {
  medical: 'medical',
  pregnancy: 'medical',
  selfharm: 'medical',
  child: 'child_protection',
  trafficking: 'trafficking',
  threat: 'protection',
}

function explain(scanner: DangerScanner, text: string, language: string | null): string {
  const reading = readDanger(scanner, text, language)
  const { scan } = reading
  const lines = [
    scan.urgent
      ? 'The text suggests danger now: somebody is paged at this message.'
      : 'Nothing in this text pages anybody by itself. The questions go on.',
    '',
    ...explainRules(reading),
    ...explainLikeness(text, reading),
    ...explainLowered(reading),
  ]
  if (scan.urgent) lines.push(`Paged: ${whoIsPaged(scan.categories)} (flag TEXT, level P1).`)
  if (scan.captive) lines.push('The writer seems to be held: flag CAPTIVE. One short text, then silence; no question.')
  if (scan.changedWriter)
    lines.push('The words ask who wrote before or for staff: flag CHANGED_WRITER, protection is paged.')
  lines.push(`Languages tried: ${reading.languages.join(', ') || 'none fits these letters'}.`)
  return `${lines.join('\n')}\n`
}

function explainRules({ found }: DangerReading): string[] {
  if (found.length === 0) return ['No rule holds.']
  return found.map(({ rule, words }) => {
    const said = words.map((word) => `“${word}”`).join(' and ')
    return `${rule.urgent ? 'Pages' : 'Notes'}: ${said}. Rule ${rule.id}: ${rule.says}.`
  })
}

function explainLikeness(text: string, { likeness }: DangerReading): string[] {
  if (likeness === null) return []
  const said = likeness.words.map(({ from, to }) => `“${text.slice(from, to)}”`).join(', ')
  return [`Pages: sounds like ${likeness.categories.join(', ')} to the model, most of all ${said || 'as a whole'}.`]
}

function explainLowered({ lowered, hits }: DangerReading): string[] {
  const out = lowered.map(({ words, by }) => `Does not count: “${words}”, because it is ${by}.`)
  for (const hit of hits) {
    if (hit.idea === 'idiom' || hit.idea === 'denied') out.push('A saying or a denial covers some of the words.')
  }
  return [...new Set(out)]
}

function whoIsPaged(categories: readonly DangerCategory[]): string {
  const roles = new Set(categories.map((category) => pagedFor[category]))
  return roles.size > 0 ? [...roles].join(', ') : 'general'
}
