import type { AdvocateWords } from '../handoff/words.ts'
import { localDate, localTime } from '../handoff/zone.ts'
import { fillText, type Texts } from '../language/texts.ts'
import { isAtLeast } from '../triage/condition.ts'
import type { FlagId, Language, Level, QuestionId } from '../types.ts'
import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'
import { factsFor } from './turn.ts'

/** What the person wrote that was no digit, kept for whoever has the case. */
export interface OwnWords {
  at: number
  text: string
}

/** What came from another phone that sent the case's word. */
export interface SeenOnOtherPhone {
  /** When it last wrote. */
  at: number
  /** A case that it opened before, and that goes on by itself. */
  ownCode: string | null
  flags: FlagId[]
  said: OwnWords[]
}

/** Who reads the case, and when. */
export interface CaseReader {
  language: Language
  words: AdvocateWords
  zone: string
  now: number
}

/**
 * The case as an advocate reads it, in lines: what the answers suggest, the worst first; why the level is what it is;
 * the person's own words in the original; the answers with more than one choice; ages and months as they are by now.
 *
 * All but the own words is made from structured answers, so that it reads the same whatever language they came in.
 */
export function caseView(
  flow: Flow,
  texts: Texts,
  conversation: Conversation,
  said: readonly OwnWords[],
  reader: CaseReader,
  others: readonly SeenOnOtherPhone[] = [],
): string[] {
  const { words, language } = reader
  const say = (key: string, params?: Record<string, string | number>) => words(language, key, params)
  const nameOf = (flag: FlagId) =>
    fillText(texts, language, 'flags', flag) ?? fillText(texts, 'en', 'flags', flag) ?? flag
  const flags = Object.keys(conversation.flags)
  const together = togetherBecause(flow, conversation)
  const flagLines = (found: FlagId[]) => worstFirst(flow, found).map((flag) => `${levelOf(flow, flag)} ${nameOf(flag)}`)
  const spoken = (heard: readonly OwnWords[]) =>
    heard.map(({ at, text }) => say('own_words', { time: timeOf(reader, at), text }))
  return fitting([
    ...(flags.length > 0 ? [say('suggest')] : []),
    ...flagLines(flags),
    ...together.map(({ level, flags: both }) =>
      say('together', { level: `L${level.slice(1)}`, flags: both.map(nameOf).join(' + ') }),
    ),
    ...spoken(said),
    ...others.flatMap((other) => [
      say('on_other_phone', { time: timeOf(reader, other.at) }) + (other.ownCode === null ? '' : ` ${other.ownCode}`),
      ...flagLines(other.flags),
      ...spoken(other.said),
    ]),
    ...chosen(flow, texts, conversation, language),
    ...clocks(flow, conversation, reader),
  ])
}

const timeOf = ({ zone }: CaseReader, at: number): string => `${localDate(zone, at)} ${localTime(zone, at)}`

/** What one text message carries; Twilio refuses a longer one whole. The least important lines are left out. */
function fitting(lines: string[]): string[] {
  let length = 0
  const kept = lines.filter((line) => {
    length += line.length + 1
    return length <= longestView
  })
  return kept.length < lines.length ? [...kept, '…'] : kept
}
const longestView = 1_400

const levelOf = (flow: Flow, flag: FlagId): Level => flow.rules.byId.get(flag)?.level ?? 'P4'

function worstFirst(flow: Flow, flags: FlagId[]): FlagId[] {
  // A flag that only says "something is wrong" stands behind those that say what.
  const isVague = (flag: FlagId) => flow.rules.byId.get(flag)?.givesWay === true
  const rank = (flag: FlagId) => Number(levelOf(flow, flag).slice(1)) + (isVague(flag) ? 0.5 : 0)
  return flags.sort((one, other) => rank(one) - rank(other))
}

/** Flags that are worse together than each alone, where that is what makes the level. */
function togetherBecause(flow: Flow, conversation: Conversation): { level: Level; flags: FlagId[] }[] {
  const { flags, level } = conversation
  const has = (flag: FlagId) => flags[flag] !== undefined
  if (Object.keys(flags).some((flag) => isAtLeast(levelOf(flow, flag), level))) return []
  const facts = factsFor(flow, conversation)
  return flow.rules.upgrades
    .filter(({ uses, withAny }) => uses.every(has) && (withAny.length === 0 || withAny.some(has)))
    .filter(({ to, when }) => to === level && when(facts))
    .map(({ to, uses, withAny }) => ({ level: to, flags: [...uses, ...withAny.filter(has)] }))
    .filter((upgrade) => upgrade.flags.length > 0)
}

/** Answers of questions where several may be chosen, as given; what was not chosen says nothing. */
function chosen(flow: Flow, texts: Texts, { answers, asked }: Conversation, language: Language): string[] {
  const labels = (question: QuestionId) =>
    [answers[question]]
      .flat()
      .filter((option) => typeof option === 'string' && option !== flow.questions[question]?.none)
      .map((option) => fillText(texts, language, 'options', `${question}.${option}`))
      .filter((label) => label !== null)
  const lines = asked
    .filter((question) => flow.questions[question]?.answer === 'many')
    .map((question) => labels(question).join(', '))
    .filter((line) => line !== '')
  return lines.map((line) => `- ${line}`)
}

/** Ages and months of a pregnancy go on while the case does. */
function clocks(flow: Flow, { answers, answeredAt }: Conversation, reader: CaseReader): string[] {
  const { words, language, zone } = reader
  const lines: string[] = []
  for (const question in answers) {
    const kind = flow.questions[question]?.number?.kind
    const value = answers[question]
    if (kind === undefined || typeof value !== 'number') continue
    const at = answeredAt[question]
    if (kind === 'months_pregnant') {
      const isUnsure = value === flow.questions[question]!.number!.not_sure
      lines.push(words(language, isUnsure ? 'month_unsure' : 'month_now', { month: value }))
    } else if (kind === 'age' && (value >= adultAge || at === undefined))
      lines.push(words(language, 'age', { age: value }))
    else if (kind === 'age') {
      const by = localDate(zone, addYears(at!, adultAge - value))
      lines.push(words(language, 'age_minor', { age: value, date: localDate(zone, at!), by }))
    }
  }
  return lines
}

const adultAge = 18

function addYears(at: number, years: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate(), date.getUTCHours())
}
