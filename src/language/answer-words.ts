import { z } from 'zod'
import type { Language, QuestionId } from '../types.ts'
import { foldedWords, foldText, foldTextKeepingTones } from './fold-text.ts'
import type { LanguageEntry } from './languages.ts'

// YAML reads an unquoted 911 as a number and true as a truth; the coordinator meant the word.
const word = z.union([z.string().min(1).max(80), z.number(), z.boolean()]).transform(String)
const words = z.array(word).default([])
const wordsByNumber = z
  .record(z.string().regex(/^\d{1,3}$/, 'A number stands before its words in digits, such as "12".'), z.array(word))
  .default({})

/**
 * locales/<language>/answers.yaml: the words that people answer with, as speakers write them.
 *
 * Case, accents, apostrophes and the digits' script do not matter, see `foldText`. An entry may be several words.
 */
export const answerWordsSchema = z.strictObject({
  version: z.literal(1),
  language: z.string(),
  stop: words.describe('Whole messages that act like 0: say nothing more'),
  sos: words.describe('Whole messages that mean: danger now'),
  person: words.describe('Whole messages that ask for a human'),
  erase: words.describe('Whole messages that ask to erase the answers'),
  why: words.describe('Whole messages that ask why this is asked'),
  data: words.describe('Whole messages that ask what we keep'),
  skip: words.describe('Whole messages that leave the question out'),
  language_menu: words.describe('Whole messages that ask for another language'),
  yes: words,
  no: words,
  none: words.describe('None of the options'),
  unsure: words.describe('I do not know'),
  numbers: wordsByNumber.describe('Number words by value'),
  compose: z
    .array(z.enum(['units_first', 'teens', 'times_ten']))
    .default([])
    .describe(
      'How number words join beside "thirty one": units_first "one and thirty", teens "ten two" = 12, times_ten "two ten" = 20',
    ),
  tones: z
    .boolean()
    .default(false)
    .describe('Accents tell words apart, as in Vietnamese: kept where the person types them'),
  units: z
    .strictObject({ minutes: words, hours: words, days: words, weeks: words, months: words, years: words })
    .default({ minutes: [], hours: [], days: [], weeks: [], months: [], years: [] }),
  moments: wordsByNumber.describe('Words for a day by its distance in days: 0 today or now, 1 yesterday or tomorrow'),
  joins: words.describe('And, or'),
  attached: words.describe('Small words written together with the next one, such as the Arabic "and"'),
  around: words.describe('Words of politeness and framing that may stand around any answer'),
  around_numbers: words.describe('Words that may stand around an age or the months of a pregnancy'),
  around_times: words.describe('Words that may stand around a time, such as since or ago'),
  other_words: words.describe(
    'Real words of this language that are no answer: never a misspelling of one, nor a word of another language',
  ),
  options: z
    .record(z.string(), z.record(z.string(), z.array(z.string().min(1).max(80))))
    .default({})
    .describe('Words by question id and option id'),
})

/** The checked content of one answers.yaml. */
export type AnswerWordsFile = z.infer<typeof answerWordsSchema>

/** dialogs/words.yaml: words that no language owns. */
export const sharedWordsSchema = z.strictObject({
  version: z.literal(1),
  carrier_stop: words.describe('Words that a US carrier acts on by itself: it blocks us until START'),
  carrier_start: words.describe('Words that lift that block'),
  carrier_reserved: words.describe('Words that a carrier answers by itself; read as answers, never offered'),
  global: z.strictObject({
    stop: words,
    sos: words,
    person: words,
    erase: words,
    why: words,
    data: words,
    skip: words,
    language_menu: words,
  }),
  signs: z
    .strictObject({ stop: words, sos: words, yes: words, no: words, why: words })
    .describe('Signs and emoji that are a whole message'),
})
export type SharedWords = z.infer<typeof sharedWordsSchema>

/** What a whole message may ask for at any time; protocol section 5, step 2. */
export type GlobalWord =
  | {
      kind:
        | 'stop'
        | 'carrier_stop'
        | 'carrier_start'
        | 'sos'
        | 'person'
        | 'erase'
        | 'why'
        | 'data'
        | 'skip'
        | 'language_menu'
    }
  | { kind: 'language'; language: Language }

/** What one answer word may mean; the question decides which meanings count. */
export type Meaning =
  | { is: 'number'; value: number }
  | { is: 'unit'; unit: TimeUnit }
  | { is: 'moment'; days: number }
  | { is: 'yes' | 'no' | 'none' | 'unsure' | 'join' | 'around' | 'around_number' | 'around_time' }
  | { is: 'option'; question: QuestionId; option: string }
export type TimeUnit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years'

/** The words of one language, by the folded words of an entry joined with spaces. */
export interface Lexicon {
  meanings: Map<string, Meaning[]>
  /** How many words the longest entry has that begins with this word. */
  reach: Map<string, number>
  attached: string[]
  otherWords: Set<string>
  compose: Set<'units_first' | 'teens' | 'times_ten'>
  /** The same words by their accented spelling, where accents tell words apart. */
  toned: Lexicon | null
}

export interface GlobalEntry {
  word: GlobalWord
  /** Empty for words that no language owns. */
  languages: Set<Language>
}

/** All word tables, ready for `readGlobalWord` and `readAnswer`. Build it once; it is never changed. */
export interface AnswerWords {
  global: Map<string, GlobalEntry[]>
  /** Global words of languages with tones, by their accented spelling. */
  tonedGlobal: Map<string, GlobalEntry[]>
  /** Languages whose accents tell words apart. */
  tonal: Set<Language>
  signs: Map<string, 'stop' | 'sos' | 'yes' | 'no' | 'why'>
  lexicons: Map<Language, Lexicon>
  /** Every single folded word that any entry of any language has: a reply with another word is no answer anywhere. */
  knownWords: Set<string>
  /** Folded words that a carrier acts on by itself. YES, HELP and INFO reach us too and may be answers. */
  carrierWords: Set<string>
}

/**
 * Turns the word files into tables.
 *
 * @param files - one per language, checked with `answerWordsSchema`; `labels` are the texts of the options as they are
 *   shown, by `QUESTION.option`, since people type what they read
 * @param shared - dialogs/words.yaml
 * @param languages - dialogs/languages.yaml, for the names of languages
 */
export function compileAnswerWords(
  files: { language: Language; words: AnswerWordsFile; labels?: Record<string, string> }[],
  shared: SharedWords,
  languages: LanguageEntry[],
): AnswerWords {
  const compiled: AnswerWords = {
    global: new Map(),
    tonedGlobal: new Map(),
    tonal: new Set(files.filter(({ words }) => words.tones).map(({ language }) => language)),
    signs: new Map(),
    lexicons: new Map(),
    knownWords: new Set(),
    carrierWords: new Set([...shared.carrier_stop, ...shared.carrier_start].map((word) => keyOf(word))),
  }
  for (const file of files) compiled.lexicons.set(file.language, lexiconOf(file.words, file.labels ?? {}))
  for (const word of shared.carrier_stop) addGlobal(compiled, word, { kind: 'carrier_stop' }, null)
  for (const word of shared.carrier_start) addGlobal(compiled, word, { kind: 'carrier_start' }, null)
  for (const kind of ['stop', 'sos', 'yes', 'no', 'why'] as const)
    for (const sign of shared.signs[kind]) compiled.signs.set(sign.normalize('NFKC').replace(/\ufe0f/g, ''), kind)
  for (const kind of GLOBAL_ORDER) {
    for (const word of shared.global[kind]) addGlobal(compiled, word, { kind }, null)
    for (const file of files) for (const word of file.words[kind]) addGlobal(compiled, word, { kind }, file.language)
    // The word for zero is typed by people who were told to send 0.
    if (kind === 'stop')
      for (const file of files)
        for (const word of file.words.numbers['0'] ?? []) addGlobal(compiled, word, { kind }, file.language)
  }
  for (const entry of languages)
    for (const name of [entry.autonym, ...entry.spellings])
      addGlobal(compiled, name, { kind: 'language', language: entry.id }, entry.id)
  for (const lexicon of compiled.lexicons.values())
    for (const key of lexicon.meanings.keys()) for (const word of key.split(' ')) compiled.knownWords.add(word)
  return compiled
}

/** The key of an entry in the tables: its folded words joined with spaces. */
export function keyOf(entry: string, fold: (text: string) => string = foldText): string {
  return foldedWords(entry, fold).join(' ')
}

/** The order of protocol section 5, step 2: what stands first wins when a word could be two things. */
export const GLOBAL_ORDER = ['stop', 'sos', 'person', 'erase', 'why', 'data', 'skip', 'language_menu'] as const

function addGlobal(compiled: AnswerWords, entry: string, word: GlobalWord, language: Language | null): void {
  const key = keyOf(entry)
  if (language !== null && compiled.tonal.has(language)) {
    addGlobalEntry(compiled.tonedGlobal, keyOf(entry, foldTextKeepingTones), word, language)
    // Without its accents "dừng" is also "đúng": a yes must not silence us.
    const meanings = compiled.lexicons.get(language)?.meanings.get(key)
    if (meanings?.some(({ is }) => is === 'yes' || is === 'no' || is === 'option')) return
  }
  addGlobalEntry(compiled.global, key, word, language)
}

function addGlobalEntry(
  table: Map<string, GlobalEntry[]>,
  key: string,
  word: GlobalWord,
  language: Language | null,
): void {
  if (key === '') return
  const found = table.get(key) ?? []
  const same = found.find(
    (other) =>
      other.word.kind === word.kind &&
      (other.word.kind !== 'language' || word.kind !== 'language' || other.word.language === word.language),
  )
  if (!same) {
    found.push({ word, languages: new Set(language ? [language] : []) })
    table.set(key, found)
  } else if (language && same.languages.size > 0) same.languages.add(language)
}

/** A lexicon without words. */
export function emptyLexicon(): Lexicon {
  return { meanings: new Map(), reach: new Map(), attached: [], otherWords: new Set(), compose: new Set(), toned: null }
}

function lexiconOf(file: AnswerWordsFile, labels: Record<string, string>, fold = foldText): Lexicon {
  const lexicon = emptyLexicon()
  const add = (entries: string[], meaning: Meaning) => {
    for (const entry of entries) addMeaning(lexicon, keyOf(entry, fold), meaning)
  }
  for (const is of ['yes', 'no', 'none', 'unsure'] as const) add(file[is], { is })
  for (const [value, entries] of Object.entries(file.numbers)) add(entries, { is: 'number', value: Number(value) })
  for (const unit of UNITS) add(file.units[unit], { is: 'unit', unit })
  for (const [days, entries] of Object.entries(file.moments)) add(entries, { is: 'moment', days: Number(days) })
  add(file.joins, { is: 'join' })
  add(file.around, { is: 'around' })
  add(file.around_numbers, { is: 'around_number' })
  add(file.around_times, { is: 'around_time' })
  for (const [question, options] of Object.entries(file.options))
    for (const [option, entries] of Object.entries(options)) add(entries, { is: 'option', question, option })
  for (const [id, label] of Object.entries(labels)) {
    const [question, option] = id.split('.')
    if (question && option) add([label], { is: 'option', question, option })
  }
  lexicon.attached = file.attached.map((word) => keyOf(word, fold))
  lexicon.otherWords = new Set(file.other_words.map((word) => keyOf(word, fold)))
  lexicon.compose = new Set(file.compose)
  if (file.tones && fold === foldText) lexicon.toned = lexiconOf(file, labels, foldTextKeepingTones)
  return lexicon
}

const UNITS: TimeUnit[] = ['minutes', 'hours', 'days', 'weeks', 'months', 'years']

function addMeaning(lexicon: Lexicon, key: string, meaning: Meaning): void {
  if (key === '') return
  const meanings = lexicon.meanings.get(key)
  if (!meanings) lexicon.meanings.set(key, [meaning])
  else if (!meanings.some((other) => isSame(other, meaning))) meanings.push(meaning)
  noteReach(lexicon.reach, key)
}

/** Remembers how far an entry reaches from its first word, so that a reader tries no more words than that. */
export function noteReach(reach: Map<string, number>, key: string): void {
  const words = key.split(' ')
  if (words.length > (reach.get(words[0]!) ?? 0)) reach.set(words[0]!, words.length)
}

function isSame(one: Meaning, other: Meaning): boolean {
  if (one.is !== other.is) return false
  if (one.is === 'option' && other.is === 'option')
    return one.question === other.question && one.option === other.option
  if (one.is === 'number' && other.is === 'number') return one.value === other.value
  if (one.is === 'unit' && other.is === 'unit') return one.unit === other.unit
  if (one.is === 'moment' && other.is === 'moment') return one.days === other.days
  return true
}
