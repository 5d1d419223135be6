import type { GlobalWord } from '../../language/answer-words.ts'
import type { Answer } from '../../triage/condition.ts'
import type { DangerCategory, DangerScan, EventId, IncomingMessage } from '../../types.ts'
import type { Ears } from '../ears.ts'

/** One thing that a person may say, already understood: proofs and promises are about meanings, not about spellings. */
export type Said =
  | { kind: 'hello' }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'skip' }
  | { kind: 'word'; word: Exclude<GlobalWord['kind'], 'language'> }
  /** The name of a language that nobody has written our texts in. */
  | { kind: 'unwritten_language' }
  | { kind: 'danger'; category?: DangerCategory; captive?: boolean; changedWriter?: boolean }
  /** Words that fit nothing. */
  | { kind: 'noise' }
  | { kind: 'voice' }

const MARK = '\u0001'
/** Private use, so that no bundle has it. */
const UNWRITTEN = 'qaa'

/** The message that carries a meaning to {@link proofEars}. */
export function messageOf(said: Said, at: number): IncomingMessage {
  const isVoice = said.kind === 'voice'
  return {
    id: `proof` as EventId,
    at,
    channel: 'sms',
    text: isVoice ? '' : textOf(said),
    media: isVoice ? ['audio'] : [],
  }
}

/** The same few meanings are said again and again. */
const texts = new WeakMap<Said, string>()

function textOf(said: Said): string {
  let text = texts.get(said)
  if (text === undefined) {
    text = MARK + JSON.stringify(said)
    texts.set(said, text)
  }
  return text
}

/** Ears that hear exactly what {@link messageOf} said, so that the real engine can be walked without any words. */
export function proofEars(): Ears {
  const heard = new Map<string, Said>()
  const decode = (text: string): Said => {
    let said = heard.get(text)
    if (said === undefined) {
      said = text.startsWith(MARK) ? (JSON.parse(text.slice(1)) as Said) : { kind: 'noise' }
      heard.set(text, said)
    }
    return said
  }
  return {
    detect: () => ({ language: null, sure: false, candidates: [] }),
    updateBelief: (belief) => belief ?? {},
    scanDanger: (text) => {
      const said = decode(text)
      return said.kind === 'danger' ? scanOf(said) : NOTHING
    },
    readGlobalWord: (text) => {
      const said = decode(text)
      if (said.kind === 'unwritten_language') return { kind: 'language', language: UNWRITTEN }
      if (said.kind === 'skip') return { kind: 'skip' }
      return said.kind === 'word' ? { kind: said.word } : null
    },
    readAnswer: (text, _language, shape) => {
      const said = decode(text)
      if (said.kind !== 'answer') return { kind: 'none' }
      const { answer } = said
      if (typeof answer === 'number')
        return shape.type === 'number' ? { kind: 'number', value: answer } : { kind: 'none' }
      const options = typeof answer === 'string' ? [answer] : Array.isArray(answer) ? answer : []
      const known = options.filter((option) => shape.options.some(({ id }) => id === option))
      return known.length > 0 ? { kind: 'chosen', options: known } : { kind: 'none' }
    },
    isWritten: (language) => language !== UNWRITTEN,
  }
}

const NOTHING: DangerScan = { urgent: false, categories: [], captive: false, changedWriter: false, because: [] }

function scanOf(said: Said & { kind: 'danger' }): DangerScan {
  return {
    urgent: said.category !== undefined || said.captive === true,
    categories: said.category ? [said.category] : [],
    captive: said.captive ?? false,
    changedWriter: said.changedWriter ?? false,
    because: [],
  }
}

/** A meaning in the words of a problem's reader. */
export function sayIt(said: Said): string {
  switch (said.kind) {
    case 'hello':
      return 'Hello'
    case 'answer':
      return Array.isArray(said.answer) ? said.answer.join(', ') : String(said.answer)
    case 'skip':
      return 'SKIP'
    case 'word':
      return said.word === 'stop' ? '0' : said.word === 'carrier_stop' ? 'STOP' : said.word.toUpperCase()
    case 'danger':
      if (said.captive) return '(words that say: I am held)'
      if (said.changedWriter) return '(words that ask who wrote before)'
      return `(words of danger: ${said.category})`
    case 'noise':
      return '(words that fit nothing)'
    case 'unwritten_language':
      return '(the name of a language that we cannot write)'
    case 'voice':
      return '(a voice note)'
  }
}
