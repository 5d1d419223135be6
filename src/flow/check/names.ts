import type { YamlPath } from '../../handoff/read-yaml.ts'
import { didYouMean, type Problem } from '../../problem.ts'
import type { ConditionData } from '../../triage/condition.ts'
import type { FlowData } from '../flow-schema.ts'
import type { Check, Subject } from './subject.ts'

const FLOW = 'dialogs/intake.yaml'
const RULES = 'dialogs/rules.yaml'
const TEXTS = 'dialogs/texts.yaml'
const ROLES = 'dialogs/roles.yaml'
const LEVELS = 'dialogs/levels.yaml'
const GROUNDS = 'dialogs/grounds.yaml'

/** Every name leads somewhere: questions, options, flags, roles, texts, languages, entries of the directory. */
export const checkNames: Check = (subject) => {
  const names = namesOf(subject)
  const problems: Problem[] = []
  const { flow, rules, roles, texts, levels, languages, directory, grounds } = subject.dialogs
  const lead = (file: string, path: YamlPath, name: string, kind: keyof Names, otherwise: string) => {
    const known = names[kind]
    if (known.has(name)) return
    const what = WHAT[kind]
    problems.push(
      subject.point(
        file,
        path,
        `${AREA[file] ?? 'flow'}/unknown-${kind}`,
        `"${name}" is not ${what}.${didYouMean(name, known)}\n${otherwise}`,
      ),
    )
  }
  const condition = (file: string, path: YamlPath, data: ConditionData | undefined) => {
    if (data) problems.push(...checkCondition(subject, names, file, path, data))
  }

  for (const [id, question] of Object.entries(flow.questions)) {
    const base: YamlPath = ['questions', id]
    const options = new Set((question.options ?? []).map((option) => option.id))
    const option = (path: YamlPath, name: string, otherwise: string) => {
      if (options.has(name)) return
      const message = `"${name}" is not an option of ${id}.${didYouMean(name, options)}\n${otherwise}`
      problems.push(subject.point(FLOW, [...base, ...path], 'flow/unknown-option', message))
    }
    const misread = 'An answer would be read as something that no rule knows.'
    if (question.none !== undefined) option(['none'], question.none, misread)
    for (const key of ['several', 'youngest'] as const)
      for (const [index, name] of (question[key] ?? []).entries()) option([key, index], name, misread)
    if (question.skip !== undefined && question.skip !== 'refused') option(['skip'], question.skip, misread)
    if (typeof question.zero?.counts_as === 'string') option(['zero', 'counts_as'], question.zero.counts_as, misread)
    if (question.question_mark !== undefined) option(['question_mark'], question.question_mark, misread)
    if (question.left_counts_as !== undefined) option(['left_counts_as'], question.left_counts_as, misread)
    if (question.other_text) option(['other_text', 'option'], question.other_text.option, misread)
    for (const [category, name] of Object.entries(question.danger_counts_as ?? {})) {
      lead(
        FLOW,
        [...base, 'danger_counts_as', category],
        category,
        'danger',
        'Words of danger would not count as an answer.',
      )
      option(['danger_counts_as', category], name, misread)
    }
    if (question.role !== undefined)
      lead(
        FLOW,
        [...base, 'role'],
        question.role,
        'role',
        'Nobody would be told of an answer that cannot be understood.',
      )
    if (question.listed_as !== undefined) lead(FLOW, [...base, 'listed_as'], question.listed_as, 'question', misread)
    for (const [index, entry] of (question.before ?? []).entries()) {
      lead(FLOW, [...base, 'before', index, 'text'], entry.text, 'text', 'A person would not get this text.')
      condition(FLOW, [...base, 'before', index, 'when'], entry.when)
    }
  }
  const noAnswer = 'A person who reaches this step would get no answer.'
  for (const [name, entries] of Object.entries(flow.paths))
    for (const [index, entry] of entries.entries()) {
      const base: YamlPath = ['paths', name, index]
      condition(FLOW, [...base, 'when'], entry.when)
      if ('ask' in entry) {
        lead(FLOW, [...base, 'ask'], entry.ask, 'question', noAnswer)
        continue
      }
      for (const [at, id] of (entry.early_exit?.still_ask ?? []).entries())
        lead(
          FLOW,
          [...base, 'early_exit', 'still_ask', at],
          id,
          'question',
          'A block that was opened would stay without its answer.',
        )
      for (const [at, step] of entry.steps.entries()) {
        lead(FLOW, [...base, 'steps', at, 'ask'], step.ask, 'question', noAnswer)
        condition(FLOW, [...base, 'steps', at, 'when'], step.when)
      }
    }
  for (const [index, turn] of flow.turns.entries()) {
    const base: YamlPath = ['turns', index]
    lead(FLOW, [...base, 'flag'], turn.flag, 'flag', 'The path would not turn where it should.')
    for (const [at, id] of (turn.at ?? []).entries())
      lead(FLOW, [...base, 'at', at], id, 'question', 'The path would not turn where it should.')
    for (const [at, id] of (turn.say ?? []).entries())
      lead(FLOW, [...base, 'say', at], id, 'text', 'A person would not get this text.')
    if (turn.path !== undefined) lead(FLOW, [...base, 'path'], turn.path, 'path', noAnswer)
    condition(FLOW, [...base, 'when'], turn.when)
    condition(FLOW, [...base, 'unless'], turn.unless)
  }
  checkFlowKeys(flow, lead)
  for (const [question, option] of Object.entries(flow.danger_answers)) {
    lead(FLOW, ['danger_answers', question], question, 'question', 'Words of danger would not count as an answer.')
    problems.push(...unknownOptions(subject, FLOW, ['danger_answers', question], question, [option]))
  }
  problems.push(
    ...unknownOptions(subject, FLOW, ['sos', 'answer', 'is'], flow.sos.answer.question, [flow.sos.answer.is]),
  )
  condition(FLOW, ['phone_is_safe_when'], flow.phone_is_safe_when)
  for (const [index, entry] of flow.silence.entries()) condition(FLOW, ['silence', index, 'when'], entry.when)
  for (const [index, entry] of flow.nudges.entries()) condition(FLOW, ['nudges', index, 'when'], entry.when)

  for (const [id, flag] of Object.entries(rules.flags)) {
    const base: YamlPath = ['flags', id]
    condition(RULES, [...base, 'when'], flag.when)
    for (const [at, role] of (flag.roles ?? []).entries())
      lead(RULES, [...base, 'roles', at], role, 'role', 'Nobody would be asked to help.')
    for (const [category, list] of Object.entries(flag.roles_by_danger ?? {}))
      for (const [at, role] of list.entries())
        lead(RULES, [...base, 'roles_by_danger', category, at], role, 'role', 'Nobody would be asked to help.')
    for (const [at, other] of (flag.instead_of_nothing_worse ?? []).entries())
      lead(
        RULES,
        [...base, 'instead_of_nothing_worse', at],
        other,
        'flag',
        'Two flags that say the same would both stand.',
      )
  }
  for (const [id, upgrade] of Object.entries(rules.upgrades)) {
    for (const key of ['uses', 'with_any'] as const)
      for (const [at, flag] of (upgrade[key] ?? []).entries())
        lead(RULES, ['upgrades', id, key, at], flag, 'flag', 'The level would not rise when it should.')
    condition(RULES, ['upgrades', id, 'when'], upgrade.when)
  }
  for (const [index, entry] of rules.contact.entries()) condition(RULES, ['contact', index, 'when'], entry.when)
  lead(ROLES, ['fallback'], roles.fallback, 'role', 'A case without a role would reach nobody.')
  lead(ROLES, ['never_alone'], roles.never_alone, 'role', 'An interpreter would stand alone with a case.')

  const lost = 'A person would not get this text.'
  for (const key of ['with_next_question', 'closing', 'closing_also'] as const)
    for (const [index, entry] of texts[key].entries()) {
      lead(TEXTS, [key, index, 'text'], entry.text, 'text', lost)
      condition(TEXTS, [key, index, 'when'], entry.when)
    }
  for (const [index, entry] of texts.with_next_question.entries()) {
    for (const [at, id] of entry.not_with.entries())
      lead(TEXTS, ['with_next_question', index, 'not_with', at], id, 'question', lost)
    condition(TEXTS, ['with_next_question', index, 'at_once_when'], entry.at_once_when)
  }
  for (const [index, id] of texts.on_word.why.entries()) lead(TEXTS, ['on_word', 'why', index], id, 'text', lost)
  for (const [index, entry] of texts.on_word.data.entries()) {
    lead(TEXTS, ['on_word', 'data', index, 'text'], entry.text, 'text', lost)
    condition(TEXTS, ['on_word', 'data', index, 'when'], entry.when)
  }
  for (const key of ['erase_now', 'erase_later'] as const)
    lead(TEXTS, ['on_word', key], texts.on_word[key], 'text', lost)
  for (const key of ['not_understood', 'quiet', 'reopened'] as const) lead(TEXTS, [key], texts[key], 'text', lost)
  for (const key of ['unasked', 'last_words', 'each_bridge_language', 'sms_without_last_sentence'] as const)
    for (const [index, id] of texts[key].entries()) lead(TEXTS, [key, index], id, 'text', lost)
  for (const [name, entries] of Object.entries(texts.placeholders))
    for (const [index, entry] of entries.entries()) {
      lead(
        TEXTS,
        ['placeholders', name, index, 'entry'],
        entry.entry,
        'entry',
        `The sentence with {{${name}}} would never be sent.`,
      )
      condition(TEXTS, ['placeholders', name, index, 'when'], entry.when)
    }
  for (const [id, entry] of Object.entries(texts.only_while_valid)) {
    lead(TEXTS, ['only_while_valid', id], id, 'text', lost)
    lead(TEXTS, ['only_while_valid', id], entry, 'entry', 'The text would never be sent.')
  }
  for (const level of ['P1', 'P2', 'P3', 'P4'] as const)
    for (const [index, tell] of (levels.levels[level].tell ?? []).entries())
      lead(
        LEVELS,
        ['levels', level, 'tell', index, 'message'],
        tell.message,
        'text',
        'A person who waits would hear nothing.',
      )
  for (const [at, flag] of grounds.attempts.entries())
    lead(GROUNDS, ['attempts', at], flag, 'flag', 'A record for a lawyer would not show it.')
  for (const [id, { flags }] of Object.entries(grounds.grounds))
    for (const [at, flag] of flags.entries())
      lead(GROUNDS, ['grounds', id, 'flags', at], flag, 'flag', 'A record for a lawyer would not point at it.')
  for (const [index, flag] of levels.closing.second_person_flags.entries())
    lead(LEVELS, ['closing', 'second_person_flags', index], flag, 'flag', 'A case could be closed by one person alone.')
  for (const [index, id] of levels.advocate_languages.entries())
    lead(LEVELS, ['advocate_languages', index], id, 'language', 'Pages would go out without words.')
  const seen = new Set<string>()
  for (const [index, entry] of languages.entries()) {
    const base: YamlPath = ['languages', index]
    if (seen.has(entry.id))
      problems.push(
        subject.point('dialogs/languages.yaml', [...base, 'id'], 'languages/double', `"${entry.id}" is there twice.`),
      )
    seen.add(entry.id)
    for (const [at, other] of entry.also_reads.entries())
      lead(
        'dialogs/languages.yaml',
        [...base, 'also_reads', at],
        other,
        'language',
        'The language menu would offer nothing there.',
      )
  }
  for (const [id, entry] of Object.entries(directory.entries))
    if (typeof entry.says !== 'string')
      for (const language of Object.keys(entry.says))
        lead(
          'dialogs/directory.yaml',
          ['entries', id, 'says', language],
          language,
          'language',
          'Nobody would ever read it.',
        )
  return problems
}

const AREA: Record<string, string> = {
  [FLOW]: 'flow',
  [RULES]: 'rules',
  [TEXTS]: 'texts',
  [ROLES]: 'roles',
  [LEVELS]: 'levels',
  'dialogs/languages.yaml': 'languages',
  'dialogs/directory.yaml': 'directory',
}
const WHAT = {
  question: 'a question of dialogs/intake.yaml',
  path: 'a path of dialogs/intake.yaml',
  flag: 'a flag of dialogs/rules.yaml',
  role: 'a role of dialogs/roles.yaml',
  text: 'a text of locales/<language>/messages.json',
  language: 'a language of dialogs/languages.yaml',
  entry: 'an entry of dialogs/directory.yaml',
  danger: 'a kind of danger',
} as const
type Names = Record<keyof typeof WHAT, Set<string>>

const dangers = ['medical', 'pregnancy', 'child', 'trafficking', 'threat', 'selfharm']

function namesOf({ dialogs, locales }: Subject): Names {
  const texts = new Set<string>()
  for (const locale of locales.values()) for (const id of Object.keys(locale.messages ?? {})) texts.add(id)
  // A question may be sent as a text of its own, such as the nudge.
  for (const id of Object.keys(dialogs.flow.questions)) texts.add(`M_${id}`)
  return {
    question: new Set(Object.keys(dialogs.flow.questions)),
    path: new Set(Object.keys(dialogs.flow.paths)),
    flag: new Set(Object.keys(dialogs.rules.flags)),
    role: new Set(dialogs.roles.roles.map(({ id }) => id)),
    text: texts,
    language: new Set(dialogs.languages.map(({ id }) => id)),
    entry: new Set(Object.keys(dialogs.directory.entries)),
    danger: new Set(dangers),
  }
}

function checkFlowKeys(
  flow: FlowData,
  lead: (file: string, path: YamlPath, name: string, kind: keyof Names, otherwise: string) => void,
): void {
  const nowhere = 'The engine would not know what to ask.'
  for (const key of [
    'first_question',
    'language_question',
    'resume_question',
    'nudge_question',
    'follow_up_question',
    'record_question',
    'contact_question',
  ] as const)
    lead(FLOW, [key], flow[key], 'question', nowhere)
  lead(FLOW, ['sos', 'answer', 'question'], flow.sos.answer.question, 'question', 'SOS would not be heard.')
  lead(FLOW, ['sos', 'path'], flow.sos.path, 'path', 'SOS would not be heard.')
  for (const [at, id] of flow.sos.ask_anew.entries()) lead(FLOW, ['sos', 'ask_anew', at], id, 'question', nowhere)
  for (const [at, id] of flow.bridge_languages.entries())
    lead(FLOW, ['bridge_languages', at], id, 'language', 'Somebody whose language we cannot write would get nothing.')
  for (const [index, entry] of flow.silence.entries())
    for (const [at, id] of entry.at.entries())
      lead(FLOW, ['silence', index, 'at', at], id, 'question', 'Silence there would mean nothing to us.')
  for (const [at, id] of flow.never_nudge_after.entries())
    lead(FLOW, ['never_nudge_after', at], id, 'flag', 'A nudge could reach a phone in the wrong hands.')
}

/** Names inside a condition, found where they stand. */
function checkCondition(subject: Subject, names: Names, file: string, path: YamlPath, data: ConditionData): Problem[] {
  const problems: Problem[] = []
  const area = AREA[file] ?? 'flow'
  const each = (value: string | string[], at: YamlPath): [string, YamlPath][] =>
    Array.isArray(value) ? value.map((one, index) => [one, [...at, index]]) : [[value, at]]
  const never = 'This condition would never hold.'
  const lead = (value: string | string[], at: YamlPath, kind: keyof Names) => {
    for (const [name, place] of each(value, at))
      if (!names[kind].has(name))
        problems.push(
          subject.point(
            file,
            place,
            `${area}/unknown-${kind}`,
            `"${name}" is not ${WHAT[kind]}.${didYouMean(name, names[kind])}\n${never}`,
          ),
        )
  }
  const visit = (inner: ConditionData, at: YamlPath): void => {
    if ('all' in inner) for (const [index, one] of inner.all.entries()) visit(one, [...at, 'all', index])
    else if ('any' in inner) for (const [index, one] of inner.any.entries()) visit(one, [...at, 'any', index])
    else if ('not' in inner) visit(inner.not, [...at, 'not'])
    else if ('of' in inner) for (const [index, one] of inner.of.entries()) visit(one, [...at, 'of', index])
    else if ('question' in inner) {
      lead(inner.question, [...at, 'question'], 'question')
      if (typeof inner.question !== 'string') return
      if ('is' in inner) problems.push(...unknownOptions(subject, file, [...at, 'is'], inner.question, inner.is))
      if ('includes' in inner)
        problems.push(...unknownOptions(subject, file, [...at, 'includes'], inner.question, inner.includes))
      const question = subject.dialogs.flow.questions[inner.question]
      const isNumber = 'under' in inner || 'at_least' in inner || 'at_most' in inner
      if (question && isNumber && question.answer !== 'number')
        problems.push(
          subject.point(
            file,
            [...at, 'question'],
            `${area}/not-a-number`,
            `The answer to ${inner.question} is not a number.\n${never}`,
          ),
        )
      if (question && ('is' in inner || 'includes' in inner) && question.answer === 'number')
        problems.push(
          subject.point(
            file,
            [...at, 'question'],
            `${area}/not-a-choice`,
            `The answer to ${inner.question} is a number: use under, at_least or at_most.\n${never}`,
          ),
        )
    } else if ('left' in inner) lead(inner.left, [...at, 'left'], 'question')
    else if ('open' in inner) lead(inner.open, [...at, 'open'], 'question')
    else if ('flag' in inner) lead(inner.flag, [...at, 'flag'], 'flag')
    else if ('danger' in inner) lead(inner.danger, [...at, 'danger'], 'danger')
    else if ('flag_role' in inner) {
      lead(inner.flag_role, [...at, 'flag_role'], 'role')
      lead(inner.except ?? [], [...at, 'except'], 'flag')
    } else if ('only_flag_roles' in inner) lead(inner.only_flag_roles, [...at, 'only_flag_roles'], 'role')
    else if ('case_role' in inner) lead(inner.case_role, [...at, 'case_role'], 'role')
  }
  visit(data, path)
  return problems
}

function unknownOptions(
  subject: Subject,
  file: string,
  path: YamlPath,
  question: string,
  written: string | string[],
): Problem[] {
  const data = subject.dialogs.flow.questions[question]
  if (!data || data.answer === 'number') return []
  const known = (data.options ?? []).map(({ id }) => id)
  const list = Array.isArray(written) ? written : [written]
  return list.flatMap((option, index) => {
    if (known.includes(option)) return []
    const place = Array.isArray(written) ? [...path, index] : path
    const message = `"${option}" is not an option of ${question}.${didYouMean(option, known)}\nThis condition would never hold.`
    return [subject.point(file, place, `${AREA[file] ?? 'flow'}/unknown-option`, message)]
  })
}
