import { keyOf } from '../../language/answer-words.ts'
import { readGlobalWord } from '../../language/read-reply.ts'
import type { Problem } from '../../problem.ts'
import { fileOf } from './locale-texts.ts'
import { forbiddenIn } from './safe-words.ts'
import type { Check, Subject } from './subject.ts'

const LEVELS = 'dialogs/levels.yaml'

/** What advocates work with: languages that pages have words in, and words by which a person knows them. */
export const checkAdvocateSide: Check = (subject) => [...checkLanguages(subject), ...checkWords(subject)]

function checkLanguages({ dialogs, locales, point }: Subject): Problem[] {
  return dialogs.levels.advocate_languages.flatMap((language, index) => {
    const lacking = (['advocate', 'flags', 'phrasebook'] as const).filter((name) => !locales.get(language)?.[name])
    if (lacking.length === 0) return []
    const files = lacking.map((name) => fileOf(language, name)).join(' and ')
    const message = `Advocates may work in "${language}", but ${files} ${lacking.length > 1 ? 'are' : 'is'} missing.\nTheir pages would come in another language, or without words.`
    return [point(LEVELS, ['advocate_languages', index], 'levels/language-without-texts', message)]
  })
}

/** The word of an advocate is sent, read by others and sent back: it must mean nothing to us, a carrier or a stranger. */
function checkWords(subject: Subject): Problem[] {
  const { carrier_stop, carrier_start, carrier_reserved } = subject.shared
  const carrier = new Set([...carrier_stop, ...carrier_start, ...carrier_reserved].map((word) => keyOf(word)))
  const forbidden = subject.live.map((language) => forbiddenIn(subject, language))
  return subject.dialogs.levels.words.flatMap((word, index) => {
    const at = ['words', index]
    if (carrier.has(keyOf(word))) {
      const message = `"${word}" is a word that the telephone company acts on by itself. Choose a plain thing, such as "mango".\nA person who writes it back would be cut off from us.`
      return [subject.point(LEVELS, at, 'words/is-a-carrier-word', message)]
    }
    const global = readGlobalWord(subject.answerWords, word, null)
    if (global !== null) {
      const message = `"${word}" counts at any time as "${global.kind}". Choose a plain thing, such as "mango".\nA person who writes it back would be understood as that.`
      return [subject.point(LEVELS, at, 'words/is-a-global-word', message)]
    }
    const found = forbidden.map((isIn) => isIn(word)).find((one) => one !== null)
    if (found === undefined) return []
    const message = `"${word}" must not stand in a message (protocol section 12: "${found}"). Choose a plain thing, such as "mango".\nWho else reads the phone would learn what it is about.`
    return [subject.point(LEVELS, at, 'locale/forbidden-word', message)]
  })
}
