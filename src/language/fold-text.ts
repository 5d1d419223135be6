import { plainDigits } from './digits.ts'

/**
 * A text without what people leave out or add when they type on a small phone: case, accents, vowel marks, apostrophes,
 * invisible characters and directions; digits of every script become `0` to `9`, and letters that keypads lack become
 * the ones that people press instead (`ң` is typed `н`, `ı` is typed `i`).
 *
 * Both the word tables and the replies go through it, so a table can be written as the language is spelled.
 */
export function foldText(text: string): string {
  // The number signs would fold to the word "no".
  return foldEach(text.replace(/№|\bn[º°]/giu, '#'), foldedByCharacter, (character) =>
    plainDigits(character.normalize('NFKD').toLowerCase().replace(MARKS, '').replace(APOSTROPHES, '')).replace(
      TYPED_OTHERWISE,
      (letter) => TYPED_AS[letter] ?? letter,
    ),
  )
}

/** Like `foldText`, but keeps accents: in Vietnamese "đúng" is right and "dừng" is stop. */
export function foldTextKeepingTones(text: string): string {
  return foldEach(text.normalize('NFC'), tonedByCharacter, (character) => {
    const lower = character.toLowerCase().normalize('NFC')
    return /^[\p{L}\p{M}]+$/u.test(lower) ? lower : foldText(character)
  })
}

/**
 * Splits a text into folded words: runs of letters, runs of digits, and single Han characters, since Chinese has no spaces.
 * Signs and emoji are no words. `"1y3"` is `["1", "y", "3"]`.
 */
export function foldedWords(text: string, fold: (text: string) => string = foldText): string[] {
  return fold(text).match(WORDS) ?? []
}

const WORDS = /[0-9]+|\p{Script=Han}|[[\p{L}\p{M}]--\p{Script=Han}]+/gv

const APOSTROPHES = /['‘’ʻʼʽˈʹʾʿ`´＇ʔ]/gu

// Marks of Latin, Cyrillic, Hebrew and Arabic, the nukta of Indian scripts, joiners, directions, selectors, key caps.
// The vowel signs of Indian scripts are letters to those who write them and stay.
const MARKS = new RegExp(
  [
    '[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f\\u0483-\\u0489]',
    '[\\u0591-\\u05c7\\u0610-\\u061a\\u061c\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed]',
    '[\\u093c\\u09bc\\u0a3c\\u0abc]',
    '[\\u00ad\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufe00-\\ufe0f\\u{1F3FB}-\\u{1F3FF}\\u{E0000}-\\u{E01EF}]',
  ].join('|'),
  'gu',
)

const TYPED_AS: Record<string, string> = {
  ı: 'i',
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ə: 'e',
  ɛ: 'e',
  ɔ: 'o',
  ŋ: 'n',
  ɨ: 'i',
  ʉ: 'u',
  ң: 'н',
  ө: 'о',
  ү: 'у',
  ұ: 'у',
  қ: 'к',
  ғ: 'г',
  ә: 'а',
  һ: 'х',
  ҳ: 'х',
  ҷ: 'ч',
  і: 'и',
  ґ: 'г',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  ە: 'ه',
  ٱ: 'ا',
}
const TYPED_OTHERWISE = new RegExp(`[${Object.keys(TYPED_AS).join('')}]`, 'gu')

// Folding is done character by character, so each is worked out once. Bounded, since texts come from outside.
const foldedByCharacter = new Map<string, string>()
const tonedByCharacter = new Map<string, string>()
const CHARACTERS_MAX = 20_000

function foldEach(text: string, known: Map<string, string>, fold: (character: string) => string): string {
  let folded = ''
  for (const character of text) {
    let its = known.get(character)
    if (its === undefined) {
      its = fold(character)
      if (known.size < CHARACTERS_MAX) known.set(character, its)
    }
    folded += its
  }
  return folded
}
