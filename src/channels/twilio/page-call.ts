import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { SpokenPage } from '../../language/spoken-page.ts'
import { voiceOf } from './answer-call.ts'

/** Where the key goes that an advocate presses. */
export const keyPath = '/hooks/twilio/key'
/** Where it goes when they asked to be connected with a person. */
export const connectPath = '/hooks/twilio/connect'

/**
 * The TwiML that reads a page aloud and waits for one key; said twice, since the first words go by while a phone is
 * lifted to the ear. Without a key it hangs up: whoever or whatever picked up has not answered.
 */
export function askForKey({ language, code, words, connects }: SpokenPage, publicUrl: string): string {
  const response = new VoiceResponse()
  const action = `${publicUrl}${connects ? connectPath : keyPath}?code=${code}&language=${language}`
  const gather = response.gather({ input: ['dtmf'], numDigits: 1, timeout: 8, action, method: 'POST' })
  const voice = { language: voiceOf(language) ?? 'en-US' } as const
  gather.say(voice, words)
  gather.pause({ length: 2 })
  gather.say(voice, words)
  response.hangup()
  return response.toString()
}
