/**
 * What became of a call, in the words for messages. That somebody or something picked up is "delivered" and no more:
 * a voicemail does too, so only a key that was pressed is an answer. null for a state that Twilio does not have.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource#call-status-values
 */
export function callState(status: string): string | null {
  return states[status] ?? null
}

const states: Record<string, string | undefined> = {
  queued: 'queued',
  initiated: 'sending',
  ringing: 'sending',
  'in-progress': 'sent',
  completed: 'delivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
  failed: 'failed',
  canceled: 'canceled',
}
