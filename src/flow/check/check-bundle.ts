import { parsingOnce } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import type { RunningBundle } from '../assemble-flow.ts'
import type { BundleParts } from '../bundle-parts.ts'
import { compileFlow, type Flow } from '../compile-flow.ts'
import { keepCases } from '../promises/keep-cases.ts'
import { keepConversations } from '../promises/keep-conversations.ts'
import { keepLevelPromises } from '../promises/keep-levels.ts'
import { keepStaticPromises } from '../promises/keep-static.ts'
import { keepValues } from '../promises/keep-values.ts'
import type { Promises } from '../promises/promises-schema.ts'
import { type ProofResult, proveFlow } from '../prove/prove-flow.ts'
import { proofEars } from '../prove/said.ts'
import type { BundleFiles, Dialogs } from '../read-bundle.ts'
import type { OptionLabels } from '../say-answer.ts'
import { checkAccepted } from './accepted.ts'
import { checkAdvocateSide } from './advocate-side.ts'
import { checkAnswerWords } from './answer-words.ts'
import { checkDangerWords } from './danger-words.ts'
import { checkDirectory, checkGrounds } from './directory-dates.ts'
import { checkDirectorySays } from './directory-says.ts'
import { checkDoubles } from './doubles.ts'
import { folded } from './fold-problems.ts'
import { checkGlobalWords } from './global-words.ts'
import { checkLanguageMenu } from './language-menu.ts'
import { checkLocaleFiles } from './locale-files.ts'
import { checkLocaleTexts } from './locale-texts.ts'
import { checkNames } from './names.ts'
import { checkNumbers } from './numbers.ts'
import { checkOwnLanguage } from './own-language.ts'
import { checkPlainFiles } from './plain-files.ts'
import { checkPromptDigits } from './prompt-digits.ts'
import { proofProblems } from './proof-problems.ts'
import { checkQuestions } from './questions.ts'
import { checkRota } from './rota-cover.ts'
import { checkSafeWords } from './safe-words.ts'
import { checkScenarios } from './scenarios.ts'
import { checkStaffTexts } from './staff-texts.ts'
import { labelsFor, readSubject, type Subject } from './subject.ts'

/** What the gate needs to know beside the files. */
export interface CheckContext {
  /** Milliseconds since 1970. */
  now: number
  /** The rota in use; without it nothing is said about who is on call. */
  rota: { file: string; text: string } | null
  /** Makes the files run as they would for people, so that scenarios can be played; null when they cannot. */
  assemble?: (files: BundleFiles, parts: BundleParts) => RunningBundle | null
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
  const begun = begin(files)
  const found = lookFurther(begun, context)
  const proven = context.proves === false ? null : toProve(begun)
  return concluded(begun, found, proven && proveDialogs(proven))
}

/**
 * The same, with the proof made elsewhere at the same time: it is half of the work and needs the dialogs alone.
 *
 * @param prove - has its answer later, from another thread
 */
export async function checkBundleBeside(
  files: BundleFiles,
  context: CheckContext,
  prove: (provable: Provable) => Promise<ProofResult>,
): Promise<CheckResult> {
  const begun = begin(files)
  const proven = toProve(begun)
  const proof = proven === null ? null : prove(proven)
  // What goes wrong there is thrown below; until then nobody waits for it.
  proof?.catch(() => undefined)
  const found = lookFurther(begun, context)
  return concluded(begun, found, await proof)
}

/** All that a proof needs; plain data. */
export interface Provable {
  dialogs: Dialogs
  promises: Promises | null
  labels: OptionLabels
}

/** Walks every conversation of the dialogs, played with ears for meanings. */
export function proveDialogs({ dialogs, promises, labels }: Provable): ProofResult {
  const { states, turns, isComplete, broken } = proveFlow(playable({ dialogs }), dialogs, promises, labels)
  return { states, turns, isComplete, broken }
}

interface Begun {
  /** Files that something could read. */
  readable: BundleFiles
  subject: Subject | null
  problems: Problem[]
  /** Every file could be read and has the right shape, so that it would run as it stands. */
  isWhole: boolean
  /** Names lead somewhere, so that it can be played. */
  isPlayable: boolean
}

function begin(files: BundleFiles): Begun {
  const parse = parsingOnce()
  const plain = checkPlainFiles(files, parse)
  const readable = Object.fromEntries(Object.entries(files).filter(([file]) => !plain.unreadable.has(file)))
  const { subject, problems: shape } = readSubject(readable, parse)
  const problems = [...plain.problems, ...shape.filter(({ source }) => !plain.unreadable.has(source ?? ''))]
  if (subject === null) return { readable, subject, problems, isWhole: false, isPlayable: false }
  const names = [...checkNames(subject), ...checkQuestions(subject)]
  const isPlayable = names.every(({ severity }) => severity === 'warning')
  return { readable, subject, problems: [...problems, ...names], isWhole: problems.length === 0, isPlayable }
}

const toProve = ({ subject, isPlayable }: Begun): Provable | null =>
  subject && isPlayable ? { dialogs: subject.dialogs, promises: subject.promises, labels: labelsFor(subject) } : null

function lookFurther({ subject, readable, isWhole, isPlayable }: Begun, context: CheckContext): Problem[] {
  if (subject === null) return []
  const found = [
    ...checkLocaleTexts(subject),
    ...checkLocaleFiles(subject),
    ...checkLanguageMenu(subject),
    ...checkPromptDigits(subject),
    ...checkNumbers(subject),
    ...checkSafeWords(subject),
    ...checkStaffTexts(subject),
    ...checkDoubles(subject),
    ...checkAnswerWords(subject),
    ...checkGlobalWords(subject),
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
  ]
  if (!isPlayable) return found
  const flow = playable(subject)
  const running = (isWhole && context.assemble?.(readable, partsOf(subject))) || null
  return [
    ...found,
    ...checkOwnLanguage(subject, running && ((text) => running.flow.ears.detect(text, {}))),
    ...keepCases(subject, flow),
    ...keepConversations(subject, flow),
    ...checkScenarios(subject, running),
  ]
}

/** The bundle as it would run, from what was read already. */
const partsOf = (subject: Subject): BundleParts => ({
  dialogs: subject.dialogs,
  locales: Object.fromEntries(subject.locales),
  words: subject.words.map(({ language, words }) => ({ language, value: words })),
  sharedWords: subject.shared,
  lexicons: subject.lexicons.map(({ language, source }) => ({ language, value: source })),
  dangerRules: subject.dangerRules,
})

function concluded({ subject, problems }: Begun, found: Problem[], proof: ProofResult | null): CheckResult {
  const proven = subject && proof ? proofProblems(subject, proof) : []
  return sorted(causesOnly([...problems, ...found, ...proven]), proof?.states ?? null)
}

/** A role that is there twice hides another one, so that every name of that one leads nowhere: only the cause is told. */
function causesOnly(found: Problem[]): Problem[] {
  const isCause = ({ code, message }: Problem) => code === 'roles/double' && message.startsWith('The role')
  return found.some(isCause) ? found.filter(({ code }) => !code.endsWith('/unknown-role')) : found
}

/** The flow with ears for meanings. */
export const playable = ({ dialogs }: Pick<Subject, 'dialogs'>): Flow =>
  compileFlow({ ...dialogs, bundle: 'check', ears: proofEars() })

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
    problems: folded(own.filter(({ severity }) => severity !== 'warning')),
    warnings: folded(own.filter(({ severity }) => severity === 'warning')),
    states,
  }
}
