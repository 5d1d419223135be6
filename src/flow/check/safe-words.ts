import { countSegments } from '../../language/count-segments.ts'
import { plainDigits } from '../../language/digits.ts'
import { foldedWords } from '../../language/fold-text.ts'
import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { ifMeant } from '../promises/keep-values.ts'
import { checkDenials } from './denials.ts'
import { wordFinder } from './find-words.ts'
import { forbiddenWords } from './locale-files.ts'
import { fileOf } from './locale-texts.ts'
import type { Check, Subject } from './subject.ts'

/**
 * What a text must and must not say: no word that tells a third reader who the person is (protocol section 12), the
 * words that it teaches (0, SOS, PERSON …), letters of its own script, a length that a basic phone can bear.
 */
export const checkSafeWords: Check = (subject) => {
  const problems: Problem[] = []
  for (const language of subject.live) {
    const forbidden = forbiddenIn(subject, language)
    for (const namespace of ['questions', 'messages', 'options', 'phrasebook'] as const)
      for (const [id, text] of Object.entries(subject.locales.get(language)?.[namespace] ?? {})) {
        if (text.trim() === '') continue
        const file = fileOf(language, namespace)
        const report = (code: string, message: string) => problems.push(subject.point(file, [id], code, message))
        const word = forbidden(text)
        if (word !== null)
          report(
            'locale/forbidden-word',
            `"${word}" must not stand in a message (protocol section 12).\nWho else reads the phone would learn what it is about, or the person would be told what nobody has promised.`,
          )
        if (/[\u202a-\u202e]/.test(text) || count(text, /[\u2066-\u2068]/g) !== count(text, /\u2069/g))
          report(
            'locale/direction',
            'There is a character here that turns the direction of the text and is not closed.\nNumbers could be shown in the wrong order.',
          )
        if (/\r|[\u0080-\u009f]|\u200b{2,}/.test(text))
          report('locale/odd-character', 'There is a character here that phones cannot show.')
        if (/[\n\t]/.test(text))
          report('locale/spaces', 'There is a line break or a tab here.\nA person may take it for two messages.')
        if (/[^\P{Nd}0-9]/u.test(text))
          report(
            'locale/digits-script',
            'Digits are written 0 to 9 in every language.\nA basic phone can send no others.',
          )
        if (/https?:|www\.|<\/?[a-z]+>/i.test(text))
          report(
            'locale/link',
            'There is a link or a mark of a web page here.\nA basic phone cannot open it, and carriers hold such messages back.',
          )
        if (namespace === 'options' || namespace === 'phrasebook') continue
        problems.push(...checkTaught(subject, file, namespace, id, text))
        problems.push(...checkSays(subject, language, namespace, id, text))
        problems.push(...checkDenials(subject, language, namespace, id, text))
        problems.push(...checkLength(subject, language, file, id, text))
        if (!isInScript(subject, language, id, text))
          report(
            'locale/script',
            `This text is not in the script of its language (${scriptOf(subject, language)}).\nA person would get words that they cannot read.`,
          )
      }
  }
  return problems
}

/** Finds the first forbidden word of the language that a text holds. */
export const forbiddenIn = (subject: Subject, language: Language): ((text: string) => string | null) =>
  wordFinder(subject, language, forbiddenWords(subject, language))

function checkTaught(
  subject: Subject,
  file: string,
  namespace: 'questions' | 'messages',
  id: string,
  text: string,
): Problem[] {
  const holds =
    namespace === 'messages' ? subject.promises?.texts[id]?.teaches : subject.promises?.questions[id]?.teaches
  const plain = plainDigits(text.normalize('NFKC'))
  return (holds ?? [])
    .filter((word) => !new RegExp(`(?<![\\p{Script=Latin}\\d])${word}(?![\\p{Script=Latin}\\d])`, 'u').test(plain))
    .map((word) =>
      subject.point(
        file,
        [id],
        'locale/not-taught',
        `"${word}" does not stand in this text.\nA person would not learn that they can send ${word}.`,
      ),
    )
}

/** A text says what it is there for, so that no other one stands in its place. */
function checkSays(
  subject: Subject,
  language: Language,
  namespace: 'questions' | 'messages',
  id: string,
  text: string,
): Problem[] {
  const promised = namespace === 'messages' ? subject.promises?.texts[id] : subject.promises?.questions[id]
  const words = promised?.says?.[language]
  if (words === undefined || foldedWords(text).join(' ').includes(foldedWords(words).join(' '))) return []
  const message = `This text is promised to say "${words}" (dialogs/promises.yaml, says); here it does not.\nA person would be told something else than what is meant here. ${ifMeant}`
  return [subject.point(fileOf(language, namespace), [id], 'promises/says-otherwise', message)]
}

function checkLength(subject: Subject, language: Language, file: string, id: string, text: string): Problem[] {
  const limits = subject.promises?.segments_max
  if (!limits || limits.except.includes(id)) return []
  const most = limits.by_language[language] ?? limits.otherwise
  // A number and a line are longer than their placeholders by little.
  const segments = countSegments(text)
  if (segments <= most) return []
  const message = `This text costs ${segments} SMS segments; at most ${most} are allowed.\nA long message arrives in pieces, late or not at all.`
  return [subject.point(file, [id], 'locale/too-long', message)]
}

const SCRIPTS: Record<string, RegExp> = {
  Arab: /\p{Script=Arabic}/gu,
  Cyrl: /\p{Script=Cyrillic}/gu,
  Deva: /\p{Script=Devanagari}/gu,
  Ethi: /\p{Script=Ethiopic}/gu,
  Guru: /\p{Script=Gurmukhi}/gu,
  Beng: /\p{Script=Bengali}/gu,
  Hans: /\p{Script=Han}/gu,
  Latn: /\p{Script=Latin}/gu,
}

function isInScript(subject: Subject, language: Language, id: string, text: string): boolean {
  if (id === subject.dialogs.flow.language_question) return true
  const own = SCRIPTS[scriptOf(subject, language)]
  if (!own) return true
  const plain = text.replace(/\{\{[^}]*\}\}/g, '')
  const letters = count(plain, /\p{L}/gu)
  return letters === 0 || count(plain, own) / letters >= 0.3
}

const scriptOf = ({ dialogs }: Subject, language: Language): string =>
  dialogs.languages.find(({ id }) => id === language)?.script ?? ''

const count = (text: string, pattern: RegExp): number =>
  [...text.matchAll(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`))].length
