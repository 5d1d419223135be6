import type { Problem } from '../problem.ts'
import type { Language } from '../types.ts'
import { type LocaleTexts, requiredNamespaces } from './locale-schema.ts'
import { placeholdersIn, sentencesOf } from './texts.ts'

/** One thing wrong with one text of a language, in the coordinator's words. */
export interface LocaleProblem {
  /** `locale/what`, such as `locale/digits-differ`; each has an entry in the docs. */
  code: string
  language: Language
  namespace: string
  key: string
  /** What is wrong, then what would have happened to a person, one sentence a line. */
  message: string
}

/** What the check needs to know beside the texts. */
export interface LocaleContext {
  language: Language
  direction: 'ltr' | 'rtl'
  /** Patterns of locales/<language>/forbidden.yaml. */
  forbidden: readonly string[]
  /** Words that a carrier acts on (dialogs/words.yaml), such as STOP. */
  carrierWords: readonly string[]
  /** Segments of a text as it would leave by SMS in this language. */
  segmentsOf: (text: string) => number
  /** Segments that one text may take; 2 for es, en, ht and pt, 4 for the rest when absent. */
  segmentsMax?: number
}

/**
 * Compares a language with the English masters and returns everything that would hurt a person, all at once.
 *
 * The English itself is checked by comparing it with itself.
 */
export function checkLocale(english: LocaleTexts, locale: LocaleTexts, context: LocaleContext): LocaleProblem[] {
  const problems: LocaleProblem[] = []
  for (const namespace of requiredNamespaces) {
    const masters = english[namespace] ?? {}
    const texts = locale[namespace] ?? {}
    const report: Report = (key, code, message) =>
      problems.push({ code: `locale/${code}`, language: context.language, namespace, key, message })
    for (const key of Object.keys(texts))
      if (!(key in masters)) report(key, 'extra-key', `English has no "${key}".\nNobody would ever read this text.`)
    for (const [key, master] of Object.entries(masters)) {
      const text = texts[key]
      if (text === undefined || text.trim() === '') {
        report(key, 'missing-text', `"${key}" has no words.\nA person who gets here would get silence.`)
        continue
      }
      checkShape(text, (code, message) => report(key, code, message))
      checkOutgoing(text, context, (code, message) => report(key, code, message))
      if (namespace === 'options') checkOption(text, (code, message) => report(key, code, message))
      else checkSentence({ master, text, key }, context, (code, message) => report(key, code, message))
    }
  }
  return problems
}

/** The problem with its line and caret, for renderProblem; the first line when the key is not in the file. */
export function placeLocaleProblem(problem: LocaleProblem, fileText: string): Problem {
  const lines = fileText.split('\n')
  const at = lines.findIndex((line) => line.trimStart().startsWith(`${JSON.stringify(problem.key)}:`))
  const own = at < 0 ? '' : lines[at]!
  const column = own.indexOf(':') + 1
  const value = own.slice(column).trim()
  return {
    code: problem.code,
    source: `locales/${problem.language}/${problem.namespace}.json`,
    line: Math.max(1, at + 1),
    column: at < 0 ? 1 : own.indexOf(value, column) + 1,
    length: Math.max(1, value.replace(/,$/, '').length),
    message: problem.message,
  }
}

/** Whether a text holds a word that must not be on the person's screen; the pattern that matched, or null. */
export function findForbidden(text: string, patterns: readonly string[]): string | null {
  const words = ` ${wordsOf(text)} `
  const isIn = (pattern: string) => {
    const body = wordsOf(pattern.replaceAll('*', ''))
    return words.includes(`${pattern.startsWith('*') ? '' : ' '}${body}${pattern.endsWith('*') ? '' : ' '}`)
  }
  return patterns.find(isIn) ?? null
}

type Report = (key: string, code: string, message: string) => void
type ReportText = (code: string, message: string) => void

/** The words that are sent as they are in every language. */
const KEYWORDS = ['SOS', 'PERSON', 'ERASE', 'SKIP', 'DATA', 'WHY']
const OPTION_LENGTH_MAX = 24

// The language menu holds all scripts at once, so rules about one script do not fit it.
const MENU = 'L1'

function checkShape(text: string, report: ReportText): void {
  if (text !== text.normalize('NFC'))
    report('not-composed', 'Letters and accents are stored apart.\nThe message would cost more segments than it shows.')
  if (text !== text.trim() || / {2}/.test(text) || /[\r\n\t]/.test(text))
    report(
      'spaces',
      'There are spaces at an end, two in a row, or a line break.\nA person may take it for two messages.',
    )
  if (/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(text))
    report(
      'direction-marks',
      'There is an invisible character.\nA basic phone may show a box, and digits may jump to another place.',
    )
  if (/[^\P{Nd}0-9]/u.test(text))
    report('digits-script', 'Digits are written 0 to 9 in every language.\nA basic phone can only send these.')
}

function checkOutgoing(text: string, context: LocaleContext, report: ReportText): void {
  const forbidden = findForbidden(text, context.forbidden)
  if (forbidden !== null)
    report(
      'forbidden-word',
      `The word "${forbidden}" must not be in a message.\nWhoever else reads the screen would learn who the person is.`,
    )
  const shouted = new Set(text.replace(/\{\{.*?\}\}/g, '').match(/\b[A-Z]{3,}\b/g))
  const acted = context.carrierWords.find((word) => shouted.has(word.toUpperCase()))
  if (acted !== undefined)
    report('carrier-word', `Carriers act on the word ${acted}.\nA person who sends it could be cut off from us.`)
}

function checkOption(text: string, report: ReportText): void {
  if ([...text].length > OPTION_LENGTH_MAX)
    report('option-length', `A label has at most ${OPTION_LENGTH_MAX} characters.\nWhatsApp would refuse the list.`)
  if (text.includes('{{')) report('placeholders-differ', 'A label has no placeholder.\nThe braces would be shown.')
}

function checkSentence(
  { master, text, key }: { master: string; text: string; key: string },
  context: LocaleContext,
  report: ReportText,
): void {
  if (key === MENU) {
    if (text !== master) report('menu-differs', 'The language menu is the same in every language.\nDigits would lie.')
    return
  }
  const [wanted, given] = [placeholdersIn(master), placeholdersIn(text)].map((names) => names.toSorted().join(', '))
  if (wanted !== given)
    report(
      'placeholders-differ',
      `English has the placeholders ${wanted || '(none)'}, this text ${given || '(none)'}.\nA number or a word would be missing.`,
    )
  const digits = [master, text].map((sentence) => sentence.replace(/\{\{.*?\}\}/g, '').match(/[0-9]+/g) ?? [])
  if (digits[0]!.join(' ') !== digits[1]!.join(' '))
    report(
      'digits-differ',
      `English has the numbers ${digits[0]!.join(' ')}, this text ${digits[1]!.join(' ')}.\nA digit that a person sends would mean something else.`,
    )
  const lost = KEYWORDS.filter((word) => hasWord(master, word) !== hasWord(text, word))
  if (lost.length > 0)
    report('keyword', `The words to send (${lost.join(', ')}) differ from the English.\nPeople would not know the way.`)
  // Filling drops a sentence whose placeholder is empty: nothing that a person must read may stand in the same one.
  const risky = sentencesOf(text).find(
    (sentence) => sentence.includes('{{') && KEYWORDS.some((word) => hasWord(sentence, word)),
  )
  if (risky !== undefined)
    report('placeholder-sentence', `"${risky.trim()}" is dropped when its placeholder is empty.\nThe way out goes too.`)
  const segments = context.segmentsOf(withSamples(text))
  const segmentsMax = context.segmentsMax ?? (['es', 'en', 'ht', 'pt'].includes(context.language) ? 2 : 4)
  if (segments > segmentsMax)
    report(
      'segments',
      `It takes ${segments} SMS segments; ${segmentsMax} are allowed.\nIt may come late, or in pieces.`,
    )
  if (context.direction === 'rtl' && /^[^\p{L}]*\p{Script=Latin}/u.test(text))
    report('direction', 'The text begins with a Latin letter.\nPhones would lay it out from the left, digits and all.')
  const mixed = text.match(/\p{L}*(?:\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin})\p{L}*/u)
  if (mixed) report('mixed-letters', `"${mixed[0]}" mixes two alphabets.\nRead aloud by a phone it is noise.`)
  const isCopied = text === master && context.language !== 'en' && (text.match(/\p{L}/gu)?.length ?? 0) > 12
  if (isCopied) report('untranslated', 'The text is the English one.\nThe person asked for another language.')
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![A-Za-z])${word}(?![A-Za-z])`).test(text)
}

/** As long as what is filled in at most in practice. */
function withSamples(text: string): string {
  const samples: Record<string, string> = { '911': '911', LINE: '800 000 0000', WORD: 'girasol', INFO: 'x'.repeat(30) }
  return text.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => samples[name] ?? 'x'.repeat(9))
}

/** Lower-case words with single spaces; accents stay, since in some languages they make another word. */
function wordsOf(text: string): string {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}'’ʻ\u200c]+/gu) ?? []
  ).join(' ')
}
