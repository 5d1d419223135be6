import type { Language } from '../types.ts'
import { countSegments, segmentEncoding } from './count-segments.ts'
import { PLAIN_LETTERS, PLAIN_SIGNS, WORDS_THAT_NEED_ACCENTS } from './plain-letters.ts'

/**
 * The same text with letters that cost nothing on SMS, when that saves at least one segment; else the text as it is.
 *
 * One `á` doubles the price of a text. People who write Spanish, Portuguese or French by SMS leave such accents out
 * themselves; where leaving one out makes another word, or the accent is a letter of its own, the text stays as it is.
 * Never for WhatsApp, where letters are free.
 *
 * @example
 * plainForSms('¿Está enfermo? '.repeat(8), 'es') // '¿Esta enfermo? '.repeat(8): one segment instead of two
 */
export function plainForSms(text: string, language: Language): string {
  if (text === '' || segmentEncoding(text) === 'GSM-7') return text
  if (WORDS_THAT_NEED_ACCENTS[language]?.test(text)) return text
  const letters = PLAIN_LETTERS[language]
  let plain = ''
  for (const character of text.normalize('NFC')) {
    plain += letters?.[character] ?? PLAIN_SIGNS[character] ?? character
  }
  return segmentEncoding(plain) === 'GSM-7' && countSegments(plain) < countSegments(text) ? plain : text
}
