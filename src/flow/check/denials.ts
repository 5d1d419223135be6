import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { wordFinder } from './find-words.ts'
import { fileOf } from './locale-texts.ts'
import type { Subject } from './subject.ts'

/**
 * Whether a text still denies what it must deny: a "not" that got lost in one language
 * makes "I did not understand" its opposite, and no reader of the others sees it.
 */
export function checkDenials(
  subject: Subject,
  language: Language,
  namespace: 'questions' | 'messages',
  id: string,
  text: string,
): Problem[] {
  const promised = namespace === 'messages' ? subject.promises?.texts[id] : subject.promises?.questions[id]
  const words = subject.promises?.denials[language]
  if (promised?.denies === undefined || words === undefined) return []
  if (wordFinder(subject, language, words)(partOf(text, promised.denies)) !== null) return []
  const places = { start: 'in its first sentence', end: 'at its end', anywhere: 'somewhere' }
  const message = `This text must deny something ${places[promised.denies]}, in a word such as "${words[0]}"; here it does not.\nA person would be told the opposite of what is meant. If it does so in another word, that word belongs to denials in dialogs/promises.yaml.`
  return [subject.point(fileOf(language, namespace), [id], 'locale/meaning-turned', message)]
}

const SENTENCES = /[.!?。！？؟।]+/u

function partOf(text: string, where: 'start' | 'end' | 'anywhere'): string {
  const sentences = text.split(SENTENCES).filter((sentence) => sentence.trim() !== '')
  if (where === 'start') return sentences[0] ?? ''
  if (where !== 'end') return text
  const lastOption = sentences.findLastIndex((sentence) => sentence.includes('='))
  return sentences.slice(lastOption < 0 ? -1 : lastOption + 1).join(' ')
}
