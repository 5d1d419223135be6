import type { Twilio } from 'twilio'
import type { OutboxMessage } from '../../store/store.ts'
import { callState } from './call-state.ts'
import { writeTwilioAddress } from './twilio-address.ts'

export type Reconciled =
  | { kind: 'sent'; providerId: string; status: string; code: number | null }
  | { kind: 'not_sent' }
  /** Twilio could not be asked. */
  | { kind: 'unknown' }

/**
 * Asks Twilio whether a message went out although its answer was lost.
 *
 * There is no idempotency key on sending, so the text, the address and the time have to do.
 *
 * @param isAnother - whether the provider's id is known to belong to another message of ours with the same words
 */
export async function reconcile(
  client: Twilio,
  message: OutboxMessage,
  isAnother: (sid: string) => boolean,
): Promise<Reconciled> {
  if (message.address.channel === 'voice') return reconcileCall(client, message, isAnother)
  let listed: Awaited<ReturnType<typeof client.messages.list>>
  try {
    listed = await client.messages.list({ to: writeTwilioAddress(message.address), pageSize: listMax, limit: listMax })
  } catch {
    return { kind: 'unknown' }
  }
  // Trial accounts put words before the text, and a template has words around it.
  const isTemplate = message.address.channel === 'whatsapp' && message.priority === 0
  const holds = (body: string, text: string) => (isTemplate ? body.includes(text) : body.endsWith(text))
  const sent = listed
    .filter(({ direction }) => direction !== 'inbound')
    .filter(({ sid }) => !isAnother(sid))
    .filter(({ body }) => holds(sameWords(body ?? ''), sameWords(message.text)))
    .filter(({ dateCreated }) => dateCreated === null || dateCreated.getTime() >= message.at - clockDifferenceMs)
    .sort((a, b) => (a.dateCreated?.getTime() ?? 0) - (b.dateCreated?.getTime() ?? 0))
    .at(0)
  if (sent === undefined) return { kind: 'not_sent' }
  return { kind: 'sent', providerId: sent.sid, status: sent.status, code: sent.errorCode ?? null }
}

/** A call has no words by which to know it: a call of ours to this phone since then is taken for it. */
async function reconcileCall(
  client: Twilio,
  message: OutboxMessage,
  isAnother: (sid: string) => boolean,
): Promise<Reconciled> {
  let listed: Awaited<ReturnType<typeof client.calls.list>>
  try {
    listed = await client.calls.list({ to: message.address.value, pageSize: listMax, limit: listMax })
  } catch {
    return { kind: 'unknown' }
  }
  const rung = listed.find(
    ({ direction, sid, dateCreated }) =>
      direction.startsWith('outbound') &&
      !isAnother(sid) &&
      (dateCreated === null || dateCreated.getTime() >= message.at - clockDifferenceMs),
  )
  if (rung === undefined) return { kind: 'not_sent' }
  return { kind: 'sent', providerId: rung.sid, status: callState(rung.status) ?? 'queued', code: null }
}

/** One address gets a few messages an hour; what is older than 50 is no answer to the question. */
const listMax = 50

/** Twilio's dates are whole seconds, and its clock is not ours. */
const clockDifferenceMs = 5_000

const sameWords = (text: string) =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\s*\n\s*/g, ' / ')
    .trim()
