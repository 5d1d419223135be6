/** What the Twilio channel needs to know. Read from the environment by src/http/settings.ts. */
export interface TwilioSettings {
  /** `AC` and 32 hex digits. */
  accountSid: string
  /** The first signs our requests and their webhooks; a second one is accepted on webhooks while tokens rotate. */
  authTokens: [string, ...string[]]
  /** E.164, or null when this installation has no SMS number. */
  smsFrom: string | null
  /** E.164 without the `whatsapp:` prefix, or null. */
  whatsappFrom: string | null
  /** E.164: from where advocates are rung; without it nobody is. */
  voiceFrom?: string | null
  /** `HX` and 32 hex digits: the approved template in which a page goes out on WhatsApp; its {{1}} is the page. */
  pageTemplate?: string | null
  /** Where Twilio's API is reached, without a trailing slash. */
  apiBaseUrl: string
  /** The address under which Twilio reaches us, without a trailing slash. What they sign begins with it. */
  publicUrl: string
  /** Another address that leads here or to another node of this database, to which Twilio turns when the first fails. */
  fallbackUrl?: string | null
}
