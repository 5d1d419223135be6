import { namespaces, placeholdersIn, sentencesOf, type Texts } from './texts.ts'

/** Our own texts to people, by the letters they begin with; made once for a bundle. */
export type OwnTexts = ReadonlyMap<string, string[]>

/** Makes our texts to people known in every language. A sentence with a placeholder ends what is known of a text. */
export function compileOwnTexts({ i18n, languages }: Texts): OwnTexts {
  const own = new Map<string, string[]>()
  for (const language of languages)
    for (const namespace of namespaces.filter((one) => one === 'questions' || one === 'messages'))
      for (const text of Object.values<string>(i18n.getResourceBundle(language, namespace) ?? {}))
        for (const part of withoutPlaceholders(text)) {
          const { letters } = squeeze(part)
          if (letters.length < startLength) continue
          const start = letters.slice(0, startLength)
          own.set(start, [...(own.get(start) ?? []), letters])
        }
  return own
}

/**
 * A message without those of our texts that the phone put into it, as reply quotes and phones that answer by themselves do.
 * A quote counts from the beginning of our text and may be cut off; signs, case, accents and line marks do not matter.
 * What a person types from the middle of a question, such as the words of an answer, stays.
 *
 * @returns the message as it is when nothing is quoted; empty when it was nothing but our words
 */
export function withoutOwnTexts(own: OwnTexts, message: string): string {
  if (message.length < startLength) return message
  const { letters, places } = squeeze(message)
  let rest = ''
  let keptFrom = 0
  let isQuoting = false
  for (let at = 0; at + startLength <= letters.length; ) {
    const length = quotedAt(own, letters, at)
    if (length === 0) {
      at += 1
      continue
    }
    isQuoting = true
    rest += `${message.slice(keptFrom, places[at]).replace(/[\s>|“”„«»"':–—-]+$/u, '')} `
    at += length
    const end = places[at - 1]!
    const next = [...message.slice(end)][0]!.length
    keptFrom = end + next + (message.slice(end + next).match(/^[\s\p{P}\p{M}=]+/u)?.[0].length ?? 0)
  }
  if (!isQuoting) return message
  rest = (rest + message.slice(keptFrom)).trim()
  return aboutQuotes.test(rest) ? '' : rest
}

function withoutPlaceholders(text: string): string[] {
  const parts = ['']
  for (const sentence of sentencesOf(text))
    if (placeholdersIn(sentence).length > 0) parts.push('')
    else parts.push(parts.pop()! + sentence)
  return parts.filter((part) => part !== '')
}

/** How many letters from `at` on are a quote, or 0. */
function quotedAt(own: OwnTexts, letters: string, at: number): number {
  let longest = 0
  for (const text of own.get(letters.slice(at, at + startLength)) ?? []) {
    let length = startLength
    while (length < text.length && letters[at + length] === text[length]) length += 1
    const needed = /\p{Script=Han}/u.test(text) ? startLength : lettersNeeded
    if (length >= Math.min(needed, text.length)) longest = Math.max(longest, length)
  }
  return longest
}

/** Letters and digits alone, without case and accents, and where in the text each stands. */
function squeeze(text: string): { letters: string; places: number[] } {
  let letters = ''
  const places: number[] = []
  let place = 0
  for (const character of text) {
    for (const unit of character
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll('ı', 'i')
      .replace(/[^\p{L}\p{N}]/gu, '')) {
      letters += unit
      for (let index = 0; index < unit.length; index++) places.push(place)
    }
    place += character.length
  }
  return { letters, places }
}

const startLength = 10
/** Nobody begins to write with so many letters of ours by chance. */
const lettersNeeded = 24
/** "Re:" and the like, and what is left of quotation marks. */
const aboutQuotes = /^[\s\p{P}>|]*(?:(?:re|fw|fwd|rv|aw|wg|tr|enc|ynt|отв|回复|رد)[\s\p{P}>|]*)?$/iu
