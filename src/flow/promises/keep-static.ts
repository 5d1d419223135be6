import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import { isAtLeast } from '../../triage/condition.ts'
import type { Check, Subject } from '../check/subject.ts'
import { inOrder } from './keep-values.ts'
import type { Promises } from './promises-schema.ts'

const FLOW = 'dialogs/intake.yaml'
const RULES = 'dialogs/rules.yaml'
const TEXTS = 'dialogs/texts.yaml'

/** Promises that can be held against the files without playing a conversation: levels, roles, digits, lists. */
export const keepStaticPromises: Check = (subject) => {
  const { promises } = subject
  if (!promises) return []
  return [...keepFlags(subject, promises), ...keepQuestions(subject, promises), ...keepLists(subject, promises)]
}

function keepFlags(subject: Subject, promises: Promises): Problem[] {
  const problems: Problem[] = []
  const { flags } = subject.dialogs.rules
  for (const [id, promised] of Object.entries(promises.flags)) {
    const flag = flags[id]
    const report = (path: YamlPath, code: string, message: string) =>
      problems.push(subject.point(RULES, path, code, message))
    if (!flag) {
      report(
        ['flags'],
        'promises/flag-missing',
        `The flag ${id} is missing.\n${weaker(promised.level, promised.roles)}`,
      )
      continue
    }
    if (!isAtLeast(flag.level, promised.level))
      report(
        ['flags', id, 'level'],
        'promises/level-lowered',
        `${id} is promised to be ${promised.level} at least; here it is ${flag.level}.\n${weaker(promised.level, promised.roles)}`,
      )
    const missing = promised.roles.filter((role) => !flag.roles?.includes(role) && !flag.roles_of_question)
    if (missing.length > 0)
      report(
        ['flags', id, ...(flag.roles ? ['roles'] : [])],
        'promises/role-removed',
        `${id} is promised to ask ${missing.join(' and ')}; here it does not.\nA person in this danger would not reach somebody who can help.`,
      )
    for (const [category, roles] of Object.entries(promised.roles_by_danger ?? {})) {
      const own = flag.roles_by_danger?.[category as 'medical'] ?? []
      const lost = roles.filter((role) => !own.includes(role))
      if (lost.length > 0)
        report(
          ['flags', id, 'roles_by_danger', category],
          'promises/role-removed',
          `Words of danger (${category}) are promised to ask ${lost.join(' and ')}; here they do not.\nA person in this danger would not reach somebody who can help.`,
        )
    }
    if (flag.roles_give_way && !promised.give_way)
      report(
        ['flags', id, 'roles_give_way'],
        'promises/role-removed',
        `The roles of ${id} are not promised to give way to others.\nA person in this danger would not reach somebody who can help.`,
      )
  }
  return problems
}

function keepQuestions(subject: Subject, promises: Promises): Problem[] {
  const problems: Problem[] = []
  const { questions } = subject.dialogs.flow
  for (const [id, promised] of Object.entries(promises.questions)) {
    const question = questions[id]
    const report = (path: YamlPath, code: string, message: string, part?: 'key') =>
      problems.push(subject.point(FLOW, ['questions', id, ...path], code, message, part))
    if (!question) {
      report(
        [],
        'promises/question-missing',
        `The question ${id} of the protocol is missing.\nWhat it finds out would stay unknown.`,
      )
      continue
    }
    if (question.answer !== promised.answer)
      report(
        ['answer'],
        'promises/question-changed',
        `${id} is promised to take "${promised.answer}"; here it takes "${question.answer}".`,
      )
    for (const [index, option] of (promised.options ?? []).entries()) {
      const own = question.options?.findIndex((one) => one.id === option) ?? -1
      if (own < 0)
        report(
          ['options'],
          'promises/option-missing',
          `The option "${option}" of ${id} is missing.\nA person to whom it applies could not say so.`,
          'key',
        )
      else if (question.options![own]!.digit !== index + 1)
        report(
          ['options', own, 'digit'],
          'promises/digit-changed',
          `"${option}" of ${id} is promised to be ${index + 1}; here it is ${question.options![own]!.digit}.\nPeople pass on what to send; an old ${index + 1} would be understood as something else.`,
        )
    }
    if (promised.min !== undefined && question.number && question.number.min > promised.min)
      report(
        ['number', 'min'],
        'promises/question-changed',
        `${id} is promised to take ${promised.min} to ${promised.max}; here it begins at ${question.number.min}.`,
      )
    if (promised.max !== undefined && question.number && question.number.max < promised.max)
      report(
        ['number', 'max'],
        'promises/question-changed',
        `${id} is promised to take ${promised.min} to ${promised.max}; here it ends at ${question.number.max}.`,
      )
    const changed = 'An answer would be understood as something else than it means.'
    for (const key of ['none', 'left_counts_as'] as const)
      if (promised[key] !== undefined && question[key] !== promised[key])
        report(
          [key],
          'promises/question-changed',
          `${key} of ${id} is promised to be ${promised[key]}; here it is ${question[key] ?? 'left out'}.\n${changed}`,
        )
    if (promised.skip !== undefined && question.skip !== promised.skip)
      report(
        ['skip'],
        'promises/question-changed',
        `skip of ${id} is promised to be "${promised.skip}"; here it is ${question.skip ?? 'left out'}.\nSomebody who cannot answer would be taken for somebody without need.`,
      )
    if (promised.skip === undefined && question.skip !== undefined && question.skip !== 'refused')
      report(
        ['skip'],
        'promises/question-changed',
        `SKIP at ${id} is promised to leave it open; here it counts as "${question.skip}".\nWhoever skips it would be taken to have said that.`,
      )
    if (promised.left_counts_as === undefined && question.left_counts_as !== undefined)
      report(
        ['left_counts_as'],
        'promises/question-changed',
        `${id} left without an answer is promised to count as nothing; here it counts as "${question.left_counts_as}".`,
      )
    if (promised.not_understood === 'UNCLEAR' && question.not_understood !== 'UNCLEAR')
      report(
        ['not_understood'],
        'promises/question-changed',
        `Two answers to ${id} that nobody understands are promised to page a human (UNCLEAR).\nNot understood is not harmless: a person in danger would be passed over.`,
      )
    if (promised.role !== undefined && question.role !== promised.role)
      report(
        ['role'],
        'promises/question-changed',
        `Who looks at answers to ${id} that nobody understands is promised to be ${promised.role}.`,
      )
    if (promised.zero && JSON.stringify(promised.zero) !== JSON.stringify(question.zero))
      report(
        ['zero'],
        'promises/question-changed',
        `What 0 means at ${id} is promised to be ${JSON.stringify(promised.zero)}.\nA person who must stop, or who names the youngest age, would be misunderstood.`,
      )
    if (!promised.zero && question.zero)
      report(
        ['zero'],
        'promises/question-changed',
        `0 at ${id} is promised to mean stop.\nA person who must leave in a hurry would get another question.`,
      )
    if (promised.first_of_several !== undefined && question.several?.[0] !== promised.first_of_several)
      report(
        ['several'],
        'promises/question-changed',
        `Of several answers to ${id}, "${promised.first_of_several}" is promised to count first.`,
      )
    for (const [category, option] of Object.entries(promised.danger_counts_as ?? {}))
      if (question.danger_counts_as?.[category] !== option)
        report(
          ['danger_counts_as', category],
          'promises/question-changed',
          `Words of danger (${category}) at ${id} are promised to count as "${option}".\nThe right advocate would not be asked.`,
        )
    if (promised.valid_hours_max !== undefined && !(question.valid_hours! <= promised.valid_hours_max))
      report(
        ['valid_hours'],
        'promises/question-changed',
        `The answer to ${id} is promised to count for ${promised.valid_hours_max} hours at most.\nA phone that was safe yesterday may be in other hands today.`,
      )
  }
  return problems
}

function keepLists(subject: Subject, promises: Promises): Problem[] {
  const problems: Problem[] = []
  const { flow, texts, levels, rules } = subject.dialogs
  const lacking = (file: string, path: YamlPath, own: readonly string[], wanted: readonly string[], means: string) => {
    for (const one of wanted)
      if (!own.includes(one))
        problems.push(
          subject.point(file, path, 'promises/list-shortened', `"${one}" is missing here.\n${means}`, 'key'),
        )
  }
  lacking(
    TEXTS,
    ['unasked'],
    texts.unasked,
    promises.unasked,
    'A text that nobody asked for could reach a phone in the wrong hands.',
  )
  lacking(
    TEXTS,
    ['last_words'],
    texts.last_words,
    ['M_QUIET', 'M_BYE'],
    'The bot would go on writing to somebody for whom silence is safety.',
  )
  lacking(
    FLOW,
    ['never_nudge_after'],
    flow.never_nudge_after,
    promises.never_nudge_after,
    'The bot could write first to somebody for whom a message is a danger.',
  )
  lacking(
    'dialogs/levels.yaml',
    ['closing', 'second_person_levels'],
    levels.closing.second_person_levels,
    promises.second_person.levels,
    'One person alone could close such a case.',
  )
  lacking(
    'dialogs/levels.yaml',
    ['closing', 'second_person_flags'],
    levels.closing.second_person_flags,
    promises.second_person.flags,
    'One person alone could close such a case.',
  )
  const most = (file: string, path: YamlPath, own: number, limit: number, means: string) => {
    if (own > limit)
      problems.push(
        subject.point(file, path, 'promises/too-late', `At most ${limit} is promised; here it is ${own}.\n${means}`),
      )
  }
  most(
    FLOW,
    ['resume_after_minutes'],
    flow.resume_after_minutes,
    promises.resume_after_minutes_max,
    'An old answer could be taken for a new one.',
  )
  most(
    FLOW,
    ['forget_after_hours'],
    flow.forget_after_hours,
    promises.forget_after_hours_max,
    'Somebody else may hold the phone by then.',
  )
  most(
    FLOW,
    ['unfinished_case_after_minutes'],
    flow.unfinished_case_after_minutes,
    promises.unfinished_case_after_minutes_max,
    'Nobody would look at a conversation that broke off.',
  )
  most(
    RULES,
    ['same_words_quiet_minutes'],
    rules.same_words_quiet_minutes,
    promises.same_words_quiet_minutes_max,
    'A second cry for help would page nobody.',
  )
  for (const entry of promises.silence)
    for (const question of entry.at) {
      const found = flow.silence.findIndex((one) => one.at.includes(question) && one.raise === entry.raises)
      if (found < 0)
        problems.push(
          subject.point(
            FLOW,
            ['silence'],
            'promises/silence-unheard',
            `Silence at ${question} is promised to raise ${entry.raises} within ${entry.within_minutes} minutes; here it raises nothing.\nA person who falls silent after telling of a danger would be looked for by nobody.`,
            'key',
          ),
        )
      else {
        const { when } = flow.silence[found]!
        if (when !== undefined && inOrder(when) !== inOrder(entry.when))
          problems.push(
            subject.point(
              FLOW,
              ['silence', found, 'when'],
              'promises/silence-unheard',
              `Silence at ${question} is promised to raise ${entry.raises} under another condition: ${inOrder(entry.when) ?? 'always'}.\nA person who falls silent after telling of a danger would be looked for by nobody.`,
            ),
          )
        most(
          FLOW,
          ['silence', found, 'after_minutes'],
          flow.silence[found]!.after_minutes,
          entry.within_minutes,
          `A person who falls silent at ${question} would be looked for too late.`,
        )
      }
    }
  return problems
}

const weaker = (level: string, roles: readonly string[]): string =>
  level === 'P1' || level === 'P2'
    ? `A person in this danger would wait: ${roles.length > 0 ? `${roles.join(' and ')} would` : 'nobody would'} ${roles.length > 0 ? 'not ' : ''}be paged as promised.`
    : 'The advocate would not see it.'
