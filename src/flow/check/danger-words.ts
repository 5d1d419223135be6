import type { Problem } from '../../problem.ts'
import { compileDanger, type DangerScanner, scanDanger } from '../../triage/scan-danger.ts'

import type { Check, Subject } from './subject.ts'

/** The sentences that the promises name still raise the alarm, in each language. */
export const checkDangerWords: Check = (subject) => {
  const problems: Problem[] = []
  for (const { language, source } of subject.lexicons)
    if (source.language !== language)
      problems.push(
        subject.point(
          dangerFile(language),
          ['language'],
          'danger/language',
          `This file says it is for "${source.language}", but it stands in locales/${language}.`,
        ),
      )
  for (const language of subject.live)
    if (!subject.lexicons.some((one) => one.language === language)) {
      const message =
        'There are no danger words in this language: danger in the first words is seen by the questions only.'
      const at = { source: dangerFile(language), line: 1, column: 1 }
      problems.push({ code: 'danger/missing-file', ...at, message, severity: 'warning' })
    }
  if (!subject.promises || subject.promises.danger.length === 0) return problems
  const scanner = scannerOf(subject)
  for (const { language, category, says, captive } of subject.promises.danger) {
    const found = scanDanger(scanner, says, language)
    const isFound = captive
      ? found.captive
      : found.urgent && (category === undefined || found.categories.includes(category))
    if (isFound) continue
    const file = dangerFile(language)
    const message = `"${says}" no longer raises the alarm${captive ? ' for somebody who is held' : category ? ` (${category})` : ''}.\nA person in danger who writes so would be asked questions instead, and nobody would be paged.`
    problems.push(
      subject.files[file] === undefined
        ? { code: 'danger/promised', source: file, line: 1, column: 1, message }
        : subject.point(file, [], 'danger/promised', message),
    )
  }
  return problems
}

const dangerFile = (language: string): string => `locales/${language}/danger.yaml`

let last: { lexicons: Subject['lexicons']; rules: Subject['dangerRules']; scanner: DangerScanner } | null = null

/** Compiling takes a second, and most changes are to other files. Promises stand on the rules alone, without the model. */
function scannerOf({ lexicons, dangerRules }: Subject): DangerScanner {
  const isSame =
    last !== null &&
    last.rules === dangerRules &&
    last.lexicons.length === lexicons.length &&
    lexicons.every(({ source }, index) => source === last!.lexicons[index]!.source)
  if (!isSame) {
    const scanner = compileDanger(lexicons, dangerRules, null)
    scanner.indexes.buildAll()
    last = { lexicons, rules: dangerRules, scanner }
  }
  return last!.scanner
}
