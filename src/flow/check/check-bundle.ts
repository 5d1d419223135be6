import type { Problem } from '../../problem.ts'
import type { RunningBundle } from '../assemble-flow.ts'
import { compileFlow, type Flow } from '../compile-flow.ts'
import { keepCases } from '../promises/keep-cases.ts'
import { keepConversations } from '../promises/keep-conversations.ts'
import { keepLevelPromises } from '../promises/keep-levels.ts'
import { keepStaticPromises } from '../promises/keep-static.ts'
import { keepValues } from '../promises/keep-values.ts'
import { proveFlow } from '../prove/prove-flow.ts'
import { proofEars } from '../prove/said.ts'
import type { BundleFiles } from '../read-bundle.ts'
import { checkAccepted } from './accepted.ts'
import { checkAdvocateSide } from './advocate-side.ts'
import { checkAnswerWords } from './answer-words.ts'
import { checkDangerWords } from './danger-words.ts'
import { checkDirectory, checkGrounds } from './directory-dates.ts'
import { checkDirectorySays } from './directory-says.ts'
import { checkDoubles } from './doubles.ts'
import { checkLanguageMenu } from './language-menu.ts'
import { checkLocaleFiles } from './locale-files.ts'
import { checkLocaleTexts } from './locale-texts.ts'
import { checkNames } from './names.ts'
import { checkOwnLanguage } from './own-language.ts'
import { checkPlainFiles } from './plain-files.ts'
import { checkPromptDigits } from './prompt-digits.ts'
import { proofProblems } from './proof-problems.ts'
import { checkQuestions } from './questions.ts'
import { checkRota } from './rota-cover.ts'
import { checkSafeWords } from './safe-words.ts'
import { checkScenarios } from './scenarios.ts'
import { checkStaffTexts } from './staff-texts.ts'
import { readSubject, type Subject } from './subject.ts'

/** What the gate needs to know beside the files. */
export interface CheckContext {
  /** Milliseconds since 1970. */
  now: number
  /** The rota in use; without it nothing is said about who is on call. */
  rota: { file: string; text: string } | null
  /** Makes the files run as they would for people, so that scenarios can be played; null when they cannot. */
  assemble?: (files: BundleFiles) => RunningBundle | null
  /** false leaves the proof out, for a quick look while somebody types. The gate never does. */
  proves?: boolean
  /** Makes a fingerprint of a text; without it nobody is asked who accepted the promises. */
  fingerprint?: (text: string) => string
}

/** What the gate found. Warnings stop nothing. */
export interface CheckResult {
  problems: Problem[]
  warnings: Problem[]
  /** How many states the proof told apart; null when it was not reached. */
  states: number | null
}

/**
 * The publish gate: everything that is wrong with a bundle, at once.
 *
 * Text, shape and names come first; what is to be proven or played comes only when those are right, since it would
 * otherwise tell of consequences and not of causes.
 */
export function checkBundle(files: BundleFiles, context: CheckContext): CheckResult {
  const plain = checkPlainFiles(files)
  const readable = Object.fromEntries(Object.entries(files).filter(([file]) => !plain.unreadable.has(file)))
  const { subject, problems: shape } = readSubject(readable)
  const found = [...plain.problems, ...shape.filter(({ source }) => !plain.unreadable.has(source ?? ''))]
  if (subject === null) return sorted(found, null)
  const names = [...checkNames(subject), ...checkQuestions(subject)]
  found.push(
    ...names,
    ...checkLocaleTexts(subject),
    ...checkLocaleFiles(subject),
    ...checkLanguageMenu(subject),
    ...checkPromptDigits(subject),
    ...checkSafeWords(subject),
    ...checkStaffTexts(subject),
    ...checkDoubles(subject),
    ...checkAnswerWords(subject),
    ...checkDangerWords(subject),
    ...checkDirectory(subject, context.now),
    ...checkGrounds(subject, context.now),
    ...checkDirectorySays(subject),
    ...checkAdvocateSide(subject),
    ...(context.rota ? checkRota(subject, context.rota, context.now) : []),
    ...keepStaticPromises(subject),
    ...keepLevelPromises(subject),
    ...keepValues(subject),
    ...(context.fingerprint ? checkAccepted(subject, context.fingerprint) : []),
  )
  if (names.some(({ severity }) => severity !== 'warning')) return sorted(causesOnly(found), null)
  const flow = playable(subject)
  const running = context.assemble?.(readable) ?? null
  const played = [
    ...checkOwnLanguage(subject, running && ((text) => running.flow.ears.detect(text, {}))),
    ...keepCases(subject, flow),
    ...keepConversations(subject, flow),
    ...checkScenarios(subject, running),
  ]
  if (context.proves === false) return sorted([...found, ...played], null)
  const proof = proveFlow(flow, subject.dialogs, subject.promises)
  found.push(...played, ...proofProblems(subject, proof))
  return sorted(found, proof.states)
}

/** A role that is there twice hides another one, so that every name of that one leads nowhere: only the cause is told. */
function causesOnly(found: Problem[]): Problem[] {
  const isCause = ({ code, message }: Problem) => code === 'roles/double' && message.startsWith('The role')
  return found.some(isCause) ? found.filter(({ code }) => !code.endsWith('/unknown-role')) : found
}

/** The flow with ears for meanings. */
export const playable = (subject: Subject): Flow =>
  compileFlow({ ...subject.dialogs, bundle: 'check', ears: proofEars() })

function sorted(found: Problem[], states: number | null): CheckResult {
  const seen = new Set<string>()
  const own = found.filter((problem) => {
    const key = `${problem.source} ${problem.line} ${problem.column} ${problem.code} ${problem.message}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  own.sort(
    (one, other) =>
      (one.source ?? '').localeCompare(other.source ?? '') || one.line - other.line || one.column - other.column,
  )
  return {
    problems: own.filter(({ severity }) => severity !== 'warning'),
    warnings: own.filter(({ severity }) => severity === 'warning'),
    states,
  }
}
