import type { Channel, Contact, DangerCategory, FlagId } from '../types.ts'

/** What the channel rule looks at: data about one conversation, at one moment. */
export interface ChannelFacts {
  channel: Channel
  /** `asking` until CB was answered, also when the path ended without it. */
  contact: Contact | 'asking'
  flags: readonly FlagId[]
  /** Topics of the person's own words that set TEXT; none when left out. */
  categories?: readonly DangerCategory[]
  /** When the person last wrote. */
  lastMessageAt: number
  /** The word 0 was sent and nothing since. */
  isStopped: boolean
  /** A carrier's STOP: nothing until START. */
  isOptedOut: boolean
  /** SAFE1 is "only me", and not older than a day. */
  isPhoneSafe: boolean
  /** After PHONE_UNSAFE or STOPPED the person chose a way by answering CB. */
  hasChosenSince: boolean
  /** The person wrote PERSON on a phone that is not safe. */
  askedForPerson: boolean
  /** An advocate has already sent the one neutral line that an alarm alone allows. */
  neutralLineSent?: boolean
}

/** The bot's own text, an advocate's words or voice note in the thread, or a call. */
export type OutgoingKind = 'bot' | 'advocate' | 'voice_note' | 'call'

/** Why something may not go out. Keys of locales/…/advocate.json, so that a refusal can be explained. */
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

export type MayWrite = { allowed: true } | { allowed: false; why: WhyNot }

/** The times of the rule. A trial at another speed divides the first; WhatsApp's window stays real. */
export interface ChannelRule {
  replyWithinMinutes: number
  whatsappWindowMinutes: number
}

/** As protocol section 8 has them. */
export const protocolChannelRule: ChannelRule = {
  replyWithinMinutes: 10,
  whatsappWindowMinutes: 24 * 60,
}

/**
 * Whether something that the person did not ask for may reach them now: `M_TAKEN`, `M_LATE`, `M_NOBODY`, nudges,
 * follow-ups, and an advocate's words, since the rule holds for humans too. Direct replies are not asked here.
 *
 * @see protocol section 8, rows "Phone not safe", "Captive", "Impersonation", "Channel rule" and "WhatsApp 24 h window"
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
  const isThread = kind === 'advocate' || kind === 'voice_note'
  if (facts.isOptedOut) return no('why_opted_out')
  // These come before every choice of the person: a message on the screen may cost more than silence.
  if (facts.isStopped) return no('why_stopped')
  if (has('CAPTIVE')) return isThread && justWrote ? yes : no('why_captive')
  if (has('CHANGED_WRITER')) return no('why_writer')
  if (has('PHONE_UNSAFE') || has('STOPPED')) {
    if (kind === 'call' && !facts.isPhoneSafe) return no('why_no_call')
    if (!facts.hasChosenSince) return isThread && facts.askedForPerson && justWrote ? yes : no('why_unsafe')
  }
  if (kind === 'call') return mayCall(facts)
  if (facts.channel === 'whatsapp' && sinceMinutes > rule.whatsappWindowMinutes) return no('why_window')
  switch (facts.contact) {
    case 'wait':
      return no('why_wait')
    case 'text':
    case 'call':
    case 'voice':
      return yes
    case 'reply_voice':
      // Somebody who cannot read was promised a voice; text is for the minutes in which somebody may read it to them.
      return justWrote || (kind === 'voice_note' && facts.channel === 'whatsapp') ? yes : no('why_late')
    case 'asking':
    case 'self_service':
      if (justWrote) return yes
      // A life at stake and no word of people as the danger: a human may write one neutral line later.
      return kind === 'advocate' && isAlarmAlone(facts) && !facts.neutralLineSent ? yes : no('why_late')
  }
}

const yes: MayWrite = { allowed: true }

function no(why: WhyNot): MayWrite {
  return { allowed: false, why }
}

/** Only who chose to be called is. A missed call is not rung back: nobody can tell whose hands the phone is in by then. */
function mayCall({ contact }: ChannelFacts): MayWrite {
  if (contact === 'wait') return no('why_wait')
  return contact === 'call' ? yes : no('why_no_call')
}

function isAlarmAlone({ flags, categories = [] }: ChannelFacts): boolean {
  const isMedical = categories.every((category) => category === 'medical' || category === 'pregnancy')
  return isMedical && flags.some((flag) => alarms.has(flag)) && !flags.some((flag) => fromPeople.has(flag))
}

const alarms = new Set<FlagId>(['EMERG', 'TEXT'])
const fromPeople = new Set<FlagId>([
  'THREAT_NOW',
  'THREAT_RECENT',
  'THREAT_PAST',
  'CAPTIVE_OTHER',
  'TRAFFICK',
  'TRAFFICK_PAST',
  'SV_72',
  'SV_120',
  'SV_PAST',
  'SELFHARM_NOW',
  'SELFHARM',
  'UC',
])
