import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import type { Counterexample, ProofResult } from '../prove/prove-flow.ts'
import type { Subject } from './subject.ts'

const FLOW = 'dialogs/intake.yaml'
const RULES = 'dialogs/rules.yaml'

/** What the proof found, at the place where the coordinator can mend it, with the shortest conversation that shows it. */
export function proofProblems(subject: Subject, { broken, isComplete, states }: ProofResult): Problem[] {
  const problems = broken.map((one) => {
    const [file, path, part] = placeOf(subject, one)
    const told =
      one.conversation.length > 0
        ? `\nThe shortest conversation that shows it:\n${one.conversation.map((line) => `  ${line}`).join('\n')}`
        : ''
    return subject.point(file, path, one.code, `${one.message}${told}`, part)
  })
  if (!isComplete) {
    const message = `There are more than ${states} different conversations here, too many to prove.\nTake questions or options apart that need not depend on each other.`
    problems.push(subject.point(FLOW, ['paths'], 'proof/too-many-ways', message, 'key'))
  }
  return problems
}

function placeOf(
  { dialogs }: Subject,
  { code, subject }: Counterexample,
): [file: string, path: YamlPath, part: 'key' | 'value'] {
  const { flow, rules } = dialogs
  if (code === 'proof/never-reached') {
    const [path, step] = subject.split(' ')
    return [FLOW, placeOfStep(flow.paths[path!]!, path!, Number(step)), 'value']
  }
  if (code === 'proof/not-silent') {
    const turn = flow.turns.findIndex(({ flag, end }) => flag === subject || end === subject)
    return turn < 0 ? [FLOW, ['turns'], 'key'] : [FLOW, ['turns', turn], 'value']
  }
  if (code === 'proof/contact') return [RULES, ['contact'], 'key']
  if (code === 'proof/nudge') return [FLOW, ['nudges'], 'key']
  if (rules.flags[subject]) return [RULES, ['flags', subject], 'key']
  if (rules.upgrades[subject]) return [RULES, ['upgrades', subject], 'key']
  if (flow.questions[subject]) return [FLOW, ['questions', subject], 'key']
  return [RULES, [code === 'proof/promise' ? 'upgrades' : 'flags'], 'key']
}

function placeOfStep(entries: Subject['dialogs']['flow']['paths'][string], path: string, step: number): YamlPath {
  let at = 0
  for (const [index, entry] of entries.entries()) {
    const count = 'ask' in entry ? 1 : entry.steps.length
    if (step < at + count)
      return 'ask' in entry ? ['paths', path, index, 'ask'] : ['paths', path, index, 'steps', step - at, 'ask']
    at += count
  }
  return ['paths', path]
}
