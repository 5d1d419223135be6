import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Noto Sans (SIL Open Font License) comes in one file for each script. */
export interface ScriptFont {
  id: string
  file: string
  /** Code points from, to. */
  ranges: [number, number][]
}

const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans/package.json'))

/** The files of one weight, Latin first. */
export function scriptFonts(weight: 400 | 700): ScriptFont[] {
  const unicode = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  const names = Object.keys(unicode).sort((one, other) => rank(one) - rank(other))
  return names.map((name) => ({
    id: `${name}-${weight}`,
    file: join(folder, 'files', `noto-sans-${name}-${weight}-normal.woff`),
    ranges: unicode[name]!.split(',').map(toRange),
  }))
}

const rank = (name: string) => ['latin', 'latin-ext'].indexOf(name) + (name.startsWith('latin') ? 0 : 10)

function toRange(text: string): [number, number] {
  const [from, to] = text.trim().replace('U+', '').split('-')
  const first = Number.parseInt(from!.replaceAll('?', '0'), 16)
  const last = Number.parseInt(to ?? from!.replaceAll('?', 'F'), 16)
  return [first, last]
}

/**
 * Cuts a text into runs of one font each. What no font has becomes "[?]".
 *
 * @returns null when more than a third of the letters is in none of the fonts: then nobody could read it
 */
export function runsOf(text: string, fonts: readonly ScriptFont[]): { font: string; text: string }[] | null {
  const runs: { font: ScriptFont; text: string }[] = []
  let letters = 0
  let missing = 0
  for (const sign of text.normalize('NFC')) {
    if (/\p{L}/u.test(sign)) letters++
    const last = runs.at(-1)
    // A mark belongs to the letter before it, whatever the file says.
    if (last && (hasSign(last.font, sign) || /\p{M}|\p{Cf}/u.test(sign))) {
      last.text += sign
      continue
    }
    const font = fonts.find((one) => hasSign(one, sign))
    if (font === undefined && /\p{L}/u.test(sign)) missing++
    if (font !== undefined) runs.push({ font, text: sign })
    else if (last?.text.endsWith('[?]') !== true) runs.push({ font: fonts[0]!, text: '[?]' })
  }
  if (missing * 3 > letters) return null
  return runs.map(({ font, text: part }) => ({ font: font.id, text: part }))
}

function hasSign({ ranges }: ScriptFont, sign: string): boolean {
  const code = sign.codePointAt(0)!
  return ranges.some(([from, to]) => code >= from && code <= to)
}
