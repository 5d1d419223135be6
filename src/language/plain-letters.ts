import type { Language } from '../types.ts'

/** Signs that say the same when typed on a keypad, in every language. */
export const PLAIN_SIGNS: Record<string, string> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '′': "'",
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '·': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '\u200b': '',
  '\ufeff': '',
}

/**
 * Letters outside GSM-7 that may go out plain, by language. A language that is not here keeps all its letters.
 *
 * - es: á í ó ú mark stress only. é ñ ü ¿ ¡ are in GSM-7 and stay.
 * - pt: as Brazilians and Portuguese write SMS. é à are in GSM-7 and stay; `WORDS_THAT_NEED_ACCENTS` has the rest.
 * - fr: é è à ù are in GSM-7 and stay; the circumflex, the cedilla and the diaeresis are silent to the reader.
 * - ht: è ò à é are in GSM-7, their capitals are not. "Eske" would be another vowel, so a capital becomes small: "èske".
 * - uz: the turned comma of oʻ and gʻ; everybody types the straight one.
 * - tr: none. ı and i, ş and s, ğ and g are different letters, and plain "sik-" for "sık-" is an obscenity.
 * - vi: none. Each accent is a tone and makes another word.
 * - Cyrillic, Arabic, Indian scripts and Chinese cannot be sent in GSM-7 at all.
 */
export const PLAIN_LETTERS: Record<Language, Record<string, string>> = {
  es: letters('áíóúÁÍÓÚ', 'aiouAIOU'),
  pt: { ...letters('áíóúâêôãõçÁÍÓÚÂÊÔÃÕ', 'aiouaeoaocAIOUAEOAO'), À: 'à' },
  fr: { ...letters('âêîôûëïçÂÊÎÔÛËÏ', 'aeioueicAEIOUEI'), œ: 'oe', Œ: 'Oe', À: 'à', È: 'è', Ù: 'ù' },
  ht: { È: 'è', Ò: 'ò', À: 'à' },
  uz: { ʻ: "'", ʼ: "'" },
}

/**
 * Words that become another word without their accents. A text with one of them keeps all its accents.
 *
 * Stress that only changes who did it ("mató" he killed, "mato" I kill) is here for what must never be misread; the
 * everyday pairs (sí and si, está and esta) are not, since people read them right in every SMS they get.
 */
export const WORDS_THAT_NEED_ACCENTS: Record<Language, RegExp> = {
  es: anyWord('mató', 'violó', 'amenazó', 'pegó', 'golpeó'),
  // Make and knife, strength and gallows, ask and sin, grandmother and grandfather, country and parents, apple and stretcher.
  pt: anyWord(
    'faça',
    'façam',
    'força',
    'peça',
    'peçam',
    'avó',
    'avô',
    'país',
    'maçã',
    'cocô',
    'caça',
    'matá-lo',
    'forçam',
    'forçou',
  ),
  // Fasting and young, on and sure stay apart by context; a task and a stain do not.
  fr: anyWord('jeûne', 'jeûner', 'tâche', 'pêche', 'forêt', 'mûr'),
}

function letters(from: string, to: string): Record<string, string> {
  const plain = [...to]
  return Object.fromEntries([...from].map((letter, at) => [letter, plain[at]!]))
}

function anyWord(...words: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}])(?:${words.join('|')})(?![\\p{L}])`, 'iu')
}
