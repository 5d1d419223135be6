import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import {
  type BackTranslation,
  backTranslationSchema,
  readBackState,
  textsToReadBack,
  writeBackTranslation,
} from '../language/back-translation.ts'
import {
  type LocaleTexts,
  type Review,
  requiredNamespaces,
  reviewSchema,
  textsFileSchema,
} from '../language/locale-schema.ts'
import { countReviewStates, textHash } from '../language/review-state.ts'
import { projectRoot } from '../project-root.ts'
import type { CommandIo } from './io.ts'

const help = `puente review [LANGUAGE [--compare | --sheet FILE | --take FILE [--independent]]] [--dialogs DIR]

How far each language has come: how many texts a native speaker stands for, and how many somebody has read back into
English. With a language: which texts changed since they were read back, and which nobody has read.

  --compare      each text's English beside what the translation says
  --sheet FILE   writes the texts for somebody to read back, without their English: fill in "says"
  --take FILE    takes such a sheet back, with today's date; texts that changed meanwhile are left out and named
  --independent  the reader is not the writer, and has not seen the English
  --dialogs DIR  the folder that holds dialogs/ and locales/ (this project)

  puente review
  puente review uk --sheet uk.json
  puente review uk --take uk.json --independent
`

const sheetSchema = z.record(z.string(), z.strictObject({ text: z.string(), says: z.string() }))

/** What the record of one language holds, and its texts. */
interface Subject {
  language: string
  english: LocaleTexts
  locale: LocaleTexts
  review: Review
  back: BackTranslation | null
  folder: string
}

/** `puente review`: 0 told or written, 1 when a file cannot be read or a sheet does not fit, 2 when the call was wrong. */
export async function review(args: string[], io: CommandIo): Promise<number> {
  const valued = ['--dialogs', '--sheet', '--take']
  const language = args.find((arg, index) => !arg.startsWith('-') && !valued.includes(args[index - 1] ?? ''))
  const valueAfter = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined)
  const wants = ['--compare', '--sheet', '--take'].filter((option) => args.includes(option))
  const isWrong =
    wants.length > 1 ||
    (wants.length === 1 && language === undefined) ||
    valued.some((option) => args.includes(option) && (valueAfter(option) ?? '-').startsWith('-')) ||
    args.some((arg) => arg.startsWith('-') && ![...valued, '--compare', '--independent', '--help', '-h'].includes(arg))
  if (isWrong || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return isWrong ? 2 : 0
  }
  const root = resolve(valueAfter('--dialogs') ?? projectRoot)
  const subjects: Subject[] = []
  for (const code of readdirSync(join(root, 'locales'))) {
    const folder = join(root, 'locales', code)
    if (code === 'en' || (language !== undefined && code !== language)) continue
    try {
      const record = readJson(join(folder, 'review.json'), reviewSchema)
      const back = readJson(join(folder, 'back-translation.json'), backTranslationSchema)
      const english = readTexts(join(root, 'locales', 'en'))
      if (record) subjects.push({ language: code, english, locale: readTexts(folder), review: record, back, folder })
    } catch (error) {
      io.stderr.write(`The files of "${code}" cannot be read; "puente check" says where. ${(error as Error).message}\n`)
      return 1
    }
  }
  const [subject] = subjects
  if (language === undefined) return tellAll(subjects, io)
  if (subject === undefined) {
    io.stderr.write(`There are no texts with a review.json in locales/${language}.\n`)
    return 2
  }
  const sheet = valueAfter('--sheet')
  const take = valueAfter('--take')
  if (sheet !== undefined) return writeSheet(subject, sheet, io)
  if (take !== undefined) return takeSheet(subject, take, args.includes('--independent'), io)
  return args.includes('--compare') ? compare(subject, io) : tellOne(subject, io)
}

function tellAll(subjects: Subject[], io: CommandIo): number {
  for (const subject of subjects) io.stdout.write(`${summary(subject)}\n`)
  return 0
}

function tellOne(subject: Subject, io: CommandIo): number {
  const { stale, missing } = readBackState(subject.english, subject.locale, subject.back)
  io.stdout.write(`${summary(subject)}\n`)
  if (stale.length > 0) io.stdout.write(`Changed since they were read back: ${stale.join(', ')}\n`)
  if (missing.length > 0) io.stdout.write(`Never read back: ${missing.join(', ')}\n`)
  if (subject.review.back_translation) io.stdout.write(`${subject.review.back_translation.note}\n`)
  return 0
}

/** One language in one line. */
function summary({ language, english, locale, review: record, back }: Subject): string {
  const { draft, reviewed, stale, missing } = countReviewStates(english, locale, record)
  const { current, stale: changed, missing: unread } = readBackState(english, locale, back)
  const states = [`${reviewed} reviewed`, `${draft} drafts`]
  if (stale > 0) states.push(`${stale} with a changed English`)
  if (missing > 0) states.push(`${missing} missing`)
  const reading = record.back_translation
  const by = reading && current.length > 0 ? ` (${reading.on}, ${reading.independent ? '' : 'not '}independent)` : ''
  const since = changed.length > 0 ? `, ${changed.length} changed since` : ''
  const read = `read back ${current.length} of ${current.length + changed.length + unread.length}${by}${since}`
  return `${language.padEnd(3)} ${states.join(', ')}; ${read}`
}

function compare({ english, locale, back }: Subject, io: CommandIo): number {
  for (const { id, text, master } of textsToReadBack(english, locale)) {
    const entry = back?.texts[id]
    const says = entry === undefined ? '(not read back)' : entry.says
    const changed = entry !== undefined && entry.of !== textHash(text) ? ' (changed since)' : ''
    io.stdout.write(`${id}\n  English  ${master}\n  says     ${says}${changed}\n  text     ${text}\n`)
  }
  return 0
}

/** The English stays out: who has read it hears it in the translation. */
function writeSheet({ english, locale, back }: Subject, file: string, io: CommandIo): number {
  const open = textsToReadBack(english, locale).filter(({ id, text }) => back?.texts[id]?.of !== textHash(text))
  const rows = Object.fromEntries(open.map(({ id, text }) => [id, { text, says: '' }]))
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`)
  io.stdout.write(`${file} has ${open.length} texts to read back.\n`)
  return 0
}

function takeSheet(subject: Subject, file: string, isIndependent: boolean, io: CommandIo): number {
  let rows: z.infer<typeof sheetSchema> | null
  try {
    rows = readJson(file, sheetSchema)
  } catch (error) {
    io.stderr.write(`${file} is no sheet of "puente review --sheet": ${(error as Error).message}\n`)
    return 1
  }
  if (rows === null) {
    io.stderr.write(`${file} is not there.\n`)
    return 1
  }
  const { english, locale, language, folder, back } = subject
  const texts: BackTranslation['texts'] = {}
  let taken = 0
  for (const { id, text } of textsToReadBack(english, locale)) {
    const row = rows[id]
    const entry = back?.texts[id]
    const says = row?.says.trim() ?? ''
    if (row && says !== '' && row.text === text) {
      texts[id] = { of: textHash(text), says }
      taken++
    } else if (entry) texts[id] = entry
    if (row && says !== '' && row.text !== text) io.stdout.write(`${id} has changed since the sheet was written.\n`)
  }
  if (taken === 0) {
    io.stderr.write('Nothing to take: no row says what a text of today says.\n')
    return 1
  }
  writeFileSync(join(folder, 'back-translation.json'), writeBackTranslation({ version: 1, language, texts }))
  const reading = subject.review.back_translation
  // One independent row does not make the others so.
  const independent = isIndependent && (taken === Object.keys(texts).length || reading?.independent === true)
  const on = new Date().toISOString().slice(0, 10)
  const record: Review = { ...subject.review, back_translation: { on, independent, note: reading?.note ?? '' } }
  writeFileSync(join(folder, 'review.json'), `${JSON.stringify(record, null, 2)}\n`)
  io.stdout.write(`${taken} texts of ${language} are read back. "puente review ${language} --compare" shows them.\n`)
  return 0
}

const readTexts = (folder: string): LocaleTexts =>
  Object.fromEntries(
    requiredNamespaces.map((namespace) => [
      namespace,
      readJson(join(folder, `${namespace}.json`), textsFileSchema) ?? {},
    ]),
  )

/** @returns null when the file is not there */
function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}
