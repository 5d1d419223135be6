import type { DangerIdea, DangerLexicon, DangerSpelling } from './danger-lexicon.ts'
import { dangerIdeas } from './danger-lexicon.ts'
import type { DangerToken } from './danger-tokens.ts'
import { cutText, foldPieces, foldWord, spellWords } from './danger-tokens.ts'
import { connect, joinPhrases, newDraft, type PhraseDraft, type Phrases } from './phrases.ts'
import {
  addLanguage,
  addLongWord,
  addStem,
  addTo,
  hintOf,
  newWordHints,
  slipLength,
  type WordHint,
  type WordHints,
} from './word-hints.ts'

/** An idea found in a text; `from` and `to` are places in the text as it came. */
export interface DangerHit {
  idea: DangerIdea
  from: number
  to: number
  isDenied: boolean
  /** The words that deny it. */
  deniedBy: string | null
}

/** One language's phrases, ready to be looked for. */
export interface WordIndex {
  spelling: DangerSpelling
  /** What is shared with the other languages, and which bit in it is this one. */
  hints: WordHints
  bit: number
  root: Phrases
  exact: Map<string, number>
  stems: Map<string, number>
  /** Stems by their first two letters. */
  stemsByStart: Map<string, { stem: string; id: number }[]>
  notTypos: Set<string>
  sameWord: Map<string, string[]>
  numbers: Map<string, number>
  countUnits: Set<string>
  reachesOver: Set<string>
  reachStems: string[]
  noDenialAfter: Set<string>
  negationAfter: Phrases
  negationBefore: Phrases
  longestWord: number
}

const gapWords = 3
const nowhere: Phrases = { next: null, gap: null, ideas: [] }
const none: readonly Phrases[] = []
const noWords: ReadonlyMap<string, readonly string[]> = new Map()
const numberAtom = 0
const ageAtom = 1
const monthAtom = 2
const lateMonthAtom = 3
const bareAgeAtom = 4
const atoms: Record<string, number> = { '<n>': 0, '<age>': 1, '<month>': 2, '<late>': 3, '<bareage>': 4 }

/**
 * Builds the index of one lexicon, and adds its words to the hints that it shares with others.
 *
 * @throws RangeError on a phrase that cannot be read
 */
export function indexWords(lexicon: DangerLexicon, hints: WordHints = newWordHints()): WordIndex {
  const { spelling } = lexicon
  const fold = (word: string) => foldWord(word, spelling)
  const index: WordIndex = {
    spelling,
    hints,
    bit: addLanguage(hints),
    root: nowhere,
    exact: new Map(),
    stems: new Map(),
    stemsByStart: new Map(),
    notTypos: new Set(lexicon.not_typos.map(fold)),
    sameWord: new Map(),
    numbers: new Map(Object.entries(lexicon.numbers).map(([word, value]) => [fold(word), value])),
    countUnits: new Set(lexicon.count_units.map(fold)),
    reachesOver: new Set(lexicon.reaches_over.filter((word) => !word.endsWith('*')).map(fold)),
    reachStems: lexicon.reaches_over.filter((word) => word.endsWith('*')).map((word) => fold(word.slice(0, -1))),
    noDenialAfter: new Set(lexicon.no_denial_after.map(fold)),
    negationAfter: nowhere,
    negationBefore: nowhere,
    longestWord: 0,
  }
  for (const [meant, variants] of Object.entries(lexicon.same_word)) {
    const words = meant.split(' ').map(fold)
    for (const variant of variants) index.sameWord.set(fold(variant), words)
  }
  const ids = { next: 10 }
  const [root, before, after] = [newDraft(), newDraft(), newDraft()]
  for (const idea of dangerIdeas) {
    for (const line of lexicon.ideas[idea] ?? []) {
      for (const phrase of line.split(/[,،、，]/)) addPhrase(index, root, phrase.trim(), idea, ids)
    }
  }
  for (const phrase of lexicon.negation) addPhrase(index, before, phrase, 'denied', ids)
  for (const phrase of lexicon.negation_after) addPhrase(index, after, phrase, 'denied', ids)
  index.root = joinPhrases(root)
  index.negationBefore = joinPhrases(before)
  index.negationAfter = joinPhrases(after)
  for (const [stem, id] of index.stems) {
    const list = index.stemsByStart.get(stem.slice(0, 2))
    if (list === undefined) index.stemsByStart.set(stem.slice(0, 2), [{ stem, id }])
    else list.push({ stem, id })
  }
  for (const word of index.exact.keys()) index.longestWord = Math.max(index.longestWord, word.length)
  giveHints(index)
  return index
}

/** Adds one phrase as a chain of places; alternatives and optional words share the places that follow them. */
function addPhrase(index: WordIndex, root: PhraseDraft, phrase: string, idea: DangerIdea, ids: { next: number }): void {
  if (phrase === '') return
  let open: PhraseDraft[] = [root]
  for (const slot of phrase.split(/\s+/)) {
    if (slot === '...') {
      const gap = open.length === 1 ? (open[0]!.gap ?? newDraft()) : newDraft()
      for (const node of open) node.gap = gap
      open = [gap]
      continue
    }
    const isOptional = slot.startsWith('(') && slot.endsWith(')')
    const only = open.length === 1 && !isOptional ? open[0]! : null
    const known = only?.shared.get(slot)
    if (known !== undefined) {
      open = [known]
      continue
    }
    const after = newDraft()
    only?.shared.set(slot, after)
    for (const choice of (isOptional ? slot.slice(1, -1) : slot).split('/')) {
      const word = readChoice(index, choice, ids)
      if (word.length === 0) throw new RangeError(`"${choice}" in "${phrase}" is no word`)
      for (const node of open) connect(node, word, after)
    }
    open = isOptional ? [...open, after] : [after]
  }
  if (open.includes(root)) throw new RangeError(`"${phrase}" may be left out as a whole`)
  for (const node of open) if (!node.ideas.includes(idea)) node.ideas.push(idea)
}

function readChoice(index: WordIndex, choice: string, ids: { next: number }): number[] {
  const atom = atoms[choice]
  if (atom !== undefined) return [atom]
  const isStem = choice.endsWith('*')
  const text = (isStem ? choice.slice(0, -1) : choice).replaceAll('_', ' ')
  // A stem stands for itself: "breath*" must go on meaning breathe and breathing.
  const sameWord = isStem ? noWords : index.sameWord
  const tokens = spellWords(foldPieces(cutText(text), index.spelling), sameWord, new Map())
  return tokens.map(({ word }, at) => {
    const table = isStem && at === tokens.length - 1 ? index.stems : index.exact
    let id = table.get(word)
    if (id === undefined) {
      id = ids.next++
      table.set(word, id)
    }
    return id
  })
}

function giveHints({
  hints,
  bit,
  spelling,
  exact,
  stems,
  sameWord,
  numbers,
  reachesOver,
  reachStems,
}: WordIndex): void {
  for (const words of [exact.keys(), sameWord.keys(), numbers.keys(), reachesOver])
    for (const word of words) addTo(hints.words, word, bit)
  for (const stem of stems.keys()) addStem(hints, hints.stems, stem, bit)
  if (spelling === 'chinese') return
  for (const word of exact.keys()) if (word.length >= slipLength) addLongWord(hints, word)
  for (const stem of stems.keys()) if (stem.length >= partStemLength) addStem(hints, hints.partStems, stem, bit)
  for (const stem of reachStems) addStem(hints, hints.partStems, stem, bit)
}

/** How much work a search did; grows with the text in a straight line. */
export interface WorkCount {
  steps: number
}

/**
 * Finds every idea in a text.
 *
 * @param isSide - a language that people mix in: only phrases, or words of 7 letters and more, and no typos
 */
export function findIdeas(
  index: WordIndex,
  folded: HintedText,
  text: string,
  isSide: boolean,
  work: WorkCount,
): DangerHit[] {
  if (!mayMean(index, folded)) return []
  const { tokens, hints } = readKnown(index, folded, isSide, work)
  let isAnyKnown = false
  const meanings = tokens.map((_, at) => {
    const atoms = atomsOf(index, tokens, at, hints[at]!, isSide, work)
    if (atoms.length > 0) isAnyKnown = true
    return atoms
  })
  if (!isAnyKnown) return []
  const found: Found[] = []
  for (let start = 0; start < tokens.length; start++) {
    const first = found.length
    walk(index.root, start, tokens, meanings, work, (idea, end) => {
      if (isSide && end === start + 1 && tokens[start]!.word.length < 7) return
      for (let i = first; i < found.length; i++) if (found[i]!.end === end && found[i]!.idea === idea) return
      found.push({ idea, start, end })
    })
  }
  const kept = dropCovered(found)
  return kept.map(({ idea, start, end }) => {
    const deniedBy = denial(index, tokens, meanings, start, end, work)
    return {
      idea,
      from: tokens[start]!.from,
      to: tokens[end - 1]!.to,
      isDenied: deniedBy !== null,
      deniedBy: deniedBy && text.slice(tokens[deniedBy.start]!.from, tokens[deniedBy.end - 1]!.to),
    }
  })
}

/** A text in one spelling, and what all languages of that spelling make of its words. */
export interface HintedText {
  tokens: readonly DangerToken[]
  hints: readonly WordHint[]
  /** Languages in which any of its words may mean something; all of them when it has a number. */
  languages: number
}

export function hintText(hints: WordHints, tokens: readonly DangerToken[]): HintedText {
  let languages = 0
  const found = tokens.map(({ word, number }) => {
    const hint = hintOf(hints, word)
    languages |= number === null ? hint.word | hint.stem | hint.slip | hint.filled : -1
    return hint
  })
  return { tokens, hints: found, languages }
}

/** Arabic writes "and", "the", "in" and "for" together with the word that follows. */
const mayHavePrefix = (index: WordIndex, word: string): boolean =>
  index.spelling === 'arabic' && word.length > 2 && arabicPrefixes.some((prefix) => word.startsWith(prefix))

const mayMean = (index: WordIndex, { tokens, languages }: HintedText): boolean =>
  (languages & index.bit) !== 0 || tokens.some(({ word }) => mayHavePrefix(index, word))

/** The words as this language has them: sloppy forms, number words, words written together. */
function readKnown(index: WordIndex, folded: HintedText, isSide: boolean, work: WorkCount): HintedText {
  const { bit } = index
  const mayBeJoined = !isSide && index.spelling !== 'chinese'
  const isSpelled = folded.hints.some(({ word }) => word & bit)
  let tokens = isSpelled ? spellWords(folded.tokens, index.sameWord, index.numbers) : folded.tokens
  if (mayBeJoined && folded.hints.some(({ filled }) => filled & bit)) tokens = partJoinedWords(index, tokens, work)
  return tokens === folded.tokens ? folded : hintText(index.hints, tokens)
}

const nothing: readonly number[] = []

function atomsOf(
  index: WordIndex,
  tokens: readonly DangerToken[],
  at: number,
  hint: WordHint,
  isSide: boolean,
  work: WorkCount,
): readonly number[] {
  const { word, number } = tokens[at]!
  const isPrefixed = mayHavePrefix(index, word)
  if (number === null && !isPrefixed && ((hint.word | hint.stem | hint.slip) & index.bit) === 0) return nothing
  const out: number[] = []
  if (number !== null) {
    out.push(numberAtom)
    if (number >= 5 && number <= 17) {
      out.push(ageAtom)
      const after = tokens[at + 1]
      const before = tokens[at - 1]
      const counts = after && !after.startsSentence && index.countUnits.has(after.word)
      const joined = (after?.number ?? null) !== null || (before?.number ?? null) !== null
      if (number >= 8 && !counts && !joined) out.push(bareAgeAtom)
    }
    if (number >= 1 && number <= 9) out.push(monthAtom)
    if (number >= 6 && number <= 9) out.push(lateMonthAtom)
  }
  let isKnown = lookUp(index, word, hint, out, work)
  if (isPrefixed) {
    for (const prefix of arabicPrefixes) {
      if (
        word.startsWith(prefix) &&
        word.length - prefix.length >= (prefix.length === 1 && prefix !== arabicAnd ? 3 : 2)
      ) {
        const rest = word.slice(prefix.length)
        isKnown = lookUp(index, rest, hintOf(index.hints, rest), out, work) || isKnown
      }
    }
  }
  const mayBeSlip = !isKnown && !isSide && index.spelling !== 'chinese' && number === null
  if (mayBeSlip && hint.slip & index.bit && !index.notTypos.has(word)) {
    for (const meant of hint.slips) {
      work.steps++
      const id = index.exact.get(meant)
      if (id !== undefined) out.push(id)
    }
  }
  return out
}

const noStems: readonly { stem: string; id: number }[] = []
const arabicAnd = 'و'
const arabicPrefixes = ['و', 'ف', 'ال', 'وال', 'ب', 'ل', 'بال', 'لل']

function lookUp(index: WordIndex, word: string, hint: WordHint, out: number[], work: WorkCount): boolean {
  const exact = hint.word & index.bit ? index.exact.get(word) : undefined
  if (exact !== undefined) out.push(exact)
  let isKnown = exact !== undefined
  if ((hint.stem & index.bit) === 0) return isKnown
  for (const start of [word.slice(0, 2), word.slice(0, 1)]) {
    for (const { stem, id } of index.stemsByStart.get(start) ?? noStems) {
      work.steps++
      // A stem of two or three letters begins too many other words.
      if (word.startsWith(stem) && (stem.length > 3 || word.length <= stem.length + 4)) {
        out.push(id)
        isKnown = true
      }
    }
  }
  return isKnown
}

function walk(
  node: Phrases,
  at: number,
  tokens: readonly DangerToken[],
  meanings: readonly (readonly number[])[],
  work: WorkCount,
  report: (idea: DangerIdea, end: number) => void,
  isStart = true,
): void {
  work.steps++
  for (const idea of node.ideas) report(idea, at)
  if (at >= tokens.length) return
  if (!isStart && tokens[at]!.startsSentence) return
  for (const atom of meanings[at]!) {
    for (const next of node.next?.get(atom) ?? none) walk(next, at + 1, tokens, meanings, work, report, false)
  }
  if (node.gap !== null) {
    for (let skipped = 0; skipped <= gapWords && at + skipped < tokens.length; skipped++) {
      if (skipped > 0 && tokens[at + skipped]!.startsSentence) break
      for (const atom of meanings[at + skipped]!) {
        for (const next of node.gap.next?.get(atom) ?? none)
          walk(next, at + skipped + 1, tokens, meanings, work, report, false)
      }
    }
  }
}

/** Sayings, denials and "all well" swallow the shorter danger words inside them. */
const covering: ReadonlySet<DangerIdea> = new Set(['idiom', 'denied', 'over', 'far_past', 'not_real', 'elsewhere'])

function dropCovered(found: Found[]): Found[] {
  const covers = found.filter(({ idea }) => covering.has(idea))
  if (covers.length === 0) return found
  const longest = new Map<number, Found>()
  for (const cover of covers) {
    for (let at = cover.start; at < cover.end; at++) {
      const known = longest.get(at)
      if (known === undefined || lengthOf(cover) > lengthOf(known)) longest.set(at, cover)
    }
  }
  return found.filter((hit) => !isCovered(hit, longest))
}

function isCovered(hit: Found, longest: ReadonlyMap<number, Found>): boolean {
  let inside = 0
  for (let at = hit.start; at < hit.end; at++) {
    const cover = longest.get(at)
    if (cover === undefined || cover === hit) continue
    // "me estoy muriendo" overlaps "muriendo de calor": the saying wins over what it only touches.
    if ((cover.idea === 'idiom' || cover.idea === 'denied') && !covering.has(hit.idea)) {
      if (lengthOf(hit) <= lengthOf(cover) + 1) return true
    } else if (lengthOf(cover) > lengthOf(hit) || (lengthOf(cover) === lengthOf(hit) && !covering.has(hit.idea))) {
      inside++
    }
  }
  return inside === lengthOf(hit)
}

interface Found {
  idea: DangerIdea
  start: number
  end: number
}

function lengthOf({ start, end }: Found): number {
  return end - start
}

function denial(
  index: WordIndex,
  tokens: readonly DangerToken[],
  meanings: readonly (readonly number[])[],
  start: number,
  end: number,
  work: WorkCount,
): { start: number; end: number } | null {
  for (let at = start - 1, reached = 0; at >= 0 && reached < 4; at--, reached++) {
    if (tokens[at + 1]!.startsPart) break
    let deniesTo = -1
    walk(index.negationBefore, at, tokens, meanings, work, (_, stop) => {
      if (stop <= start && stop > deniesTo) deniesTo = stop
    })
    if (deniesTo > 0 && reachesAcross(index, tokens, deniesTo, start)) {
      return isUndone(index, tokens, at) ? null : { start: at, end: deniesTo }
    }
    const { word } = tokens[at]!
    if (!isReached(index, word)) break
  }
  for (let at = end, reached = 0; at < tokens.length && reached < 2; at++, reached++) {
    if (tokens[at]!.startsPart) break
    let deniesTo = -1
    walk(index.negationAfter, at, tokens, meanings, work, (_, stop) => {
      deniesTo = Math.max(deniesTo, stop)
    })
    if (deniesTo > 0) return { start: at, end: deniesTo }
    if (!isReached(index, tokens[at]!.word)) break
  }
  return null
}

/** "if I do not go": an if shortly before the denial. */
function isUndone(index: WordIndex, tokens: readonly DangerToken[], at: number): boolean {
  for (let back = 1; back <= 3; back++) {
    const before = tokens[at - back]
    if (before !== undefined && index.noDenialAfter.has(before.word)) return true
  }
  return false
}

function reachesAcross(index: WordIndex, tokens: readonly DangerToken[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isReached(index, tokens[at]!.word)) return false
  return true
}

function isReached(index: WordIndex, word: string): boolean {
  return index.reachesOver.has(word) || index.reachStems.some((stem) => word.startsWith(stem))
}

/** "nopuedorespirar": parts a long unknown word when known words fill it from end to end. */
function partJoinedWords(index: WordIndex, tokens: readonly DangerToken[], work: WorkCount): readonly DangerToken[] {
  let out: DangerToken[] | null = null
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    const words =
      hintOf(index.hints, token.word).filled & index.bit && !index.exact.has(token.word)
        ? fill(index, token.word, work)
        : null
    if (words === null) {
      out?.push(token)
      continue
    }
    out ??= tokens.slice(0, at)
    words.forEach((word, i) => {
      out!.push({
        ...token,
        word,
        number: index.numbers.get(word) ?? null,
        startsSentence: i === 0 && token.startsSentence,
        startsPart: i === 0 && token.startsPart,
      })
    })
  }
  return out ?? tokens
}

function fill(index: WordIndex, word: string, work: WorkCount): string[] | null {
  if (stemsOf(index, word).some((stem) => stem.length >= 4)) return null
  // best[i]: the fewest known words that fill the first i letters.
  const best: (number | null)[] = [0]
  const cut: number[] = [0]
  for (let to = 1; to <= word.length; to++) {
    best.push(null)
    cut.push(0)
    for (let from = Math.max(0, to - index.longestWord); from <= to - 2; from++) {
      const before = best[from]
      if (before === null || before === undefined) continue
      work.steps++
      const part = word.slice(from, to)
      const isWord =
        index.exact.has(part) ||
        (part.length >= 2 && isReached(index, part)) ||
        isStemWord(index, part, to === word.length)
      if (!isWord) continue
      const count = before + 1
      if (best[to] === null || count < best[to]!) {
        best[to] = count
        cut[to] = from
      }
    }
  }
  const count = best[word.length]
  if (count === null || count === undefined || count < 2 || word.length / count < 3.5) return null
  const words: string[] = []
  for (let to = word.length; to > 0; to = cut[to]!) words.unshift(word.slice(cut[to]!, to))
  return words.some((part) => part.length >= 4) ? words : null
}

/** Among words written together a shorter beginning would be found anywhere. */
const partStemLength = 4

function isStemWord(index: WordIndex, part: string, isLast: boolean): boolean {
  if (!isLast && part.length > 10) return false
  return stemsOf(index, part).some((stem) => stem.length >= partStemLength && part.length - stem.length <= 4)
}

function stemsOf(index: WordIndex, word: string): string[] {
  const near = index.stemsByStart.get(word.slice(0, 2)) ?? noStems
  return near.filter(({ stem }) => word.startsWith(stem)).map(({ stem }) => stem)
}
