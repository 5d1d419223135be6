import type { BundleFiles } from '../flow/read-bundle.ts'
import type { CellProblem, Sheet } from './workbook.ts'

/** The sheets of words, as translators know them from XLSForm: what is asked, its choices, what is said. */
const kinds = [
  { sheet: 'survey', file: 'questions' },
  { sheet: 'choices', file: 'options' },
  { sheet: 'messages', file: 'messages' },
  { sheet: 'phrasebook', file: 'phrasebook' },
] as const

/** All words of a bundle: one sheet for each kind, one row for each text, one column for each language. */
export function wordsToSheets(files: BundleFiles, bundle: string): Sheet[] {
  const sheets: Sheet[] = kinds.map(({ sheet, file }) => {
    const tables = languagesOf(files, file).map((language) => ({ language, texts: tableOf(files, language, file) }))
    const ids = [...new Set(tables.flatMap(({ texts }) => Object.keys(texts)))]
    return {
      name: sheet,
      columns: ['id', ...tables.map(({ language }) => language)],
      rows: ids.map((id) => [id, ...tables.map(({ texts }) => texts[id] ?? '')]),
    }
  })
  return [
    ...sheets,
    {
      name: 'settings',
      columns: ['key', 'value'],
      rows: [
        ['version', '1'],
        ['bundle', bundle],
      ],
    },
  ]
}

/**
 * Takes words from sheets over into a bundle. Texts that are not in the sheets stay; an empty cell changes nothing.
 *
 * @param base - the bundle that the sheets were made from, when it is known: a text that changed here and there is a
 *   conflict and is refused with its cell
 * @returns `files` holds the files that changed, in full
 */
export function sheetsToWords(
  sheets: readonly Sheet[],
  files: BundleFiles,
  base: BundleFiles | null,
): { files: BundleFiles; changes: string[]; problems: CellProblem[] } {
  const changed: BundleFiles = {}
  const changes: string[] = []
  const problems: CellProblem[] = []
  for (const sheet of sheets) {
    const kind = kinds.find((one) => one.sheet === sheet.name)
    if (!kind) {
      if (sheet.name !== 'settings')
        problems.push({
          sheet: sheet.name,
          cell: 'A1',
          message: `There is no sheet "${sheet.name}". Known are ${kinds.map((one) => one.sheet).join(', ')} and settings.`,
        })
      continue
    }
    if (sheet.columns[0] !== 'id') {
      problems.push({ sheet: sheet.name, cell: 'A1', message: 'The first column must be "id".' })
      continue
    }
    problems.push(...twice(sheet))
    for (const [index, language] of sheet.columns.entries()) {
      if (index === 0 || language === '') continue
      const path = `locales/${language}/${kind.file}.json`
      if (files[path] === undefined) {
        problems.push({
          sheet: sheet.name,
          cell: cellName(index, 0),
          message: `There is no language "${language}" with such texts.`,
        })
        continue
      }
      const table = tableOf(files, language, kind.file)
      const before = base ? tableOf(base, language, kind.file) : table
      let isChanged = false
      for (const [row, cells] of sheet.rows.entries()) {
        const id = cells[0]!
        const text = cells[index]!
        if (id === '' || text === '' || text === table[id]) continue
        const cell = cellName(index, row + 1)
        if (!(id in table) && !isKnown(files, kind.file, id)) {
          problems.push({
            sheet: sheet.name,
            cell: cellName(0, row + 1),
            message: `"${id}" is not a text of this bundle.`,
          })
          continue
        }
        // Only what was written in the sheet is news; what changed here since then stays.
        if (text === before[id]) continue
        if (table[id] !== before[id]) {
          problems.push({
            sheet: sheet.name,
            cell,
            message: `"${id}" (${language}) was changed here, too, since the sheet was made: it is "${table[id] ?? ''}" now. Decide which one is right.`,
          })
          continue
        }
        changes.push(`${language}, ${kind.file} ${id}: "${table[id] ?? ''}" is now "${text}"`)
        table[id] = text
        isChanged = true
      }
      if (isChanged) changed[path] = `${JSON.stringify(table, null, 2)}\n`
    }
  }
  return { files: changed, changes, problems }
}

function twice({ name, rows }: Sheet): CellProblem[] {
  const seen = new Map<string, number>()
  const problems: CellProblem[] = []
  for (const [row, [id]] of rows.entries()) {
    if (id === undefined || id === '') continue
    if (seen.has(id))
      problems.push({
        sheet: name,
        cell: cellName(0, row + 1),
        message: `"${id}" is in row ${seen.get(id)! + 2} already.`,
      })
    seen.set(id, row)
  }
  return problems
}

function languagesOf(files: BundleFiles, file: string): string[] {
  const found = Object.keys(files).flatMap(
    (path) => path.match(new RegExp(`^locales/([^/]+)/${file}\\.json$`))?.[1] ?? [],
  )
  // The bridge languages first: translators work from them.
  return found.sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
}
const rank = (language: string): number => ({ en: 0, es: 1 })[language] ?? 2

const tableOf = (files: BundleFiles, language: string, file: string): Record<string, string> =>
  JSON.parse(files[`locales/${language}/${file}.json`] ?? '{}') as Record<string, string>

const isKnown = (files: BundleFiles, file: string, id: string): boolean =>
  languagesOf(files, file).some((language) => id in tableOf(files, language, file))

/** `B2` for the second column of the first row under the head. */
function cellName(column: number, row: number): string {
  let letters = ''
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters
  return `${letters}${row + 1}`
}
