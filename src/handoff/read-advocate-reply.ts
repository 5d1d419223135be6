import { plainDigits } from '../language/digits.ts'
import type { CaseCode } from '../types.ts'
import { commandOf, isPolite, isYes } from './reply-words.ts'

/** What the digits of a reply mean; pages show 1 and 2, the text after taking shows the others. */
export type ReplyAction =
  | 'take'
  | 'pass'
  | 'other_role'
  | 'details'
  | 'say'
  | 'quiet_word'
  | 'other_phone'
  | 'record'
  | 'call'
  | 'close'

/** One thing that an advocate says. `code` is null for a bare digit or word: it counts only where one case can be meant. */
export type AdvocateReply =
  | { kind: ReplyAction; code: CaseCode | null; text: string | null }
  | { kind: 'note'; code: CaseCode; text: string }
  /** Only a code, or take and pass together: which is meant? */
  | { kind: 'which'; codes: CaseCode[]; action: ReplyAction }
  | { kind: 'unknown_code'; code: CaseCode; action: ReplyAction; text: string | null }
  | { kind: 'list' }
  | { kind: 'help' }
  /** Handing over the shift: to whom (a number of the menu, which is asked for without one). */
  | { kind: 'hand_over'; to: number | null }
  /** "1 SHIFT", "2 TURNO": the answer to somebody who wants to hand over theirs. */
  | { kind: 'shift_answer'; isYes: boolean }
  | { kind: 'unclear' }

/**
 * Reads an advocate's text from any phone: `1 K7QF`, `k7qf 1`, `1K7QF`, `tomo k7qf`, a bare digit, digits of any
 * script, letters that only look Latin, invisible marks, several cases in one text.
 *
 * A code is only ever read as one of `known`; a letter that is not in the alphabet of codes (O, I, S, U …) stands for
 * the one it looks like, and when two known codes look alike the answer is `which`. A digit after the code, followed by
 * words, is a note ("K7QF 2 children"): numbers in what somebody tells must not pass a case on.
 *
 * @param known - codes that this advocate has open or has taken
 * @returns at least one reply; `unclear` when nothing can be made of it
 */
export function readAdvocateReply(text: string, known: readonly CaseCode[]): AdvocateReply[] {
  const shown = plainDigits(
    text
      .slice(0, textUnitsRead)
      .normalize('NFC')
      .replace(/\p{Cf}|\uFE0E|\uFE0F|\u20E3/gu, ''),
  )
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const words = split(shown)
  if (words[0]?.folded === 'REPLY') words.shift()
  if (words.length === 0) return [{ kind: 'unclear' }]
  const several = readSeveral(words, known)
  if (several) return several
  return [readOne(words, shown, known)]
}

const textUnitsRead = 2000

interface Word {
  folded: string
  start: number
  end: number
}

const actions: Record<string, ReplyAction> = {
  1: 'take',
  2: 'pass',
  3: 'other_role',
  4: 'details',
  5: 'say',
  6: 'quiet_word',
  7: 'other_phone',
  8: 'record',
  9: 'close',
}

/** What stands behind the code is for the person, or for the record, and never a second code. */
const takesWords: ReadonlySet<ReplyAction> = new Set<ReplyAction>(['say', 'quiet_word', 'other_phone', 'close'])

function readOne(words: Word[], shown: string, known: readonly CaseCode[]): AdvocateReply {
  const restFrom = (index: number) => {
    const word = words[index]
    return word ? shown.slice(word.start).trim() : null
  }
  const command = commandOf(words.map((word) => word.folded))
  if (command !== null) return command

  const glued = readGlued(words[0]!.folded, known)
  if (glued) return withAction(glued.action, glued.found, words, 1, restFrom, glued.isDigitFirst)

  const action = actionOf(words[0]!.folded)
  if (action !== null) {
    const found = codeAt(words, 1, known)
    if (found) return withAction(action, found, words, 1 + found.words, restFrom, true)
    const unknown = words[1]?.folded
    if (unknown !== undefined && isCodeLike(unknown)) {
      return { kind: 'unknown_code', code: unknown as CaseCode, action, text: restFrom(2) }
    }
    const rest = words.slice(1).map((word) => word.folded)
    if ((action === 'say' || action === 'other_phone') && rest.length > 0)
      return { kind: action, code: null, text: restFrom(1) }
    if (action === 'close' && rest.length > 0) return { kind: 'close', code: null, text: restFrom(1) }
    if (action === 'other_role' && rest.length === 1 && rest[0]!.length === 1) {
      return { kind: action, code: null, text: rest[0]! }
    }
    return isPolite(rest, action) ? { kind: action, code: null, text: null } : { kind: 'unclear' }
  }

  const spoken = readSpoken(words, known)
  if (spoken) return spoken

  const found = codeAt(words, 0, known)
  if (!found) {
    const first = words[0]!.folded
    if (!isCodeLike(first)) return { kind: 'unclear' }
    const second = words[1] ? actionOf(words[1].folded) : null
    return { kind: 'unknown_code', code: first as CaseCode, action: second ?? 'take', text: restFrom(1) }
  }
  const next = words[found.words]
  if (!next) return { kind: 'which', codes: found.codes, action: 'take' }
  const after = actionOf(next.folded)
  const rest = words.slice(found.words + 1).map((word) => word.folded)
  const isLetter = after === 'other_role' && rest.length === 1 && rest[0]!.length === 1
  if (after !== null && (isPolite(rest, after) || isLetter)) {
    return withAction(after, found, words, found.words + 1, restFrom, false)
  }
  if (found.codes.length > 1) return { kind: 'which', codes: found.codes, action: 'take' }
  return { kind: 'note', code: found.codes[0]!, text: restFrom(found.words)! }
}

function withAction(
  action: ReplyAction,
  found: Found,
  words: Word[],
  next: number,
  restFrom: (index: number) => string | null,
  isDigitFirst: boolean,
): AdvocateReply {
  if (found.codes.length > 1) return { kind: 'which', codes: found.codes, action }
  const code = found.codes[0]!
  const rest = words.slice(next).map((word) => word.folded)
  if (action === 'other_role') {
    // "3 K7QF B" names a role; anything longer behind it is a note to the people of the case.
    return { kind: action, code, text: rest[0]?.length === 1 ? rest[0] : null }
  }
  // "8 K7QF YES": they said yes to the advocate. Anything else behind it is not an answer of theirs.
  if (action === 'record') return { kind: action, code, text: isYes(rest) ? rest.join(' ') : null }
  if (isPolite(rest, action) && !takesWords.has(action)) return { kind: action, code, text: null }
  // "Llamar K7QF a las cinco" is something to remember, and no phone rings for it.
  if (action === 'call') return { kind: 'note', code, text: restFrom(0)! }
  return { kind: action, code, text: isDigitFirst ? restFrom(next) : null }
}

/** `1 K7QF 1 M4TD`, `1 K7QF M4TD`: every part is a digit and codes, and nothing else is in the text. */
function readSeveral(words: Word[], known: readonly CaseCode[]): AdvocateReply[] | null {
  const replies: AdvocateReply[] = []
  let action: ReplyAction | null = null
  for (let index = 0; index < words.length; ) {
    const own = actionOf(words[index]!.folded)
    if (own !== null) {
      // The page's own words behind a code: "1 K7QF TAKE".
      if (!(replies.length > 0 && own === action && !/^\d$/.test(words[index]!.folded))) action = own
      index += 1
      continue
    }
    const found = codeAt(words, index, known)
    if (!found || found.codes.length > 1 || action === null || takesWords.has(action)) return null
    replies.push({ kind: action, code: found.codes[0]!, text: null })
    index += found.words
  }
  if (replies.length < 2) return null
  for (const reply of replies) {
    if (!('code' in reply) || reply.code === null) return null
    const code = reply.code
    // Take and pass in one text, such as the end of the page copied whole: nothing is done before it is clear.
    if (replies.some((other) => 'code' in other && other.code === code && other.kind !== reply.kind)) {
      return [{ kind: 'which', codes: [code], action: 'take' }]
    }
  }
  return replies.filter(
    (reply, index) => replies.findIndex((other) => JSON.stringify(other) === JSON.stringify(reply)) === index,
  )
}

/** "lo tomo K7QF", "K7QF no puedo": a code and words that mean one thing. */
function readSpoken(words: Word[], known: readonly CaseCode[]): AdvocateReply | null {
  for (let index = 0; index < Math.min(words.length, 6); index++) {
    const found = codeAt(words, index, known)
    if (!found) continue
    const others = [...words.slice(0, index), ...words.slice(index + found.words)].map((word) => word.folded)
    const command = others.length > 0 ? commandOf(others) : null
    if (command === null || !('code' in command) || command.kind === 'note' || command.kind === 'unknown_code')
      return null
    return found.codes.length > 1
      ? { kind: 'which', codes: found.codes, action: command.kind }
      : { ...command, code: found.codes[0]! }
  }
  return null
}

interface Found {
  codes: CaseCode[]
  /** How many words the code was written in: `K7 QF` is two. */
  words: number
}

function codeAt(words: Word[], index: number, known: readonly CaseCode[]): Found | null {
  let joined = ''
  for (let count = 1; count <= 4; count++) {
    const word = words[index + count - 1]
    if (!word) return null
    joined += word.folded
    if (joined.length > 4) return null
    if (joined.length < 4) continue
    const codes = matching(joined, known)
    return codes.length > 0 ? { codes, words: count } : null
  }
  return null
}

function readGlued(word: string, known: readonly CaseCode[]) {
  if (word.length !== 5) return null
  const before = actions[word[0]!]
  const after = actions[word[4]!]
  const behind = before ? matching(word.slice(1), known) : []
  const ahead = after ? matching(word.slice(0, 4), known) : []
  if (before && behind.length > 0) return { action: before, found: { codes: behind, words: 1 }, isDigitFirst: true }
  if (after && ahead.length > 0) return { action: after, found: { codes: ahead, words: 1 }, isDigitFirst: false }
  return null
}

/** The known code itself, else all known codes that look like what was typed. */
function matching(typed: string, known: readonly CaseCode[]): CaseCode[] {
  const exact = known.filter((code) => code === typed)
  if (exact.length > 0) return [exact[0]!]
  return [...new Set(known.filter((code) => lookOf(code) === lookOf(typed)))]
}

/** One sign for all that look alike on a small screen or sound alike when read out. */
function lookOf(code: string): string {
  return code
    .replace(/[0OQD]/g, 'O')
    .replace(/[1ILJ]/g, 'I')
    .replace(/[2Z]/g, 'Z')
    .replace(/[5S]/g, 'S')
    .replace(/[8B]/g, 'B')
    .replace(/[VUY]/g, 'V')
    .replace(/[6G]/g, 'G')
}

/** No vowel is in the alphabet of codes, so a word is hardly ever taken for one. */
function isCodeLike(word: string): boolean {
  return /^[23456789BCDFGHJKMNPQRTVWXZ]{4}$/.test(word)
}

function actionOf(word: string): ReplyAction | null {
  if (word.length === 1) return actions[word] ?? null
  const command = commandOf([word])
  return command && 'code' in command && command.kind !== 'note' && command.kind !== 'unknown_code'
    ? command.kind
    : null
}

function split(shown: string): Word[] {
  return [...shown.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((match) => ({
    folded: foldReply(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** Capital Latin letters without accents; Cyrillic and Greek letters that look Latin become Latin. */
export function foldReply(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[\u0370-\u03FF\u0400-\u04FF]/g, (letter) => lookAlikes[letter] ?? letter)
}

const lookAlikes: Record<string, string> = Object.fromEntries(
  [
    ['АВЕЅЗІЈКМНОРСТУХ', 'ABES3IJKMHOPCTYX'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
  ].flatMap(([from, to]) => [...from!].map((letter, index) => [letter, [...to!][index]!])),
)
