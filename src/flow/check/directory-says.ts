import type { Problem } from '../../problem.ts'
import { forbiddenIn } from './safe-words.ts'
import type { Check, Subject } from './subject.ts'

const FILE = 'dialogs/directory.yaml'

/** What an entry of the directory puts into a message can be read in every language, and tells no third reader anything. */
export const checkDirectorySays: Check = (subject) => {
  const printed = printedEntries(subject)
  return Object.entries(subject.dialogs.directory.entries).flatMap(([id, { says }]) => {
    const place = printed.get(id)
    if (typeof says !== 'string') return checkByLanguage(subject, id, says, place)
    return place === undefined ? [] : checkNumber(subject, id, says, place)
  })
}

/** Entries that stand in a message, and for which placeholder; one that only switches a text on is never read. */
function printedEntries({ dialogs }: Subject): Map<string, string> {
  return new Map(
    Object.entries(dialogs.texts.placeholders).flatMap(([name, entries]) =>
      entries.map(({ entry }) => [entry, `{{${name}}}`] as const),
    ),
  )
}

/** One text for all languages is a number, since words would reach people who cannot read them. */
function checkNumber({ point }: Subject, id: string, says: string, place: string): Problem[] {
  if (/^\+?[0-9][0-9 ()*#-]*$/.test(says.trim()) || says.trim() === '') return []
  const message = `"${id}" has one text for all languages, which stands for ${place}: that can only be a number, in digits 0 to 9, such as "911".\nWrite words by language (en: …, es: …). A person would get words that they cannot read, or a number that no phone can dial.`
  return [point(FILE, ['entries', id, 'says'], 'directory/not-a-number', message)]
}

function checkByLanguage(
  subject: Subject,
  id: string,
  says: Record<string, string>,
  place: string | undefined,
): Problem[] {
  const problems: Problem[] = []
  const lacking = subject.live.filter((language) => says[language] === undefined)
  if (place !== undefined && lacking.length > 0) {
    const message = `"${id}" has no words in ${lacking.join(', ')}.\nThe sentence with ${place} would be left out for who reads ${lacking.length === 1 ? 'that language' : 'those languages'}.`
    problems.push(subject.point(FILE, ['entries', id, 'says'], 'directory/language-missing', message, 'key'))
  }
  for (const [language, text] of Object.entries(says)) {
    const report = (code: string, message: string) =>
      problems.push(subject.point(FILE, ['entries', id, 'says', language], code, message))
    const word = forbiddenIn(subject, language)(text)
    if (word !== null)
      report(
        'locale/forbidden-word',
        `"${word}" must not stand in a message (protocol section 12).\nWho else reads the phone would learn what it is about.`,
      )
    if (/[^\P{Nd}0-9]/u.test(text))
      report('locale/digits-script', 'Digits are written 0 to 9 in every language.\nA basic phone can send no others.')
    if (/https?:|www\.|<\/?[a-z]+>/i.test(text))
      report(
        'locale/link',
        'There is a link or a mark of a web page here.\nA basic phone cannot open it, and carriers hold such messages back.',
      )
    const other = Object.keys(says).find((one) => one < language && says[one] === text)
    if (other !== undefined)
      report(
        'locale/other-language',
        `These are the same words as for "${other}".\nA person would get words that they may not understand.`,
      )
  }
  return problems
}
