import { spokenLanguages, writeSpokenPage } from '../language/spoken-page.ts'
import type { CaseCode, Contact, Level } from '../types.ts'
import type { CaseFacts } from './handoff-state.ts'
import type { Levels } from './levels.ts'
import type { RotaPerson } from './rota.ts'
import type { AdvocateWords } from './words.ts'
import { languageOf } from './words.ts'
import { localTime } from './zone.ts'

/** What a page says beside the case itself. */
export interface PageContext {
  zone: string
  levels: Levels
  words: AdvocateWords
  /** Since when the case has this level: the minutes count from here. */
  levelSince: number
  now: number
  isDrill: boolean
}

/**
 * The text that wakes an advocate, at most two GSM segments in every language:
 * `L1 K7QF / A B / HT / city M / by call / 02:14 / 4 min left / Reply 1 K7QF TAKE, 2 K7QF PASS`
 *
 * It is read on a lock screen, perhaps by somebody else: letters and numbers only, nothing of what the person said,
 * no word of protocol section 12. Beginning and end are the same in every language, since programs and tired eyes
 * look for them. Time is that of the first alert in the rota's zone.
 */
export function pageText(facts: CaseFacts, level: Level, person: RotaPerson, context: PageContext): string {
  const language = languageOf(person, context.levels.advocate_languages)
  const say = (key: string, params?: Record<string, string | number>) => context.words(language, key, params)
  const parts = [
    `L${level.slice(1)} ${facts.code}`,
    ...(context.isDrill ? [say('drill')] : []),
    ...casePlaces(facts, say),
    localTime(context.zone, facts.firstAlertAt ?? context.now),
    say('min_left', { minutes: minutesLeft(level, context) }),
    `Reply 1 ${facts.code} TAKE, 2 ${facts.code} PASS`,
  ]
  return parts.join(' / ')
}

/**
 * The page as a voice reads it to whoever picks up, perhaps a child or a machine: nothing of the case, only what to press.
 * In the first of the advocate's languages that can be spoken.
 */
export function pageAloud(code: CaseCode, person: RotaPerson, words: AdvocateWords): string {
  const language = languageOf(person, spokenLanguages)
  return writeSpokenPage({ language, code, words: words(language, 'call') })
}

/** Roles, language, city and channel rule of a case, as pages and updates show them. */
export function casePlaces(facts: CaseFacts, say: (key: string, params?: Record<string, string>) => string): string[] {
  const letters = [...new Set(facts.roles.map((role) => role.letter))].sort()
  return [
    letters.length > 0 ? letters.join(' ') : '?',
    facts.language?.toUpperCase() ?? '?',
    say('city', { initial: plainInitial(facts.cityInitial) }),
    say(contactKeys[facts.contact]),
  ]
}

/** Whole minutes until the target of the level, 0 when it is past; real minutes, whatever the speed of a trial. */
export function minutesLeft(level: Level, context: Pick<PageContext, 'levels' | 'levelSince' | 'now'>): number {
  const due = context.levelSince + context.levels.levels[level].target_minutes * 60_000
  return Math.max(0, Math.ceil((due - context.now) / 60_000))
}

const contactKeys: Record<Contact | 'asking', string> = {
  text: 'by_text',
  call: 'by_call',
  voice: 'by_voice',
  reply_voice: 'reply_voice',
  wait: 'no_contact',
  asking: 'asking',
  self_service: 'by_text',
}

// One letter outside the GSM alphabet would make the whole page more than twice as long.
function plainInitial(initial: string | null): string {
  const letter = initial?.normalize('NFD').charAt(0).toUpperCase() ?? ''
  return /^[A-Z0-9]$/.test(letter) ? letter : '?'
}
