import type { Problem } from '../../problem.ts'
import type { Subject } from './subject.ts'

const DAY_MS = 86_400_000
const LONGEST_DAYS = 400

/**
 * Every entry in use is within its check date; what ends within 14 days, or was never checked, is told.
 *
 * @param now - milliseconds since 1970
 */
export function checkDirectory(subject: Subject, now: number): Problem[] {
  const { directory, texts } = subject.dialogs
  const file = 'dialogs/directory.yaml'
  const today = dayOf(now)
  const used = new Map<string, string>()
  for (const [name, entries] of Object.entries(texts.placeholders))
    for (const { entry } of entries) used.set(entry, `{{${name}}}`)
  for (const [text, entry] of Object.entries(texts.only_while_valid)) used.set(entry, text)
  const problems: Problem[] = []
  for (const [id, entry] of Object.entries(directory.entries)) {
    const place = used.get(id)
    const isUsed = place !== undefined
    if (entry.checked_on === undefined || entry.next_check === undefined) {
      if (!isUsed) continue
      const message = `Nobody has marked "${id}" as checked, so what stands for ${place} is left out of messages.\nFill in checked_on, checked_by and next_check once somebody has made sure.`
      problems.push({
        ...subject.point(file, ['entries', id], 'directory/not-checked', message, 'key'),
        severity: 'warning',
      })
      continue
    }
    if (entry.checked_on > today)
      problems.push(
        subject.point(
          file,
          ['entries', id, 'checked_on'],
          'directory/future-check',
          `${entry.checked_on} is in the future; today is ${today}.\nNobody can have checked it then.`,
        ),
      )
    if (entry.next_check <= entry.checked_on)
      problems.push(
        subject.point(
          file,
          ['entries', id, 'next_check'],
          'directory/wrong-dates',
          'The next check is not after the last one, so it would never be shown.',
        ),
      )
    else if ((Date.parse(entry.next_check) - Date.parse(entry.checked_on)) / DAY_MS > LONGEST_DAYS)
      problems.push(
        subject.point(
          file,
          ['entries', id, 'next_check'],
          'directory/wrong-dates',
          'The next check is more than a year after the last one. Numbers and rules change sooner.\nA person could be sent to a number that nobody answers.',
        ),
      )
    if (entry.next_check <= today) {
      const message = `"${id}" was to be checked again by ${entry.next_check}; today is ${today}.\n${isUsed ? `What stands for ${place} is left out of messages until somebody has checked it.` : 'It is not in use.'}`
      const problem = subject.point(file, ['entries', id, 'next_check'], 'directory/expired', message)
      problems.push(isUsed ? problem : { ...problem, severity: 'warning' })
    } else if (entry.next_check <= dayOf(now + 14 * DAY_MS)) {
      const message = `"${id}" is to be checked again by ${entry.next_check}. From that day on it is left out of messages.`
      problems.push({
        ...subject.point(file, ['entries', id, 'next_check'], 'directory/ends-soon', message),
        severity: 'warning',
      })
    }
  }
  return problems
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
