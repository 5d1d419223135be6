import { keyOf } from '../../language/answer-words.ts'
import { foldText, foldTextKeepingTones } from '../../language/fold-text.ts'
import type { Problem } from '../../problem.ts'
import { wordsFile } from './answer-words.ts'
import type { Check } from './subject.ts'

const KINDS = ['stop', 'sos', 'person', 'erase', 'why', 'data', 'skip', 'language_menu'] as const

/** What stands at the head of a conversation, or is a plain number, is no word that counts at any time. */
export const checkGlobalWords: Check = (subject) =>
  subject.words.flatMap(({ language, words }) => {
    const fold = words.tones ? foldTextKeepingTones : foldText
    const key = (word: string) => keyOf(word, fold)
    const numbers = new Map(
      Object.entries(words.numbers)
        .filter(([number]) => Number(number) >= 1 && Number(number) <= 9)
        .flatMap(([number, list]) => list.map((word) => [key(word), number] as const)),
    )
    const greetings = new Set(firstWords(subject.files[`locales/${language}/first-words.yaml`]).map(key))
    return KINDS.flatMap((kind) =>
      words[kind].flatMap((word, index): Problem[] => {
        const report = (code: string, message: string) => [
          subject.point(wordsFile(language), [kind, index], code, message),
        ]
        const number = /^[1-9]$/.test(key(word)) ? key(word) : numbers.get(key(word))
        if (number !== undefined)
          return report(
            'words/is-a-number',
            `"${word}" is ${number}, and would count at any time as "${kind}". Take it away here.\nWho answers ${number} would be understood as that, and not as the option.`,
          )
        // Who begins with a call for help, or for a person, means it.
        if (!MILD.has(kind) || !greetings.has(key(word))) return []
        return report(
          'words/is-a-first-word',
          `"${word}" is what people write first (locales/${language}/first-words.yaml), and would count at any time as "${kind}". Take it away in one of the two.\nA person who greets us, or thanks us, would be understood as that.`,
        )
      }),
    )
  })

const MILD = new Set<string>(['stop', 'erase', 'data', 'skip'])

/** One message a line, each after a dash. */
const firstWords = (text = ''): string[] => [...text.matchAll(/^- (.+)$/gm)].map((match) => match[1]!)
