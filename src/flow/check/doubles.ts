import { keyOf } from '../../language/answer-words.ts'
import type { Problem } from '../../problem.ts'
import type { Check } from './subject.ts'

/** What tells one thing from another is there once: letters of roles, numbers of sentences, digits of languages. */
export const checkDoubles: Check = (subject) => {
  const { roles, phrasebook, languages, levels, directory } = subject.dialogs
  const problems: Problem[] = []
  const once = (file: string, code: string, values: readonly (string | undefined)[], means: string) => {
    const seen = new Set<string>()
    for (const value of values) {
      if (value === undefined) continue
      if (seen.has(value)) problems.push(subject.point(file, [], code, `${value} is there twice.\n${means}`))
      seen.add(value)
    }
  }
  const letters = roles.roles.map(({ letter }) => `The letter ${letter}`)
  once('dialogs/roles.yaml', 'roles/double', letters, 'An advocate could not tell the two roles apart in a page.')
  const numbers = phrasebook.map(({ number }) => `The number ${number}`)
  const ids = phrasebook.map(({ id }) => `The sentence ${id}`)
  const wrong = 'An advocate could send another sentence than the one meant.'
  once('dialogs/phrasebook.yaml', 'phrasebook/double', [...numbers, ...ids], wrong)
  const digits = languages.map(({ menu }) =>
    menu === undefined ? undefined : `The digit ${menu} of the language menu`,
  )
  once('dialogs/languages.yaml', 'languages/double', digits, 'Who sends it would be answered in another language.')
  const words = levels.words.map((word) => `The word "${word}"`)
  once('dialogs/levels.yaml', 'levels/double-word', words, 'It shows a person that the advocate is the right one.')
  const carrier = new Set([...subject.shared.carrier_stop, ...subject.shared.carrier_start].map((word) => keyOf(word)))
  for (const [index, { name, autonym, spellings }] of languages.entries()) {
    if (autonym.trim() === '')
      problems.push(
        subject.point(
          'dialogs/languages.yaml',
          ['languages', index, 'autonym'],
          'languages/empty',
          `${name} has no name of its own.\nA person could not find their language in a list.`,
        ),
      )
    for (const [at, spelling] of spellings.entries())
      if (carrier.has(keyOf(spelling)))
        problems.push(
          subject.point(
            'dialogs/languages.yaml',
            ['languages', index, 'spellings', at],
            'words/is-a-carrier-word',
            `"${spelling}" is a word that the telephone company acts on by itself.\nWho sends it would be cut off from us.`,
          ),
        )
  }
  for (const [id, { says }] of Object.entries(directory.entries))
    for (const [language, text] of typeof says === 'string' ? [['', says]] : Object.entries(says))
      if (text!.trim() === '')
        problems.push(
          subject.point(
            'dialogs/directory.yaml',
            ['entries', id, 'says', ...(language ? [language] : [])],
            'directory/empty',
            `"${id}" says nothing here.\nA person would get a sentence with a hole in it.`,
          ),
        )
  return problems
}
