import type { Detection } from '../../language/detect-language.ts'
import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { fileOf } from './locale-texts.ts'
import type { Subject } from './subject.ts'

/** Where texts of a person's language stand that are long enough to tell it by. */
const WHOLE_SENTENCES = ['questions', 'messages', 'phrasebook'] as const
/** Shorter texts say too little about their language. */
const LETTERS_LEAST = 30
/** The detector finds the file's own language less likely than this. */
const OWN_MOST = 0.05
const OTHER_LEAST = 0.9

/**
 * Every text is in the language of its file: not the same words as in another one, and not what the language detection
 * surely takes for another one.
 *
 * @param detect - null while the language model is not at hand
 */
export function checkOwnLanguage(subject: Subject, detect: ((text: string) => Detection) | null): Problem[] {
  const problems: Problem[] = []
  const nameOf = (language: Language) => subject.dialogs.languages.find(({ id }) => id === language)?.name ?? language
  const owners = ownersOfTexts(subject)
  for (const language of subject.live)
    for (const namespace of WHOLE_SENTENCES)
      for (const [id, text] of Object.entries(subject.locales.get(language)?.[namespace] ?? {})) {
        const plain = plainOf(text)
        if (id === subject.dialogs.flow.language_question || lettersIn(plain) < LETTERS_LEAST) continue
        const twin = owners.get(keyOf(id, plain))
        const other = twin !== undefined && twin !== language ? twin : detectOther(detect, plain, language)
        if (other === null) continue
        const message = `This text is in ${nameOf(other)}, but it stands in the file of ${nameOf(language)}.\nA person would get words that they may not understand.`
        problems.push(subject.point(fileOf(language, namespace), [id], 'locale/other-language', message))
      }
  for (const [id, { says }] of Object.entries(subject.dialogs.directory.entries))
    for (const [language, text] of typeof says === 'string' ? [] : Object.entries(says)) {
      const other = lettersIn(text) < LETTERS_LEAST ? null : detectOther(detect, text, language)
      if (other === null) continue
      const message = `These words are in ${nameOf(other)}, but they are for ${nameOf(language)}.\nA person would get words that they may not understand.`
      const at = ['entries', id, 'says', language]
      problems.push(subject.point('dialogs/directory.yaml', at, 'locale/other-language', message))
    }
  return problems
}

/** Which language a text belongs to: where two have the same words, the one that others are translated from. */
function ownersOfTexts({ live, locales, dialogs }: Subject): Map<string, Language> {
  const owners = new Map<string, Language>()
  const sources = ['en', ...dialogs.flow.bridge_languages]
  for (const language of new Set([...sources, ...live]))
    for (const namespace of WHOLE_SENTENCES)
      for (const [id, text] of Object.entries(locales.get(language)?.[namespace] ?? {})) {
        const key = keyOf(id, plainOf(text))
        if (!owners.has(key)) owners.set(key, language)
      }
  return owners
}

function detectOther(detect: ((text: string) => Detection) | null, text: string, own: Language): Language | null {
  const found = detect?.(text)
  if (!found?.language || !found.sure || found.language === own) return null
  const chance = (language: Language) => found.candidates.find((one) => one.language === language)?.probability ?? 0
  return chance(found.language) >= OTHER_LEAST && chance(own) <= OWN_MOST ? found.language : null
}

const plainOf = (text: string): string => text.replace(/\{\{[^}]*\}\}/g, '').replace(/\b[A-Z]{3,}\b/g, '')
const keyOf = (id: string, plain: string): string => `${id} ${plain}`
const lettersIn = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0
