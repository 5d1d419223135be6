import { foldedWords } from '../language/fold-text.ts'

/**
 * The word by which a case goes on from another phone: two plain words and a number, such as `mango luna 4721`. It is
 * drawn only when whoever has the case asks for it, and told to the person by a human, never by the bot: a word in the
 * thread of a phone that is taken away would be in the wrong hands at once.
 */
export interface CaseWordFound {
  /** As it is kept and compared. */
  word: string
  /** What else the message says. */
  rest: string
}

/**
 * Draws a word. The number has as many digits as make five million words or more of the list, four with the list as
 * shipped: at twenty tries an hour, whoever guesses for a year has tried one in thirty.
 *
 * @param drawIndex - draws one of so many
 */
export function drawCaseWord(words: readonly string[], drawIndex: (count: number) => number): string {
  const first = drawIndex(words.length)
  const second = (first + 1 + drawIndex(words.length - 1)) % words.length
  const number = drawIndex(10 ** digitsFor(words)).toString()
  return `${words[first]} ${words[second]} ${number.padStart(digitsFor(words), '0')}`
}

/**
 * The first word of this form in a message, however it is spaced and capitalised and in digits of any script; null in
 * most messages. One message holds one at most, so that it is one guess.
 */
export function readCaseWord(text: string, words: readonly string[]): CaseWordFound | null {
  const said = foldedWords(text)
  if (said.length > wordsRead) return null
  const length = digitsFor(words)
  const pieces = said.flatMap((word) => unglued(word, words))
  for (const [index, first] of pieces.entries()) {
    const second = pieces[index + 1]
    if (second === undefined || !words.includes(first) || !words.includes(second)) continue
    let digits = ''
    let end = index + 2
    while (end < pieces.length && digits.length < length && /^\d+$/.test(pieces[end]!)) digits += pieces[end++]
    if (digits.length !== length) continue
    const rest = [...pieces.slice(0, index), ...pieces.slice(end)].join(' ')
    return { word: `${first} ${second} ${digits}`, rest }
  }
  return null
}

const wordsRead = 60
const enough = 5_000_000

const digitsFor = ({ length }: readonly string[]): number =>
  Math.max(3, Math.ceil(Math.log10(enough / (length * (length - 1)))))

/** "mangoluna" is two words of the list. */
function unglued(word: string, words: readonly string[]): string[] {
  if (words.includes(word)) return [word]
  const first = words.find((start) => word.startsWith(start) && words.includes(word.slice(start.length)))
  return first === undefined ? [word] : [first, word.slice(first.length)]
}
