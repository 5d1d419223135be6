import { placeholdersIn } from '../../language/texts.ts'
import { didYouMean, type Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { outsideQuestions } from './questions.ts'
import type { Check, Subject } from './subject.ts'

/**
 * Every text is there in every language that people are answered in, not empty, with the same placeholders.
 *
 * A question that the protocol does not have may be missing in a language as long as a bridge language has it: then it
 * goes out in that one, and the coordinator is told.
 */
export const checkLocaleTexts: Check = (subject) => {
  const { flow, languages } = subject.dialogs
  const problems: Problem[] = []
  for (const [index, entry] of languages.entries()) {
    const locale = subject.locales.get(entry.id)
    const isComplete = locale?.questions !== undefined && locale.messages !== undefined
    // A file of the wrong shape is told of where that was found.
    const lacking = (['questions', 'messages'] as const).filter(
      (name) => subject.files[fileOf(entry.id, name)] === undefined,
    )
    if (entry.written && lacking.length > 0) {
      const message =
        `${entry.name} is marked as written, but ${lacking.map((name) => `locales/${entry.id}/${name}.json`).join(' and ')} ${lacking.length > 1 ? 'are' : 'is'} missing.\n` +
        `Add the texts, or write "written: false".\nWho writes ${entry.name} would get no answer.`
      problems.push(
        subject.point('dialogs/languages.yaml', ['languages', index, 'written'], 'locale/missing-language', message),
      )
    }
    if (!entry.written && isComplete) {
      const message = `There are texts in ${entry.name}, but it is not marked as written.\nThey would be sent without having been checked: write "written: true", or move the files away.`
      problems.push(
        subject.point('dialogs/languages.yaml', ['languages', index, 'written'], 'locale/not-live', message),
      )
    }
  }
  for (const bridge of flow.bridge_languages)
    if (!subject.live.includes(bridge)) {
      const message = `"${bridge}" is a bridge language, but it is not written.\nSomebody whose language we cannot write would get nothing.`
      problems.push(
        subject.point('dialogs/intake.yaml', ['bridge_languages'], 'locale/bridge-not-written', message, 'key'),
      )
    }
  for (const language of [...subject.locales.keys()])
    if (!languages.some(({ id }) => id === language)) {
      const known = languages.map(({ id }) => id)
      const message = `There are texts for "${language}", which is not a language of dialogs/languages.yaml.${didYouMean(language, known)}\nNobody could ever be answered in it.`
      problems.push(subject.point(fileOf(language, 'questions'), [], 'locale/unknown-language', message))
    }
  for (const language of subject.live) problems.push(...checkLanguage(subject, language))
  return [...problems, ...checkFillings(subject)]
}

/** What the program itself fills in: the word of the advocate. */
const FILLED_BY_US = ['WORD']

/** Every placeholder of a text has something that fills it, and nothing is there to fill what no text has. */
function checkFillings(subject: Subject): Problem[] {
  const file = 'dialogs/texts.yaml'
  const filled = Object.keys(subject.dialogs.texts.placeholders)
  const used = new Set<string>()
  for (const { messages } of subject.locales.values())
    for (const text of Object.values(messages ?? {})) for (const name of placeholdersIn(text)) used.add(name)
  const lacking = [...used].filter((name) => !filled.includes(name) && !FILLED_BY_US.includes(name))
  const idle = filled.filter((name) => !used.has(name))
  return [
    ...lacking.map((name) => {
      const message = `Texts have {{${name}}}, but nothing here says what stands for it.${didYouMean(name, idle)}\nThe sentence with it would never be sent.`
      return subject.point(file, ['placeholders'], 'texts/placeholder-without-entry', message, 'key')
    }),
    ...idle.map((name): Problem => {
      const message = `No text has {{${name}}}.${didYouMean(name, lacking)}\nWhat stands for it would never be read.`
      const problem = subject.point(file, ['placeholders', name], 'texts/unused-placeholder', message, 'key')
      return { ...problem, severity: 'warning' }
    }),
  ]
}

function checkLanguage(subject: Subject, language: Language): Problem[] {
  const locale = subject.locales.get(language)
  if (!locale?.questions || !locale.messages) return []
  return [
    ...checkNamespace(subject, language, 'questions', Object.keys(subject.dialogs.flow.questions)),
    ...checkNamespace(subject, language, 'messages', messageIds(subject)),
    ...checkLabels(subject, language),
  ]
}

/** All texts that anything may send. */
function messageIds(subject: Subject): string[] {
  const { dialogs, promises, locales } = subject
  const { flow, texts, levels } = dialogs
  // A name that no language has leads nowhere, which is told where it stands and not once more for each language.
  const isKnown = (id: string) => [...locales.values()].some(({ messages }) => messages?.[id] !== undefined)
  return [
    ...new Set([
      ...sharedTexts(subject),
      ...Object.keys(promises?.texts ?? {}),
      ...flow.turns.flatMap(({ say }) => say ?? []),
      ...Object.values(flow.questions).flatMap(({ before }) => (before ?? []).map(({ text }) => text)),
      ...[...texts.with_next_question, ...texts.closing, ...texts.closing_also, ...texts.on_word.data].map(
        ({ text }) => text,
      ),
      ...texts.on_word.why,
      ...[texts.on_word.erase_now, texts.on_word.erase_later, texts.not_understood, texts.quiet, texts.reopened],
      ...[...texts.unasked, ...texts.last_words, ...texts.each_bridge_language, ...texts.sms_without_last_sentence],
      ...Object.keys(texts.only_while_valid),
      ...Object.values(levels.levels).flatMap(({ tell }) => (tell ?? []).map(({ message }) => message)),
    ]),
  ]
    .filter((id) => !(id.replace(/^M_/, '') in flow.questions))
    .filter((id) => id in (promises?.texts ?? {}) || isKnown(id))
}

/** Texts that most of the live languages have: the engine itself sends some that no file names. */
function sharedTexts({ live, locales }: Subject): string[] {
  const counts = new Map<string, number>()
  for (const language of live)
    for (const id of Object.keys(locales.get(language)?.messages ?? {})) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].filter(([, count]) => count * 2 > live.length).map(([id]) => id)
}

function checkNamespace(
  subject: Subject,
  language: Language,
  namespace: 'questions' | 'messages',
  ids: string[],
): Problem[] {
  const problems: Problem[] = []
  const file = fileOf(language, namespace)
  const texts = subject.locales.get(language)![namespace]!
  const { bridge_languages } = subject.dialogs.flow
  const reference = bridge_languages.find((bridge) => bridge === 'en') ?? bridge_languages[0]!
  for (const id of ids) {
    const text = texts[id]
    const bridge = bridge_languages.find((other) => other !== language && hasText(subject, other, namespace, id))
    if (text === undefined) {
      const isOfProtocol =
        namespace === 'messages'
          ? subject.promises === null || id in subject.promises.texts || sharedTexts(subject).includes(id)
          : subject.promises === null || id in subject.promises.questions || isEngineQuestion(subject, id)
      if (!isOfProtocol && bridge !== undefined) {
        const message = `${id} has no text in this language. It goes out in "${bridge}" until it has one.`
        problems.push({ ...subject.point(file, [], 'locale/falls-back', message), severity: 'warning' })
        continue
      }
      problems.push(
        subject.point(
          file,
          [],
          'locale/missing-text',
          `"${id}" is missing.\n${emptyMeans(namespace, id)}\n${howToTakeOff(language)}`,
        ),
      )
      continue
    }
    if (text.trim() === '') {
      problems.push(
        subject.point(
          file,
          [id],
          'locale/empty-text',
          `"${id}" is empty.\n${emptyMeans(namespace, id)}\n${howToTakeOff(language)}`,
        ),
      )
      continue
    }
    const promised = namespace === 'messages' ? subject.promises?.texts[id]?.placeholders : undefined
    const model = subject.locales.get(reference)?.[namespace]?.[id]
    const expected = promised ?? (model === undefined ? placeholdersIn(text) : placeholdersIn(model))
    problems.push(...checkPlaceholders(subject, file, id, text, expected))
  }
  const known = new Set([...ids, ...Object.keys(subject.locales.get(reference)?.[namespace] ?? {})])
  if (language === reference) for (const id of Object.keys(texts)) if (!ids.includes(id)) known.delete(id)
  for (const id of Object.keys(texts)) {
    if (known.has(id)) continue
    const message = `"${id}" is not ${namespace === 'questions' ? 'a question of dialogs/intake.yaml' : 'a text that anything sends'}.${didYouMean(id, known)}\nNobody would ever read it.`
    problems.push({ ...subject.point(file, [id], `locale/unknown-text`, message, 'key'), severity: 'warning' })
  }
  return problems
}

function checkPlaceholders(
  subject: Subject,
  file: string,
  id: string,
  text: string,
  expected: readonly string[],
): Problem[] {
  const problems: Problem[] = []
  const own = placeholdersIn(text)
  for (const name of new Set(own))
    if (!expected.includes(name)) {
      const message = `{{${name}}} does not belong into "${id}".${didYouMean(name, expected)} ${expected.length > 0 ? `Allowed here: ${expected.map((one) => `{{${one}}}`).join(', ')}.` : 'It has no placeholders.'}\nThe sentence with it would never be sent.`
      problems.push(subject.point(file, [id], 'locale/placeholder', message))
    }
  for (const name of new Set(expected))
    if (!own.includes(name)) {
      const message = `{{${name}}} is missing in "${id}".\nA person would not read what stands for it, such as a number to call.`
      problems.push(subject.point(file, [id], 'locale/placeholder', message))
    }
  const broken = text.replace(/\{\{\s*[^{}]+?\s*\}\}/g, '')
  if (/[{}]|\$t\(/.test(broken)) {
    const message = `The braces in "${id}" are not right: a placeholder is written {{NAME}}.\nA person would read the braces.`
    problems.push(subject.point(file, [id], 'locale/placeholder', message))
  }
  return problems
}

/** Labels of options, as buttons and the advocate show them. */
function checkLabels(subject: Subject, language: Language): Problem[] {
  const problems: Problem[] = []
  const { flow } = subject.dialogs
  const file = fileOf(language, 'options')
  const labels = subject.locales.get(language)?.options
  if (!labels) {
    const message = `The labels of the answers are missing in this language.\nButtons would have no words.\n${howToTakeOff(language)}`
    return [{ code: 'locale/missing-file', source: file, line: 1, column: 1, message }]
  }
  const known = new Set<string>()
  for (const [id, question] of Object.entries(flow.questions)) {
    if (question.sets_language || question.listed === false) continue
    for (const option of question.options ?? []) {
      const key = `${id}.${option.id}`
      known.add(key)
      const label = labels[key]
      if (label === undefined || label.trim() === '') {
        const isNew =
          label === undefined &&
          subject.promises !== null &&
          !subject.promises.questions[id]?.options?.includes(option.id)
        const what = label === undefined ? 'missing' : 'empty'
        const message = `The label "${key}" is ${what}.\nA button would have no words${isNew ? '; the number is shown until it has some' : ''}.`
        const problem = subject.point(file, label === undefined ? [] : [key], `locale/${what}-label`, message)
        problems.push(isNew ? { ...problem, severity: 'warning' } : problem)
      } else if ([...label].length > LABEL_MOST) {
        const message = `This label has ${[...label].length} characters; WhatsApp shows ${LABEL_MOST} at most.`
        problems.push(subject.point(file, [key], 'locale/long-label', message))
      }
    }
  }
  for (const key of Object.keys(labels))
    if (!known.has(key)) {
      const message = `"${key}" is not an option of a question.${didYouMean(key, known)}\nNobody would ever read it.`
      problems.push({ ...subject.point(file, [key], 'locale/unknown-text', message, 'key'), severity: 'warning' })
    }
  return problems
}

const LABEL_MOST = 24

export const fileOf = (language: Language, namespace: string): string => `locales/${language}/${namespace}.json`

const hasText = (subject: Subject, language: Language, namespace: 'questions' | 'messages', id: string): boolean =>
  (subject.locales.get(language)?.[namespace]?.[id] ?? '').trim() !== ''

const isEngineQuestion = ({ dialogs: { flow } }: Subject, id: string): boolean => outsideQuestions(flow).has(id)

const howToTakeOff = (language: Language): string =>
  `Add the text, or take the language off: "written: false" for ${language} in dialogs/languages.yaml.`

const emptyMeans = (namespace: string, id: string): string =>
  namespace === 'questions'
    ? `A person who comes to ${id} would get an empty message and no question.`
    : 'A person would get nothing where this text is due.'
