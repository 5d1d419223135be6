import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { CaseCode } from '../../types.ts'

/** Where it is told that the person picked up. */
export const answeredPath = '/hooks/twilio/answered'
/** Where it is told that the call to the person is over. */
export const overPath = '/hooks/twilio/over'

/**
 * The TwiML that connects the advocate on the line with a person, whose phone shows the installation's number. Nothing is
 * recorded. Until the person picks up the advocate hears it ring.
 *
 * @param call.number - of the person, E.164
 * @param call.from - the installation's number
 */
export function connectPerson(call: { number: string; from: string; code: CaseCode }, publicUrl: string): string {
  const response = new VoiceResponse()
  const dial = response.dial({
    callerId: call.from,
    answerOnBridge: true,
    timeout: ringSeconds,
    timeLimit: callSecondsMax,
    record: 'do-not-record',
    action: `${publicUrl}${overPath}?code=${call.code}`,
    method: 'POST',
  })
  const statusCallback = `${publicUrl}${answeredPath}?code=${call.code}`
  dial.number({ statusCallback, statusCallbackEvent: ['answered'], statusCallbackMethod: 'POST' }, call.number)
  return response.toString()
}

/** Before most voicemails pick up. */
const ringSeconds = 25
const callSecondsMax = 60 * 60

/** Whether the person was spoken to, or a machine of theirs: how Twilio says after a `<Dial>` that it ended. */
export const wasAnswered = (dialStatus: string): boolean => dialStatus === 'completed' || dialStatus === 'answered'
