import { readYaml } from '../../handoff/read-yaml.ts'
import { didYouMean, type Problem } from '../../problem.ts'
import type { RunningBundle } from '../assemble-flow.ts'
import { playScenario } from '../play-scenario.ts'
import { scenarioSchema } from '../scenario-schema.ts'
import type { Subject } from './subject.ts'

const FOLDER = 'dialogs/scenarios/'

/** Every saved conversation comes out as it is written, and those that the promises name are there. */
export function checkScenarios(subject: Subject, running: RunningBundle | null): Problem[] {
  const problems: Problem[] = []
  const files = Object.keys(subject.files).filter((file) => file.startsWith(FOLDER) && /\.ya?ml$/.test(file))
  for (const name of subject.promises?.scenarios ?? [])
    if (!files.includes(`${FOLDER}${name}.yaml`)) {
      const message = `The scenario "${name}" is missing.\nWhat it tells would no longer be tried before anything is published.`
      problems.push({ code: 'scenario/missing', source: `${FOLDER}${name}.yaml`, line: 1, column: 1, message })
    }
  for (const file of files) {
    const reading = readYaml(subject.files[file]!, scenarioSchema, 'scenario')
    problems.push(...reading.problems.map((problem) => ({ ...problem, source: file })))
    if (reading.value === null) continue
    for (const [index, { asks, to }] of reading.value.turns.entries())
      for (const [key, name] of Object.entries({ asks, to }))
        if (typeof name === 'string' && !(name in subject.dialogs.flow.questions)) {
          const message = `"${name}" is not a question.${didYouMean(name, Object.keys(subject.dialogs.flow.questions))}\nWhat the story tells would not be tried.`
          problems.push(subject.point(file, ['turns', index, key], 'scenario/unknown-question', message))
        }
    if (running === null) continue
    const [first, ...others] = playScenario(running, reading.value)
    if (!first) continue
    const path = first.turn === null ? ['ends', first.key] : ['turns', first.turn, first.key]
    const more =
      others.length > 0
        ? `\n${others
            .slice(0, 4)
            .map(({ message }) => message)
            .join('\n')}`
        : ''
    problems.push(
      subject.point(file, path, 'scenario/differs', `${first.message}${more}\nThe story: ${reading.value.story}`),
    )
  }
  return problems
}
