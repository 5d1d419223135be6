import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import type { Checked } from '../directory.ts'
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
  const used = new Map<string, string>()
  for (const [name, entries] of Object.entries(texts.placeholders))
    for (const { entry } of entries) used.set(entry, `{{${name}}}`)
  for (const [text, entry] of Object.entries(texts.only_while_valid)) used.set(entry, text)
  return Object.entries(directory.entries).flatMap(([id, entry]) => {
    const place = used.get(id)
    const at: Place = { subject, file: 'dialogs/directory.yaml', path: ['entries', id], id }
    if (place === undefined) return checkDates(at, entry, now, null)
    if (isChecked(entry))
      return checkDates(at, entry, now, {
        severity: 'error',
        leftOut: `What stands for ${place} is left out of messages`,
      })
    const message = `Nobody has marked "${id}" as checked, so what stands for ${place} is left out of messages.\nFill in checked_on, checked_by and next_check once somebody has made sure.`
    return [warning(subject.point(at.file, at.path, 'directory/not-checked', message, 'key'))]
  })
}

/**
 * What a record for a lawyer points at was checked by somebody and is within its date; else it is left out of records.
 *
 * @param now - milliseconds since 1970
 */
export function checkGrounds(subject: Subject, now: number): Problem[] {
  const file = 'dialogs/grounds.yaml'
  const inUse = Object.entries(subject.dialogs.grounds.grounds).filter(([, { off }]) => off === undefined)
  const unchecked = inUse.filter(([, ground]) => !isChecked(ground)).map(([id]) => id)
  const problems = inUse.flatMap(([id, ground]) =>
    checkDates({ subject, file, path: ['grounds', id], id }, ground, now, {
      severity: 'warning',
      leftOut: 'It is left out of records for lawyers',
    }),
  )
  if (unchecked.length === 0) return problems
  const message = `Nobody has marked these as checked, so records for lawyers name none of them: ${unchecked.join(', ')}.\nFill in checked_on, checked_by and next_check once somebody who knows the law has made sure.`
  return [
    ...problems,
    warning(subject.point(file, ['grounds', unchecked[0]!], 'directory/not-checked', message, 'key')),
  ]
}

interface Place {
  subject: Subject
  file: string
  path: YamlPath
  id: string
}

/** @param use - what happens to it after its date; null when it is not in use */
function checkDates(
  { subject, file, path, id }: Place,
  { checked_on, next_check }: Checked,
  now: number,
  use: { severity: 'error' | 'warning'; leftOut: string } | null,
): Problem[] {
  if (checked_on === undefined || next_check === undefined) return []
  const today = dayOf(now)
  const problems: Problem[] = []
  const add = (key: string, code: string, message: string) =>
    problems.push(subject.point(file, [...path, key], code, message))
  if (checked_on > today)
    add(
      'checked_on',
      'directory/future-check',
      `${checked_on} is in the future; today is ${today}.\nNobody can have checked it then.`,
    )
  if (next_check <= checked_on)
    add('next_check', 'directory/wrong-dates', 'The next check is not after the last one, so it would never be shown.')
  else if ((Date.parse(next_check) - Date.parse(checked_on)) / DAY_MS > LONGEST_DAYS)
    add(
      'next_check',
      'directory/wrong-dates',
      'The next check is more than a year after the last one. Numbers and rules change sooner.\nA person could be sent to a number that nobody answers.',
    )
  if (next_check <= today) {
    const then = use === null ? 'It is not in use.' : `${use.leftOut} until somebody has checked it.`
    const message = `"${id}" was to be checked again by ${next_check}; today is ${today}.\n${then}`
    const problem = subject.point(file, [...path, 'next_check'], 'directory/expired', message)
    problems.push(use?.severity === 'error' ? problem : warning(problem))
  } else if (next_check <= dayOf(now + 14 * DAY_MS)) {
    const message = `"${id}" is to be checked again by ${next_check}. From that day on it is left out of ${file.endsWith('grounds.yaml') ? 'records' : 'messages'}.`
    problems.push(warning(subject.point(file, [...path, 'next_check'], 'directory/ends-soon', message)))
  }
  return problems
}

const isChecked = ({ checked_on, next_check }: Checked): boolean => checked_on !== undefined && next_check !== undefined
const warning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' })
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
