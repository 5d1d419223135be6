import type { YamlPath } from '../../handoff/read-yaml.ts'
import { keyOf } from '../../language/answer-words.ts'
import type { Problem } from '../../problem.ts'
import type { Check } from './subject.ts'

/** What tells one thing from another is there once: letters of roles, numbers of sentences, digits of languages. */
export const checkDoubles: Check = (subject) => {
  const { roles, phrasebook, languages, levels, directory } = subject.dialogs
  const problems: Problem[] = []
  const once = (
    { file, code, means }: { file: string; code: string; means: string },
    entries: readonly { says: string; path: YamlPath }[],
  ) => {
    const seen = new Set<string>()
    for (const { says, path } of entries) {
      if (seen.has(says)) problems.push(subject.point(file, path, code, `${says} is there twice.\n${means}`))
      seen.add(says)
    }
  }
  once(
    {
      file: 'dialogs/roles.yaml',
      code: 'roles/double',
      means: 'An advocate could not tell the two roles apart in a page.',
    },
    roles.roles.flatMap(({ id, letter }, index) => [
      { says: `The role "${id}"`, path: ['roles', index, 'id'] },
      { says: `The letter ${letter}`, path: ['roles', index, 'letter'] },
    ]),
  )
  once(
    {
      file: 'dialogs/phrasebook.yaml',
      code: 'phrasebook/double',
      means: 'An advocate could send another sentence than the one meant.',
    },
    phrasebook.flatMap(({ number, id }) => [
      { says: `The number ${number}`, path: [] },
      { says: `The sentence ${id}`, path: [] },
    ]),
  )
  once(
    {
      file: 'dialogs/languages.yaml',
      code: 'languages/double',
      means: 'Who sends it would be answered in another language.',
    },
    languages.flatMap(({ menu }, index) =>
      menu === undefined
        ? []
        : [{ says: `The digit ${menu} of the language menu`, path: ['languages', index, 'menu'] }],
    ),
  )
  once(
    {
      file: 'dialogs/levels.yaml',
      code: 'levels/double-word',
      means: 'It shows a person that the advocate is the right one.',
    },
    levels.words.map((word, index) => ({ says: `The word "${word}"`, path: ['words', index] })),
  )
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
