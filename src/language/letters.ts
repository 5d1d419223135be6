/**
 * A text as the language models see it: words of letters, and how many letters of each script.
 *
 * Case, digits, punctuation, emoji, links and e-mail addresses carry no language and are left out;
 * all apostrophes are one (Mayan and Uzbek writers use whatever the phone has); "holaaaa" is "holaa".
 */
export interface Letters {
  words: string[]
  /** Letters by script, only those that occur. */
  counts: Partial<Record<Script, number>>
  /** All letters together. */
  total: number
}

/** Scripts told apart by their letters. `other` is a script none of our languages uses. */
export type Script =
  | 'latin'
  | 'cyrillic'
  | 'arabic'
  | 'devanagari'
  | 'ethiopic'
  | 'bengali'
  | 'gurmukhi'
  | 'han'
  | 'kana'
  | 'hangul'
  | 'greek'
  | 'armenian'
  | 'georgian'
  | 'hebrew'
  | 'gujarati'
  | 'odia'
  | 'tamil'
  | 'telugu'
  | 'kannada'
  | 'malayalam'
  | 'sinhala'
  | 'thai'
  | 'lao'
  | 'tibetan'
  | 'burmese'
  | 'khmer'
  | 'other'

// A message says its language in its first lines; reading no further keeps the longest one cheap.
const UNITS_READ_MAX = 600
const WORD_UNITS_MAX = 40

// Links, addresses, handles, and codes such as "A1234567".
const NOT_WORDS =
  /https?:\/\/\S+|www\.\S+|[\w.+-]+@\w+\.\S+|[@#][\w.]+|\b[\w-]+\.(?:com|org|net|gov|mx|gob)\b\S*|\b[a-z]*\d{3,}[\da-z]*/gu
const APOSTROPHES = /[\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u00b4`\u2032\ua78b\ua78c]/gu
// Vowel signs that Arabic writers leave out, tatweel, and the dot that "İ" leaves when put in lower case.
const DROPPED =
  /[\u{64b}-\u{652}]|\u{670}|\u{640}|\u{307}|\u{ad}|\u{200b}|\u{200d}|[\u{200e}-\u{200f}]|[\u{202a}-\u{202e}]|[\u{2066}-\u{2069}]|\u{fe0e}|\u{fe0f}|\u{feff}/gu
const REPEATED = /(\p{L})\1{2,}/gu
const WORD = /[\p{L}\p{M}\u200c][\p{L}\p{M}\u200c']*/gu

/** Reads the words and letters of any string; lone surrogates and half emoji are left out. */
export function readLetters(text: string): Letters {
  const start = text.length > UNITS_READ_MAX ? text.slice(0, UNITS_READ_MAX) : text
  const plain = plainText(start.toLowerCase())
  const words: string[] = []
  const counts: Letters['counts'] = {}
  let total = 0
  for (const found of plain.match(WORD) ?? []) {
    const word = found.length > WORD_UNITS_MAX ? found.slice(0, WORD_UNITS_MAX) : found
    words.push(word)
    for (const letter of word) {
      const script = scriptOf(letter.codePointAt(0) ?? 0)
      if (script === null) continue
      counts[script] = (counts[script] ?? 0) + 1
      total += 1
    }
  }
  return { words, counts, total }
}

function plainText(lower: string): string {
  // Most messages have nothing to clean up, and the five searches below are most of what reading costs.
  if (SIMPLE.test(lower)) return lower
  return lower
    .normalize('NFC')
    .replace(NOT_WORDS, ' ')
    .replace(APOSTROPHES, "'")
    .replace(DROPPED, '')
    .replace(REPEATED, '$1$1')
}

// Composed letters, spaces and marks that end a sentence, no letter three times.
const SIMPLE = /^(?!.*(.)\1\1)[a-z' ,!?\u00e0-\u00f6\u00f8-\u017f\u0430-\u045f\u1200-\u135a]*$/u

/** The script of one letter; null for marks and apostrophes, which belong to any. */
function scriptOf(point: number): Script | null {
  if (point === 0x27 || point === 0x200c || (point >= 0x300 && point <= 0x36f)) return null
  for (const [from, to, script] of RANGES) if (point >= from && point <= to) return script
  return 'other'
}

// In the order of how often we meet them.
const RANGES: readonly (readonly [number, number, Script])[] = [
  [0x41, 0x24f, 'latin'],
  [0x400, 0x52f, 'cyrillic'],
  [0x600, 0x6ff, 'arabic'],
  [0x900, 0x97f, 'devanagari'],
  [0x1200, 0x139f, 'ethiopic'],
  [0x980, 0x9ff, 'bengali'],
  [0xa00, 0xa7f, 'gurmukhi'],
  [0x4e00, 0x9fff, 'han'],
  [0x3400, 0x4dbf, 'han'],
  [0x250, 0x2af, 'latin'],
  [0x1e00, 0x1eff, 'latin'],
  [0x2c60, 0x2c7f, 'latin'],
  [0xa720, 0xa7ff, 'latin'],
  [0xff21, 0xff5a, 'latin'],
  [0x750, 0x77f, 'arabic'],
  [0x8a0, 0x8ff, 'arabic'],
  [0xfb50, 0xfdff, 'arabic'],
  [0xfe70, 0xfefc, 'arabic'],
  [0x2d80, 0x2ddf, 'ethiopic'],
  [0xab00, 0xab2f, 'ethiopic'],
  [0x20000, 0x3ffff, 'han'],
  [0xf900, 0xfaff, 'han'],
  [0x3005, 0x3007, 'han'],
  [0x3040, 0x30ff, 'kana'],
  [0xac00, 0xd7a3, 'hangul'],
  [0x1100, 0x11ff, 'hangul'],
  [0x370, 0x3ff, 'greek'],
  [0x1f00, 0x1fff, 'greek'],
  [0x530, 0x58f, 'armenian'],
  [0x10a0, 0x10ff, 'georgian'],
  [0x590, 0x5ff, 'hebrew'],
  [0xa80, 0xaff, 'gujarati'],
  [0xb00, 0xb7f, 'odia'],
  [0xb80, 0xbff, 'tamil'],
  [0xc00, 0xc7f, 'telugu'],
  [0xc80, 0xcff, 'kannada'],
  [0xd00, 0xd7f, 'malayalam'],
  [0xd80, 0xdff, 'sinhala'],
  [0xe00, 0xe7f, 'thai'],
  [0xe80, 0xeff, 'lao'],
  [0xf00, 0xfff, 'tibetan'],
  [0x1000, 0x109f, 'burmese'],
  [0x1780, 0x17ff, 'khmer'],
]
