import type { Answers } from '../triage/condition.ts'
import type { Channel, DangerCategory, FlagId, Language, Level, MessageId, QuestionId, RoleId } from '../types.ts'

/** Everything between one person and us, as the flow knows it. JSON, encrypted at rest. */
export interface Conversation {
  /** Content address of the bundle that it began with and stays on. */
  bundle: string
  channel: Channel
  /** The language we answer in; null until it is found or chosen. */
  language: Language | null
  /** How likely each language is, over the messages so far. */
  belief: Record<Language, number>
  /** Another language than ours, seen in so many messages in a row. */
  otherLanguage: { language: Language; messages: number } | null
  /** A choice of likely languages that was shown instead of the whole menu. */
  languageChoice: Language[] | null
  /** Messages from the person, this one included. */
  messages: number
  lastMessageAt: number
  firstMessageMediaOnly: boolean
  path: string
  /** Why the path ended; null while it goes on. */
  ended: string | null
  /** What a later message meets, once the path has ended. */
  later: 'nothing' | 'first_question' | 'case' | 'language'
  answers: Answers
  /** When each answer was given; some count for some hours only, some grow with time, such as an age. */
  answeredAt: Record<QuestionId, number>
  /** In the order in which they were first asked. */
  asked: QuestionId[]
  open: OpenQuestion | null
  /** The question that waits behind a language menu or a "go on?". */
  behind: OpenQuestion | null
  city: string | null
  /** The message in which the way to be reached was last chosen. */
  contactChosenIn: number | null
  /** Flags to the number of the message that raised them. */
  flags: Record<FlagId, number>
  /** Flags that stay, whatever the answers say later. */
  kept: Record<FlagId, number>
  /** Categories in the person's own words, to the instant when each last paged. */
  danger: Partial<Record<DangerCategory, number>>
  /** Which words and which rule, newest last. */
  because: string[]
  unclearRoles: RoleId[]
  /** Never falls; only a human lowers it. */
  level: Level
  roles: RoleId[]
  paged: { level: Level; roles: RoleId[] } | null
  firstAlertMessage: number | null
  firstAlertAt: number | null
  /** Texts that go out once. */
  sent: MessageId[]
  /** The carrier's STOP on the channel written from last: nothing goes out there until START. */
  isOptedOut: boolean
  /** Every channel on which STOP was sent. It binds only there: whoever writes from another asks to be answered. */
  optedOutOn: Channel[]
  /** An advocate writes with the person; the bot asks nothing. */
  isHumanTalking: boolean
  caseStatus: 'none' | 'open' | 'taken' | 'closed'
  /** Set by ERASE while somebody is still being looked for. */
  eraseAt: number | null
}

export interface OpenQuestion {
  question: QuestionId
  /** Its place in the path; -1 when it stands outside, such as the language menu. */
  step: number
  /** When it was last sent. */
  at: number
  /** Answers in a row that did not fit. */
  tries: number
  /** Silence at it was noted already. */
  isSilenceNoted: boolean
}

/** The conversation without what the person said; level, flags and the way to be reached stay, since paging goes on. */
export function withoutWords(conversation: Conversation): Conversation {
  const { flags, kept } = conversation
  return {
    ...conversation,
    answers: {},
    answeredAt: {},
    because: [],
    belief: {},
    city: null,
    kept: { ...flags, ...kept },
  }
}

/** A conversation before its first message. */
export function newConversation(bundle: string, path: string, channel: Channel): Conversation {
  return {
    bundle,
    channel,
    language: null,
    belief: {},
    otherLanguage: null,
    languageChoice: null,
    messages: 0,
    lastMessageAt: 0,
    firstMessageMediaOnly: false,
    path,
    ended: null,
    later: 'case',
    answers: {},
    answeredAt: {},
    asked: [],
    open: null,
    behind: null,
    city: null,
    contactChosenIn: null,
    flags: {},
    kept: {},
    danger: {},
    because: [],
    unclearRoles: [],
    level: 'P4',
    roles: [],
    paged: null,
    firstAlertMessage: null,
    firstAlertAt: null,
    sent: [],
    isOptedOut: false,
    optedOutOn: [],
    isHumanTalking: false,
    caseStatus: 'none',
    eraseAt: null,
  }
}
