import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'

/** A sentence that is read to whoever calls. */
export interface SpokenNotice {
  language: string
  text: string
}

/**
 * The TwiML that reads the notices to a caller and hangs up.
 *
 * Languages without a voice, such as Haitian Creole, are left out: a voice for another language makes words of it
 * that nobody understands.
 */
export function answerCall(notices: SpokenNotice[]): string {
  const response = new VoiceResponse()
  for (const { language, text } of notices) {
    const voice = voices[language]
    if (voice !== undefined) response.say({ language: voice }, text)
  }
  response.hangup()
  return response.toString()
}

/** The voice that speaks a language, if there is one. */
export function voiceOf(language: string): Voice | undefined {
  return voices[language]
}

type Voice = 'es-MX' | 'en-US' | 'pt-BR' | 'fr-FR'

const voices: Record<string, Voice | undefined> = {
  es: 'es-MX',
  en: 'en-US',
  pt: 'pt-BR',
  fr: 'fr-FR',
}
