import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { detectLanguage } from '../language/detect-language.ts'
import { readLanguageModel } from '../language-files.ts'
import type { CommandIo } from './io.ts'

const help = `puente detect [--country +509]

Reads one JSON string a line, writes one answer a line, at once:
  ht     the language, ISO 639-1 where there is a code, else 639-3
  ?ht    the same, but Puente would ask
  und    no language: digits, emoji, links, names

--country  the phone's country, as a calling code or a whole number; it settles ties only

  echo '"mwen bezwen èd"' | npx puente detect
  echo '"alo"' | npx puente detect --country +55
  npx puente detect < messages.jsonl > languages.txt
`

/**
 * `puente detect`: which language each line is in.
 *
 * @returns 0 when every line was read, 1 when some were not JSON strings, 2 when the call was wrong
 */
export async function detect(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const country = readCountry(args)
  if (country === null) {
    io.stderr.write('puente detect: expected no words, or "--country +509". "puente detect --help" shows examples.\n')
    return 2
  }
  const model = readLanguageModel(fileURLToPath(new URL('../..', import.meta.url)))
  let exitCode = 0
  let lineNumber = 0
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1
    const text = readText(line)
    if (text === null) {
      // The line itself may hold what a person wrote, so only its number is said.
      io.stderr.write(`line ${lineNumber}: expected one JSON string, such as "hola"; answered und\n`)
      exitCode = 1
    }
    const { language, sure } = detectLanguage(model, text ?? '', { country })
    io.stdout.write(`${language === null ? 'und' : sure ? language : `?${language}`}\n`)
  }
  return exitCode
}

/** undefined: no country given; null: the arguments cannot be understood. */
function readCountry(args: string[]): string | undefined | null {
  if (args.length === 0) return undefined
  const [flag, value] = (args[0] as string).startsWith('--country=') ? ['--country', args[0]?.slice(10)] : args
  if (flag !== '--country' || value === undefined || !/^\+?\d{1,15}$/.test(value)) return null
  return value
}

function readText(line: string): string | null {
  try {
    const text: unknown = JSON.parse(line)
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}
