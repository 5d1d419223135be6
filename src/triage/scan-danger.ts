import { isPlainDigits } from '../language/digits.ts'
import type { DangerCategory, DangerScan, Language } from '../types.ts'
import type { FoundRule, LoweredHit } from './apply-danger-rules.ts'
import { applyDangerRules } from './apply-danger-rules.ts'
import type { DangerLexicon, DangerSpelling } from './danger-lexicon.ts'
import type { DangerRules } from './danger-rules.ts'
import type { RawPiece } from './danger-tokens.ts'
import { cutText, foldPieces } from './danger-tokens.ts'
import type { DangerHit, HintedText, WorkCount } from './danger-words.ts'
import { findIdeas, hintText } from './danger-words.ts'
import { LateIndexes } from './late-indexes.ts'
import { type Likeness, type LikenessModel, weighLikeness } from './likeness.ts'
import { likenessFeatures } from './likeness-features.ts'

/** Lexicons and rules, compiled. Made by {@link compileDanger}. */
export interface DangerScanner {
  readonly indexes: LateIndexes
  readonly rules: DangerRules
  /** Adds what no rule caught; null leaves the rules alone. */
  readonly likeness: LikenessModel | null
  /** What short numbers were found to say, by language and number: they are most of all messages. */
  readonly ofNumbers: Map<string, DangerScan>
}

/** All that the scan saw, for `redflags --explain`. */
export interface DangerReading {
  scan: DangerScan
  found: FoundRule[]
  lowered: LoweredHit[]
  /** What the model heard, beside the rules; null when it heard nothing. */
  likeness: Likeness | null
  hits: DangerHit[]
  languages: Language[]
  steps: number
}

/**
 * Makes a scanner out of every language's words and the shared rules. A language's index is built when it is first
 * needed; `indexes.buildAll()` also finds out whether every phrase can be read.
 */
export function compileDanger(
  lexicons: readonly { language: Language; source: DangerLexicon }[],
  rules: DangerRules,
  likeness: LikenessModel | null,
): DangerScanner {
  return {
    indexes: new LateIndexes(lexicons),
    rules,
    likeness,
    ofNumbers: new Map(),
  }
}

/**
 * Looks for danger in a person's own words; protocol section 7.
 *
 * Never throws, whatever the string. The work grows with the length of the text in a straight line.
 *
 * @param language - as detected; null or a language without a lexicon tries all of them
 */
export function scanDanger(scanner: DangerScanner, text: string, language: Language | null): DangerScan {
  if (text.length > NUMBER_LENGTH_MAX || !isPlainDigits(text)) return readDanger(scanner, text, language).scan
  const key = `${language ?? ''}${text}`
  let scan = scanner.ofNumbers.get(key)
  if (scan === undefined) {
    scan = readDanger(scanner, text, language).scan
    scanner.ofNumbers.set(key, scan)
  }
  return scan
}

/** Digits and ages; few enough that all of them in every language fit into memory. */
const NUMBER_LENGTH_MAX = 3

/** As {@link scanDanger}, with everything that was found and what took it back. */
export function readDanger(scanner: DangerScanner, text: string, language: Language | null): DangerReading {
  const raw = cutText(text)
  const work: WorkCount = { steps: raw.length }
  const hits: DangerHit[] = []
  const languages: Language[] = []
  const foldedBySpelling = new Map<DangerSpelling, HintedText>()
  // All indexes are built before the text is looked up: what is known of its words knows only the languages so far.
  const tries = languagesToTry(scanner, language).map((one) => ({ ...one, index: scanner.indexes.get(one.language) }))
  for (const { language: tried, isSide, index } of tries) {
    if (index === undefined || !raw.some((piece) => canHold(index.spelling, piece))) continue
    languages.push(tried)
    let folded = foldedBySpelling.get(index.spelling)
    if (folded === undefined) {
      folded = hintText(index.hints, foldPieces(raw, index.spelling))
      foldedBySpelling.set(index.spelling, folded)
    }
    for (const hit of findIdeas(index, folded, text, isSide, work)) hits.push(hit)
  }
  const standing = languages.length > 1 ? dropAcrossLanguages(hits, work) : hits
  const { found, lowered } = applyDangerRules(scanner.rules, text, raw, standing, work)
  const likeness = hear(scanner, raw, standing, found, lowered.length > 0, work)
  return { scan: toScan(text, found, likeness), found, lowered, likeness, hits: standing, languages, steps: work.steps }
}

/** The model only adds: whatever it answers, a rule that holds goes on holding. */
function hear(
  { likeness }: DangerScanner,
  raw: readonly RawPiece[],
  hits: readonly DangerHit[],
  found: readonly FoundRule[],
  isLowered: boolean,
  work: WorkCount,
): Likeness | null {
  if (likeness === null) return null
  const features = likenessFeatures(raw, hits, found, isLowered)
  work.steps += features.hashes.length
  return weighLikeness(likeness, features)
}

/**
 * A saying or denial in one language also silences what another language reads in the same letters: Portuguese
 * "não é emergência" would else be a Spanish emergency.
 */
function dropAcrossLanguages(hits: readonly DangerHit[], work: WorkCount): DangerHit[] {
  const silencers = hits
    .filter(({ idea, isDenied }) => isDenied || idea === 'idiom' || idea === 'denied')
    .sort((a, b) => a.from - b.from)
  if (silencers.length === 0) return [...hits]
  // The furthest end so far: how far back a silencer that starts before a hit may reach.
  const reach: number[] = []
  for (const { to } of silencers) reach.push(Math.max(to, reach.at(-1) ?? 0))
  return hits.filter((hit) => {
    if (hit.isDenied || hit.idea === 'idiom' || hit.idea === 'denied') return true
    let low = 0
    let high = reach.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (reach[middle]! <= hit.from) low = middle + 1
      else high = middle
    }
    for (let i = low; i < silencers.length && silencers[i]!.from < hit.to; i++) {
      work.steps++
      const silencer = silencers[i]!
      if (silencer.to > hit.from && silencer.to - silencer.from >= hit.to - hit.from) return false
    }
    return true
  })
}

function languagesToTry(scanner: DangerScanner, language: Language | null): { language: Language; isSide: boolean }[] {
  if (language === null || !scanner.indexes.has(language)) {
    return scanner.indexes.languages.map((known) => ({ language: known, isSide: false }))
  }
  const { also_try: alsoTry } = scanner.rules
  const side = new Set([...(alsoTry[language] ?? []), ...(alsoTry.any ?? [])])
  side.delete(language)
  return [{ language, isSide: false }, ...[...side].map((known) => ({ language: known, isSide: true }))]
}

const scripts: Record<DangerSpelling, readonly RawPiece['script'][]> = {
  latin: ['latin'],
  split_apostrophe: ['latin'],
  cyrillic: ['cyrillic', 'latin'],
  uzbek: ['cyrillic', 'latin'],
  arabic: ['arabic', 'latin'],
  indic: ['indic', 'latin'],
  chinese: ['han', 'latin'],
}

function canHold(spelling: DangerSpelling, piece: RawPiece): boolean {
  return scripts[spelling].includes(piece.script)
}

function toScan(text: string, found: readonly FoundRule[], likeness: Likeness | null): DangerScan {
  const categories = new Set<DangerCategory>()
  let urgent = false
  let captive = false
  let changedWriter = false
  for (const { rule } of found) {
    if (rule.category) categories.add(rule.category)
    if (rule.urgent) urgent = true
    if (rule.captive) captive = true
    if (rule.changed_writer) changedWriter = true
  }
  const because = found.map(sayWhy)
  if (likeness !== null) {
    urgent = true
    for (const category of likeness.categories) categories.add(category)
    because.push(sayLikeness(text, likeness))
  }
  return { urgent, categories: [...categories].sort(), captive, changedWriter, because }
}

function sayLikeness(text: string, { categories, words }: Likeness): string {
  const quoted = words.map(({ from, to }) => `“${text.slice(from, to)}”`).join(' + ')
  return `sounds like: ${quoted} (${categories.join(', ')}, by likeness to other texts, no rule)`
}

function sayWhy({ rule, words }: FoundRule): string {
  const quoted = words.map((word) => `“${word}”`).join(' + ')
  return `${rule.urgent ? 'present' : 'topic'}: ${quoted} (${rule.says}), no negation`
}
