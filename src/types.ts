/**
 * The nouns that every folder shares. Types only: no code, so that anything may import it.
 *
 * Instants are milliseconds since 1970 UTC (`...At`), waits are minutes (`...Minutes`).
 */
declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** One person and us on one channel, or one advocate and us. */
export type ConversationId = Brand<string, 'ConversationId'>
/** A person of the rota: advocate or coordinator. The id that the rota file gives. */
export type AdvocateId = Brand<string, 'AdvocateId'>
/** One stored incoming event. */
export type EventId = Brand<string, 'EventId'>
/** One outgoing message; stable, so that doing a turn again cannot make a second one. */
export type EffectId = Brand<string, 'EffectId'>
/** Four letters and digits that name a case on the wire, drawn from `23456789BCDFGHJKMNPQRTVWXZ`. */
export type CaseCode = Brand<string, 'CaseCode'>

/** ISO 639-1 where there is one, else 639-3. */
export type Language = string
/** A role of dialogs/roles.yaml, such as `medical`. */
export type RoleId = string
/** A flag of dialogs/rules.yaml, such as `EMERG`. */
export type FlagId = string
/** A question of dialogs/intake.yaml, such as `E1`. */
export type QuestionId = string
/** A text of locales/, such as `M_TAKEN`. */
export type MessageId = string

/** P1 is the most urgent. */
export type Level = 'P1' | 'P2' | 'P3' | 'P4'

export type Channel = 'sms' | 'whatsapp' | 'voice' | 'chat'

/** Where a message goes to or comes from. `value` is E.164, a WhatsApp user id such as `US.1234`, or a chat id. */
export interface Address {
  channel: Channel
  value: string
}

/** How the person may be reached; protocol section 14. */
export type Contact = 'text' | 'call' | 'voice' | 'wait' | 'reply_voice' | 'self_service'

/** What the scan of section 7 finds in a person's own words. */
export interface DangerScan {
  urgent: boolean
  /** Topics true now, sorted; also when not urgent. */
  categories: DangerCategory[]
  /** The writer says that they themselves are held, tied or locked in. */
  captive: boolean
  /** The words ask who wrote before, or for addresses or names of staff. */
  changedWriter: boolean
  /** For the advocate and the coordinator: which words and which rule. */
  because: string[]
}
export type DangerCategory = 'medical' | 'pregnancy' | 'child' | 'trafficking' | 'threat' | 'selfharm'

/** One thing that came in, as the shell hands it to the core. */
export interface IncomingMessage {
  id: EventId
  at: number
  channel: Channel
  text: string
  /** Kinds of media that came along, without content. */
  media: ('image' | 'audio' | 'video' | 'document' | 'location' | 'contact')[]
  /** A tap on a button carries the option id; it is never guessed from text. */
  optionId?: string
  /** E.164 number or its beginning, for a weak hint at the language. */
  country?: string
}
