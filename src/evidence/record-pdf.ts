import { readFileSync } from 'node:fs'
import PdfDocument from 'pdfkit'
import { localDate, localTime } from '../handoff/zone.ts'
import { runsOf, scriptFonts } from './fonts.ts'
import { type RecordContent, type RecordLanguage, recordLanguages, type Suggestion } from './record-content.ts'

/** locales/<language>/evidence.json */
const wordsIn = (language: RecordLanguage) =>
  JSON.parse(readFileSync(new URL(`../../locales/${language}/evidence.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >
const words = { en: wordsIn('en'), es: wordsIn('es') }

const margin = 56
const timeWidth = 104
const ink = '#1a1a1a'
const grey = '#5a5a5a'

/**
 * Draws a record: the Spanish pages, then the English ones, with the content attached as record.json.
 *
 * @param fingerprint - of the installation's key, which the pages name so that it can be compared
 * @returns the PDF, not sealed yet
 */
export async function recordPdf(content: RecordContent, fingerprint: string): Promise<Buffer> {
  const madeAt = new Date(content.madeAt)
  const doc = new PdfDocument({
    size: 'LETTER',
    margins: { top: margin, bottom: margin, left: margin, right: margin },
    bufferPages: true,
    lang: 'es',
    info: { Title: `Puente ${content.code}`, Producer: 'Puente', Creator: 'Puente', CreationDate: madeAt },
  })
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  const page = new Page(doc)
  for (const [index, language] of recordLanguages.entries()) {
    if (index > 0) doc.addPage()
    drawLanguage(page, content, language, fingerprint)
  }
  page.numberPages(content.code)
  doc.file(Buffer.from(`${JSON.stringify(content, null, 2)}\n`), {
    name: 'record.json',
    type: 'application/json',
    creationDate: madeAt,
    modifiedDate: madeAt,
  })
  doc.end()
  await done
  return Buffer.concat(chunks)
}

function drawLanguage(page: Page, content: RecordContent, language: RecordLanguage, fingerprint: string): void {
  const say = (key: string, params: Record<string, string> = {}) =>
    words[language][key]!.replace(/\{\{(\w+)\}\}/g, (_, name: string) => params[name] ?? '')
  const time = (at: number | null) => (at === null ? '' : shownTime(content.zone, at))
  const suggestions = (list: Suggestion[]) => {
    for (const { level, name } of list) page.row(say('level', { level: level.slice(1) }), [{ text: name[language] }])
  }
  page.title(say('title'))
  if (content.isDemonstration) page.text(say('demonstration'), { isBold: true, color: '#b00020' })
  page.text(say('subtitle'), { color: grey })
  page.space()
  page.row(say('case'), [{ text: content.code }])
  page.row(say('made'), [{ text: time(content.madeAt) }])
  page.row(say('language'), [{ text: languageName(content.language, language) ?? say('language_unknown') }])
  page.text(say('zone', { zone: content.zone }), { size: 8.5, color: grey })

  page.heading(say('consent'))
  const { at: agreedAt, way, question } = content.consent
  page.text(say(`consent_${way}`, { at: time(agreedAt), question: question[language] }))

  page.heading(say('reported'))
  if (content.reported.length === 0) page.text(say('reported_none'))
  for (const { at, question: asked, answer } of content.reported)
    page.row(time(at), [
      { text: asked[language], size: 8.5, color: grey },
      { text: answer[language] === '—' ? say('not_answered') : answer[language], isBold: true },
    ])

  page.heading(say('suggested'))
  page.text(say('suggested_note'), { size: 8.5, color: grey })
  suggestions(content.suggested)

  page.heading(say('attempts'))
  if (content.attempts.length === 0) page.text(say('attempts_none'))
  suggestions(content.attempts)

  page.heading(say('grounds'))
  page.text(say(content.grounds.length === 0 ? 'grounds_none' : 'grounds_note'), { size: 8.5, color: grey })
  for (const { title, says, source, jurisdiction, from, to, touchedBy } of content.grounds)
    page.row(jurisdiction, [
      { text: title[language], isBold: true },
      { text: says[language] },
      {
        text: [source, from && to ? say('entries', { from, to }) : ''].filter(Boolean).join('; '),
        size: 8.5,
        color: grey,
      },
      {
        text: say('touched_by', { names: touchedBy.map((name) => name[language]).join(', ') }),
        size: 8.5,
        color: grey,
      },
    ])

  page.heading(say('written'))
  if (content.written.length === 0) page.text(say('written_none'))
  for (const { at, text } of content.written) page.row(time(at), [{ text, unprintable: say('unprintable') }])

  page.heading(say('handled'))
  if (content.handled.length === 0) page.text(say('handled_none'))
  for (const { at, action } of content.handled) page.row(time(at), [{ text: say(`action_${action}`) }])

  page.heading(say('verify'))
  page.text(say('verify_text', { fingerprint }))
}

/** Which steps of a case a record tells; the rest is the team's own business. */
export const toldActions: ReadonlySet<string> = new Set(
  Object.keys(words.en)
    .filter((key) => key.startsWith('action_'))
    .map((key) => key.slice('action_'.length)),
)

const languageName = (language: string | null, reader: RecordLanguage): string | null =>
  language === null ? null : (new Intl.DisplayNames([reader], { type: 'language' }).of(language) ?? language)

/** `2026-11-24 05:47 (-6)`. */
function shownTime(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at)
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') || '0'
  return `${localDate(zone, at)} ${localTime(zone, at)} (${offset})`
}

interface Style {
  isBold?: boolean
  size?: number
  color?: string
}
interface Line extends Style {
  text: string
  /** What stands there when no font has the script of the text. */
  unprintable?: string
}

/** Writes down a page from top to bottom, in whatever script. */
class Page {
  private readonly fonts = { 400: scriptFonts(400), 700: scriptFonts(700) }
  private readonly doc: PDFKit.PDFDocument

  constructor(doc: PDFKit.PDFDocument) {
    this.doc = doc
    for (const { id, file } of [...this.fonts[400], ...this.fonts[700]]) doc.registerFont(id, file)
  }

  title(text: string): void {
    this.text(text, { isBold: true, size: 18 })
    this.space()
  }

  heading(text: string): void {
    this.keep(60)
    this.space(10)
    this.text(text, { isBold: true, size: 12 })
    const { doc } = this
    const y = doc.y + 1
    doc
      .moveTo(margin, y)
      .lineTo(doc.page.width - margin, y)
      .lineWidth(0.5)
      .stroke('#c8c8c8')
    this.space(5)
  }

  text(text: string, style: Style = {}): void {
    this.write({ text, ...style }, margin, this.doc.page.width - 2 * margin)
  }

  /** A time or a word on the left, lines on the right. */
  row(left: string, lines: Line[]): void {
    const { doc } = this
    const width = doc.page.width - 2 * margin - timeWidth
    this.keep(lines.reduce((height, line) => height + this.heightOf(line, width), 4))
    const top = doc.y
    this.write({ text: left, size: 8.5, color: grey }, margin, timeWidth - 8)
    const leftEnd = doc.y
    doc.y = top
    for (const line of lines) this.write(line, margin + timeWidth, width)
    doc.y = Math.max(doc.y, leftEnd)
    this.space(3)
  }

  space(points = 4): void {
    this.doc.y += points
  }

  numberPages(code: string): void {
    const { doc } = this
    const { start, count } = doc.bufferedPageRange()
    for (let index = start; index < start + count; index++) {
      doc.switchToPage(index)
      doc.page.margins.bottom = 0
      doc.y = doc.page.height - margin / 2 - 8
      this.write({ text: `Puente ${code}   ${index + 1} / ${count}`, size: 8, color: grey }, margin, 300)
    }
  }

  private keep(height: number): void {
    const { doc } = this
    const room = doc.page.height - margin - doc.y
    if (height > room && height < doc.page.height - 2 * margin) doc.addPage()
  }

  private heightOf(line: Line, width: number): number {
    const size = line.size ?? 10
    const fonts = this.fonts[line.isBold ? 700 : 400]
    return this.doc.font(fonts[0]!.id).fontSize(size).heightOfString(line.text, { width }) + 1
  }

  private write(line: Line, x: number, width: number): void {
    const { doc } = this
    const fonts = this.fonts[line.isBold ? 700 : 400]
    const runs = runsOf(line.text, fonts) ?? runsOf(line.unprintable ?? '[?]', fonts)!
    doc.fontSize(line.size ?? 10).fillColor(line.color ?? ink)
    if (runs.length === 0) return
    doc.x = x
    for (const [index, { font, text }] of runs.entries())
      doc.font(font).text(text, { width, continued: index < runs.length - 1 })
  }
}
