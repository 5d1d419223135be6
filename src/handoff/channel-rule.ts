import type { Channel, Contact, FlagId } from '../types.ts'

/** What the channel rule looks at. Times are instants. */
export interface ChannelFacts {
  channel: Channel
  /** `asking` until CB was answered. */
  contact: Contact | 'asking'
  flags: readonly FlagId[]
  /** When the person last wrote. */
  lastMessageAt: number
  /** The word 0 was sent, or a carrier's STOP: nothing goes out until they write, or START. */
  isStopped: boolean
  isOptedOut: boolean
  /** SAFE1 is answered with "only me", and the answer is not older than a day. */
  isPhoneSafe: boolean
  /** After PHONE_UNSAFE or STOPPED, the person has chosen a way by answering CB later. */
  hasChosenSince: boolean
  /** The person wrote PERSON on a phone that is not safe: an advocate may answer in the thread for ten minutes. */
  askedForPerson: boolean
}

/** What kind of message it is: the bot's own, an advocate's words in the thread, or a call. */
export type OutgoingKind = 'bot' | 'advocate' | 'call'

export type MayWrite = { allowed: true } | { allowed: false; why: WhyNot }
/** Keys of advocate texts, so that a refused relay can say why. */
export type WhyNot =
  | 'why_stopped'
  | 'why_opted_out'
  | 'why_captive'
  | 'why_unsafe'
  | 'why_writer'
  | 'why_wait'
  | 'why_late'
  | 'why_window'
  | 'why_no_call'

/** Protocol section 8, rows "Channel rule", "Phone not safe", "Captive" and "WhatsApp 24 h window". */
export interface ChannelRule {
  replyWithinMinutes: number
  windowHours: number
}

/** As the protocol has it. */
export const protocolChannelRule: ChannelRule = { replyWithinMinutes: 10, windowHours: 24 }

/**
 * Whether something that the person did not ask for may be sent to them now. Used for `M_TAKEN`, `M_LATE`, `M_NOBODY`,
 * nudges and follow-ups, and for an advocate's words: the rule holds for humans too. Direct replies are not asked here.
 */
export function mayWrite(
  facts: ChannelFacts,
  kind: OutgoingKind,
  now: number,
  rule: ChannelRule = protocolChannelRule,
): MayWrite {
  const has = (flag: FlagId) => facts.flags.includes(flag)
  const sinceMinutes = (now - facts.lastMessageAt) / 60_000
  const justWrote = sinceMinutes <= rule.replyWithinMinutes
  const no = (why: WhyNot): MayWrite => ({ allowed: false, why })
  if (facts.isOptedOut) return no('why_opted_out')
  // 0 and a captive's quiet come before everything: a message on the screen may cost more than silence.
  if (facts.isStopped) return no('why_stopped')
  if (has('CAPTIVE')) return kind === 'advocate' && justWrote ? yes : no('why_captive')
  if (has('CHANGED_WRITER')) return no('why_writer')
  const isUnsafe = has('PHONE_UNSAFE') || has('STOPPED')
  if (isUnsafe && kind === 'call' && !facts.isPhoneSafe) return no('why_no_call')
  if (isUnsafe && !facts.hasChosenSince) {
    return kind === 'advocate' && facts.askedForPerson && justWrote ? yes : no('why_unsafe')
  }
  if (facts.channel === 'whatsapp' && kind !== 'call' && sinceMinutes > rule.windowHours * 60) return no('why_window')
  switch (facts.contact) {
    case 'wait':
      return no('why_wait')
    case 'asking':
      if (kind === 'call') return no('why_no_call')
      if (justWrote) return yes
      // A life at stake and nothing known against it: one neutral line of a human, later, is allowed.
      return kind === 'advocate' && isAlarmAlone(facts.flags) ? yes : no('why_late')
    case 'call':
      return yes
    case 'reply_voice':
    case 'text':
    case 'voice':
    case 'self_service':
      return kind === 'call' ? no('why_no_call') : yes
  }
}

const yes: MayWrite = { allowed: true }

/** EMERG or TEXT and nothing of the flags that name people as the danger. */
function isAlarmAlone(flags: readonly FlagId[]): boolean {
  const fromPeople = ['THREAT_NOW', 'THREAT_RECENT', 'CAPTIVE_OTHER', 'TRAFFICK', 'SV_72', 'SV_120']
  return flags.some((flag) => flag === 'EMERG' || flag === 'TEXT') && !flags.some((flag) => fromPeople.includes(flag))
}
