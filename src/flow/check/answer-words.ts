import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { AnswerShape } from '../../language/answer-shape.ts'
import { keyOf, type Lexicon, type Meaning } from '../../language/answer-words.ts'
import { findWordCollisions, type WordCollision } from '../../language/find-word-collisions.ts'
import { foldText, foldTextKeepingTones } from '../../language/fold-text.ts'
import { readGlobalWord } from '../../language/read-reply.ts'
import { didYouMean, type Problem } from '../../problem.ts'
import { fileOf } from './locale-texts.ts'
import type { Check, Subject } from './subject.ts'

/** No word of an answer, and no label, is a word that a carrier acts on or that counts at any time. */
export const checkAnswerWords: Check = (subject) => [
  ...checkNamed(subject),
  ...checkCollisions(subject),
  ...checkYesAndNo(subject),
  ...checkLabels(subject),
  ...checkPromisedWords(subject),
  ...checkPromisedAnswers(subject),
  ...checkOpposites(subject),
  ...checkSigns(subject),
]

/** Questions and options that the word files name exist; languages match their folder. */
function checkNamed(subject: Subject): Problem[] {
  const problems: Problem[] = []
  const { questions } = subject.dialogs.flow
  for (const { language, words } of subject.words) {
    const file = wordsFile(language)
    if (words.language !== language)
      problems.push(
        subject.point(
          file,
          ['language'],
          'words/language',
          `This file says it is for "${words.language}", but it stands in locales/${language}.`,
        ),
      )
    for (const kind of MUST_HAVE)
      if (subject.live.includes(language) && words[kind].length === 0)
        problems.push(
          subject.point(
            file,
            [kind],
            'words/emptied',
            `There is no word for "${kind}" in this language.\n${WORD_MEANS[kind] ?? 'Who answers with a word would be asked again.'}`,
          ),
        )
    for (const [question, options] of Object.entries(words.options)) {
      const data = questions[question]
      if (!data) {
        const message = `"${question}" is not a question.${didYouMean(question, Object.keys(questions))}\nThese words would never be read.`
        problems.push(subject.point(file, ['options', question], 'words/unknown-question', message, 'key'))
        continue
      }
      const known = (data.options ?? []).map(({ id }) => id)
      for (const option of Object.keys(options))
        if (!known.includes(option)) {
          const message = `"${option}" is not an option of ${question}.${didYouMean(option, known)}\nThese words would never be read.`
          problems.push(subject.point(file, ['options', question, option], 'words/unknown-option', message, 'key'))
        }
    }
  }
  for (const language of subject.live)
    if (!subject.words.some((entry) => entry.language === language)) {
      const message = `There are no answer words in this language: only digits are understood, and the words that count in every language.`
      problems.push({
        code: 'words/missing-file',
        source: wordsFile(language),
        line: 1,
        column: 1,
        message,
        severity: 'warning',
      })
    }
  return problems
}

function checkCollisions(subject: Subject): Problem[] {
  const shapes: AnswerShape[] = Object.entries(subject.dialogs.flow.questions).map(([id, question]) => ({
    question: id,
    type: question.answer,
    options: (question.options ?? []).map((option) => ({ id: option.id, digit: option.digit })),
  }))
  return findWordCollisions(subject.answerWords, shapes).map((collision) => {
    const language = collision.language!
    const file = wordsFile(language)
    const entries =
      subject.words.find((entry) => entry.language === language)?.words.options[collision.question]?.[
        collision.option
      ] ?? []
    const index = entries.findIndex((word) => keyOf(word) === collision.word)
    return subject.point(
      file,
      ['options', collision.question, collision.option, ...(index < 0 ? [] : [index])],
      `words/is-${collision.with.kind === 'option' ? 'another-option' : `a-${collision.with.kind}-word`}`,
      collisionMessage(collision),
    )
  })
}

function collisionMessage({ word, question, option, with: other }: WordCollision): string {
  switch (other.kind) {
    case 'carrier':
      return `"${word}" (${question}, ${option}) is a word that the telephone company acts on by itself.\nWho sends it would be cut off from us, or never be heard.`
    case 'global':
      return `"${word}" (${question}, ${option}) counts at any time as "${other.global}" (dialogs/words.yaml, or the words of the language).\nWho answers so would be understood as that, and not as ${option}.`
    case 'option':
      return `"${word}" stands for "${option}" and for "${other.option}" of ${question}.\nWho answers so would be understood as one of the two only.`
  }
}

/** The words for yes and no of a language are nothing else in it. */
function checkYesAndNo(subject: Subject): Problem[] {
  const problems: Problem[] = []
  for (const { language, words } of subject.words) {
    const yes = new Set((words.yes ?? []).map((word) => keyOf(word)))
    for (const kind of ['yes', 'no'] as const)
      for (const [index, word] of (words[kind] ?? []).entries()) {
        const global = readGlobalWord(subject.answerWords, word, language)
        const place = [kind, index]
        if (global) {
          const message = `"${word}" stands for "${kind}", and counts at any time as "${global.kind}".\nWho answers so would be understood as that, and not as ${kind}.`
          problems.push(subject.point(wordsFile(language), place, 'words/is-a-global-word', message))
        } else if (kind === 'no' && yes.has(keyOf(word))) {
          const message = `"${word}" stands for "yes" and for "no".\nWho answers so would be understood as one of the two only.`
          problems.push(subject.point(wordsFile(language), place, 'words/is-another-option', message))
        }
      }
  }
  return problems
}

/** No sign, such as a thumb, means two things. */
function checkSigns(subject: Subject): Problem[] {
  const owner = new Map<string, string>()
  const problems: Problem[] = []
  for (const [kind, signs] of Object.entries(subject.shared.signs ?? {}))
    for (const [index, sign] of signs.entries()) {
      const other = owner.get(sign)
      owner.set(sign, kind)
      if (other === undefined || other === kind) continue
      const message = `"${sign}" stands for "${other}" and for "${kind}".\nWho sends it would be understood as one of the two only.`
      problems.push(subject.point('dialogs/words.yaml', ['signs', kind, index], 'words/is-another-option', message))
    }
  return problems
}

/** A label is shown on a button, and its words come back as the answer. */
function checkLabels(subject: Subject): Problem[] {
  const problems: Problem[] = []
  const carrier = new Set(
    [
      ...subject.shared.carrier_stop,
      ...subject.shared.carrier_start,
      // A bare yes is read as the answer that it is; it does not cut anybody off.
      ...subject.shared.carrier_reserved.filter((word) => keyOf(word) !== 'yes'),
    ].map((word) => keyOf(word)),
  )
  for (const language of subject.live)
    for (const [key, label] of Object.entries(subject.locales.get(language)?.options ?? {})) {
      if (label.trim() === '') continue
      const [question, option] = key.split('.')
      const word = keyOf(label)
      const file = fileOf(language, 'options')
      if (carrier.has(word)) {
        const message = `"${label}" is a word that the telephone company acts on by itself.\nWho sends it would be cut off from us, or never be heard.`
        problems.push(subject.point(file, [key], 'words/is-a-carrier-word', message))
        continue
      }
      const global = readGlobalWord(subject.answerWords, label, language)
      const isItself =
        global?.kind === 'language' || (global?.kind === 'person' && question === 'CONS' && option === 'person')
      if (global && !isItself) {
        const message = `"${label}" counts at any time as "${global.kind}".\nWho answers with the words of the button would be understood as that, and not as ${option}.`
        problems.push(subject.point(file, [key], 'words/is-a-global-word', message))
      }
      const twin = Object.entries(subject.locales.get(language)?.options ?? {}).find(
        ([other, text]) => other !== key && other.startsWith(`${question}.`) && keyOf(text) === word,
      )
      if (twin && twin[0] < key) {
        const message = `"${label}" is also the label of ${twin[0]}.\nA person could not tell the two apart.`
        problems.push(subject.point(file, [key], 'words/is-another-option', message))
      }
    }
  return problems
}

/** The words that messages teach, and those by which people leave in a hurry, are read as what they are. */
function checkPromisedWords(subject: Subject): Problem[] {
  const problems: Problem[] = []
  for (const { kind, words, language } of subject.promises?.words ?? [])
    for (const word of words) {
      const isSign = keyOf(word) === ''
      if (kind === 'carrier_reserved' && subject.shared.carrier_reserved.some((one) => keyOf(one) === keyOf(word)))
        continue
      const isAnswer = kind === 'yes' || kind === 'no'
      if (isAnswer && subject.answerWords.signs.get(word) === kind) continue
      const read = isAnswer ? null : readGlobalWord(subject.answerWords, word, language ?? null)
      if (read?.kind === kind) continue
      const file = language === undefined ? 'dialogs/words.yaml' : wordsFile(language)
      const list = isSign ? 'signs' : 'global'
      const key = kind.startsWith('carrier_') ? [kind] : language === undefined ? [list, kind] : [kind]
      const message = `"${word}" is no longer read as "${kind}"${read ? ` but as "${read.kind}"` : ''}.\n${WORD_MEANS[kind] ?? 'Who sends it would not be understood.'}`
      problems.push(subject.point(file, key, 'words/promised', message, 'key'))
    }
  return problems
}

/** The plainest words for yes, no and the numbers are still read as what they are, in each language. */
function checkPromisedAnswers(subject: Subject): Problem[] {
  const problems: Problem[] = []
  for (const [language, { yes, no, numbers }] of Object.entries(subject.promises?.answers ?? {})) {
    const lexicon = subject.answerWords.lexicons.get(language)
    if (!lexicon || !subject.words.some((entry) => entry.language === language)) continue
    const expect = (words: string[], path: string[], what: string, isIt: (meaning: Meaning) => boolean) => {
      for (const word of words) {
        if (meaningsOf(lexicon, word).some(isIt)) continue
        const message = `"${word}" is no longer read as ${what} in this language.\nWho answers in words and not in digits would be asked again, or be understood as something else.`
        problems.push(subject.point(wordsFile(language), path, 'words/promised', message, 'key'))
      }
    }
    expect(yes, ['yes'], 'yes', ({ is }) => is === 'yes')
    expect(no, ['no'], 'no', ({ is }) => is === 'no')
    for (const [number, words] of Object.entries(numbers))
      expect(words, ['numbers', number], number, (one) => one.is === 'number' && one.value === Number(number))
  }
  return problems
}

/** No word of a language is yes and no, or two numbers. */
function checkOpposites(subject: Subject): Problem[] {
  const problems: Problem[] = []
  for (const { language, words } of subject.words) {
    const lists: [YamlPath, string, string[]][] = [
      [['yes'], 'yes', words.yes],
      [['no'], 'no', words.no],
    ]
    for (const [number, list] of Object.entries(words.numbers)) lists.push([['numbers', number], number, list])
    const owner = new Map<string, string>()
    // Accents that tell words apart are kept where the language has them.
    const fold = words.tones ? foldTextKeepingTones : foldText
    for (const [path, what, list] of lists)
      for (const [index, word] of list.entries()) {
        const key = keyOf(word, fold)
        const other = owner.get(key)
        const isNumber = /^\d+$/.test(what)
        if (other !== undefined && other !== what && /^\d+$/.test(other) === isNumber) {
          const message = `"${word}" stands for ${other} and for ${what}.\nWho answers so would be understood as one of the two only.`
          problems.push(subject.point(wordsFile(language), [...path, index], 'words/is-another-option', message))
        }
        owner.set(key, what)
      }
  }
  return problems
}

const meaningsOf = (lexicon: Lexicon, word: string): Meaning[] => lexicon.meanings.get(keyOf(word)) ?? []

/** Without these a person who writes words, and no digits, would not be understood. */
const MUST_HAVE = ['stop', 'sos', 'person', 'yes', 'no'] as const

const WORD_MEANS: Record<string, string> = {
  stop: 'Somebody who must leave in a hurry would get another question on the screen.',
  carrier_stop: 'We would go on writing to somebody who told the telephone company to stop us.',
  sos: 'A call for help would be read as an answer that does not fit.',
  person: 'Who asks for a person would get another question.',
  erase: 'What we keep would not be erased.',
}

export const wordsFile = (language: string): string => `locales/${language}/answers.yaml`
