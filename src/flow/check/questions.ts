import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import { namesIn } from '../../triage/condition.ts'
import type { FlowData, QuestionData } from '../flow-schema.ts'
import type { Check, Subject } from './subject.ts'

const FLOW = 'dialogs/intake.yaml'
const MOST_STEPS = 200

/** Each question can be answered in one way only, is asked somewhere, and does not wait for ever. */
export const checkQuestions: Check = (subject) => {
  const { flow } = subject.dialogs
  const problems: Problem[] = []
  const outside = outsideQuestions(flow)
  const asked = askedQuestions(subject)
  for (const [id, question] of Object.entries(flow.questions)) {
    problems.push(...checkOptions(subject, id, question))
    const at: YamlPath = ['questions', id]
    if (!asked.has(id) && !outside.has(id)) {
      const message = `${id} is in no path, so nobody is ever asked it.\nRules that look at its answer would never hold.`
      problems.push(subject.point(FLOW, at, 'flow/never-asked', message, 'key'))
    }
    const isWithoutPath = outside.has(id) && !asked.has(id) && id !== flow.language_question
    if (question.not_understood === undefined && !isWithoutPath) {
      const message =
        `${id} does not say what follows after two answers that do not fit: write not_understood: UNCLEAR or UNREAD.\n` +
        'A person whose words we cannot read would be asked the same for ever, and no human would see it.'
      problems.push(subject.point(FLOW, at, 'flow/waits-for-ever', message, 'key'))
    }
  }
  for (const [name, entries] of Object.entries(flow.paths)) {
    const steps = entries.reduce((sum, entry) => sum + ('ask' in entry ? 1 : entry.steps.length), 0)
    if (steps > MOST_STEPS) {
      const message = `This path has ${steps} steps; at most ${MOST_STEPS} can be proven.\nNobody answers so many questions on a basic phone.`
      problems.push(subject.point(FLOW, ['paths', name], 'flow/too-many-steps', message, 'key'))
    }
    problems.push(...checkTwice(subject, name))
    const first = entries[0]!
    const firstAsked = 'ask' in first ? first.ask : first.steps[0]!.ask
    if (firstAsked !== flow.first_question || first.when !== undefined) {
      const message = `The first step of this path must ask ${flow.first_question}, always.\nA person in danger would answer other questions first.`
      problems.push(subject.point(FLOW, ['paths', name, 0], 'flow/first-question', message))
    }
  }
  for (const needed of [flow.sos.path, 'intake'])
    if (!flow.paths[needed])
      problems.push(
        subject.point(
          FLOW,
          ['paths'],
          'flow/missing-path',
          `There is no path "${needed}".\nNo conversation could begin.`,
          'key',
        ),
      )
  problems.push(...checkCircles(subject))
  return problems
}

/** Questions that the engine asks by itself, outside of every path. */
export function outsideQuestions(flow: FlowData): Set<string> {
  return new Set(
    Object.entries(flow).flatMap(([key, value]) =>
      key.endsWith('_question') && typeof value === 'string' ? [value] : [],
    ),
  )
}

function askedQuestions({ dialogs }: Subject): Set<string> {
  const asked = new Set<string>()
  for (const entries of Object.values(dialogs.flow.paths))
    for (const entry of entries) for (const step of 'ask' in entry ? [entry] : entry.steps) asked.add(step.ask)
  return asked
}

function checkOptions(subject: Subject, id: string, question: QuestionData): Problem[] {
  const problems: Problem[] = []
  const report = (path: YamlPath, code: string, message: string, part?: 'key') =>
    problems.push(subject.point(FLOW, ['questions', id, ...path], code, message, part))
  const options = question.options ?? []
  if (question.answer === 'number') {
    if (!question.number)
      report(['answer'], 'flow/missing', `${id} waits for a number, but does not say which: add "number".`)
    else if (question.number.min > question.number.max)
      report(['number', 'min'], 'flow/wrong-value', 'min is larger than max, so that no number fits.')
    if (options.length > 0)
      report(['options'], 'flow/wrong-value', `${id} waits for a number; options are never read.`, 'key')
    return problems
  }
  if (options.length === 0)
    report(
      ['answer'],
      'flow/missing',
      `${id} has no options.\nNo answer would ever fit, and the person would be asked again.`,
    )
  const digits = new Map<number, string>()
  const ids = new Set<string>()
  for (const [index, option] of options.entries()) {
    const other = digits.get(option.digit)
    if (other !== undefined) {
      const message = `${option.digit} already stands for "${other}".\nWho sends ${option.digit} would be understood as one of the two only.`
      report(['options', index, 'digit'], 'flow/double-digit', message)
    }
    digits.set(option.digit, option.id)
    if (ids.has(option.id))
      report(['options', index, 'id'], 'flow/double-option', `The option "${option.id}" is there twice.`)
    ids.add(option.id)
  }
  if (question.answer === 'one' && question.none !== undefined)
    report(['none'], 'flow/wrong-value', '"none" counts only where several options may be chosen.', 'key')
  if (question.yes_no && options.length < 2)
    report(['yes_no'], 'flow/wrong-value', 'Yes and no need two options, in this order.', 'key')
  return problems
}

/** The same question twice in one path, so that the second is never reached. */
function checkTwice(subject: Subject, path: string): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const [index, entry] of subject.dialogs.flow.paths[path]!.entries()) {
    const steps = 'ask' in entry ? [entry] : entry.steps
    const own = new Set<string>()
    for (const [at, step] of steps.entries()) {
      const place = 'ask' in entry ? [index, 'ask'] : [index, 'steps', at, 'ask']
      const group = 'ask' in entry ? undefined : entry
      if (own.has(step.ask) || (seen.has(step.ask) && group?.when === undefined && step.when === undefined)) {
        const message = `${step.ask} is asked before in this path.\nA question that has an answer is not asked again, so this step is never reached.`
        problems.push(subject.point(FLOW, ['paths', path, ...place], 'flow/asked-twice', message))
      }
      own.add(step.ask)
    }
    for (const question of own) seen.add(question)
    if (!('ask' in entry))
      for (const [at, id] of (entry.early_exit?.still_ask ?? []).entries())
        if (!own.has(id) && subject.dialogs.flow.questions[id])
          problems.push(
            subject.point(
              FLOW,
              ['paths', path, index, 'early_exit', 'still_ask', at],
              'flow/not-in-group',
              `${id} is not a step of the group "${entry.group}", so it is not asked by this line.`,
            ),
          )
  }
  return problems
}

/** Flags that look at each other in a circle have no truth. */
function checkCircles(subject: Subject): Problem[] {
  const { flags } = subject.dialogs.rules
  const state = new Map<string, 'under way' | 'done'>()
  const problems: Problem[] = []
  const visit = (id: string, trail: string[]): void => {
    if (state.get(id) === 'done' || !flags[id]) return
    if (state.get(id) === 'under way') {
      const circle = [...trail.slice(trail.indexOf(id)), id].join(' → ')
      const message = `This flag depends on itself: ${circle}.\nNobody could say whether it is raised.`
      problems.push(subject.point('dialogs/rules.yaml', ['flags', id], 'rules/circle', message, 'key'))
      return
    }
    state.set(id, 'under way')
    const flag = flags[id]
    for (const other of [...namesIn(flag.when).flags, ...(flag.instead_of_nothing_worse ?? [])])
      visit(other, [...trail, id])
    state.set(id, 'done')
  }
  for (const id of Object.keys(flags)) visit(id, [])
  return problems
}
