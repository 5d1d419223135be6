import { plainDigits } from '../../language/digits.ts'
import { foldedWords } from '../../language/fold-text.ts'
import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import type { QuestionData } from '../flow-schema.ts'
import { fileOf } from './locale-texts.ts'
import type { Check, Subject } from './subject.ts'

/** Every prompt offers exactly the options of its question, in the order of their digits, in every language. */
export const checkPromptDigits: Check = (subject) => {
  const opposites = new Map<string, Opposites[]>()
  const problems = subject.live.flatMap((language) =>
    Object.entries(subject.dialogs.flow.questions).flatMap(([id, question]) => {
      const text = subject.locales.get(language)?.questions?.[id]
      if (text === undefined || text.trim() === '' || question.answer === 'number' || !question.options) return []
      const own = opposites.get(id) ?? []
      opposites.set(id, own)
      return checkPrompt(subject, language, id, question, text, own)
    }),
  )
  return [...problems, ...[...opposites].flatMap(([id, own]) => checkOpposites(subject, id, own))]
}

/** The options whose words begin with yes, and with no, in one language. */
interface Opposites {
  language: Language
  yes: string | undefined
  no: string | undefined
}

/** "Yes, if I want" is the same option in every language: where it is another one, words were exchanged. */
function checkOpposites(subject: Subject, id: string, own: Opposites[]): Problem[] {
  return (['yes', 'no'] as const).flatMap((kind) => {
    const told = own.filter((one) => one[kind] !== undefined)
    const counts = new Map<string, number>()
    for (const one of told) counts.set(one[kind]!, (counts.get(one[kind]!) ?? 0) + 1)
    const [usual, count] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? []
    if (usual === undefined || count! < 2) return []
    return told
      .filter((one) => one[kind] !== usual)
      .map((one) => {
        const message = `The words of "${one[kind]}" begin with "${kind}" here; in other languages those of "${usual}" do. Exchange them, or begin with other words.\nA person would say the opposite of what they mean.`
        return subject.point(fileOf(one.language, 'questions'), [id], 'locale/option-swapped', message)
      })
  })
}

function checkPrompt(
  subject: Subject,
  language: Language,
  id: string,
  question: QuestionData,
  text: string,
  opposites: Opposites[],
): Problem[] {
  const file = fileOf(language, 'questions')
  const plain = plainDigits(text.normalize('NFKC'))
  const options = [...question.options!].sort((one, other) => one.digit - other.digit)
  const places: { option: string; digit: number; from: number }[] = []
  let from = 0
  for (const { id: option, digit } of options) {
    const found = findDigit(plain, digit, from)
    if (found < 0) {
      const isElsewhere = findDigit(plain, digit, 0) >= 0
      const message = isElsewhere
        ? `The options of ${id} are not in the order of their numbers here: ${digit} (${option}) comes too early.\nA person would send a number that means something else.`
        : `The number ${digit} (${option}) does not stand in this text.\nA person could not choose it: ${whoWould(subject, id, option)}`
      return [subject.point(file, [id], isElsewhere ? 'locale/option-order' : 'locale/option-missing', message)]
    }
    places.push({ option, digit, from: found })
    from = found + 1
  }
  const problems: Problem[] = []
  const digits = new Set(options.map(({ digit }) => digit))
  const offered = new Set([...plain.matchAll(/(?<!\d)(\d)\s*=/g)].map((match) => Number(match[1])))
  const next = (options.at(-1)?.digit ?? 0) + 1
  if (next <= 9 && findDigit(plain, next, from) >= 0 && !/=/.test(plain)) offered.add(next)
  for (const digit of offered)
    if (digit !== 0 && !digits.has(digit)) {
      const message = `This text offers ${digit}, but ${id} has no such option.\nWho sends it would not be understood.`
      problems.push(subject.point(file, [id], 'locale/option-unknown', message))
    }
  const swapped = checkSwapped(subject, language, id, question, plain, places)
  // Of several that may be sent together, "cannot drink" begins with no in some languages.
  if (swapped.length === 0 && question.answer === 'one') opposites.push(oppositesIn(subject, language, plain, places))
  return [...problems, ...swapped]
}

function oppositesIn(
  subject: Subject,
  language: Language,
  plain: string,
  places: { option: string; from: number }[],
): Opposites {
  const own = subject.words.find((entry) => entry.language === language)?.words
  const beginsWith = (kind: 'yes' | 'no') => {
    const first = own?.[kind][0]
    const word = first === undefined ? '' : foldedWords(first).join(' ')
    const found = places.filter(({ from }, index) => {
      const said = foldedWords(plain.slice(from + 1, places[index + 1]?.from ?? plain.length)).join(' ')
      return word !== '' && (said === word || said.startsWith(`${word} `))
    })
    return found.length === 1 ? found[0]!.option : undefined
  }
  return { language, yes: beginsWith('yes'), no: beginsWith('no') }
}

/** The words after a number are the label of another option. */
function checkSwapped(
  subject: Subject,
  language: Language,
  id: string,
  question: QuestionData,
  plain: string,
  places: { option: string; digit: number; from: number }[],
): Problem[] {
  const labels = subject.locales.get(language)?.options ?? {}
  const own = subject.words.find((entry) => entry.language === language)?.words
  const [yes, no] = question.yes_no ? question.options! : []
  for (const [index, place] of places.entries()) {
    const end = places[index + 1]?.from ?? plain.length
    const said = foldedWords(plain.slice(place.from + 1, end)).join(' ')
    if (said === '') continue
    const label = foldedWords(labels[`${id}.${place.option}`] ?? '').join(' ')
    const other = question.options!.find(
      (option) => option.id !== place.option && foldedWords(labels[`${id}.${option.id}`] ?? '').join(' ') === said,
    )
    const opposite =
      (yes?.id === place.option && own?.no.some((word) => foldedWords(word).join(' ') === said)) ||
      (no?.id === place.option && own?.yes.some((word) => foldedWords(word).join(' ') === said))
    if ((other && label !== said) || opposite) {
      const message = `After ${place.digit} stand the words of ${other ? `"${other.id}"` : 'the opposite'}, but ${place.digit} means "${place.option}".\nA person would say the opposite of what they mean.`
      return [subject.point(fileOf(language, 'questions'), [id], 'locale/option-swapped', message)]
    }
  }
  return []
}

function findDigit(text: string, digit: number, from: number): number {
  const pattern = new RegExp(`(?<!\\d)${digit}(?!\\d)`, 'g')
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? -1
}

function whoWould(subject: Subject, question: string, option: string): string {
  const raised = Object.entries(subject.dialogs.rules.flags)
    .filter(
      ([, flag]) =>
        JSON.stringify(flag.when).includes(`"question":"${question}"`) &&
        JSON.stringify(flag.when).includes(`"${option}"`),
    )
    .map(([id, { level }]) => `${id} (${level})`)
  return raised.length > 0 ? `${raised.slice(0, 3).join(', ')} would not be found.` : 'the answer would be lost.'
}
