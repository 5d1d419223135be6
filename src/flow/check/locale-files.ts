import { z } from 'zod'
import { readYaml } from '../../handoff/read-yaml.ts'
import { backTranslationSchema } from '../../language/back-translation.ts'
import { foldedWords } from '../../language/fold-text.ts'
import { type Forbidden, forbiddenSchema, type Review, reviewSchema } from '../../language/locale-schema.ts'
import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { remember } from './remember.ts'
import type { Check, Subject } from './subject.ts'

/** The files of a language that hold no texts: forbidden words, first words, who has reviewed what. */
export const checkLocaleFiles: Check = (subject) => {
  const known = new Set([...subject.live, ...subject.locales.keys()])
  return [...known].flatMap((language) => [
    ...checkForbidden(subject, language),
    ...checkFirstWords(subject, language),
    ...checkReview(subject, language),
    ...checkBackTranslation(subject, language),
  ])
}

const readForbidden = remember(100, (text: string) => readYaml(text, forbiddenSchema, 'locale'))
const readReview = remember(100, (text: string) => readYaml(text, reviewSchema, 'locale'))
const readBackTranslation = remember(100, (text: string) => readYaml(text, backTranslationSchema, 'locale'))
const firstWordsSchema = z.array(z.string('Each line is one text in quotes or without, such as "- hello".')).min(1)
const readFirstWords = remember(100, (text: string) => readYaml(text, firstWordsSchema, 'locale'))

/** What no message may say in a language: dialogs/promises.yaml holds the least, forbidden.yaml the whole list. */
export function forbiddenWords({ files, promises }: Subject, language: Language): string[] {
  const own = files[forbiddenFile(language)]
  const list: Forbidden | null = own === undefined ? null : readForbidden(own).value
  return [...new Set([...(promises?.forbidden[language] ?? []), ...(list?.words ?? [])])]
}

function checkForbidden(subject: Subject, language: Language): Problem[] {
  const file = forbiddenFile(language)
  const text = subject.files[file]
  const exposed = 'Whoever else reads the phone could learn from a message who the person is.'
  if (text === undefined) {
    if (!subject.live.includes(language)) return []
    const message = `The list of words that no message may hold is missing in this language.\n${exposed}`
    return [{ code: 'locale/missing-file', source: file, line: 1, column: 1, message }]
  }
  const { value, problems } = readForbidden(text)
  if (value === null) return problems.map((problem) => ({ ...problem, source: file }))
  const found: Problem[] = checkOwner(subject, file, value.language, language)
  const lost = (subject.promises?.forbidden[language] ?? []).filter(
    (word) => !value.words.some((own) => covers(own, word)),
  )
  if (lost.length > 0) {
    const message = `${lost.length === 1 ? `"${lost[0]}" is` : `${lost.length} words are`} missing here that no message may hold (dialogs/promises.yaml, forbidden)${lost.length > 1 ? `: ${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ' …' : ''}` : ''}.\n${exposed}`
    found.push(subject.point(file, ['words'], 'locale/forbidden-shortened', message, 'key'))
  }
  return found
}

/** Whether all that a promised pattern forbids is forbidden by this one of the list too. */
function covers(own: string, promised: string): boolean {
  const bodyOf = (pattern: string) => foldedWords(pattern.replaceAll('*', '')).join(' ')
  if (promised.endsWith('*') && !own.endsWith('*')) return false
  if (own.startsWith('*')) return bodyOf(promised).includes(bodyOf(own))
  return own.endsWith('*') ? bodyOf(promised).startsWith(bodyOf(own)) : bodyOf(own) === bodyOf(promised)
}

function checkFirstWords(subject: Subject, language: Language): Problem[] {
  const file = `locales/${language}/first-words.yaml`
  const text = subject.files[file]
  if (text === undefined) return []
  const { value, problems } = readFirstWords(text)
  return value === null ? problems.map((problem) => ({ ...problem, source: file })) : []
}

function checkReview(subject: Subject, language: Language): Problem[] {
  const file = `locales/${language}/review.json`
  const text = subject.files[file]
  if (text === undefined) return []
  const { value, problems } = readReview(text)
  if (value === null) return problems.map((problem) => ({ ...problem, source: file }))
  return [...checkOwner(subject, file, value.language, language), ...checkReviewers(subject, file, value)]
}

/** What was read back, and of which text; that a text changed since is no problem, "puente review" tells it. */
function checkBackTranslation(subject: Subject, language: Language): Problem[] {
  const file = `locales/${language}/back-translation.json`
  const text = subject.files[file]
  if (text === undefined) return []
  const { value, problems } = readBackTranslation(text)
  if (value === null) return problems.map((problem) => ({ ...problem, source: file }))
  return checkOwner(subject, file, value.language, language)
}

/** A text is reviewed by somebody, on some day. */
function checkReviewers(subject: Subject, file: string, review: Review): Problem[] {
  const means = 'A text that nobody has read would count as one that a speaker stands for.'
  const entries = [
    { path: [] as string[], of: 'This language', entry: review as { state: string; reviewer: unknown; on: unknown } },
  ]
  for (const [key, entry] of Object.entries(review.texts)) entries.push({ path: ['texts', key], of: `"${key}"`, entry })
  return entries
    .filter(({ entry }) => entry.state === 'reviewed' && !(entry.reviewer && entry.on))
    .map(({ path, of, entry }) => {
      const lacking = [entry.reviewer ? null : '"reviewer"', entry.on ? null : '"on"'].filter((one) => one !== null)
      const message = `${of} is marked as reviewed, but not by whom and when: fill in ${lacking.join(' and ')}, or write "draft".\n${means}`
      return subject.point(file, [...path, 'state'], 'locale/reviewed-by-nobody', message)
    })
}

function checkOwner(subject: Subject, file: string, written: string, language: Language): Problem[] {
  if (written === language) return []
  const message = `This file says it is for "${written}", but it stands in locales/${language}.`
  return [subject.point(file, ['language'], 'locale/language', message)]
}

const forbiddenFile = (language: Language): string => `locales/${language}/forbidden.yaml`
