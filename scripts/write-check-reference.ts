import { writeFileSync } from 'node:fs'
import { checkBundle } from '../src/flow/check/check-bundle.ts'
import { renderProblem } from '../src/problem.ts'
import { brokenCopies } from '../test/flow/check/broken-copies.ts'
import { smallBundle } from '../test/flow/check/small-bundle.ts'

// Every entry shows what the gate itself says about a broken copy of the shipped files.
const shipped = smallBundle()
const rotaFile = 'dialogs/demonstration/rota.yaml'
const lines = [
  '# What `puente check` says',
  '',
  'Written by `node scripts/write-check-reference.ts`: each output is what the gate says about a copy of the shipped files that',
  'was broken in the way of the heading. Problems stop publishing; warnings do not.',
]
const entries = new Map<string, string[]>()
for (const copy of brokenCopies) {
  if (entries.has(copy.code)) continue
  const before = shipped[copy.file]!
  const after =
    typeof copy.find === 'string' ? before.split(copy.find).join(copy.replace) : before.replace(copy.find, copy.replace)
  const files = { ...shipped, [copy.file]: after }
  const rota = { file: rotaFile, text: files[rotaFile]! }
  const fingerprint = copy.code === 'promises/not-accepted' ? () => 'other' : undefined
  const { problems } = checkBundle(files, {
    now: Date.UTC(2026, 10, 24, 12),
    rota,
    proves: copy.code.startsWith('proof/'),
    ...(fingerprint && { fingerprint }),
  })
  const found = problems.find(({ code, message }) => code === copy.code && (!copy.says || message.includes(copy.says)))
  if (!found) continue
  const text = renderProblem('', (files[found.source ?? ''] ?? '').slice(0, 200_000), found)
  const shown = text.split('\n').map((line) => (line.length > 160 ? `${line.slice(0, 157)}…` : line))
  entries.set(copy.code, [
    `## ${copy.code}`,
    '',
    `${copy.name[0]!.toUpperCase()}${copy.name.slice(1)}.`,
    '',
    '```',
    ...shown,
    '```',
  ])
}
const others: Record<string, string> = {
  'danger/language': 'A danger.yaml says it is for another language than its folder.',
  'danger/missing-file': 'Warning: a language has no danger words, so danger is seen by the questions only.',
  'directory/ends-soon': 'Warning: an entry ends within 14 days.',
  'directory/future-check': 'An entry says it was checked on a day that has not come.',
  'directory/not-checked': 'Warning: nobody has checked an entry in use, so it is left out of messages.',
  'directory/wrong-dates': 'The next check is not after the last one, or more than a year later.',
  'file/cannot-read':
    'A folder that is not there, a file that this user may not open, or a file in the place of a folder.',
  'file/link':
    'A link to another place: links are not followed, since one could lead out of the folder, or round in a circle.',
  'file/odd-character': 'A control character, or a file that is not UTF-8.',
  'file/tag': 'A YAML tag that is not known here.',
  'file/yaml': 'The file is not YAML at this place.',
  'flow/double-option': 'An option is there twice.',
  'flow/missing': 'Something that the kind of question needs is missing.',
  'flow/missing-path': 'The path that every conversation begins with is missing.',
  'flow/not-in-group': 'A question is to be still asked that is not in the group.',
  'flow/unknown-option': 'A name leads to no option of its question.',
  'flow/too-many-steps': 'A path has more than 200 steps.',
  'flow/asked-twice': 'A question stands twice in one path, so that the second is never reached.',
  'languages/double': 'A language is there twice.',
  'rota/language-without-anybody': 'Warning: people are answered in a language that nobody in the rota speaks.',
  'rota/whole-day': 'Warning: a shift begins and ends at the same hour, which is 24 hours.',
  'texts/unused-placeholder': 'Warning: something is there to fill a placeholder that no text has.',
  'levels/out-of-order': 'Steps of a level are not in the order of their times.',
  'levels/starts-late': 'The first step of a level is not at minute 0.',
  'locale/falls-back': 'Warning: a text of your own is missing in a language and goes out in a bridge language.',
  'locale/long-label': 'A label has more than 24 characters.',
  'locale/missing-file': 'A language has no labels.',
  'locale/not-live': 'Warning or problem: a language has texts but is not marked as written.',
  'locale/odd-character': 'A character that phones cannot show.',
  'locale/option-order': 'The options are not in the order of their numbers in one language.',
  'locale/unknown-language': 'There are texts for a language that languages.yaml does not have.',
  'locale/unknown-text': 'Warning: a text that nothing sends.',
  'promises/load': 'One person may have more open cases than promised.',
  'promises/question-missing': 'A question of the protocol is missing.',
  'promises/repeat-removed': 'A case that nobody took is not paged again as promised.',
  'promises/taken-unwatched': 'What follows when a taken case is not helped is missing.',
  'proof/dead-end': 'After an answer nothing is asked and the path does not end.',
  'proof/loop': 'A question is asked again although its answer fits.',
  'proof/no-answer': 'Nothing is sent although a question is open.',
  'proof/not-paged': 'A case of P1 or P2 has paged nobody.',
  'proof/at-any-time': 'SOS, PERSON, 0 or words of danger do not do what is promised.',
  'proof/too-many-ways': 'There are too many different conversations to prove.',
  'rota/second-line-alone': 'Warning: a role has only the second line for some hours.',
  'scenario/differs': 'A saved conversation does not come out as it is written.',
  'scenario/missing': 'A saved conversation that the promises name is missing.',
  'words/is-a-global-word': 'The word of an answer counts at any time as something else.',
  'words/language': 'An answers.yaml says it is for another language than its folder.',
  'words/missing-file': 'Warning: a language has no answer words, so only digits are understood.',
  'words/unknown-option': 'Words for an option that is not there.',
}
for (const [code, about] of Object.entries(others)) if (!entries.has(code)) entries.set(code, [`## ${code}`, '', about])
for (const [, entry] of [...entries].sort(([one], [other]) => one.localeCompare(other))) lines.push('', ...entry)
writeFileSync(new URL('../docs/checks.md', import.meta.url), `${lines.join('\n')}\n`)
