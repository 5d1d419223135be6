import { keyOf } from '../../language/answer-words.ts'
import { foldedWords } from '../../language/fold-text.ts'
import type { LanguageEntry } from '../../language/languages.ts'
import { readGlobalWord } from '../../language/read-reply.ts'
import type { Problem } from '../../problem.ts'
import { fileOf } from './locale-texts.ts'
import type { Check, Subject } from './subject.ts'

const FILE = 'dialogs/languages.yaml'

/** Each language can be chosen in one way, reads in its own direction, and stands behind its own digit in the menu. */
export const checkLanguageMenu: Check = (subject) => [
  ...checkDirections(subject),
  ...checkDigits(subject),
  ...checkSpellings(subject),
  ...checkMenuTexts(subject),
]

const RIGHT_TO_LEFT = new Set(['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm'])

function checkDirections({ dialogs, point }: Subject): Problem[] {
  return dialogs.languages.flatMap(({ id, name, script, direction }, index) => {
    const wanted = RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr'
    if (direction === wanted) return []
    const message = `${name} is written in ${script}, which runs from ${wanted === 'rtl' ? 'right to left: write "direction: rtl"' : 'left to right: write "direction: ltr" or leave it out'}.\nAn advocate would read the words of a person, and the numbers in them, in the wrong order.`
    return [point(FILE, ['languages', index, ...directionKey(id, dialogs.languages)], 'languages/direction', message)]
  })
}

/** Points at the key when it is written, else at the entry. */
const directionKey = (id: string, languages: LanguageEntry[]): string[] =>
  languages.find((entry) => entry.id === id)?.direction === 'rtl' ? ['direction'] : ['id']

/** The digit in languages.yaml, and the option of the menu question, say the same. */
function checkDigits({ dialogs, point }: Subject): Problem[] {
  const { flow, languages } = dialogs
  const menu = flow.questions[flow.language_question]
  if (!menu?.sets_language) return []
  const problems: Problem[] = []
  const options = (menu.options ?? []).filter(({ id }) => id !== menu.question_mark)
  for (const { id, digit } of options) {
    const index = languages.findIndex((entry) => entry.id === id)
    if (index < 0 || languages[index]!.menu === digit) continue
    const message = `${languages[index]!.name} is ${digit} in the menu ${flow.language_question} (dialogs/intake.yaml); here it is ${languages[index]!.menu ?? 'without a digit'}. Write "menu: ${digit}".\nWho sends ${digit} would be answered in another language, or in none.`
    problems.push(point(FILE, ['languages', index, 'menu'], 'languages/menu', message))
  }
  for (const [index, { id, name, menu: digit }] of languages.entries()) {
    if (digit === undefined || options.some((option) => option.id === id)) continue
    const message = `${name} has the digit ${digit}, but the menu ${flow.language_question} (dialogs/intake.yaml) does not offer it.\nWho sends ${digit} would be answered in another language, or in none.`
    problems.push(point(FILE, ['languages', index, 'menu'], 'languages/menu', message))
  }
  return problems
}

/** No name of a language is that of another one. */
function checkSpellings({ dialogs, point }: Subject): Problem[] {
  const owner = new Map<string, LanguageEntry>()
  const problems: Problem[] = []
  for (const entry of dialogs.languages) owner.set(keyOf(entry.autonym), entry)
  for (const [index, entry] of dialogs.languages.entries())
    for (const [at, spelling] of entry.spellings.entries()) {
      const key = keyOf(spelling)
      const other = owner.get(key)
      if (other === undefined) owner.set(key, entry)
      else if (other.id !== entry.id) {
        const message = `"${spelling}" names ${other.name} too. Take it away from one of the two.\nWho writes it would be answered in the other language.`
        problems.push(point(FILE, ['languages', index, 'spellings', at], 'languages/shared-spelling', message))
      }
    }
  return problems
}

/** After each digit of the menu stands the name of its language. */
function checkMenuTexts(subject: Subject): Problem[] {
  const { flow, languages } = subject.dialogs
  const menu = flow.questions[flow.language_question]
  if (!menu?.sets_language) return []
  return subject.live.flatMap((language) => {
    const text = subject.locales.get(language)?.questions?.[flow.language_question]
    if (text === undefined) return []
    for (const { id, digit } of menu.options ?? []) {
      const said = text.match(new RegExp(`(?<!\\d)${digit}(?!\\d)\\s*[.)=:]?\\s*([^\\d]+)`))?.[1]
      const own = languages.find((entry) => entry.id === id)
      if (said === undefined || own === undefined || foldedWords(said).length === 0) continue
      if ([own.autonym, ...own.spellings].some((name) => keyOf(name) === keyOf(said))) continue
      const named = readGlobalWord(subject.answerWords, said, null)
      if (named?.kind !== 'language' || named.language === id) continue
      const other = languages.find((entry) => entry.id === named.language)
      const message = `After ${digit} stands ${other?.name ?? named.language}, but ${digit} means ${own.name}.\nWho sends ${digit} would be answered in a language that they did not choose.`
      return [subject.point(fileOf(language, 'questions'), [flow.language_question], 'locale/option-swapped', message)]
    }
    return []
  })
}
