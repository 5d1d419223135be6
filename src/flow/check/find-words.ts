import { foldedWords, foldText, foldTextKeepingTones } from '../../language/fold-text.ts'
import type { Language } from '../../types.ts'
import type { Subject } from './subject.ts'

/**
 * Finds the first word of a list that a text holds.
 *
 * @param words - words or several in order; `*` at either end stands for any letters
 */
export function wordFinder(
  subject: Subject,
  language: Language,
  words: readonly string[],
): (text: string) => string | null {
  // Without its accents "trong" (in) would be "trốn" (flee) in Vietnamese.
  const fold = subject.answerWords.tonal.has(language) ? foldTextKeepingTones : foldText
  const entries = words.map((word) => {
    // Chinese writes no spaces: a word may stand anywhere.
    const isAnywhere = /\p{Script=Han}/u.test(word)
    const said = foldedWords(word.replaceAll('*', ''), fold).join(' ')
    return {
      word,
      key: `${isAnywhere || word.startsWith('*') ? '' : ' '}${said}${isAnywhere || word.endsWith('*') ? '' : ' '}`,
    }
  })
  return (text) => {
    const said = ` ${foldedWords(text, fold).join(' ')} `
    for (const { word, key } of entries) if (said.includes(key)) return word
    return null
  }
}
